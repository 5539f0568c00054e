// The grid of pictures: where each one begins, stretch by stretch. Boundaries and the playhead lie on it.

/** A run without a constant rate has no grid: its instants then stay where they are. */
class PictureGrid {
  constructor(run, rate, stretches) {
    this.run = run;
    /** Ticks of one picture. */
    this.step = rate ? (rate.denominator * run.timeBase.denominator) / (rate.numerator * run.timeBase.numerator) : 0;
    /** Ticks by which rounding may miss a picture. */
    this.slack = this.step >= 4 ? 1 : 0;
    const told = instantsOf(run.shots, stretches);
    this.stretches = stretches.map(({ start, end }, index) => {
      const phase = rate ? this.phaseOf(start.pts, told[index]) : null;
      const count = phase === null ? 0 : Math.max(Math.round((end.pts - phase) / this.step), 1);
      return { start: start.pts, end: end.pts, phase, count };
    });
  }

  /**
   * Where the first picture lies, in fractions of ticks, since what is told was rounded: on the grid of the run's
   * start or its own where that fits all, else in the middle. Null off any grid.
   */
  phaseOf(start, instants) {
    const rests = instants.map(({ pts }) => pts - Math.round((pts - start) / this.step) * this.step);
    const [least, most] = rests.reduce(([low, high], rest) => [Math.min(low, rest), Math.max(high, rest)], [start, start]);
    if (most - least > Math.max(2 * this.slack, this.step / 4)) return null;
    const { startPts } = this.run;
    const ofRun = startPts + Math.round((start - startPts) / this.step) * this.step;
    const fits = (phase) => most - phase <= 0.5 + 1e-6 && phase - least <= 0.5 + 1e-6;
    return [ofRun, start].find(fits) ?? (least + most) / 2;
  }

  /** The position of the last stretch that begins at or before `pts`; -1 before all of them. */
  positionAt(pts) {
    let [low, high] = [0, this.stretches.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.stretches[middle].start <= pts) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The stretch around `pts`, if its pictures lie evenly; null in a gap. */
  around(pts) {
    const stretch = this.stretches[this.positionAt(pts)];
    return stretch && stretch.phase !== null && pts <= stretch.end ? stretch : null;
  }

  /** The number within its stretch of the picture that is shown at `pts`. */
  numberAt(stretch, pts) {
    return Math.floor((pts - stretch.phase + (this.slack || 0.5)) / this.step + 1e-9);
  }

  /** Where a picture of a stretch begins. What the run says of an instant goes before what is computed. */
  place(stretch, number) {
    const pts = Math.round(stretch.phase + Math.min(Math.max(number, 0), stretch.count) * this.step);
    if (this.slack === 0) return pts;
    const position = shotIndexAt(this.run, pts + this.slack);
    const { [position]: shot } = this.run.shots;
    const told = shot ? [shot.start, shot.end, ...shot.parts.flatMap((part) => [part.start, ...part.keyFrames])] : [];
    return told.find((at) => Math.abs(at.pts - pts) <= this.slack)?.pts ?? pts;
  }

  /** Where the picture begins that is shown at `pts`. */
  shownAt(pts) {
    const stretch = this.around(pts);
    return stretch ? this.place(stretch, this.numberAt(stretch, pts)) : pts;
  }

  /** Where the picture begins that is nearest to `pts`; of two, the earlier one. */
  nearest(pts) {
    const stretch = this.around(pts);
    return stretch ? this.place(stretch, Math.ceil((pts - stretch.phase) / this.step - 0.5 - 1e-9)) : pts;
  }

  /** `pts` moved by `count` pictures; what lies between two stretches is passed over. */
  stepped(pts, count) {
    if (this.step === 0) return ptsAt(this.run, secondsAt(this.run, pts) + count / 25);
    const position = this.positionAt(pts);
    const [stretch, next] = [this.stretches[position], this.stretches[position + 1]];
    if (stretch?.phase === null) return Math.round(pts + count * this.step);
    if (!stretch || pts > stretch.end) {
      if (count < 0) return stretch ? this.place(stretch, stretch.count - 1) : pts;
      return next?.start ?? pts;
    }
    const number = this.numberAt(stretch, pts) + count;
    const before = this.stretches[position - 1];
    if (number < 0 && before && before.phase !== null) return this.place(before, before.count - 1);
    return number >= stretch.count && next ? next.start : this.place(stretch, number);
  }
}
