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
    const pts = ptsAt(session.run, secondsAt(other, boundary.at.pts));
    return { ...boundary, id: `other/${pts}`, at: instantAt(session.run, session.rate, pts), isOther: true };
  });
  return { name: shown(name), boundaries };
}

/** Pairs two lists that rise in time, one to one: {both, here, there}, the last two as lists of boundaries. */
function comparison(run, ours, theirs) {
  const result = { both: 0, here: [], there: [] };
  let [left, right] = [0, 0];
  while (left < ours.length || right < theirs.length) {
    const ourTime = left < ours.length ? secondsAt(run, ours[left].at.pts) : Infinity;
    const theirTime = right < theirs.length ? secondsAt(run, theirs[right].at.pts) : Infinity;
    if (Math.abs(ourTime - theirTime) <= sameWithin) {
      result.both += 1;
      left += 1;
      right += 1;
    } else if (ourTime < theirTime) result.here.push(ours[left++]);
    else result.there.push(theirs[right++]);
  }
  return result;
}
