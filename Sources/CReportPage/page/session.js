// The one state of the page: the run, what a person made of it, and where they are. Panes subscribe and draw.

class Session {
  static undoSteps = 500;

  constructor(report, run) {
    this.report = report;
    this.run = run;
    this.isLive = report.mode === "live";
    this.pictures = new Pictures(report);
    this.past = [];
    this.future = [];
    this.corrections = noCorrections();
    this.settings = settingsOf(run);
    this.savedText = null;
    this.playhead = run.startPts;
    this.selectedID = null;
    this.range = null;
    this.other = null;
    this.differences = null;
    this.follows = this.isLive;
    this.listeners = [];
    this.storage = true;
    addEventListener("storage", (event) => this.followStorage(event));
    this.rereadRun();
  }

  /** Calls `act(what)` after each change; `what` is a set of "scenes", "selection", "playhead", "view". */
  subscribe(act) { this.listeners.push(act); }
  tell(...what) {
    const set = new Set(what);
    for (const act of this.listeners) act(set);
  }

  /** After events came in: everything that depends on them. */
  rereadRun() {
    this.groups = candidatesOf(this.run);
    const stretches = this.groups.map(({ stretch }) => stretch);
    this.rate = rateOf(this.run, stretches);
    this.grid = new PictureGrid(this.run, this.rate, stretches);
    this.end = endOf(this.run);
    this.derive();
  }

  derive() {
    this.current = currentScenes(this.run, this.settings, this.corrections, this.groups);
    this.differences = this.other && comparison(this.run, this.boundaries, this.other.boundaries);
    const all = [...(this.differences?.there ?? []), ...this.current.rejected, ...this.current.boundaries];
    this.byID = new Map(all.map((boundary) => [boundary.id, boundary]));
    if (this.selectedID !== null && !this.byID.has(this.selectedID)) this.selectedID = null;
  }

  get scenes() { return this.current.scenes; }
  get boundaries() { return this.current.boundaries; }
  get selected() { return this.selectedID === null ? null : this.byID.get(this.selectedID) ?? null; }
  get hasScores() { return this.run.scores.length > 0; }
  get lowestThreshold() { return this.hasScores ? 0 : settingsOf(this.run).threshold; }
  get toReview() { return this.boundaries.filter((each) => !each.isReviewed && each.state === "final").length; }

  // Changes ------------------------------------------------------------------------------------------------------

  /** One step that undo takes back. Steps with the same `group` in a row count as one, such as a drag. */
  change(corrections, settings = this.settings, group = null) {
    if (this.isLive) return;
    const before = { corrections: this.corrections, settings: this.settings, group };
    const isSameGroup = group !== null && this.past.at(-1)?.group === group;
    if (!isSameGroup) this.past.push(before);
    if (this.past.length > Session.undoSteps) this.past.shift();
    this.future = [];
    this.become(corrections, settings);
  }

  become(corrections, settings) {
    this.corrections = corrections;
    this.settings = settings;
    this.derive();
    this.keep();
    this.tell("scenes", "selection");
  }

  undo() { return this.stepBack(this.past, this.future); }
  redo() { return this.stepBack(this.future, this.past); }
  stepBack(from, to) {
    const step = from.pop();
    if (!step) return false;
    to.push({ corrections: this.corrections, settings: this.settings, group: null });
    this.endGroup();
    this.become(step.corrections, step.settings);
    return true;
  }

  /** Ends a group of steps: the next change is a step of its own. */
  endGroup() { if (this.past.length > 0) this.past.at(-1).group = null; }

  setThreshold(threshold, group) {
    const bounded = Math.min(Math.max(Math.round(threshold), this.lowestThreshold), 1000000);
    if (bounded === this.settings.threshold) return;
    this.change(this.corrections, { ...this.settings, threshold: bounded }, group);
  }
  setSettings(settings) { this.change(this.corrections, { ...this.settings, ...settings }); }

  confirm(boundary) { this.change(confirmed(this.corrections, boundary)); }
  unreview(boundary) { this.change(unreviewed(this.corrections, boundary)); }
  remove(boundary) {
    const neighbor = this.neighborOf(boundary, 1) ?? this.neighborOf(boundary, -1);
    this.change(removed(this.corrections, boundary));
    this.select(neighbor);
  }
  move(boundary, wanted, group = null) {
    const pts = boundary.origin?.pts === wanted ? wanted : this.grid.nearest(wanted);
    const at = instantAt(this.run, this.rate, pts);
    if (!this.canHold(pts) || this.boundaries.some((each) => each !== boundary && each.at.pts === pts)) return false;
    this.change(moved(this.corrections, boundary, at), this.settings, group);
    this.selectedID = boundary.isAdded ? `added/${pts}` : boundary.id;
    this.setPlayhead(pts);
    this.tell("selection");
    return true;
  }
  /** Adds a boundary; a candidate that lies there is chosen, and a removed one comes back. */
  add(wanted) {
    const place = this.placeAt(wanted) ?? this.placeAt(this.grid.nearest(wanted));
    const pts = place?.at.pts ?? this.grid.nearest(wanted);
    if (!this.canHold(pts) || this.boundaries.some((boundary) => boundary.at.pts === pts)) return false;
    const at = instantAt(this.run, this.rate, pts);
    const isOwn = place && (place.isRemoved || this.run.boundaries.has(place.id));
    this.change(isOwn ? confirmed(this.corrections, place) : added(this.corrections, at));
    this.select(isOwn ? this.byID.get(place.id) : this.byID.get(`added/${pts}`));
    return true;
  }
  /** What was found at `pts` and is no boundary now: a candidate, or what a person removed. */
  placeAt(pts) {
    const found = [...this.current.rejected, ...this.current.removed].find((each) => each.at.pts === pts);
    if (found) return found;
    const mark = [...this.corrections.marks].find(([, { action, at }]) => action === "remove" && at.pts === pts);
    return mark ? { id: mark[0], at: mark[1].at, isRemoved: true } : null;
  }
  /** Whether a boundary may lie there: inside a stretch of pictures, not at its ends. */
  canHold(pts) { return holdsBoundary(this.groups.map(({ stretch }) => stretch), pts); }
  /** Sets another run beside this one; null takes it away. */
  compare(other) {
    this.other = other;
    this.derive();
    this.tell("scenes", "selection");
  }
  /** Of the boundaries in a range, keeps only the one with the highest score. */
  prune(start, end) {
    const inside = this.boundaries.filter(({ at }) => at.pts >= start && at.pts <= end);
    if (inside.length < 2) return 0;
    const rank = (boundary) => (["added", "moved"].includes(reviewOf(boundary)) ? 2000000 : boundary.score ?? -1);
    const best = inside.reduce((left, right) => (rank(right) > rank(left) ? right : left));
    let corrections = this.corrections;
    for (const boundary of inside) if (boundary !== best) corrections = removed(corrections, boundary);
    this.change(corrections);
    this.select(this.byID.get(best.id));
    return inside.length - 1;
  }

  // Where the reader is ------------------------------------------------------------------------------------------

  select(boundary, movesPlayhead = true) {
    this.selectedID = boundary?.id ?? null;
    if (boundary && movesPlayhead) this.putPlayhead(boundary.at.pts);
    this.tell("selection");
  }
  /** Goes to the picture that is nearest to `pts`. */
  setPlayhead(pts) { this.putPlayhead(pts >= this.end ? pts : this.grid.nearest(pts)); }
  putPlayhead(pts) {
    this.playhead = Math.min(Math.max(pts, this.run.startPts), Math.max(this.end, this.run.startPts));
    this.tell("playhead");
  }
  /** The scene that the playhead stands in; null in a gap. */
  get sceneHere() {
    const scene = this.scenes[sceneIndexAt(this.scenes, this.playhead)];
    return !scene || (scene.endReason === "gap" && this.playhead >= scene.end.pts) ? null : scene;
  }
  /** Selects the boundary that begins the scene here: none where the film or a gap does. */
  selectHere() { this.select(this.sceneHere?.boundary ?? null, false); }
  setRange(range) {
    this.range = range;
    this.tell("view");
  }
  neighborOf(boundary, step) {
    const position = this.boundaries.indexOf(boundary);
    return position < 0 ? null : this.boundaries[position + step] ?? null;
  }
  /** The next boundary in time, from the playhead. */
  boundaryAfter(pts) { return this.boundaries.find(({ at }) => at.pts > pts) ?? null; }
  boundaryBefore(pts) { return this.boundaries.findLast(({ at }) => at.pts < pts) ?? null; }

  // Kept in this browser -----------------------------------------------------------------------------------------

  get storageKey() { return `scened:${this.run.id ?? this.run.input}`; }

  keep() {
    try {
      const isPlain = isEmpty(this.corrections) && sameSettings(this.settings, settingsOf(this.run));
      if (isPlain && this.savedText === null) localStorage.removeItem(this.storageKey);
      else {
        const value = { version: 1, settings: this.settings, saved: this.savedText, ...packCorrections(this.corrections) };
        localStorage.setItem(this.storageKey, JSON.stringify(value));
      }
      this.storage = true;
    } catch {
      this.storage = false;
    }
  }

  restore() {
    let text = null;
    try {
      text = localStorage.getItem(this.storageKey);
    } catch {
      this.storage = false;
    }
    if (!this.isLive) this.takeKept(text);
  }

  /** Another tab of this report changed what is kept: this one goes on from there. Undo takes it back. */
  followStorage({ key, newValue }) {
    if (this.isLive || key !== this.storageKey) return;
    const before = { corrections: this.corrections, settings: this.settings, group: null };
    if (newValue === null) {
      this.corrections = noCorrections();
      this.settings = settingsOf(this.run);
      this.savedText = null;
      this.derive();
    } else if (!this.takeKept(newValue)) return;
    this.past.push(before);
    if (this.past.length > Session.undoSteps) this.past.shift();
    this.future = [];
    this.tell("scenes", "selection");
    say("Taken over from another tab with this report.");
  }

  /** Takes up what `keep` wrote; false where it cannot be read. */
  takeKept(text) {
    let value = null;
    try {
      value = JSON.parse(text ?? "null");
    } catch {
      // Somebody else's text.
    }
    if (value?.version !== 1) return false;
    this.corrections = unpackCorrections(value);
    this.savedText = typeof value.saved === "string" ? value.saved : null;
    const settings = value.settings ?? {};
    const own = settingsOf(this.run);
    this.settings = {
      threshold: isIndex(settings.threshold)
        ? Math.max(Math.min(settings.threshold, 1000000), this.lowestThreshold)
        : own.threshold,
      minScene: isNumber(settings.minScene) && settings.minScene >= 0 ? settings.minScene : own.minScene,
      peak: settings.peak === 0 || settings.peak === 1 ? settings.peak : own.peak,
      perHour: isNumber(settings.perHour) && settings.perHour > 0 ? settings.perHour : null,
    };
    this.derive();
    return true;
  }

  fileText() { return JSON.stringify(correctionsFile(this.run, this.corrections, this.boundaries), null, 2) + "\n"; }

  /** Whether there is something that no file holds. */
  get isUnsaved() {
    const text = JSON.stringify(correctionsFile(this.run, this.corrections, this.boundaries).corrections);
    return text !== (this.savedText ?? "[]");
  }
  markSaved() {
    this.savedText = JSON.stringify(correctionsFile(this.run, this.corrections, this.boundaries).corrections);
    this.keep();
    this.tell("view");
  }
  load(text) {
    const read = readCorrectionsFile(this.run, text, this.rate, this.grid);
    this.change(read.corrections, settingsOf(this.run));
    this.markSaved();
    return read;
  }
}
