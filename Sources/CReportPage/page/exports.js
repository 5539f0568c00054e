// The list as it stands, as files that other programs open. Times count as players do, from the start of the file, and
// are rounded up: a player that goes there shows the scene's first picture, never the one before.

/** `pts` in units of 1/`perSecond` from the start of the file, rounded up. Exact: whole numbers only. */
function unitsUp(run, pts, perSecond) {
  const offset = Math.round((run.startOffset * run.timeBase.denominator) / run.timeBase.numerator);
  const product = BigInt(pts - run.startPts + offset) * BigInt(run.timeBase.numerator) * BigInt(perSecond);
  const divisor = BigInt(run.timeBase.denominator);
  return Number(product >= 0n ? (product + divisor - 1n) / divisor : product / divisor);
}

/** Scenes that are over: what a live feed has not ended yet is not written. */
const closedScenes = (scenes) => scenes.filter((scene) => scene.end.pts > scene.start.pts && scene.endReason !== "open");

function webVTT(run, scenes, title) {
  const stamp = (milliseconds) => {
    const two = (value) => String(value).padStart(2, "0");
    const seconds = Math.floor(milliseconds / 1000);
    const fields = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two);
    return `${fields.join(":")}.${String(milliseconds % 1000).padStart(3, "0")}`;
  };
  const heading = title.replace(/[\r\n\u0085\u2028\u2029]+/g, " ").replaceAll("-->", "--\u203a").trim();
  let text = heading === "" ? "WEBVTT\n" : `WEBVTT ${heading}\n`;
  closedScenes(scenes).forEach((scene, index) => {
    const start = unitsUp(run, scene.start.pts, 1000);
    const end = Math.max(unitsUp(run, scene.end.pts, 1000), start + 1);
    text += `\n${index + 1}\n${stamp(start)} --> ${stamp(end)}\nScene ${index + 1}\n`;
  });
  return text;
}

/**
 * The score of a boundary in millionths, as the corrected run has it: a place that a person chose has the score that the
 * run gave it, else 1 (contract 18).
 */
function correctedScore(run, boundary) {
  if (!boundary.isAdded && !boundary.isMoved) return boundary.score;
  const isThere = ({ at }) => at.pts === boundary.at.pts;
  return (finalBoundaries(run).find(isThere) ?? run.scores.find(isThere))?.score ?? 1000000;
}

function sceneTable(run, scenes) {
  const decimal = (micro) => {
    const digits = String(Math.abs(micro)).padStart(7, "0");
    return `${micro < 0 ? "-" : ""}${digits.slice(0, -6)}.${digits.slice(-6)}`;
  };
  const rows = [[
    "scene", "start_seconds", "end_seconds", "start_frame", "end_frame", "start_timecode", "end_timecode", "end_reason",
    "score", "first_shot", "last_shot", "shots", ...(run.namesBlocks ? ["block"] : []),
  ]];
  const closed = closedScenes(scenes);
  closed.forEach((scene, index) => {
    const ender = scene.endReason === "boundary" ? scenes[scenes.indexOf(scene) + 1]?.boundary : null;
    const score = ender ? correctedScore(run, ender) : null;
    rows.push([
      index + 1, decimal(unitsUp(run, scene.start.pts, 1000000)), decimal(unitsUp(run, scene.end.pts, 1000000)),
      scene.start.frame ?? "", scene.end.frame ?? "", scene.start.timecode ?? "", scene.end.timecode ?? "",
      scene.endReason, isNumber(score) ? decimal(score) : "",
      run.shots[scene.firstShot]?.index ?? "", run.shots[scene.lastShot]?.index ?? "", scene.lastShot - scene.firstShot + 1,
      ...(run.namesBlocks ? [blockKindOf(run, scene) ?? ""] : []),
    ]);
  });
  return rows.map((row) => row.join(",") + "\r\n").join("");
}
