// What a person does on the timeline: zoom, seek, choose, drag the threshold. The slider around the canvas tells the
// keyboard and screen readers the same.

class Timeline extends TimelineView {
  static grip = 8;

  constructor(session) {
    super(session);
    session.subscribe((what) => {
      if (what.has("scenes")) this.showRule();
      if (what.has("playhead") || what.has("scenes")) this.tellPlayhead();
      if (what.has("selection")) this.reveal();
      this.redraw();
    });
    new ResizeObserver(() => {
      this.measure();
      this.redraw();
    }).observe(this.track);
    this.listenToRule();
    this.listenToZoom();
    this.listenToPointer();
    this.listenToOverview();
    this.measure();
    this.fit();
    this.showRule();
    this.tellPlayhead();
  }

  /** Brings what is selected into sight; leaves the view alone while it is. */
  reveal() {
    const selected = this.session.selected;
    if (!selected || this.isFit) return;
    const at = secondsAt(this.session.run, selected.at.pts);
    const span = this.view.to - this.view.from;
    if (at < this.view.from + span * 0.05 || at > this.view.to - span * 0.05) this.setView(at - span / 2, at + span / 2);
  }

  /** A longer film: a view of the whole stays one; a reader who follows stays at the end. */
  grow() {
    const span = this.view.to - this.view.from;
    if (this.isFit) this.fit();
    else if (this.session.follows) this.setView(this.length - span, this.length);
    else this.redraw();
  }

  tellPlayhead() {
    const { run, playhead } = this.session;
    const seconds = secondsAt(run, playhead);
    this.track.setAttribute("aria-valuemax", this.length.toFixed(3));
    this.track.setAttribute("aria-valuenow", seconds.toFixed(3));
    const index = sceneIndexAt(this.session.scenes, playhead);
    const block = blockAt(run, playhead);
    this.track.setAttribute("aria-valuetext",
      [clock(seconds), index < 0 ? null : `scene ${index + 1}`, block && blockWord(block.kind)].filter(Boolean).join(", "));
  }

  // The rule -----------------------------------------------------------------------------------------------------

  listenToRule() {
    const { session } = this;
    const slider = find("threshold");
    slider.addEventListener("input", () => session.setThreshold(Number(slider.value) * 1000000, "slider"));
    slider.addEventListener("change", () => session.endGroup());
    const seconds = find("min-scene");
    seconds.addEventListener("change", () => {
      const value = Number(seconds.value);
      if (seconds.value !== "" && value >= 0) session.setSettings({ minScene: value });
      else this.showRule();
    });
    find("peak").addEventListener("change", (event) => session.setSettings({ peak: event.target.checked ? 1 : 0 }));
    find("reset-rule").addEventListener("click", () => session.setSettings(settingsOf(session.run)));
    find("prune").addEventListener("click", () => pruneRange(session));
  }

  showRule() {
    const { session } = this;
    const { settings } = session;
    const own = settingsOf(session.run);
    find("rule").hidden = session.isLive;
    if (session.isLive) return;
    const slider = find("threshold");
    slider.min = String(Math.ceil(session.lowestThreshold / 10000) / 100);
    if (Math.abs(Number(slider.value) * 1000000 - settings.threshold) > 4999) slider.value = String(settings.threshold / 1000000);
    slider.setAttribute("aria-valuetext", scoreText(settings.threshold));
    setText(find("threshold-text"), scoreText(settings.threshold));
    const seconds = find("min-scene");
    if (document.activeElement !== seconds) seconds.value = String(settings.minScene);
    find("peak").checked = settings.peak === 1;
    for (const id of ["min-scene", "peak"]) find(id).disabled = !session.hasScores;
    const isOwn = sameSettings(settings, own);
    find("reset-rule").disabled = isOwn;
    const count = session.boundaries.length;
    const change = count - finalBoundaries(session.run).length;
    const against = change === 0 ? "as many as the run" : `${change > 0 ? "+" : "−"}${Math.abs(change)} against the run`;
    setText(find("rule-effect"), isOwn && change === 0 ? "" : `${counted(count, "boundary", "boundaries")}, ${against}`);
  }

  // Pointer and wheel --------------------------------------------------------------------------------------------

  listenToZoom() {
    find("zoom-in").addEventListener("click", () => this.zoom(0.5));
    find("zoom-out").addEventListener("click", () => this.zoom(2));
    find("zoom-fit").addEventListener("click", () => this.fit());
    this.track.addEventListener("wheel", (event) => {
      this.session.follows = false;
      const span = this.view.to - this.view.from;
      if (event.ctrlKey || event.metaKey || event.altKey) {
        event.preventDefault();
        this.zoom(Math.exp(event.deltaY / 300), this.seconds(event.offsetX));
      } else if (!this.isFit) {
        event.preventDefault();
        const turn = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY;
        const shift = (turn / this.width) * span;
        this.setView(this.view.from + shift, this.view.to + shift);
      }
      this.session.tell("view");
    }, { passive: false });
  }

  listenToPointer() {
    const { track, session } = this;
    let drag = null;
    track.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      session.follows = false;
      const { x, y } = this.pointIn(event);
      const grasped = this.boundaryAt(x, y);
      if (this.isOnThreshold(y)) drag = { kind: "threshold" };
      else if (grasped) {
        drag = { kind: "move", from: x };
        session.select(grasped);
      }
      else if (event.shiftKey) drag = { kind: "range", from: this.pts(x) };
      else {
        drag = { kind: "seek" };
        this.seek(x, y);
      }
      track.setPointerCapture(event.pointerId);
      track.focus({ preventScroll: true });
      event.preventDefault();
    });
    track.addEventListener("pointermove", (event) => {
      const { x, y } = this.pointIn(event);
      if (drag?.kind === "threshold") {
        const { scoreTop, scoreHeight } = this.top;
        const score = 1 - (y - scoreTop) / scoreHeight;
        session.setThreshold(Math.round(score * 100) * 10000, "drag");
      } else if (drag?.kind === "move") {
        if (Math.abs(x - drag.from) >= 3 && session.selected) session.move(session.selected, this.pts(x), "drag");
      } else if (drag?.kind === "range") {
        const to = this.pts(x);
        session.setRange({ from: Math.min(drag.from, to), to: Math.max(drag.from, to) });
        find("prune").hidden = session.isLive;
      } else if (drag?.kind === "seek") session.setPlayhead(this.pts(x));
      const isGrasping = drag ? drag.kind === "move" : this.boundaryAt(x, y) !== null;
      track.style.cursor = drag?.kind === "threshold" || this.isOnThreshold(y) ? "ns-resize" : isGrasping ? "ew-resize" : "default";
      this.showPreview(event.pointerType === "mouse" && drag?.kind !== "threshold" ? { x, y } : null);
    });
    const stop = () => {
      if (drag?.kind === "threshold" || drag?.kind === "move") session.endGroup();
      drag = null;
    };
    track.addEventListener("pointerup", stop);
    track.addEventListener("pointercancel", stop);
    track.addEventListener("pointerleave", () => this.showPreview(null));
    track.addEventListener("dblclick", (event) => {
      const point = this.pointIn(event);
      const stretch = blockUnder(this, point) ?? session.scenes[sceneIndexAt(session.scenes, this.pts(point.x))];
      if (!stretch) return;
      const [from, to] = [stretch.start, stretch.end].map((at) => secondsAt(session.run, at.pts));
      this.setView(from - (to - from) * 0.05, to + (to - from) * 0.05);
    });
  }

  pointIn(event) {
    const box = this.track.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  isOnThreshold(y) {
    return !this.session.isLive && Math.abs(y - this.scoreY(this.session.settings.threshold)) <= Timeline.grip;
  }

  /** The boundary whose ring lies there, which a drag moves. */
  boundaryAt(x, y) {
    const { session } = this;
    if (session.isLive || !this.showsMarks || Math.abs(y - (this.top.sceneTop - 4)) > 6) return null;
    return session.boundaries.find(({ at }) => Math.abs(this.x(at.pts) - x) <= 6) ?? null;
  }

  /** A click seeks; on the ruler, on a bar of the score curve or on a scene it selects as well. */
  seek(x, y) {
    const { session } = this;
    const { sceneTop, shotTop, scoreTop } = this.top;
    if (session.range) {
      session.setRange(null);
      find("prune").hidden = true;
    }
    if (y >= scoreTop) {
      const near = [...session.boundaries, ...session.current.rejected]
        .map((boundary) => ({ boundary, distance: Math.abs(this.x(boundary.at.pts) - x) }))
        .filter(({ distance }) => distance <= 6)
        .sort((left, right) => left.distance - right.distance)[0];
      if (near) return session.select(near.boundary);
    }
    session.setPlayhead(this.pts(x));
    if (y >= sceneTop && y < shotTop) session.selectHere();
  }

  showPreview(point) {
    this.hover = point;
    const preview = find("preview");
    const { run, pictures } = this.session;
    preview.hidden = point === null || run.shots.length === 0;
    this.redraw();
    if (preview.hidden) return;
    const pts = this.pts(point.x);
    pictures.show(find("preview-picture"), keyFrameNear(run, pictures, pts));
    const scene = this.session.scenes[sceneIndexAt(this.session.scenes, pts)];
    const block = blockUnder(this, point);
    const what = block ? `\n${blockPreview(run, block)}` : scene ? ` · scene ${scene.number}` : "";
    setText(find("preview-text"), clock(secondsAt(run, pts)) + what);
    const [width, height] = [preview.offsetWidth, preview.offsetHeight];
    const left = Math.min(Math.max(point.x + 12 - width / 2, 4), this.width + 24 - width - 4);
    preview.style.transform = `translate(${Math.round(left)}px, ${Math.round(this.track.offsetTop - height + 14)}px)`;
  }

  listenToOverview() {
    const { overview } = this;
    let isDragging = false;
    const go = (event) => {
      const at = (event.offsetX / overview.clientWidth) * this.length;
      const span = this.view.to - this.view.from;
      if (this.isFit) this.session.setPlayhead(ptsAt(this.session.run, Math.min(Math.max(at, 0), this.length)));
      else this.setView(at - span / 2, at + span / 2);
    };
    overview.addEventListener("pointerdown", (event) => {
      isDragging = true;
      this.session.follows = false;
      overview.setPointerCapture(event.pointerId);
      go(event);
    });
    overview.addEventListener("pointermove", (event) => { if (isDragging) go(event); });
    overview.addEventListener("pointerup", () => { isDragging = false; });
    overview.addEventListener("pointercancel", () => { isDragging = false; });
  }
}

/** Of the boundaries in the chosen range, keeps the one with the highest score. */
function pruneRange(session) {
  if (!session.range) return say("Choose a range first: drag on the timeline with Shift held down.");
  const count = session.prune(session.range.from, session.range.to);
  say(count === 0 ? "The range holds fewer than two boundaries." : `Pruned: ${count} removed, the highest kept.`);
}
