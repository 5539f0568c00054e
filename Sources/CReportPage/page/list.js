// The list: one row for each scene with the boundary that begins it; near misses as rows of their own where they are
// asked for. Only the rows in sight exist, so the length of a film does not matter.

class List {
  static spare = 4;
  static headHeight = 29;

  constructor(session) {
    this.session = session;
    this.scroller = find("rows");
    this.body = find("list-body");
    this.filter = find("filter");
    this.order = find("order");
    this.items = [];
    this.rows = new Map();
    this.hasLostFocus = false;
    this.top = make("tr", { class: "space", "aria-hidden": "true" }, make("td", { colspan: 5 }));
    this.bottom = make("tr", { class: "space", "aria-hidden": "true" }, make("td", { colspan: 5 }));
    this.body.append(this.top, this.bottom);
    // Where the list stands and how much it shows: asking after each change would lay the page out again and again.
    this.scrolled = 0;
    this.high = 0;
    this.redraw = oncePerFrame(() => this.draw());
    this.scroller.addEventListener("scroll", () => {
      this.scrolled = this.scroller.scrollTop;
      this.redraw();
    }, { passive: true });
    for (const type of ["wheel", "touchstart", "pointerdown"]) {
      this.scroller.addEventListener(type, () => this.leave(), { passive: true });
    }
    this.filter.addEventListener("change", () => this.refresh());
    find("filter-seconds").addEventListener("input", () => this.refresh());
    this.order.addEventListener("change", () => this.refresh());
    for (const button of document.querySelectorAll("thead [data-order]")) {
      button.addEventListener("click", () => this.setOrder(button.dataset.order));
    }
    this.body.addEventListener("click", (event) => {
      const item = this.items.find(({ key }) => key === event.target.closest("tr")?.dataset.key);
      if (item) this.choose(item);
    });
    new ResizeObserver(() => this.measure()).observe(this.scroller);
    session.subscribe((what) => {
      if (what.has("scenes")) this.refresh();
      if (what.has("selection")) {
        if (!what.has("scenes")) this.draw();
        this.reveal();
        this.leadFocus();
      }
    });
    if (session.isLive) {
      setText(document.querySelector("thead .c-state button"), "Decision");
      for (const value of ["review", "doubtful"]) this.filter.querySelector(`[value="${value}"]`).remove();
    }
    this.measure();
    this.refresh();
  }

  measure() {
    this.high = this.scroller.clientHeight;
    this.scrolled = this.scroller.scrollTop;
    this.rowHeight = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--row")) || 44;
    this.redraw();
  }

  scrollTo(top) {
    this.scroller.scrollTop = top;
    const most = Math.max(this.items.length * this.rowHeight + List.headHeight - this.high, 0);
    this.scrolled = Math.min(Math.max(top, 0), most);
    this.redraw();
  }

  /** The reader takes over: a live page no longer moves by itself. */
  leave() {
    if (!this.session.follows) return;
    this.session.follows = false;
    this.session.tell("view");
  }

  setOrder(order) {
    const opposite = { length: "longest", longest: "length" };
    this.order.value = this.order.value === order && opposite[order] ? opposite[order] : order;
    this.refresh();
  }

  choose(item) {
    if (item.boundary) this.session.select(item.boundary);
    else {
      this.session.putPlayhead(item.scene.start.pts);
      this.session.select(null);
    }
  }

  /** The neighbor, in the order of the list, of the row that has the focus, or else of the chosen one. */
  step(by) {
    const key = this.focusedKey ?? this.session.selectedID;
    const position = this.items.findIndex((item) => item.key === key);
    const next = position < 0 ? (by > 0 ? this.items.find(({ boundary }) => boundary) : null) : this.items[position + by];
    if (next) this.choose(next);
  }

  /** The key of the row whose button has the focus, or null. */
  get focusedKey() {
    const active = document.activeElement;
    return this.body.contains(active) ? active.closest("tr")?.dataset.key ?? null : null;
  }

  /** A focus in the list goes with what is chosen, also after its row went. */
  leadFocus() {
    const isLost = this.hasLostFocus && document.activeElement === document.body;
    if (this.focusedKey === null && !isLost) return;
    const { sceneHere, selectedID } = this.session;
    const key = selectedID ?? this.items.find(({ scene }) => scene && scene === sceneHere)?.key;
    if (key === undefined || key === this.focusedKey) return;
    this.draw();
    const row = this.rows.get(key);
    if (!row) return;
    row.button.focus({ preventScroll: true });
    this.hasLostFocus = false;
  }

  refresh() {
    const { session } = this;
    const isByLength = ["shorter", "longer"].includes(this.filter.value);
    find("filter-length").hidden = !isByLength;
    const anchor = this.anchor();
    this.items = this.sorted(this.filtered());
    const review = session.toReview;
    const done = session.boundaries.filter(({ isReviewed }) => isReviewed).length;
    const differs = this.filter.querySelector("[value=differs]");
    differs.hidden = differs.disabled = session.other === null;
    const isReviewable = !session.isLive && session.boundaries.length > 0;
    const progress = review === 0 ? "all reviewed" : `${review} to review, ${done} done`;
    const { differences } = session;
    const compared = differences && `◆ ${differences.here.length} only here, ◇ ${differences.there.length} only there`;
    setText(find("progress"), compared || (isReviewable ? progress : ""));
    find("progress").title = find("progress").textContent;
    for (const head of document.querySelectorAll("thead th")) head.removeAttribute("aria-sort");
    const sorting = { time: [".c-start", "ascending"], doubt: [".c-state", "ascending"], score: [".c-score", "ascending"],
      length: [".c-length", "ascending"], longest: [".c-length", "descending"] }[this.order.value];
    document.querySelector(`thead ${sorting[0]}`).setAttribute("aria-sort", sorting[1]);
    const empty = find("list-empty");
    empty.hidden = this.items.length > 0;
    const none = session.isLive ? "No scene yet." : "This run holds no scenes.";
    setText(empty, session.scenes.length === 0 ? none : "No scene passes the filter.");
    this.body.parentElement.classList.toggle("long", secondsAt(session.run, session.end) >= 3600);
    this.body.parentElement.setAttribute("aria-rowcount", String(this.items.length + 1));
    this.draw();
    this.restore(anchor);
  }

  filtered() {
    const { session } = this;
    const { run, settings } = session;
    const length = (scene) => secondsAt(run, scene.end.pts) - secondsAt(run, scene.start.pts);
    const limit = Number(find("filter-seconds").value) || 0;
    const gapEnds = new Set(run.gaps.flatMap((gap) => [gap.start.pts, gap.end.pts]));
    const passes = {
      all: () => true,
      review: (scene) => scene.boundary !== null && !scene.boundary.isReviewed && scene.boundary.state === "final",
      doubtful: (scene) => doubt(scene.boundary, settings) < doubtfulWithin,
      shorter: (scene) => length(scene) < limit,
      longer: (scene) => length(scene) > limit,
      differs: (scene) => session.differences?.here.includes(scene.boundary) ?? false,
      gaps: (scene) => gapEnds.has(scene.start.pts) || gapEnds.has(scene.end.pts),
    }[this.filter.value];
    const items = session.scenes.filter(passes).map((scene) => ({
      key: scene.boundary?.id ?? `start/${scene.start.pts}`, scene, boundary: scene.boundary, at: scene.start,
      length: length(scene), isRejected: false,
    }));
    if (this.filter.value === "doubtful") {
      for (const boundary of session.current.rejected) {
        if (doubt(boundary, settings) >= doubtfulWithin) continue;
        items.push({ key: boundary.id, scene: null, boundary, at: boundary.at, length: null, isRejected: true });
      }
      items.sort((left, right) => left.at.pts - right.at.pts);
    }
    if (this.filter.value === "differs") {
      for (const boundary of session.differences?.there ?? []) {
        items.push({ key: boundary.id, scene: null, boundary, at: boundary.at, length: null, isRejected: true });
      }
      items.sort((left, right) => left.at.pts - right.at.pts);
    }
    return items;
  }

  sorted(items) {
    const { settings } = this.session;
    const by = {
      time: null,
      doubt: (item) => [item.boundary?.isReviewed ? 1 : 0, doubt(item.boundary, settings)],
      score: (item) => [item.boundary?.score ?? Infinity],
      length: (item) => [item.length ?? Infinity],
      longest: (item) => [-(item.length ?? -Infinity)],
    }[this.order.value];
    if (!by) return items;
    const keyed = items.map((item) => ({ item, key: by(item) }));
    keyed.sort((left, right) => {
      for (const [index, value] of left.key.entries()) {
        if (value !== right.key[index]) return value < right.key[index] ? -1 : 1;
      }
      return 0;
    });
    return keyed.map(({ item }) => item);
  }

  /** The topmost row and where it stands, so that rows that come and go above leave it in place. */
  anchor() {
    const index = Math.floor(this.scrolled / this.rowHeight);
    return this.items[index] ? { key: this.items[index].key, offset: this.scrolled - index * this.rowHeight } : null;
  }
  restore(anchor) {
    if (!this.session.isLive) return;
    if (this.session.follows) return this.scrollTo(this.items.length * this.rowHeight);
    const index = anchor ? this.items.findIndex(({ key }) => key === anchor.key) : -1;
    const place = index * this.rowHeight + (anchor?.offset ?? 0);
    if (index >= 0 && Math.abs(place - this.scrolled) >= 1) this.scrollTo(place);
  }

  reveal() {
    const index = this.items.findIndex(({ key }) => key === this.session.selectedID);
    if (index < 0) return;
    const [top, bottom] = [index * this.rowHeight, (index + 1) * this.rowHeight + List.headHeight];
    if (top < this.scrolled) this.scrollTo(Math.max(top - this.rowHeight, 0));
    else if (bottom > this.scrolled + this.high) this.scrollTo(bottom + this.rowHeight - this.high);
  }

  draw() {
    const { rowHeight, items } = this;
    const count = Math.ceil(this.high / rowHeight) + 2 * List.spare;
    const first = Math.max(Math.min(Math.floor(this.scrolled / rowHeight) - List.spare, items.length - count), 0);
    const shownItems = items.slice(first, first + count);
    const focused = this.focusedKey;
    const fresh = new Map();
    for (const [offset, item] of shownItems.entries()) {
      const row = this.rows.get(item.key) ?? this.makeRow(item.key);
      this.fill(row, item, first + offset);
      fresh.set(item.key, row);
    }
    this.rows = fresh;
    this.top.style.height = `${first * rowHeight}px`;
    this.bottom.style.height = `${Math.max(items.length - first - shownItems.length, 0) * rowHeight}px`;
    const wanted = [this.top, ...[...fresh.values()].map(({ row }) => row), this.bottom];
    const { children } = this.body;
    const isSame = wanted.length === children.length && wanted.every((row, index) => row === children[index]);
    if (!isSame) {
      this.body.replaceChildren(...wanted);
      if (focused !== null) fresh.get(focused)?.button.focus({ preventScroll: true });
      if (focused !== null && !fresh.has(focused)) this.hasLostFocus = true;
    }
  }

  makeRow(key) {
    const picture = make("span", { class: "picture no-picture" });
    const button = make("button", { type: "button" });
    const [time, block] = [make("span"), make("div", { class: "block", hidden: true })];
    const [start, length] = [make("td", {}, time, block), make("td")];
    const reason = make("div");
    const fill = make("i");
    const limit = make("b");
    const meter = make("span", { class: "meter", "aria-hidden": "true" }, fill, limit);
    const number = make("span");
    const score = make("span", { class: "score" }, number, meter);
    const state = make("td", { class: "c-state" });
    start.className = "c-start";
    length.className = "c-length";
    const row = make("tr", { "data-key": key },
      make("td", { class: "c-number" }, make("div", { class: "scene-cell" }, button, picture)), start, length,
      make("td", { class: "c-score" }, score), make("td", { class: "c-reason" }, reason), state);
    return { row, picture, button, time, block, length, reason, score, number, meter, fill, limit, state, shown: "" };
  }

  fill(cells, item, index) {
    const { session } = this;
    const { run, settings, pictures } = session;
    const { boundary, scene } = item;
    const isSelected = item.key === session.selectedID;
    cells.row.classList.toggle("selected", isSelected);
    if (isSelected) cells.row.setAttribute("aria-current", "true");
    else cells.row.removeAttribute("aria-current");
    const threshold = boundary?.threshold ?? settings.threshold;
    const reason = scene ? reasonText(run, scene) : rejectionText(boundary, settings);
    const state = stateText(boundary);
    const left = boundary?.state === "provisional" ? countdown(session, boundary) : "";
    const block = scene && run.namesBlocks ? blockKindOf(run, scene) : null;
    const key = [
      index, scene?.number, item.at.pts, item.length, boundary?.score, threshold, reason, state, left, item.isRejected,
      scene?.endReason, block,
    ].join(" ");
    const pts = scene ? pictureOf(run, pictures, scene) : keyFrameNear(run, pictures, item.at.pts);
    pictures.show(cells.picture, pts);
    if (cells.shown === key) return;
    cells.shown = key;
    cells.row.setAttribute("aria-rowindex", String(index + 2));
    cells.row.classList.toggle("rejected", item.isRejected);
    cells.row.classList.toggle("provisional", boundary?.state === "provisional");
    cells.button.setAttribute("aria-label", scene ? `Scene ${scene.number}` : `No scene at ${clock(item.at.t)}`);
    setText(cells.button, scene ? String(scene.number) : "–");
    setText(cells.time, clock(item.at.t));
    cells.block.hidden = block === null;
    replaceChildren(cells.block, block === null ? [] : blockBadge(block));
    setText(cells.length, item.length === null ? "" : scene.endReason === "open" ? "open" : clock(item.length, 1));
    setText(cells.number, boundary && boundary.score !== null ? scoreText(boundary.score) : "");
    cells.meter.hidden = !boundary || boundary.score === null;
    if (!cells.meter.hidden) {
      cells.meter.classList.toggle("over", !item.isRejected);
      cells.fill.style.width = `${boundary.score / 10000}%`;
      cells.limit.style.left = `calc(${threshold / 10000}% - 1px)`;
    }
    setText(cells.reason, reason);
    cells.reason.title = reason;
    if (left !== "") {
      const badge = make("span", { class: "state", title: "Provisional: final within this time" });
      append(badge, [icon("provisional"), make("span", {}, left)]);
      replaceChildren(cells.state, badge);
    } else replaceChildren(cells.state, stateBadge(boundary, item.isRejected, session.isLive));
  }
}
