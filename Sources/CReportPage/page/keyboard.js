// Keys and commands. Every command can be reached by a button or a control as well.

const keyHelp = [
  ["Go", [
    [["N", "P"], "next, previous boundary"], [["↑", "↓"], "previous, next row of the list"],
    [["←", "→"], "one picture back, on; with Shift one second"], [[",", "."], "previous, next shot"],
    [["Home", "End"], "start, end of the film"],
  ]],
  ["Correct", [
    [["C", "Enter"], "confirm, and go to the next row; again: unconfirm"], [["Delete"], "remove the boundary"],
    [["A"], "add a boundary at the playhead"], [["E"], "move the boundary to the playhead"],
    [["Alt ←", "Alt →"], "move the boundary by one picture"], [["M"], "merge the scene with the next"],
    [["S"], "split the scene at the playhead"], [["X"], "prune: keep the highest of the range"],
    [["U", "Shift U"], "undo, redo"],
  ]],
  ["Play", [
    [["Space"], "play, from 2 s before a boundary; pause"], [["J", "K", "L"], "back, pause, forward; again: faster"],
    [["T"], "copy the timecode"],
  ]],
  ["Decide and view", [
    [["[", "]"], "threshold down, up by 0.01; with Shift 0.1"], [["+", "-", "F"], "zoom in, out, fit"],
    [["D"], "doubtful first, by time"], [["Ctrl S"], "save the corrections"], [["?"], "these keys"],
  ]],
];

/** Does what a button or key asks for. */
function runCommand(session, command) {
  const { selected, playhead } = session;
  const isBoundary = selected !== null && session.boundaries.includes(selected);
  if (session.isLive) return say("A live page shows and does not correct. Open a report of the run to correct it.");
  switch (command) {
    case "confirm":
      if (!isBoundary) return say(selected ? "Near misses are added with A." : "Choose a boundary first.");
      if (selected.review && !selected.isMoved) return say("It was reviewed before. Delete removes it, E moves it.");
      if (selected.isReviewed && !selected.isAdded && !selected.isMoved) return session.unreview(selected);
      return session.confirm(selected);
    case "remove":
      return isBoundary ? session.remove(selected) : say("Choose a boundary first.");
    case "move":
      if (!isBoundary) return say("Choose a boundary first.");
      return session.move(selected, playhead) || say("There is a boundary already, or no picture.");
    case "add":
    case "split": {
      // A near miss that is selected is what the reader means, wherever the playhead went.
      const pts = selected && !isBoundary ? selected.at.pts : playhead;
      return session.add(pts) || say("There is a boundary already, or no picture.");
    }
    case "merge": {
      const next = nextBoundaryOf(session);
      if (!next) return say(sceneToMerge(session)?.endReason === "gap" ? "A gap ends this scene." : "This is the last scene.");
      session.change(removed(session.corrections, next));
      return say(`Merged across ${clock(next.at.t)}.`);
    }
    case "undo":
      return session.undo() || say("Nothing to undo.");
    case "redo":
      return session.redo() || say("Nothing to redo.");
    default:
      return undefined;
  }
}

class Keyboard {
  static inputsWithoutText = new Set(["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"]);

  constructor(session, panes) {
    this.session = session;
    this.panes = panes;
    this.dialog = find("keys");
    replaceChildren(find("keys-body"), keyHelp.map(([title, rows]) => make("div", {}, make("h3", {}, title),
      make("dl", {}, rows.flatMap(([keys, text]) => [
        make("dt", {}, keys.map((key) => make("kbd", {}, key))), make("dd", {}, text),
      ])))));
    find("show-keys").addEventListener("click", () => this.dialog.showModal());
    document.addEventListener("keydown", (event) => this.press(event));
    this.giveBackFocus();
  }

  /** After a click, keys work the page again and not the button or the menu that was clicked. */
  giveBackFocus() {
    let byPointer = false;
    document.addEventListener("pointerdown", () => { byPointer = true; }, true);
    document.addEventListener("keydown", () => { byPointer = false; }, true);
    const leave = ({ target }) => {
      const control = target.closest?.("button, select, summary, input[type=checkbox], input[type=range]");
      if (byPointer && control && !this.dialog.open) control.blur();
    };
    document.addEventListener("click", (event) => { if (!event.target.closest("select")) leave(event); });
    document.addEventListener("change", leave);
  }

  press(event) {
    const { target } = event;
    if (this.dialog.open || event.isComposing) return;
    const isControl = event.ctrlKey || event.metaKey;
    if (isControl) {
      const command = { s: "save", z: event.shiftKey ? "redo" : "undo", y: "redo" }[event.key.toLowerCase()];
      if (!command || (this.isTyping(target) && !target.closest("select"))) return;
      event.preventDefault();
      return command === "save" ? this.panes.header.save() : runCommand(this.session, command);
    }
    if (this.isTyping(target)) return;
    // A focused control keeps the keys that work it.
    const isButton = target.closest("button, summary, input") !== null;
    if (isButton && ["Enter", " "].includes(event.key)) return;
    if (target.closest("input") && /^(Arrow|Home|End|Page)/.test(event.key)) return;
    const act = this.action(event);
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** Whether keys belong to what has the focus: a field that takes text, or a menu. */
  isTyping(target) {
    if (target.isContentEditable || target.matches("textarea, select")) return true;
    return target.matches("input") && !Keyboard.inputsWithoutText.has(target.type);
  }

  action(event) {
    const { session } = this;
    const { player, timeline, list, header } = this.panes;
    const run = (command) => () => runCommand(session, command);
    const go = (boundary) => () => (boundary ? session.select(boundary) : say("There is no further boundary."));
    const big = event.shiftKey;
    if (event.altKey) {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return null;
      return () => this.nudge(event.key === "ArrowLeft" ? -1 : 1);
    }
    // Who steps a few pictures aside to look at a boundary is still at it.
    const at = session.selected?.at.pts ?? session.playhead;
    const isNear = Math.abs(secondsAt(session.run, at) - secondsAt(session.run, session.playhead)) <= 2;
    const from = isNear ? at : session.playhead;
    switch (event.key) {
      case "n": case "N": return go(session.boundaryAfter(from));
      case "p": case "P": return go(session.boundaryBefore(from));
      case "ArrowDown": return () => list.step(1);
      case "ArrowUp": return () => list.step(-1);
      case "ArrowLeft": return () => (big ? this.skip(-1) : player.step(-1));
      case "ArrowRight": return () => (big ? this.skip(1) : player.step(1));
      case ",": case ".": return () => this.shot(event.key === "." ? 1 : -1);
      case "Home": return () => session.setPlayhead(session.run.startPts);
      case "End": return () => session.setPlayhead(session.end);
      case "c": case "C": case "Enter": return () => this.confirm();
      case "Delete": case "Backspace": return run("remove");
      case "a": case "A": return run("add");
      case "e": case "E": return run("move");
      case "m": case "M": return run("merge");
      case "s": case "S": return run("split");
      case "u": return run("undo");
      case "U": return run("redo");
      case "x": case "X": return () => (session.isLive ? null : pruneRange(session));
      case " ": return () => player.toggle();
      case "j": case "J": return () => player.shuttleBy(-1);
      case "k": case "K": return () => player.pause();
      case "l": case "L": return () => player.shuttleBy(1);
      case "t": case "T": return () => copyTime(session);
      case "[": return () => this.threshold(-10000);
      case "]": return () => this.threshold(10000);
      case "{": return () => this.threshold(-100000);
      case "}": return () => this.threshold(100000);
      case "+": case "=": return () => timeline.zoom(0.5);
      case "-": return () => timeline.zoom(2);
      case "f": case "F": return () => timeline.fit();
      case "d": case "D": return () => list.setOrder(list.order.value === "doubt" ? "time" : "doubt");
      case "?": return () => this.dialog.showModal();
      case "Escape": return () => {
        session.setRange(null);
        find("prune").hidden = true;
        find("export-menu").open = false;
      };
      default: return null;
    }
  }

  confirm() {
    const { session, panes } = this;
    const before = session.selected;
    const wasReviewed = before?.isReviewed;
    // In an order by doubt the row moves when it is confirmed, so the next one is looked up first.
    const position = panes.list.items.findIndex(({ key }) => key === session.selectedID);
    const next = position < 0 ? null : panes.list.items[position + 1];
    runCommand(session, "confirm");
    const isConfirmed = before !== null && !wasReviewed && session.byID.get(before.id)?.isReviewed === true;
    if (isConfirmed && next) panes.list.choose(next);
  }

  skip(seconds) {
    const { session } = this;
    const { run, grid, playhead } = session;
    const pts = grid.nearest(ptsAt(run, secondsAt(run, playhead) + seconds));
    // A picture may last longer than a second.
    session.setPlayhead(pts === playhead ? grid.stepped(playhead, Math.sign(seconds)) : pts);
  }

  shot(step) {
    const { session } = this;
    const { run, playhead } = session;
    const index = shotIndexAt(run, playhead);
    const isInside = run.shots[index]?.start.pts < playhead;
    const target = run.shots[step > 0 ? index + 1 : isInside ? index : index - 1];
    if (target) session.setPlayhead(target.start.pts);
  }

  nudge(count) {
    const { session } = this;
    const boundary = session.selected;
    if (session.isLive || !boundary || !session.boundaries.includes(boundary)) return;
    const pts = session.grid.stepped(boundary.at.pts, count);
    session.move(boundary, pts, `nudge ${boundary.origin?.pts ?? boundary.at.pts}`);
  }

  threshold(by) {
    const { session } = this;
    if (session.isLive) return;
    const before = session.settings.threshold;
    session.setThreshold(before + by, "keys");
    if (session.settings.threshold === before) {
      const isLowest = by < 0 && !session.hasScores;
      const why = `Without scores the threshold cannot go below ${scoreText(before)}. Run scened segment with --scores.`;
      say(isLowest ? why : `Threshold ${scoreText(before)}`);
    } else say(`Threshold ${scoreText(session.settings.threshold)}: ${counted(session.scenes.length, "scene")}`);
  }
}
