// What a person decided, as a value: every change gives a new one, so that undo is a list of values.
//
// `marks` holds one answer for each boundary id: {action: "confirm" | "remove" | "move", at, to}.
// `added` holds instants where a scene begins that nobody had found, by pts.

const noCorrections = () => ({ marks: new Map(), added: new Map() });

const isEmpty = (corrections) => corrections.marks.size === 0 && corrections.added.size === 0;

function withMark(corrections, boundary, mark) {
  const marks = new Map(corrections.marks);
  if (mark === null) marks.delete(boundary.id);
  else marks.set(boundary.id, { at: boundary.origin ?? boundary.at, ...mark });
  return { ...corrections, marks };
}

function withoutAdded(corrections, pts) {
  const added = new Map(corrections.added);
  added.delete(pts);
  return { ...corrections, added };
}

/** "Looked at, right." A boundary that was moved or added is so already. */
function confirmed(corrections, boundary) {
  if (boundary.isAdded || boundary.isMoved) return corrections;
  return withMark(corrections, boundary, { action: "confirm" });
}

/** As if nobody had looked. */
function unreviewed(corrections, boundary) {
  return boundary.isAdded ? corrections : withMark(corrections, boundary, null);
}

function removed(corrections, boundary) {
  if (boundary.isAdded) return withoutAdded(corrections, boundary.at.pts);
  return withMark(corrections, boundary, { action: "remove" });
}

/** A boundary that is moved back to where it was found is confirmed. */
function moved(corrections, boundary, to) {
  if (boundary.isAdded) {
    const added = new Map(withoutAdded(corrections, boundary.at.pts).added);
    added.set(to.pts, to);
    return { ...corrections, added };
  }
  const origin = boundary.origin ?? boundary.at;
  if (origin.pts === to.pts) return withMark(corrections, boundary, { action: "confirm" });
  return withMark(corrections, boundary, { action: "move", to });
}

function added(corrections, at) {
  const all = new Map(corrections.added);
  all.set(at.pts, at);
  return { ...corrections, added: all };
}

const fileInstant = (run, at) => ({ t: at.t, pts: run.hasTicks ? at.pts : null, time_base: run.timeBase.text });

/**
 * The corrections file: what turns the run's own boundaries into `current`, and what was confirmed. Boundaries that
 * another threshold adds or drops are written as added and removed, so the file says all without the page's settings.
 */
function correctionsFile(run, corrections, current) {
  const entries = [];
  const finals = finalBoundaries(run);
  const currentById = new Map(current.map((boundary) => [boundary.id, boundary]));
  for (const boundary of finals) {
    const now = currentById.get(boundary.id);
    const mark = corrections.marks.get(boundary.id);
    if (!now) entries.push({ pts: boundary.at.pts, entry: { action: "remove", id: boundary.id } });
    else if (mark?.action === "move") {
      const to = fileInstant(run, mark.to);
      entries.push({ pts: boundary.at.pts, entry: { action: "move", id: boundary.id, to } });
    } else if (mark?.action === "confirm") {
      entries.push({ pts: boundary.at.pts, entry: { action: "confirm", id: boundary.id } });
    }
  }
  const known = new Set(finals.map((boundary) => boundary.id));
  for (const boundary of current) {
    if (known.has(boundary.id) || boundary.state === "provisional") continue;
    entries.push({ pts: boundary.at.pts, entry: { action: "add", at: fileInstant(run, boundary.at) } });
  }
  entries.sort((left, right) => left.pts - right.pts);
  return {
    type: "scened_corrections",
    version: 1,
    feed: run.feed,
    run: run.id,
    input: run.input,
    corrections: entries.map(({ entry }) => entry),
  };
}

/**
 * Reads a corrections file. Throws an Error with one line for people. What `scened correct` refuses is
 * skipped: `unknown` counts entries that fit nothing, `outside` places that lie in no scene, `timeBases`
 * names other clocks.
 */
function readCorrectionsFile(run, text, rate, grid) {
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    throw new Error("This is not a corrections file: it is not JSON. Choose a file that Save wrote.");
  }
  if (file?.type !== "scened_corrections" || !Array.isArray(file.corrections)) {
    throw new Error("This is not a corrections file. Choose a file that Save wrote.");
  }
  if (file.version !== 1) throw new Error(`This corrections file has version ${shown(file.version)}; this page reads 1.`);
  const result = noCorrections();
  const finals = finalBoundaries(run);
  const byId = new Map(finals.map((boundary) => [boundary.id, boundary]));
  const stretches = stretchesOf(run);
  const skipped = { unknown: 0, outside: 0, timeBases: new Set() };
  const placeOf = (value) => {
    const isOtherClock = run.hasTicks && typeof value?.time_base === "string" && value.time_base !== run.timeBase.text;
    const at = isOtherClock ? null : readFileInstant(run, value, rate, grid);
    if (isOtherClock) skipped.timeBases.add(value.time_base);
    else if (!at) skipped.unknown += 1;
    else if (!holdsBoundary(stretches, at.pts)) skipped.outside += 1;
    else return at;
    return null;
  };
  for (const entry of file.corrections) {
    if (entry?.action === "add") {
      const at = placeOf(entry.at);
      if (at) result.added.set(at.pts, at);
      continue;
    }
    const boundary = byId.get(entry?.id);
    if (!boundary || !["confirm", "remove", "move"].includes(entry.action)) {
      skipped.unknown += 1;
      continue;
    }
    const to = entry.action === "move" ? placeOf(entry.to) : null;
    if (entry.action === "move" && !to) continue;
    result.marks.set(boundary.id, { at: boundary.at, action: entry.action, ...(to ? { to } : {}) });
  }
  // What is added where a boundary was found is that boundary, also if it was removed before.
  for (const boundary of finals) {
    if (!result.added.has(boundary.at.pts) || result.marks.get(boundary.id)?.action === "move") continue;
    result.added.delete(boundary.at.pts);
    result.marks.set(boundary.id, { at: boundary.at, action: "confirm" });
  }
  return { corrections: result, ...skipped, isOtherRun: file.run !== run.id };
}

/** An instant of a file: its ticks of this run, or the picture nearest to its seconds; null without. */
function readFileInstant(run, value, rate, grid) {
  const at = readInstant(value);
  if (!at) return null;
  const countsTicks = !run.hasTicks || (Number.isSafeInteger(value.pts) && value.time_base === run.timeBase.text);
  return instantAt(run, rate, countsTicks ? at.pts : grid.nearest(ptsAt(run, at.t)));
}

/** The run's own final boundaries, in order of time. */
function finalBoundaries(run) {
  return [...run.boundaries.values()]
    .filter((boundary) => boundary.state === "final")
    .sort((left, right) => left.at.pts - right.at.pts);
}

/** For the browser's storage: plain objects and back. */
const packCorrections = (corrections) => ({ marks: [...corrections.marks], added: [...corrections.added.values()] });

function unpackCorrections(value) {
  const result = noCorrections();
  for (const [id, mark] of Array.isArray(value?.marks) ? value.marks : []) {
    const at = readInstant(mark?.at);
    const to = readInstant(mark?.to ?? null);
    const isWhole = mark?.action === "move" ? to !== null : ["confirm", "remove"].includes(mark?.action);
    if (typeof id === "string" && at && isWhole) result.marks.set(id, { action: mark.action, at, ...(to ? { to } : {}) });
  }
  for (const entry of Array.isArray(value?.added) ? value.added : []) {
    const at = readInstant(entry);
    if (at) result.added.set(at.pts, at);
  }
  return result;
}
