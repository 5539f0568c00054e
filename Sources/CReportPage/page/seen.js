// Whether scenes were on before, as the run found out: for scenes that still begin and end where the run had them.

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
