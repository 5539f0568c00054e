// Event lines in, the state of a run out. Fields and types that are not known are skipped; lines that cannot be read
// are counted, never guessed.

/** Puts a flag into its place. Messages name instants ahead: the list is kept in order of time. A reader may get a line twice. */
function putCue(run, cue) {
  let place = run.cues.length;
  while (place > 0 && run.cues[place - 1].at.pts >= cue.at.pts) {
    if (run.cues[place - 1].id === cue.id) return;
    place -= 1;
  }
  run.cues.splice(place, 0, cue);
}

/** A run of which nothing is known yet. Instants are {pts, t, frame, timecode}; `pts` counts ticks of the time base. */
function emptyRun() {
  return {
    id: null,
    input: "",
    feed: "default",
    start: null,
    end: null,
    startPts: 0,
    startOffset: 0,
    hasTicks: true,
    timeBase: { numerator: 1, denominator: 1000000, text: "1/1000000" },
    options: {},
    model: null,
    shots: [],
    gaps: [],
    cues: [],
    scores: [],
    scenes: [],
    similar: [],
    blocks: [],
    hasBlocks: false,
    namesBlocks: false,
    boundaries: new Map(),
    removed: new Set(),
    watermark: null,
    heartbeat: null,
    heartbeatSeen: 0,
    feedStates: [],
    reliefs: [],
    changes: [],
    lastDelay: null,
    newest: null,
    unread: 0,
    earlierRuns: 0,
    dropped: 0,
  };
}

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const isIndex = (value) => Number.isInteger(value) && value >= 0;
const millionths = (value) => Math.round(Math.min(Math.max(value, 0), 1) * 1000000);

function readTimeBase(text) {
  const match = /^([1-9][0-9]{0,14})\/([1-9][0-9]{0,14})$/.exec(typeof text === "string" ? text : "");
  return match ? { numerator: Number(match[1]), denominator: Number(match[2]), text } : null;
}

/** An instant, or null. Where only seconds are known, ticks are microseconds. */
function readInstant(value) {
  if (value === null || typeof value !== "object" || !isNumber(value.t)) return null;
  const hasTicks = Number.isSafeInteger(value.pts);
  if (!hasTicks && value.pts !== null && value.pts !== undefined) return null;
  return {
    pts: hasTicks ? value.pts : Math.round(value.t * 1000000),
    t: value.t,
    frame: isIndex(value.frame) ? value.frame : null,
    timecode: typeof value.timecode === "string" ? value.timecode : null,
  };
}

/** What a calibration makes of a score, in millionths; null without one. */
const readProbability = (value) => (isNumber(value) && value >= 0 && value <= 1 ? millionths(value) : null);

/** What moved a score; null where nobody asked, or nothing of it can be read. */
function readReasons(value) {
  const logits = reasonNames.map((name) => [name, value?.logits?.[name]]).filter(([, logit]) => isNumber(logit));
  const { left_part: left, right_part: right, distance } = value?.alike ?? {};
  const alike = isIndex(left) && isIndex(right) && isNumber(distance) ? { left, right, distance } : null;
  return logits.length > 0 || alike ? { logits, alike } : null;
}

/** What a person said of a boundary of a corrected run (contract 18): "confirmed", "moved", "added", or null. */
const readReview = (value) => (["confirmed", "moved", "added"].includes(value) ? value : null);

const reasonNames = ["segmentation", "lengths", "tempo", "transition"];

function readTransition(value) {
  if (value === null || typeof value !== "object" || typeof value.kind !== "string") return null;
  const first = readInstant(value.range?.first ?? null);
  const last = readInstant(value.range?.last ?? null);
  return {
    kind: value.kind,
    range: first && last ? { first, last } : null,
    score: isNumber(value.score) ? value.score : null,
  };
}

/** A kind of block as a word, or null. Kinds that a later program may know are words, too. */
const readBlockKind = (value) => (typeof value === "string" && /^[a-z][a-z_]{0,31}$/.test(value) ? value : null);

const eventReaders = {
  stream_start(run, event) {
    const timeBase = readTimeBase(event.media?.time_base) ?? readTimeBase("1/1000000");
    Object.assign(run, {
      id: typeof event.run === "string" ? event.run : null,
      input: typeof event.input === "string" ? event.input : "",
      feed: typeof event.feed === "string" ? event.feed : "default",
      start: event,
      startPts: Number.isSafeInteger(event.start_pts) ? event.start_pts : 0,
      startOffset: isNumber(event.start_offset) ? event.start_offset : 0,
      hasTicks: Number.isSafeInteger(event.start_pts),
      timeBase,
      options: event.options !== null && typeof event.options === "object" ? event.options : {},
      model: event.model !== null && typeof event.model === "object" ? event.model : null,
    });
    if (isNumber(run.options.blocks)) run.namesBlocks = true;
    return true;
  },

  shot(run, event) {
    const start = readInstant(event.start);
    const end = readInstant(event.end);
    if (!isIndex(event.index) || !start || !end || end.pts < start.pts) return false;
    const parts = [];
    for (const part of Array.isArray(event.parts) ? event.parts : []) {
      const [from, to] = [readInstant(part?.start), readInstant(part?.end)];
      if (!isIndex(part?.index) || !from || !to) continue;
      const frames = Array.isArray(part.key_frames) ? part.key_frames.map(readInstant).filter(Boolean) : [];
      parts.push({ index: part.index, start: from, end: to, keyFrames: frames });
    }
    const frames = parts.flatMap((part) => part.keyFrames);
    run.shots.push({
      index: event.index,
      start,
      end,
      transition: readTransition(event.transition),
      parts,
      firstKey: frames[0] ?? null,
      lastKey: frames[frames.length - 1] ?? null,
    });
    return true;
  },

  boundary(run, event) {
    const at = readInstant(event.at);
    // Without a score it is in no doubt.
    const isScored = isNumber(event.score);
    if (typeof event.id !== "string" || !at || (!isScored && event.score !== null && event.score !== undefined)) return false;
    const known = run.boundaries.get(event.id);
    const revision = isIndex(event.rev) ? event.rev : 0;
    // A reader may get a line twice, and lines of a journal in any order of delivery: the highest revision counts.
    if (known && (known.revision > revision || known.state === "final")) return true;
    if (event.state === "retracted") {
      run.boundaries.delete(event.id);
      if (event.review === "removed") run.removed.add(at.pts);
    } else {
      run.boundaries.set(event.id, {
        id: event.id,
        at,
        state: event.state === "provisional" ? "provisional" : "final",
        revision,
        kind: event.kind === "intra_shot" ? "intra_shot" : "cut",
        score: isScored ? millionths(event.score) : null,
        threshold: isNumber(event.threshold) ? millionths(event.threshold) : null,
        probability: readProbability(event.probability),
        transition: readTransition(event.transition),
        rightShots: isIndex(event.right_shots) ? event.right_shots : null,
        isComplete: event.complete !== false,
        delay: isNumber(event.delay) ? event.delay : null,
        review: readReview(event.review),
        isReviewed: readReview(event.review) !== null,
      });
    }
    if (event.state === "final" && isNumber(event.delay)) run.lastDelay = event.delay;
    return true;
  },

  scene(run, event) {
    const start = readInstant(event.start);
    const end = readInstant(event.end);
    if (!isIndex(event.index) || !start || !end) return false;
    const block = readBlockKind(event.block);
    if (block !== null) run.namesBlocks = true;
    run.scenes.push({ index: event.index, start, end, endReason: event.end_reason, block, seen: readSeen(event.seen) });
    return true;
  },

  similar(run, event) {
    const match = readMatch(event);
    if (match) run.similar.push(match);
    return match !== null;
  },

  block(run, event) {
    const start = readInstant(event.start);
    const end = readInstant(event.end);
    const kind = readBlockKind(event.kind);
    if (!start || !end || end.pts <= start.pts || kind === null) return false;
    run.hasBlocks = run.namesBlocks = true;
    const probability = isNumber(event.probability) ? millionths(event.probability) : null;
    // Kept in order of time. A reader may get a line twice.
    let place = run.blocks.length;
    while (place > 0 && run.blocks[place - 1].start.pts > start.pts) place -= 1;
    if (run.blocks[place - 1]?.start.pts === start.pts) return true;
    run.blocks.splice(place, 0, { start, end, kind, probability, next: readBlockKind(event.next) });
    return true;
  },

  score(run, event) {
    const at = readInstant(event.at);
    if (!isIndex(event.part) || !isIndex(event.shot) || !at || !isNumber(event.score)) return false;
    run.scores.push({
      id: typeof event.id === "string" ? event.id : "",
      part: event.part,
      shot: event.shot,
      at,
      kind: event.kind === "intra_shot" ? "intra_shot" : "cut",
      score: millionths(event.score),
      probability: readProbability(event.probability),
      reasons: readReasons(event.reasons),
    });
    return true;
  },

  gap(run, event) {
    const start = readInstant(event.start);
    const end = readInstant(event.end);
    if (!start || !end) return false;
    run.gaps.push({ start, end, reason: typeof event.reason === "string" ? event.reason : "missing" });
    return true;
  },

  cue(run, event) {
    const at = readInstant(event.at);
    if (!at || typeof event.kind !== "string") return false;
    const type = event.segmentation?.type;
    const id = String(event.id);
    const number = isIndex(event.event_id) ? event.event_id : null;
    if (event.cancelled === true) {
      run.cues = run.cues.filter((each) => each.number !== number || each.at.pts < at.pts);
      return true;
    }
    putCue(run, {
      id,
      at,
      number,
      kind: event.kind,
      type: typeof type === "string" ? type : null,
      direction: event.direction === "out" || event.direction === "in" ? event.direction : null,
      title: typeof event.title === "string" ? event.title : null,
    });
    return true;
  },

  novelty(run, event) {
    const at = readInstant(event.at);
    if (!at || (event.state !== "new" && event.state !== "usual")) return false;
    putCue(run, { id: String(event.id), at, number: null, kind: "novelty", type: event.state, direction: null, title: null });
    return true;
  },

  watermark(run, event) {
    const at = readInstant(event.at);
    if (!at) return false;
    run.watermark = at;
    return true;
  },

  heartbeat(run, event) {
    if (typeof event.state !== "string") return false;
    run.heartbeat = {
      state: event.state,
      reason: typeof event.reason === "string" ? event.reason : null,
      at: readInstant(event.at),
      lag: isNumber(event.lag) ? event.lag : null,
      opens: isIndex(event.opens) ? event.opens : 0,
    };
    run.heartbeatSeen = performance.now();
    return true;
  },

  feed_state(run, event) {
    const at = readInstant(event.at);
    if (!at || typeof event.state !== "string") return false;
    run.feedStates.push({ at, state: event.state });
    return true;
  },

  stream_change(run, event) {
    const at = readInstant(event.at);
    if (!at) return false;
    run.changes.push({ at, codec: String(event.codec), width: event.width, height: event.height });
    return true;
  },

  degraded: readRelief,
  recovered: readRelief,

  stream_end(run, event) {
    const counts = event.counts !== null && typeof event.counts === "object" ? event.counts : {};
    run.end = { at: readInstant(event.at), reason: event.reason, counts };
    return true;
  },
};

function readRelief(run, event) {
  const at = readInstant(event.at);
  if (!at || !Array.isArray(event.left_out)) return false;
  run.reliefs.push({ at, skipped: event.left_out.map(String) });
  return true;
}

/** Takes up one event. A second `stream_start` of another run begins anew: a page shows one run. */
function takeEvent(run, event) {
  if (event === null || typeof event !== "object" || Array.isArray(event) || typeof event.type !== "string") {
    run.unread += 1;
    return null;
  }
  if (event.type === "stream_start" && run.start && event.run !== run.id) {
    const [earlierRuns, unread] = [run.earlierRuns + 1, run.unread];
    Object.assign(run, emptyRun(), { earlierRuns, unread });
  }
  const read = Object.hasOwn(eventReaders, event.type) ? eventReaders[event.type] : null;
  if (read === null) return event.type;
  if (!read(run, event)) {
    run.unread += 1;
    return null;
  }
  const at = readInstant(event.end ?? event.at ?? null);
  if (at && (run.newest === null || at.pts > run.newest.pts)) run.newest = at;
  return event.type;
}

/** Takes up one line; a line that is not JSON (such as the cut-off last one of a broken run) is counted. */
function takeLine(run, line) {
  if (line.trim() === "") return null;
  let event;
  try {
    event = JSON.parse(line);
  } catch {
    run.unread += 1;
    return null;
  }
  return takeEvent(run, event);
}

function readRun(text) {
  const run = emptyRun();
  for (const line of text.split("\n")) takeLine(run, line);
  return run;
}

/** Ticks in seconds, the way the program computes them. */
const tickSeconds = (run, ticks) => (ticks * run.timeBase.numerator) / run.timeBase.denominator;
/** Seconds since the first picture. */
const secondsAt = (run, pts) => tickSeconds(run, pts - run.startPts);
/** The tick nearest to `seconds` since the first picture. */
const ptsAt = (run, seconds) =>
  run.startPts + Math.round((seconds * run.timeBase.denominator) / run.timeBase.numerator);

/** Stretches of pictures without a gap: {start, end, closed}; `closed` is "gap", "end", or null while it is open. */
function stretchesOf(run) {
  const stretches = [];
  const gapStarts = new Set(run.gaps.map((gap) => gap.start.pts));
  const spans = run.shots.length > 0 ? run.shots : run.scenes;
  for (const [position, span] of spans.entries()) {
    const current = stretches[stretches.length - 1];
    const previous = spans[position - 1];
    // A shot that was ended for its length is followed by one that begins with "start", and by no gap (contract 5).
    const isFresh =
      !current ||
      previous.end.pts !== span.start.pts ||
      previous.endReason === "gap" ||
      gapStarts.has(previous.end.pts);
    if (isFresh) stretches.push({ start: span.start, end: span.end, closed: null });
    else if (span.end.pts > current.end.pts) current.end = span.end;
  }
  for (const [position, stretch] of stretches.entries()) {
    if (gapStarts.has(stretch.end.pts) || position + 1 < stretches.length) stretch.closed = "gap";
    else if (run.end) stretch.closed = "end";
  }
  if (stretches.length === 0 && run.boundaries.size > 0) {
    const start = { pts: run.startPts, t: 0, frame: 0, timecode: null };
    const end = run.end?.at ?? run.watermark ?? run.newest;
    stretches.push({ start, end, closed: run.end ? "end" : null });
  }
  return stretches;
}

/** Whether a boundary may lie at `pts`: inside a stretch, not at its ends. */
const holdsBoundary = (stretches, pts) => stretches.some(({ start, end }) => pts > start.pts && pts < end.pts);

/** Where what is known ends: the end of the last shot, of the last gap, or what the stream's end says. */
function endOf(run) {
  const ends = [run.shots.at(-1)?.end, run.gaps.at(-1)?.end, run.end?.at, run.scenes.at(-1)?.end, run.newest];
  return ends.filter(Boolean).reduce((last, at) => Math.max(last, at.pts), run.startPts);
}

/** The shot that shows `pts`, or the last one before it; -1 if there is none. */
function shotIndexAt(run, pts) {
  let [low, high] = [0, run.shots.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (run.shots[middle].start.pts <= pts) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
