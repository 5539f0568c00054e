// Another run of the same film beside this one: which boundaries both have, and which only one.

/** Seconds within which two boundaries are the same. */
const sameWithin = 0.5;

/** The other run's boundaries on this run's timeline: {name, boundaries}. Throws an Error with one line for people. */
function readOther(session, name, text) {
  const other = readRun(text);
  if (!other.start && other.boundaries.size === 0) {
    throw new Error("This file holds no events of a run. Choose what scened segment wrote.");
  }
  const boundaries = finalBoundaries(other).map((boundary) => {
    const pts = session.grid.nearest(ptsAt(session.run, secondsAt(other, boundary.at.pts)));
    return { ...boundary, id: `other/${pts}`, at: instantAt(session.run, session.rate, pts), isOther: true };
  });
  return { name: shown(name), boundaries };
}

/** Pairs two lists that rise in time, the nearest first: {both, here, there}, the last two as lists. */
function comparison(run, ours, theirs) {
  const [ourTimes, theirTimes] = [ours, theirs].map((list) => list.map(({ at }) => secondsAt(run, at.pts)));
  const pairs = [];
  let first = 0;
  for (const [left, time] of ourTimes.entries()) {
    while (first < theirs.length && theirTimes[first] < time - sameWithin) first += 1;
    for (let right = first; right < theirs.length && theirTimes[right] <= time + sameWithin; right += 1) {
      pairs.push({ left, right, distance: Math.abs(theirTimes[right] - time) });
    }
  }
  pairs.sort((one, another) => one.distance - another.distance);
  const [here, there] = [new Set(ours), new Set(theirs)];
  for (const { left, right } of pairs) {
    if (!here.has(ours[left]) || !there.has(theirs[right])) continue;
    here.delete(ours[left]);
    there.delete(theirs[right]);
  }
  return { both: ours.length - here.size, here: [...here], there: [...there] };
}
