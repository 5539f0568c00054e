// The timeline as it is drawn: an overview of the whole film, and below it, zoomable, scenes with pictures, shots, and
// the score curve with the threshold.

class TimelineView {
  static lanes = { ruler: 20, blocks: 22, scenes: 70, gap: 4, shots: 18 };

  constructor(session) {
    this.session = session;
    this.track = find("track");
    this.canvas = find("lanes");
    this.overview = find("overview");
    this.view = { from: 0, to: 1 };
    this.isFit = true;
    this.colors = {};
    this.hover = null;
    this.width = 1;
    this.height = 1;
    this.redraw = oncePerFrame(() => this.draw());
    session.pictures.onLoad = () => this.redraw();
  }

  // Time and place -----------------------------------------------------------------------------------------------

  get length() { return Math.max(secondsAt(this.session.run, this.session.end), 0.04); }

  /** Asks for the size once a frame, not for each bar: asking makes the browser lay the page out. */
  measure() {
    this.track.classList.toggle("with-blocks", this.session.run.hasBlocks);
    this.width = this.canvas.clientWidth || 1;
    this.height = this.canvas.clientHeight || 1;
  }
  x(pts) { return ((secondsAt(this.session.run, pts) - this.view.from) / (this.view.to - this.view.from)) * this.width; }
  seconds(x) { return this.view.from + (x / this.width) * (this.view.to - this.view.from); }
  pts(x) {
    const { run, grid } = this.session;
    return grid.shownAt(ptsAt(run, Math.min(Math.max(this.seconds(x), 0), this.length)));
  }

  setView(from, to) {
    const least = this.session.rate ? (12 * this.session.rate.denominator) / this.session.rate.numerator : 0.4;
    const span = Math.min(Math.max(to - from, Math.min(least, this.length)), this.length);
    const start = Math.min(Math.max(from, 0), this.length - span);
    this.view = { from: start, to: start + span };
    this.isFit = span >= this.length * 0.9999;
    this.redraw();
  }
  fit() { this.setView(0, this.length); }
  zoom(factor, around = null) {
    const span = this.view.to - this.view.from;
    const playhead = secondsAt(this.session.run, this.session.playhead);
    const isSeen = playhead >= this.view.from && playhead <= this.view.to;
    const fixed = around ?? (isSeen ? playhead : this.view.from + span / 2);
    const share = (fixed - this.view.from) / span;
    this.setView(fixed - share * span * factor, fixed + (1 - share) * span * factor);
  }

  get top() {
    const { ruler, blocks, scenes, gap, shots } = Timeline.lanes;
    const { height } = this;
    // Above the rings of boundaries; without blocks there is no such lane.
    const [blockTop, blockHeight] = [ruler - 2, this.session.run.hasBlocks ? blocks - 7 : 0];
    const sceneTop = ruler + (blockHeight > 0 ? blocks : 0);
    const shotTop = sceneTop + scenes + gap;
    const scoreTop = shotTop + shots + gap + 4;
    return { blockTop, blockHeight, sceneTop, shotTop, scoreTop, scoreHeight: height - scoreTop - 2, height };
  }
  scoreY(score) {
    const { scoreTop, scoreHeight } = this.top;
    return scoreTop + scoreHeight * (1 - score / 1000000);
  }

  // Drawing ------------------------------------------------------------------------------------------------------

  readColors() {
    const style = getComputedStyle(document.documentElement);
    const names = ["panel", "sunk", "raised", "line", "line-strong", "text", "dim", "accent", "on-accent", "accent-soft",
      "warn", "shot-a", "shot-b", "bar", "strip", "still", "on-block", "block-program", "block-adverts", "block-trailer",
      "block-ident"];
    for (const name of names) this.colors[name] = style.getPropertyValue(`--${name}`).trim();
    this.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    this.redraw();
  }

  prepare(canvas) {
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const scale = devicePixelRatio || 1;
    const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide;
      canvas.height = high;
    }
    const context = canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = this.font;
    context.textBaseline = "middle";
    return { context, width, height };
  }

  draw() {
    this.measure();
    if (!this.colors.panel || this.width <= 1) return;
    const { context, width, height } = this.prepare(this.canvas);
    context.fillStyle = this.colors.sunk;
    context.fillRect(0, 0, width, height);
    this.drawRuler(context, width);
    drawBlocks(this, context, width);
    this.drawScenes(context, width);
    this.drawShots(context, width);
    this.drawGaps(context, width, this.top.sceneTop, height);
    drawCues(this, context, width);
    this.drawScores(context, width);
    this.drawOpenEnd(context, width, height);
    this.drawRange(context, height);
    this.drawPlayhead(context, height);
    this.drawOverview();
  }

  drawRuler(context, width) {
    const span = this.view.to - this.view.from;
    const { run, grid } = this.session;
    const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
    const least = (76 / width) * span;
    const step = steps.find((each) => each >= least) ?? Math.ceil(least / 14400) * 14400;
    context.fillStyle = this.colors.dim;
    context.strokeStyle = this.colors.line;
    context.lineWidth = 1;
    const { sceneTop, height } = this.top;
    context.beginPath();
    for (let tick = Math.ceil(this.view.from / step) * step; tick <= this.view.to; tick += step) {
      const x = Math.round(((tick - this.view.from) / span) * width) + 0.5;
      context.moveTo(x, Timeline.lanes.ruler - 5);
      context.lineTo(x, height);
      context.fillText(clock(tick, step < 1 ? 1 : 0), x + 4, 9);
    }
    context.stroke();
    const frame = tickSeconds(run, grid.step);
    if (frame > 0 && (frame / span) * width >= 5) {
      const [from, to] = [this.view.from, this.view.to].map((seconds) => ptsAt(run, seconds));
      context.strokeStyle = this.colors["line-strong"];
      context.beginPath();
      for (let [pts, before] = [grid.shownAt(from), -Infinity]; pts <= to && pts > before; [pts, before] = [grid.stepped(pts, 1), pts]) {
        const x = Math.round(this.x(pts)) + 0.5;
        context.moveTo(x, sceneTop - 3);
        context.lineTo(x, sceneTop);
      }
      context.stroke();
    }
  }

  /** The entries of a list ordered by time that touch the view, by a search for the first. */
  inSight(list, start, end) {
    const { run } = this.session;
    const [from, to] = [ptsAt(run, this.view.from), ptsAt(run, this.view.to)];
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (end(list[middle]) < from) low = middle + 1;
      else high = middle;
    }
    let last = low;
    while (last < list.length && start(list[last]) <= to) last += 1;
    return list.slice(low, last);
  }

  drawScenes(context, width) {
    const { session, colors } = this;
    const { run, pictures } = session;
    const { sceneTop } = this.top;
    const high = Timeline.lanes.scenes;
    const slot = Math.max(high * pictures.aspect, 40);
    const selected = session.selected;
    for (const scene of this.inSight(session.scenes, ({ start }) => start.pts, ({ end }) => end.pts)) {
      const [left, right] = [this.x(scene.start.pts), this.x(scene.end.pts)];
      const wide = right - left;
      const [from, to] = [Math.max(left + (wide > 6 ? 1 : 0.5), -1), Math.min(right - (wide > 6 ? 1 : 0), width + 1)];
      if (to <= from) continue;
      context.save();
      context.beginPath();
      context.rect(from, sceneTop, Math.max(to - from, 0.5), high);
      context.clip();
      context.fillStyle = scene.number % 2 === 1 ? colors["shot-a"] : colors["shot-b"];
      context.fillRect(from, sceneTop, to - from, high);
      if (wide >= 20 && pictures.isThere) {
        const first = Math.max(0, Math.floor((0 - left) / slot));
        for (let index = first; left + index * slot < Math.min(right, width); index += 1) {
          const x = left + index * slot;
          const middle = ptsAt(run, this.seconds(Math.min(x + slot / 2, (x + right) / 2)));
          const key = keyFrameNear(run, pictures, index === 0 ? this.firstPicturePts(scene) : middle);
          if (key !== null) pictures.draw(context, key, x, sceneTop, slot, high);
        }
      }
      if (wide >= 24) this.chip(context, String(scene.number), Math.max(left, 0) + 5, sceneTop + 4);
      context.restore();
      const isSelected = selected && scene.boundary?.id === selected.id;
      if (isSelected) {
        context.strokeStyle = colors.accent;
        context.lineWidth = 3;
        context.strokeRect(from + 1.5, sceneTop + 1.5, Math.max(to - from - 3, 1), high - 3);
      }
      if (scene.boundary) this.drawMark(context, scene.boundary, left, sceneTop);
    }
  }

  firstPicturePts(scene) {
    const shot = this.session.run.shots[scene.firstShot];
    return shot?.firstKey ? Math.max(shot.firstKey.pts, scene.start.pts) : scene.start.pts;
  }

  chip(context, text, x, y) {
    const wide = context.measureText(text).width + 9;
    context.fillStyle = this.colors.panel;
    context.beginPath();
    context.roundRect(x, y, wide, 15, 3);
    context.fill();
    context.fillStyle = this.colors.text;
    context.fillText(text, x + 4.5, y + 8);
  }

  /** Too many rings would only be a line. */
  get showsMarks() { return !this.isFit || this.session.scenes.length <= this.width / 9; }

  /** Above the boundary: a ring while it waits for review, a disk once it was looked at, dashes while provisional. */
  drawMark(context, boundary, x, y) {
    const { colors } = this;
    if (boundary.state === "provisional") {
      context.strokeStyle = colors.text;
      context.lineWidth = 1.5;
      context.setLineDash([4, 3]);
      context.beginPath();
      context.moveTo(x + 0.5, y - 8);
      context.lineTo(x + 0.5, this.top.height);
      context.stroke();
      context.setLineDash([]);
      return;
    }
    if (!this.showsMarks) return;
    context.beginPath();
    context.arc(x, y - 4, 3, 0, 2 * Math.PI);
    const isDone = boundary.isReviewed || this.session.isLive;
    context.fillStyle = isDone ? colors.accent : colors.sunk;
    context.fill();
    context.strokeStyle = isDone ? colors.accent : colors["line-strong"];
    context.lineWidth = 1.5;
    context.stroke();
  }

  drawShots(context, width) {
    const { colors } = this;
    const { shotTop } = this.top;
    const high = Timeline.lanes.shots;
    const shots = this.inSight(this.session.run.shots, ({ start }) => start.pts, ({ end }) => end.pts);
    for (const shot of shots) {
      const [left, right] = [this.x(shot.start.pts), this.x(shot.end.pts)];
      context.fillStyle = shot.index % 2 === 0 ? colors["shot-a"] : colors["shot-b"];
      const inset = right - left > 3 ? 0.5 : 0;
      context.fillRect(left + inset, shotTop, Math.max(right - left - 2 * inset, 0.5), high);
      const range = shot.transition?.range;
      if (range) {
        const [from, to] = [this.x(range.first.pts), this.x(range.last.pts)];
        if (to - from >= 2) {
          context.fillStyle = colors.strip;
          context.beginPath();
          context.moveTo(from, shotTop + high);
          context.lineTo((from + to) / 2, shotTop + high / 2);
          context.lineTo(to, shotTop + high);
          context.fill();
        }
      }
    }
  }

  drawGaps(context, width, top, bottom) {
    for (const gap of this.inSight(this.session.run.gaps, ({ start }) => start.pts, ({ end }) => end.pts)) {
      const left = this.x(gap.start.pts);
      const wide = Math.max(this.x(gap.end.pts) - left, 3);
      this.hatch(context, Math.max(left, -4), top, Math.min(wide, width + 8), bottom - top);
      if (wide > 40) this.chip(context, "gap", Math.max(left, 0) + 5, top + 4);
    }
  }

  hatch(context, x, y, width, height) {
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    context.fillStyle = this.colors.panel;
    context.fillRect(x, y, width, height);
    context.strokeStyle = this.colors["line-strong"];
    context.lineWidth = 1;
    context.beginPath();
    for (let shift = x - height; shift < x + width; shift += 7) {
      context.moveTo(shift, y + height);
      context.lineTo(shift + height, y);
    }
    context.stroke();
    context.restore();
  }

  drawScores(context, width) {
    const { session, colors } = this;
    const { scoreTop, scoreHeight } = this.top;
    const bottom = scoreTop + scoreHeight;
    const wide = this.barWidth();
    const pts = ({ at }) => at.pts;
    const bar = (boundary, fill) => {
      if (boundary.score === null) return;
      const y = Math.min(this.scoreY(boundary.score), bottom - 1);
      const left = this.x(boundary.at.pts) - wide / 2;
      if (fill !== null) {
        context.fillStyle = fill;
        context.fillRect(left, y, wide, bottom - y);
      } else {
        context.strokeStyle = colors.strip;
        context.lineWidth = 1;
        context.strokeRect(left + 0.5, y + 0.5, Math.max(wide - 1, 0.5), bottom - y);
      }
    };
    // High enough, but not chosen (a higher neighbor, or too close to the boundary before): an empty bar.
    const isHigh = (each) => each.score >= (each.threshold ?? session.settings.threshold);
    for (const each of this.inSight(session.current.rejected, pts, pts)) bar(each, isHigh(each) ? null : colors.bar);
    for (const each of this.inSight(session.boundaries, pts, pts)) {
      const isProvisional = each.state === "provisional";
      bar(each, isProvisional ? colors.strip : colors.accent);
      if (each.score === null) {
        context.fillStyle = colors.accent;
        context.fillRect(this.x(each.at.pts) - 1, scoreTop, 2, scoreHeight);
      }
    }
    const selected = session.selected;
    if (selected) {
      const x = this.x(selected.at.pts);
      context.strokeStyle = colors.text;
      context.lineWidth = 1;
      context.strokeRect(x - wide / 2 - 2.5, scoreTop - 1.5, wide + 5, scoreHeight + 2);
    }
    this.drawDifferences(context);
    context.fillStyle = colors.dim;
    context.fillText("score", 4, scoreTop + 6);
    if (!session.isLive) this.drawThreshold(context, width);
  }

  /** Where another run differs: a filled diamond for what only this run has, an empty one for what only that one has. */
  drawDifferences(context) {
    const { differences } = this.session;
    if (!differences) return;
    const y = this.top.scoreTop + 2;
    const pts = ({ at }) => at.pts;
    context.strokeStyle = this.colors.warn;
    context.lineWidth = 1.5;
    for (const [list, isFilled] of [[differences.here, true], [differences.there, false]]) {
      for (const each of this.inSight(list, pts, pts)) {
        const x = this.x(each.at.pts);
        context.beginPath();
        context.moveTo(x, y - 5);
        context.lineTo(x + 5, y);
        context.lineTo(x, y + 5);
        context.lineTo(x - 5, y);
        context.closePath();
        context.fillStyle = isFilled ? this.colors.warn : this.colors.sunk;
        context.fill();
        context.stroke();
      }
    }
  }

  barWidth() {
    const count = Math.max(this.session.run.shots.length, 1);
    const perShot = (this.width * this.length) / (this.view.to - this.view.from) / count;
    return Math.min(Math.max(perShot * 0.4, 1), 6);
  }

  drawThreshold(context, width) {
    const { settings, boundaries, current } = this.session;
    const { colors } = this;
    context.strokeStyle = colors.text;
    context.lineWidth = 1;
    if (settings.perHour !== null) {
      const steps = [...boundaries, ...current.rejected].filter(({ threshold }) => threshold !== null)
        .sort((left, right) => left.at.pts - right.at.pts);
      context.setLineDash([2, 3]);
      context.beginPath();
      steps.forEach((each, index) => context[index ? "lineTo" : "moveTo"](this.x(each.at.pts), this.scoreY(each.threshold)));
      context.stroke();
      context.setLineDash([]);
    }
    const y = Math.round(this.scoreY(settings.threshold)) + 0.5;
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(width, y);
    context.stroke();
    const text = scoreText(settings.threshold);
    const wide = context.measureText(text).width + 10;
    const top = Math.min(Math.max(y - 8, this.top.scoreTop - 2), this.top.height - 16);
    context.fillStyle = colors.text;
    context.beginPath();
    context.roundRect(width - wide - 2, top, wide, 16, 3);
    context.fill();
    context.fillStyle = colors.panel;
    context.fillText(text, width - wide + 3, top + 8.5);
  }

  /** What is not decided yet, or never was: from the watermark to the end of what is known. */
  drawOpenEnd(context, width, height) {
    const { run, end } = this.session;
    if (run.end || !run.watermark || run.watermark.pts >= end) return;
    const x = this.x(run.watermark.pts);
    if (x > width) return;
    context.strokeStyle = this.colors.warn;
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(x + 0.5, 0);
    context.lineTo(x + 0.5, height);
    context.stroke();
    const text = "decided up to here";
    const wide = context.measureText(text).width + 9;
    this.chip(context, text, x > wide + 8 ? x - wide - 3 : x + 4, this.top.sceneTop + Timeline.lanes.scenes - 19);
  }

  drawRange(context, height) {
    const { range } = this.session;
    if (!range) return;
    const [left, right] = [this.x(range.from), this.x(range.to)];
    context.strokeStyle = this.colors.accent;
    context.lineWidth = 1.5;
    context.setLineDash([5, 3]);
    context.strokeRect(left, 1, right - left, height - 2);
    context.setLineDash([]);
  }

  drawPlayhead(context, height) {
    const x = Math.round(this.x(this.session.playhead)) + 0.5;
    context.strokeStyle = this.colors.text;
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, height);
    context.stroke();
    context.fillStyle = this.colors.text;
    context.beginPath();
    context.moveTo(x - 5, 0);
    context.lineTo(x + 5, 0);
    context.lineTo(x, 7);
    context.fill();
    if (this.hover) {
      context.strokeStyle = this.colors["line-strong"];
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(Math.round(this.hover.x) + 0.5, 0);
      context.lineTo(Math.round(this.hover.x) + 0.5, height);
      context.stroke();
    }
  }

  drawOverview() {
    const { session, colors } = this;
    const { context, width, height } = this.prepare(this.overview);
    const place = (pts) => (secondsAt(session.run, pts) / this.length) * width;
    context.fillStyle = colors.sunk;
    context.fillRect(0, 0, width, height);
    for (const scene of session.scenes) {
      const left = place(scene.start.pts);
      context.fillStyle = scene.number % 2 === 1 ? colors["shot-a"] : colors["shot-b"];
      context.fillRect(left, 4, Math.max(place(scene.end.pts) - left - 0.5, 0.5), height - 8);
    }
    context.fillStyle = colors.strip;
    for (const { at } of session.boundaries) context.fillRect(place(at.pts) - 0.5, 4, 1, height - 8);
    for (const gap of session.run.gaps) {
      const left = place(gap.start.pts);
      this.hatch(context, left, 2, Math.max(place(gap.end.pts) - left, 2), height - 4);
    }
    const [left, right] = [this.view.from, this.view.to].map((seconds) => (seconds / this.length) * width);
    context.strokeStyle = colors.accent;
    context.lineWidth = 2;
    context.beginPath();
    context.roundRect(left + 1, 1, Math.max(right - left - 2, 3), height - 2, 3);
    context.stroke();
    context.fillStyle = colors.text;
    context.fillRect(place(session.playhead) - 0.75, 0, 1.5, height);
  }
}
