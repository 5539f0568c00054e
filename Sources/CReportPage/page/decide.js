// The rule that turns scores into boundaries: the same as the program's, operation by operation (contract 8).
// Scores and thresholds are whole millionths, times are ticks. A test holds both against each other.

/** Ticks that last at most `seconds`: the program's rounding. */
function ticksOf(timeBase, seconds) {
  const exact = (seconds * timeBase.denominator) / timeBase.numerator;
  const nearest = Math.round(exact);
  return Math.abs(exact - nearest) < 1e-6 ? nearest : Math.floor(exact);
}

/** The fewest ticks that last `seconds`. */
function minimumTicks(timeBase, seconds) {
  const exact = ticksOf(timeBase, seconds);
  return (exact * timeBase.numerator) / timeBase.denominator < seconds - 1e-9 ? exact + 1 : exact;
}

/** What a run was decided with; `perHour` is null unless the threshold follows the scores. */
function settingsOf(run) {
  const options = run.options;
  return {
    threshold: isNumber(options.threshold) ? millionths(options.threshold) : 500000,
    minScene: isNumber(options.min_scene) ? options.min_scene : 0,
    peak: options.peak === 1 ? 1 : 0,
    perHour: isNumber(options.scenes_per_hour) && options.scenes_per_hour > 0 ? options.scenes_per_hour : null,
  };
}

const sameSettings = (left, right) =>
  left.threshold === right.threshold &&
  left.minScene === right.minScene &&
  left.peak === right.peak &&
  left.perHour === right.perHour;

/** A threshold that follows the scores, so that about `perHour` boundaries an hour pass it. */
class AdaptiveThreshold {
  static priorSeconds = 600;
  static capacity = 1024;

  constructor(preset, perHour) {
    this.preset = preset / 1000000;
    this.perHour = perHour;
    this.history = [];
    this.oldest = 0;
    this.sorted = [];
    this.forgotten = 0;
  }

  thresholdAt(seconds) {
    const span = Math.max(0, seconds - this.forgotten);
    const wanted = Math.max(1, (this.perHour * span) / 3600);
    const count = this.sorted.length;
    const rank = wanted < count + 1 ? Math.trunc(wanted) : count + 1;
    const quantile = rank <= count ? this.sorted[count - rank] / 1000000 : 0;
    const weight = Math.max(0, 1 - seconds / AdaptiveThreshold.priorSeconds);
    return millionths(weight * this.preset + (1 - weight) * quantile);
  }

  remember(score, seconds) {
    this.history.push({ score, seconds });
    this.sorted.splice(this.position(score), 0, score);
    if (this.history.length - this.oldest <= AdaptiveThreshold.capacity) return;
    const first = this.history[this.oldest];
    this.oldest += 1;
    this.sorted.splice(this.position(first.score), 1);
    this.forgotten = first.seconds;
  }

  position(score) {
    let [low, high] = [0, this.sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sorted[middle] < score) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** One candidate after the other; each decision binds those that follow. */
class BoundaryDecider {
  constructor(settings, timeBase) {
    this.settings = settings;
    this.timeBase = timeBase;
    this.minimum = minimumTicks(timeBase, settings.minScene);
    this.adaptive = settings.perHour === null ? null : new AdaptiveThreshold(settings.threshold, settings.perHour);
    this.sceneStart = -Infinity;
    this.stretchStart = 0;
    this.ticksBefore = 0;
    this.previous = null;
  }

  begin(start) {
    this.sceneStart = start;
    this.stretchStart = start;
    this.previous = null;
  }

  pause(end) {
    this.ticksBefore += end - this.stretchStart;
    this.stretchStart = end;
  }

  decide(part, pts, score, next) {
    const isAbovePrevious =
      this.previous === null || this.previous.part !== part - 1 || this.previous.score < score;
    const isPeak = this.settings.peak === 0 || (isAbovePrevious && (next === null || next <= score));
    const isFarEnough = pts - this.sceneStart >= this.minimum;
    const isEligible = isPeak && isFarEnough;
    this.previous = { part, score };

    const ticks = this.ticksBefore + pts - this.stretchStart;
    const seconds = (ticks * this.timeBase.numerator) / this.timeBase.denominator;
    const threshold = this.adaptive ? this.adaptive.thresholdAt(seconds) : this.settings.threshold;
    const isBoundary = isEligible && score >= threshold;
    if (isEligible && this.adaptive) this.adaptive.remember(score, seconds);
    if (isBoundary) this.sceneStart = pts;
    return { isBoundary, threshold, isPeak, isFarEnough };
  }
}

/**
 * The places where a scene may end, by stretch: [{stretch, candidates}]. The end of a stretch is none: what ends the
 * stream, or stands before a gap, makes no boundary, although its score is reported.
 */
function candidatesOf(run) {
  const stretches = stretchesOf(run);
  const groups = stretches.map((stretch) => ({ stretch, candidates: [] }));
  const scores = [...run.scores].sort((left, right) => left.part - right.part);
  let position = 0;
  for (const score of scores) {
    while (position + 1 < groups.length && score.at.pts > stretches[position].end.pts) position += 1;
    const stretch = stretches[position];
    if (!stretch || score.at.pts <= stretch.start.pts || score.at.pts >= stretch.end.pts) continue;
    groups[position].candidates.push(score);
  }
  return groups;
}

/** Whether the part behind an unfinished run's last candidate is one whose score is still to come, or not closed yet. */
function awaitsFollower(run, candidate) {
  for (let position = run.shots.length - 1; position >= 0; position -= 1) {
    const parts = run.shots[position].parts;
    if (parts.length === 0 || parts[0].index > candidate.part + 1) continue;
    const next = parts.find((part) => part.index === candidate.part + 1);
    return next === undefined || run.options.intra_shot === true || next === parts.at(-1);
  }
  return true;
}

/**
 * Decides all candidates of a run. Returns one verdict for each, in order of time: {candidate, isBoundary, threshold,
 * isPeak}. Of an unfinished run, a last candidate whose follower is still to come is left undecided.
 */
function decideAll(run, settings, groups = candidatesOf(run)) {
  const decider = new BoundaryDecider(settings, run.timeBase);
  const verdicts = [];
  for (const { stretch, candidates } of groups) {
    decider.begin(stretch.start.pts);
    for (const [position, candidate] of candidates.entries()) {
      const follower = candidates[position + 1];
      const isNext = follower !== undefined && follower.part === candidate.part + 1;
      const isOpen = settings.peak === 1 && stretch.closed === null && follower === undefined;
      if (isOpen && awaitsFollower(run, candidate)) break;
      const verdict = decider.decide(candidate.part, candidate.at.pts, candidate.score, isNext ? follower.score : null);
      verdicts.push({ candidate, ...verdict });
    }
    decider.pause(stretch.end.pts);
  }
  return verdicts;
}
