// What lies around a boundary: the shots on both sides, each with its first and last key frame, and one more on either
// side. A true cut shows different pictures left and right of the mark; a true scene, other places and people.

class Viewer {
  constructor(session) {
    this.session = session;
    this.pane = find("viewer");
    this.side = make("div", { class: "side" });
    this.figures = [-2, -1, -1, 1, 1, 2].map((_, index) => {
      const picture = make("button", { type: "button", class: "picture", on: { click: () => this.go(index) } });
      const caption = make("figcaption");
      const figure = make("figure", { class: index === 0 || index === 5 ? "far" : null }, picture, caption);
      return { figure, picture, caption, pts: null };
    });
    this.mark = make("div", { class: "mark", role: "presentation" });
    const figures = this.figures.map(({ figure }) => figure);
    const around = make("div", { class: "around" }, figures.slice(0, 3), this.mark, figures.slice(3));
    append(this.pane, [this.side, around]);
    session.subscribe((what) => { if (what.has("selection") || what.has("scenes")) this.draw(); });
    this.draw();
  }

  go(index) {
    const { pts } = this.figures[index];
    if (pts !== null) this.session.setPlayhead(pts);
  }

  draw() {
    const { run, pictures } = this.session;
    const boundary = this.session.selected ?? this.session.boundaries[0] ?? null;
    this.pane.hidden = boundary === null || run.shots.length === 0;
    if (this.pane.hidden) return;
    const { left, right } = this.neighbors(boundary);
    const before = run.shots[left];
    const after = run.shots[right];
    const frames = [
      [run.shots[left - 1], "lastKey"], [before, "firstKey"], [before, "lastKey"],
      [after, "firstKey"], [after, "lastKey"], [run.shots[right + 1], "firstKey"],
    ];
    frames.forEach(([shot, which], index) => {
      const key = this.keyBeside(shot, which, boundary, index);
      const { picture, caption } = this.figures[index];
      this.figures[index].pts = key?.pts ?? null;
      pictures.show(picture, key?.pts ?? null);
      picture.disabled = !key;
      const name = shot ? `shot ${shot.index}, ${which === "firstKey" ? "first" : "last"} key frame` : "no shot";
      picture.setAttribute("aria-label", key ? `Go to ${clock(key.t)}: ${name}` : name);
      setText(caption, key ? `${clock(key.t, 2)}  shot ${shot.index}` : shot ? `shot ${shot.index}` : "");
    });
    this.mark.classList.toggle("provisional", boundary.state === "provisional");
    const scene = this.session.scenes.find((each) => each.boundary?.id === boundary.id);
    const label = (text, number) => make("span", {}, text, number ? make("b", {}, ` scene ${number}`) : null);
    if (scene) replaceChildren(this.side, label("End of", scene.number - 1), label("Start of", scene.number));
    else replaceChildren(this.side, label("Not a boundary: the same scene before"), label("and after"));
  }

  /** The shots left and right; inside a shot both are the same one. */
  neighbors(boundary) {
    const { run } = this.session;
    const right = shotIndexAt(run, boundary.at.pts);
    const starts = run.shots[right]?.start.pts === boundary.at.pts;
    return { left: starts ? right - 1 : right, right };
  }

  /** The key frame wanted; inside a shot, the nearest one on that side. */
  keyBeside(shot, which, boundary, index) {
    if (!shot) return null;
    const isInside = shot.start.pts < boundary.at.pts && shot.end.pts > boundary.at.pts;
    if (!isInside) return shot[which];
    const keys = shot.parts.flatMap((part) => part.keyFrames);
    const side = keys.filter((key) => (index < 3 ? key.pts < boundary.at.pts : key.pts >= boundary.at.pts));
    return (which === "firstKey" ? side[0] : side.at(-1)) ?? null;
  }
}

/** The facts about what is selected, and the buttons that correct it. */
class Detail {
  constructor(session) {
    this.session = session;
    find("edit").hidden = session.isLive;
    const act = (id, command) => find(id).addEventListener("click", () => runCommand(session, command));
    for (const command of ["confirm", "remove", "move", "add", "merge", "split", "undo", "redo"]) act(`do-${command}`, command);
    session.subscribe((what) => { if (["selection", "scenes", "playhead"].some((each) => what.has(each))) this.draw(); });
    this.draw();
  }

  draw() {
    const { session } = this;
    const boundary = session.selected;
    const count = session.boundaries.length;
    const scene = boundary && session.scenes.find((each) => each.boundary?.id === boundary.id);
    const block = scene && session.run.namesBlocks ? blockText(session.run, scene) : "";
    const seen = scene ? seenText(session.run, scene) : "";
    const similar = scene ? similarTexts(session.run, scene) : [];
    const facts = boundary && [
      block, seen, ...similar, boundary.id, boundary.at.pts, stateText(boundary), boundary.score, boundary.threshold, session.boundaries.includes(boundary),
    ];
    const key = facts ? facts.join(" ") : `none of ${count}`;
    if (key !== this.drawn) {
      this.drawn = key;
      this.drawText(boundary, block, seen, similar);
    }
    if (session.isLive) return;
    const isBoundary = boundary !== null && session.boundaries.includes(boundary);
    const label = find("do-confirm").firstElementChild;
    // What was reviewed before this run was made stays so.
    const isSettled = isBoundary && (boundary.isAdded || boundary.isMoved || Boolean(boundary.review));
    setText(label, isBoundary && boundary.isReviewed && !isSettled ? "Unconfirm" : "Confirm");
    find("do-confirm").disabled = !isBoundary || isSettled;
    find("do-remove").disabled = !isBoundary;
    find("do-move").disabled = !isBoundary || boundary.at.pts === session.playhead;
    const canAdd = session.canHold(session.playhead) && !session.boundaries.some(({ at }) => at.pts === session.playhead);
    find("do-add").disabled = !canAdd;
    find("do-split").disabled = !canAdd;
    find("do-merge").disabled = nextBoundaryOf(session) === null;
    find("do-undo").disabled = session.past.length === 0;
    find("do-redo").disabled = session.future.length === 0;
  }

  drawText(boundary, block, seen, similar) {
    const { session } = this;
    const text = find("detail-text");
    if (!boundary) {
      const count = session.boundaries.length;
      return replaceChildren(text, make("p", { class: "dim" }, count === 0
        ? "No boundaries: the whole film is one scene, or none was looked for."
        : "Choose a boundary in the list or on the timeline, or press N."));
    }
    const facts = [];
    if (boundary.score !== null) {
      const threshold = boundary.threshold ?? session.settings.threshold;
      facts.push(["Score", scoreText(boundary.score)], ["Threshold", scoreText(threshold)]);
    }
    const probability = probabilityOf(session.run, boundary);
    if (probability !== null) facts.push(["Probability", `${Math.round(probability / 10000)} %`]);
    facts.push(...reasonFacts(session.run, boundary));
    facts.push(["Begins with", boundaryText(boundary)]);
    if (block !== "") facts.push(["Block", block]);
    if (seen !== "") facts.push(["Seen before", seen]);
    similar.forEach((text, place) => facts.push([place === 0 ? "Most like" : "", text]));
    if (boundary.origin) facts.push(["Moved from", clock(boundary.origin.t)]);
    if (isNumber(boundary.delay)) facts.push(["Decided", `${lengthInWords(boundary.delay)} later`]);
    const where = [boundary.at.frame !== null ? `picture ${boundary.at.frame}` : null, boundary.at.timecode].filter(Boolean);
    const isBoundary = session.boundaries.includes(boundary);
    if (!isBoundary) facts.push(["Not a boundary", rejectionText(boundary, session.settings)]);
    replaceChildren(text,
      make("div", { class: "detail-time" }, clock(boundary.at.t)),
      make("div", {}, stateBadge(boundary, !isBoundary)),
      where.length > 0 ? make("div", { class: "dim detail-where" }, where.join(" · ")) : null,
      make("dl", { class: "detail-facts" }, facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])));
  }
}

/** The state as an icon and a word. */
function stateBadge(boundary, isRejected = false, isLive = false) {
  if (isRejected) {
    const text = boundary?.isOther ? "Only there" : "Near miss";
    return make("span", { class: "state" }, icon("rejected"), make("span", {}, text));
  }
  if (boundary === null) return make("span", { class: "state" });
  const names = { Provisional: "provisional", Added: "added", Moved: "moved", Confirmed: "done" };
  const text = stateText(boundary);
  if (isLive && text === "To review") return make("span", { class: "state" }, icon("done"), make("span", {}, "Final"));
  return make("span", { class: "state" }, icon(names[text] ?? "review"), make("span", {}, text));
}

/** The scene of what is selected, or of the playhead. */
function sceneToMerge(session) {
  const from = session.selected?.at.pts ?? session.playhead;
  return session.scenes[sceneIndexAt(session.scenes, from)] ?? null;
}

/** The boundary that ends that scene; null where a gap or the film's end does. */
function nextBoundaryOf(session) {
  const scene = sceneToMerge(session);
  return scene?.endReason === "boundary" ? session.scenes[scene.number]?.boundary ?? null : null;
}
