// What a scene is like: whether it was on before, as the run found out, and what `scened similar` found in an index. Both are
// known of scenes that still begin and end where the run had them.

/** A known scene, or null where it cannot be read. */
function readSighting(value) {
  const { score, recording, scene, start } = value ?? {};
  if (!isNumber(score) || !isIndex(scene) || !isNumber(start)) return null;
  return { score: millionths(score), recording: typeof recording === "string" ? recording : null, scene, start };
}

/** How often something like a scene was on; null where nobody asked, or nobody can tell. */
function readSeen(value) {
  if (!isIndex(value?.times)) return null;
  return { times: value.times, best: readSighting(value.best), last: readSighting(value.last) };
}

/** How often a scene was on before, in words; empty where nothing is known of it. */
function seenText(run, scene) {
  const told = run.scenes.find((each) => each.start.pts === scene.start.pts && each.end.pts === scene.end.pts);
  const seen = told?.seen ?? null;
  if (seen === null) return "";
  if (seen.times === 0 || !seen.last) return "no";
  const times = seen.times === 1 ? "once" : `${seen.times} times`;
  const { recording, start } = seen.last;
  const best = seen.best ? `, cosine up to ${(seen.best.score / 1000000).toFixed(3)}` : "";
  return `${times}, last ${recording === null ? "here" : `in ${recording}`} at ${clock(start)}${best}`;
}

/** A scene of another recording that is like one of the run; null where it cannot be read. */
function readMatch(value) {
  const { start, end, score, recording, scene, at } = value ?? {};
  if (![start, end, score, at].every(isNumber) || typeof recording !== "string" || !isIndex(scene)) return null;
  return { start, end, score, recording, scene, at };
}

/** Instants are written to the microsecond, and counted in ticks. */
const isSameSecond = (first, second) => Math.abs(first - second) < 0.000_002;

/** The scenes that are most like a scene, in words, best first; none where nothing is known. */
function similarTexts(run, scene) {
  return run.similar
    .filter((match) => isSameSecond(match.start, scene.start.t) && isSameSecond(match.end, scene.end.t))
    .map((match) => `${match.recording} at ${clock(match.at)}, cosine ${match.score.toFixed(3)}`);
}
