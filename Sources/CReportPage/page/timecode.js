// Seconds, picture numbers and timecode labels.

const knownRates = [
  [24000, 1001], [24, 1], [25, 1], [30000, 1001], [30, 1], [48, 1], [50, 1], [60000, 1001], [60, 1],
  [12, 1], [15, 1], [10, 1], [100, 1], [120000, 1001], [120, 1],
];

/** The instants with which shots begin and end, stretch by stretch. */
function instantsOf(shots, stretches) {
  const lists = stretches.map(() => []);
  let position = 0;
  for (const { start, end } of shots) {
    while (position + 1 < stretches.length && start.pts >= stretches[position + 1].start.pts) position += 1;
    lists[position]?.push(start, end);
  }
  return lists;
}

/**
 * The rate of a run of constant rate as {numerator, denominator, labels, isDropFrame, firstLabel, isWhole},
 * from the picture numbers of its shots; null if the rate varies or numbers are missing. `firstLabel` is the
 * count of the label of picture 0, or null without timecode. `isWhole`: numbers count from the first picture
 * without a break.
 */
function rateOf(run, stretches = stretchesOf(run)) {
  const told = instantsOf(run.shots, stretches).map((list) => list.filter((at) => at.frame !== null));
  // Numbers count pictures and not time: across a gap they say nothing.
  const spans = told.flatMap((list) => list.map((at) => ({ ticks: at.pts - list[0].pts, frames: at.frame - list[0].frame })))
    .filter(({ ticks }) => ticks > 0);
  if (spans.length === 0) return null;
  const longest = spans.reduce((best, span) => (span.ticks > best.ticks ? span : best));
  const rate = nearestRate(run, spans, longest);
  if (rate === null) return null;
  const [numerator, denominator] = rate;
  const instants = told.flat();
  const isWhole = instants.every((at) => Math.abs((secondsAt(run, at.pts) * numerator) / denominator - at.frame) <= 0.75);
  const labeled = instants.find((at) => at.timecode !== null);
  const labels = Math.round(numerator / denominator);
  const isDropFrame = labeled ? labeled.timecode.includes(";") : false;
  const count = labeled ? labelCount(labeled.timecode, labels) : null;
  const firstLabel = count === null ? null : count - labeled.frame;
  return { numerator, denominator, labels, isDropFrame, firstLabel, isWhole };
}

/** The rate whose pictures land on what is told of them, as [numerator, denominator]; null if none does. */
function nearestRate(run, spans, longest) {
  if (longest.frames <= 0) return null;
  const { timeBase } = run;
  // Pictures by which a rate misses: the farthest of the spans, and all together.
  const miss = ([numerator, denominator], over = spans) => {
    const perTick = (timeBase.numerator * numerator) / (timeBase.denominator * denominator);
    let [most, sum] = [0, 0];
    for (const { ticks, frames } of over) {
      const each = Math.abs(ticks * perTick - frames);
      most = Math.max(most, each);
      sum += each;
    }
    return { most, sum, perTick };
  };
  // Both ends of a span were rounded to ticks.
  const lands = ({ most, perTick }) => most <= perTick + 1e-6;
  // Over a few pictures nearly every rate is near.
  const isLong = longest.frames > 12;
  const near = knownRates.filter((rate) => miss(rate, [longest]).most < 0.75).map((rate) => ({ rate, ...miss(rate) }))
    .filter((each) => each.most < 0.75 && (isLong || lands(each))).sort((left, right) => left.sum - right.sum);
  // One span alone may end with a picture of another length: a rate that is common goes before its own.
  if (near.length > 0 && (lands(near[0]) || spans.length < 3)) return near[0].rate;
  const own = [longest.frames * timeBase.denominator, longest.ticks * timeBase.numerator];
  if (lands(miss(own))) return own;
  if (near.length > 0) return near[0].rate;
  return miss(own).most <= 0.75 ? own : null;
}

/** Pictures since 00:00:00:00 of a label; null if the label does not exist at this rate. */
function labelCount(label, labels) {
  const match = /^(\d\d):(\d\d):(\d\d)([:;])(\d{2,3})$/.exec(label);
  if (!match) return null;
  const [hours, minutes, seconds, frames] = [1, 2, 3, 5].map((index) => Number(match[index]));
  if (frames >= labels) return null;
  const count = ((hours * 60 + minutes) * 60 + seconds) * labels + frames;
  if (match[4] === ":" || labels % 30 !== 0) return count;
  const dropped = labels / 15;
  if (frames < dropped && seconds === 0 && minutes % 10 !== 0) return null;
  const minute = hours * 60 + minutes;
  return count - dropped * (minute - Math.floor(minute / 10));
}

/** The label of the picture `count` pictures after 00:00:00:00 (SMPTE ST 12-1: drop frame skips labels 0 and 1, or 0
 *  to 3 at 60, in each minute but every tenth). A day wraps. */
function labelOf(count, labels, isDropFrame) {
  let number = count;
  const drops = isDropFrame && labels % 30 === 0;
  const perDay = drops ? labels * 86400 - (labels / 15) * (1440 - 144) : labels * 86400;
  number = ((number % perDay) + perDay) % perDay;
  if (drops) {
    const dropped = labels / 15;
    const perTen = labels * 600 - dropped * 9;
    const tens = Math.floor(number / perTen);
    const rest = number % perTen;
    const minutes = rest < labels * 60 ? 0 : 1 + Math.floor((rest - labels * 60) / (labels * 60 - dropped));
    number += dropped * (tens * 9 + minutes);
  }
  const two = (value) => String(value).padStart(2, "0");
  const seconds = Math.floor(number / labels);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(":");
  return clock + (isDropFrame ? ";" : ":") + String(number % labels).padStart(labels > 100 ? 3 : 2, "0");
}

/** The picture shown at `pts`, or null. */
function frameAt(run, rate, pts) {
  if (!rate) return null;
  // A tick of tolerance: instants of pictures are rounded to ticks, the first picture's as well.
  const tolerance = Math.min(tickSeconds(run, 1), (rate.denominator / rate.numerator) / 4);
  return Math.floor((secondsAt(run, pts) + tolerance) * (rate.numerator / rate.denominator) + 1e-6);
}

const ptsOfFrame = (run, rate, frame) => ptsAt(run, (frame * rate.denominator) / rate.numerator);

/** What is told of a shot on both sides of `pts` that has a picture number: [before, after], undefined without. */
function numberedAround(shot, pts) {
  const told = [shot.start, ...shot.parts.flatMap((part) => [part.start, ...part.keyFrames]), shot.end];
  const numbered = told.filter(({ frame }) => frame !== null);
  return [numbered.findLast((at) => at.pts <= pts), numbered.find((at) => at.pts >= pts)];
}

/** The instant at `pts` as events write it: after a loss, pictures have no number. */
function instantAt(run, rate, pts) {
  const shot = run.shots[shotIndexAt(run, pts)];
  for (const known of [shot?.start, shot?.end]) if (known?.pts === pts) return known;
  const isUnbroken = run.gaps.length === 0;
  const [before, after] = shot && !isUnbroken ? numberedAround(shot, pts) : [];
  const isCounted = rate?.isWhole === true && (isUnbroken || (before !== undefined && after !== undefined));
  const frame = isCounted ? frameAt(run, rate, pts) : null;
  const isLabeled = frame !== null && rate.firstLabel !== null;
  const hasLabel = isLabeled && (isUnbroken || (before.timecode !== null && after.timecode !== null));
  return {
    pts,
    t: Math.round(secondsAt(run, pts) * 1000000) / 1000000,
    frame,
    timecode: hasLabel ? labelOf(rate.firstLabel + frame, rate.labels, rate.isDropFrame) : null,
  };
}

/** `H:MM:SS.mmm`, or `M:SS.mmm` below an hour. */
function clock(seconds, digits = 3) {
  const scale = 10 ** digits;
  const total = Math.round(Math.abs(seconds) * scale);
  const whole = Math.floor(total / scale);
  const two = (value) => String(value).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const fraction = digits > 0 ? "." + String(total % scale).padStart(digits, "0") : "";
  const head = hours > 0 ? `${hours}:${two(minutes)}` : `${minutes}`;
  return `${seconds < 0 && total > 0 ? "-" : ""}${head}:${two(rest)}${fraction}`;
}

/** A length in words: `1 h 2 min`, `3 min 20 s`, `8.2 s`. */
function lengthInWords(seconds) {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
