// The page on paper: a contact sheet, one row for each scene. Made when it is printed.

function startPrinting(session) {
  const sheet = find("contact-sheet");
  addEventListener("beforeprint", () => fillContactSheet(session, sheet));
  addEventListener("afterprint", () => sheet.replaceChildren());
}

function fillContactSheet(session, sheet) {
  const { run, pictures } = session;
  replaceChildren(sheet, session.scenes.map((scene) => {
    const shots = run.shots.slice(scene.firstShot, scene.lastShot + 1);
    const length = secondsAt(run, scene.end.pts) - secondsAt(run, scene.start.pts);
    const block = run.namesBlocks ? blockKindOf(run, scene) : null;
    const frames = evenly(shots.map((shot) => shot.firstKey).filter((key) => key && pictures.has(key.pts)), 5);
    return make("div", { class: "sheet-row" },
      make("div", {},
        make("h3", {}, `Scene ${scene.number}`),
        make("p", {}, `${clock(secondsAt(run, scene.start.pts))}${scene.start.timecode ? ` (${scene.start.timecode})` : ""}`),
        make("p", {}, `${lengthInWords(length)}, ${counted(shots.length, "shot")}`),
        block === null ? null : make("p", {}, `Block: ${blockWord(block)}`),
        make("p", {}, [reasonText(run, scene), stateText(scene.boundary).toLowerCase()].filter(Boolean).join(", "))),
      make("div", { class: "sheet-pictures" }, frames.map((key) => {
        const picture = make("div", { class: "picture" });
        pictures.show(picture, key.pts);
        return picture;
      })));
  }));
}

/** At most `count` entries, spread over the list. */
function evenly(list, count) {
  if (list.length <= count) return list;
  return Array.from({ length: count }, (_, index) => list[Math.round((index * (list.length - 1)) / (count - 1))]);
}
