// What the stream says of itself, and where something unusual is on, as flags on the timeline.

/** A cue in words. */
function cueText(cue) {
  if (cue.kind === "chapter") return cue.title === null ? "chapter" : shown(cue.title);
  if (cue.kind === "novelty") return cue.type === "new" ? "unusual" : "usual again";
  const what = shown((cue.type ?? cue.kind).replaceAll("_", " "));
  return cue.direction === null ? what : `${cue.direction}: ${what}`;
}

/** A flag for each cue: filled where a break or something unusual begins, empty elsewhere; with its words where there is room for them. */
function drawCues(view, context, width) {
  const at = (cue) => cue.at.pts;
  const cues = view.inSight(view.session.run.cues, at, at);
  const { warn, sunk } = view.colors;
  const bottom = view.top.sceneTop + Timeline.lanes.scenes;
  context.strokeStyle = warn;
  context.lineWidth = 1.5;
  cues.forEach((cue, index) => {
    const x = Math.round(view.x(cue.at.pts)) + 0.5;
    context.beginPath();
    context.moveTo(x, bottom);
    context.lineTo(x, 2);
    context.lineTo(x + 8, 6);
    context.lineTo(x, 10);
    context.fillStyle = cue.direction === "out" || (cue.kind === "novelty" && cue.type === "new") ? warn : sunk;
    context.fill();
    context.stroke();
    const text = cueText(cue);
    const next = index + 1 < cues.length ? view.x(cues[index + 1].at.pts) : width;
    if (next - x > context.measureText(text).width + 14) view.chip(context, text, x + 3, bottom - 19);
  });
}
