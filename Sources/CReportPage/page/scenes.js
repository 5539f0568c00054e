// The boundaries and scenes as they stand: what was decided, and what a person made of it.

/**
 * The current boundaries, scenes, and the candidates that are no boundary:
 * a boundary is {id, at, origin, state, kind, score, threshold, transition, delay, isAdded, isMoved, isReviewed, review};
 * `review` is what the run says that a person said before, the others what was said here. A scene is {number, start, end,
 * boundary, endReason, firstShot, lastShot}.
 */
function currentScenes(run, settings, corrections, groups) {
  const base = decidedBoundaries(run, settings, groups);
  const found = new Map(base.boundaries.map((boundary) => [boundary.id, boundary]));
  const removedOnes = [];
  for (const [id, mark] of corrections.marks) {
    let boundary = found.get(id);
    if (mark.action === "remove") {
      if (boundary) removedOnes.push({ ...boundary, isRemoved: true, isReviewed: true });
      found.delete(id);
      continue;
    }
    // What a person confirmed or moved stays, whatever the threshold says later.
    if (!boundary) boundary = pinned(run, id, mark, [...base.rejected, ...base.removed]);
    if (mark.action === "move") {
      found.set(id, { ...boundary, at: mark.to, origin: mark.at, isMoved: true, isReviewed: true });
    } else found.set(id, { ...boundary, isReviewed: true });
  }
  const byPts = new Map();
  for (const boundary of found.values()) if (!byPts.has(boundary.at.pts)) byPts.set(boundary.at.pts, boundary);
  const placesByPts = new Map([...base.rejected, ...base.removed].map((boundary) => [boundary.at.pts, boundary]));
  for (const at of corrections.added.values()) {
    const place = placesByPts.get(at.pts);
    byPts.set(at.pts, {
      id: `added/${at.pts}`, at, state: "final", kind: place?.kind ?? "cut", score: place?.score ?? null,
      threshold: place?.threshold ?? null, transition: place?.transition ?? null, delay: null,
      isAdded: true, isReviewed: true,
    });
  }
  const boundaries = [...byPts.values()].sort((left, right) => left.at.pts - right.at.pts);
  const rejected = base.rejected.filter(
    (boundary) => !byPts.has(boundary.at.pts) && corrections.marks.get(boundary.id)?.action !== "remove"
  );
  const scenes = scenesBetween(run, groups.map(({ stretch }) => stretch), boundaries);
  return { boundaries, scenes, rejected, removed: [...removedOnes, ...base.removed], isExact: base.isExact };
}

/**
 * What the rule makes of the run, and what a person said of it before, which stands whatever the threshold says:
 * {boundaries, rejected, removed, isExact}; `removed` are places of which a person said that no scene begins there.
 */
function decidedBoundaries(run, settings, groups) {
  const own = settingsOf(run);
  const provisional = [...run.boundaries.values()].filter(({ state }) => state === "provisional");
  const isOwn = sameSettings(settings, own);
  const hasScores = run.scores.length > 0;
  const timeline = Number.isInteger(run.start?.timeline) ? run.start.timeline : 0;
  const transitions = new Map(run.shots.map((shot) => [shot.start.pts, shot.transition]));
  const finals = finalBoundaries(run);
  const byPts = new Map(finals.map((boundary) => [boundary.at.pts, boundary]));
  const place = ({ candidate, threshold }) => ({
    id: byPts.get(candidate.at.pts)?.id ?? `boundary/${timelineOf(candidate, timeline)}/${candidate.at.pts}`,
    at: candidate.at,
    state: "final",
    kind: candidate.kind,
    score: candidate.score,
    threshold,
    transition: candidate.kind === "cut" ? transitions.get(candidate.at.pts) ?? null : null,
    delay: byPts.get(candidate.at.pts)?.delay ?? null,
  });
  if (!hasScores) {
    // Without scores the others are unknown: a higher threshold can only take away.
    const kept = finals.filter((boundary) => isOwn || boundary.review !== null || boundary.score >= settings.threshold);
    const dropped = finals.filter((boundary) => !kept.includes(boundary));
    const judged = (boundary) => (isOwn ? boundary : { ...boundary, threshold: settings.threshold });
    return { boundaries: [...kept.map(judged), ...provisional], rejected: dropped.map(judged), removed: [], isExact: isOwn };
  }
  const verdicts = decideAll(run, settings, groups);
  const reviewed = finals.filter(({ review }) => review !== null);
  const said = new Set([...run.removed, ...reviewed.map(({ at }) => at.pts)]);
  const decided = verdicts.filter(({ candidate, isBoundary }) => isBoundary && !said.has(candidate.at.pts)).map(place);
  const chosen = isOwn ? finals : [...decided, ...reviewed];
  const taken = new Set([...chosen, ...provisional].map((boundary) => boundary.at.pts));
  const others = verdicts
    .filter(({ candidate }) => !taken.has(candidate.at.pts))
    .map((verdict) => ({ ...place(verdict), isPeak: verdict.isPeak, isFarEnough: verdict.isFarEnough }));
  const rejected = others.filter(({ at }) => !run.removed.has(at.pts));
  const removed = others.filter(({ at }) => run.removed.has(at.pts));
  const isExact = isOwn || typeof run.options.deadline !== "number";
  return { boundaries: [...chosen, ...provisional], rejected, removed, isExact };
}

/** The timeline in the id of the score stands in that of the boundary. */
function timelineOf(candidate, otherwise) {
  const match = /^score\/(\d+)\//.exec(candidate.id);
  return match ? Number(match[1]) : otherwise;
}

function pinned(run, id, mark, rejected) {
  const place = rejected.find((boundary) => boundary.id === id);
  const own = run.boundaries.get(id);
  return place ?? own ?? {
    id, at: mark.at, state: "final", kind: "cut", score: null, threshold: null, transition: null, delay: null,
  };
}

function scenesBetween(run, stretches, boundaries) {
  const scenes = [];
  let position = 0;
  for (const stretch of stretches) {
    let start = stretch.start;
    let opener = null;
    while (position < boundaries.length && boundaries[position].at.pts <= stretch.start.pts) position += 1;
    while (position < boundaries.length && boundaries[position].at.pts < stretch.end.pts) {
      const boundary = boundaries[position];
      scenes.push(scene(run, start, boundary.at, opener, "boundary"));
      [start, opener] = [boundary.at, boundary];
      position += 1;
    }
    scenes.push(scene(run, start, stretch.end, opener, stretch.closed ?? "open"));
  }
  // A boundary may lie behind the last closed shot: the scene that it opens has no shot yet.
  const last = boundaries.at(-1);
  if (last && scenes.length > 0 && scenes.at(-1).endReason === "open" && last.at.pts >= scenes.at(-1).end.pts) {
    scenes.at(-1).endReason = "boundary";
    scenes.push(scene(run, last.at, last.at, last, "open"));
  }
  scenes.forEach((each, index) => { each.number = index + 1; });
  return scenes;
}

function scene(run, start, end, boundary, endReason) {
  const firstShot = Math.max(shotIndexAt(run, start.pts), 0);
  const lastShot = Math.max(shotIndexAt(run, end.pts - 1), firstShot);
  return { number: 0, start, end, boundary, endReason, firstShot, lastShot };
}

/** The scene that holds `pts`, by its position; -1 if there is none. */
function sceneIndexAt(scenes, pts) {
  let [low, high] = [0, scenes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scenes[middle].start.pts <= pts) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** What a person did to a boundary, here or before: "added", "moved", "confirmed", or null. */
function reviewOf(boundary) {
  if (boundary.isAdded) return "added";
  if (boundary.isMoved) return "moved";
  return boundary.review ?? (boundary.isReviewed ? "confirmed" : null);
}

/** How far a boundary is from having been decided the other way; what nobody scored is not in doubt. */
const doubt = (boundary, settings) =>
  boundary === null || boundary.score === null
    ? Infinity
    : Math.abs(boundary.score - (boundary.threshold ?? settings.threshold));
/** Millionths within which a decision is in doubt; at so many it is not, as in the catalogue. */
const doubtfulWithin = 100000;
