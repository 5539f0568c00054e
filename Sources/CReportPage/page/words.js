// What a run was, in words.

const transitionWords = {
  start: "start", cut: "cut", fade_black: "fade through black", fade_white: "fade through white", dissolve: "dissolve",
  wipe: "wipe", push: "push", gradual: "gradual",
};
const gapWords = {
  discontinuity: "time stamps jumped", missing: "data missing", stall: "no bytes came", disconnect: "connection ended",
  no_video: "no video came", decoder_reset: "decoder restarted", restart: "scened was away", sink_blocked: "disk blocked",
};
const feedWords = {
  idle: "Not started", resolving: "Waiting to connect", opening: "Connecting", probing: "Reading the first bytes",
  waiting_key: "Waiting for the first picture", running: "Running", stalled: "Stalled", broken: "Broken off",
  degraded: "Running, with pictures skipped", backoff: "Waiting before the next attempt", draining: "Stopping", ended: "Ended",
};
const stateWords = { normal: "moving pictures", black: "black", frozen: "frozen" };
const skippedWords = { loop_filter: "loop filter", pictures: "some pictures", groups: "groups of pictures", key_frames: "some key frames" };

/** A count with its noun. */
const counted = (count, noun, plural = `${noun}s`) => `${count.toLocaleString("en-US")} ${count === 1 ? noun : plural}`;
const scoreText = (score) => (score / 1000000).toFixed(2);
const fileName = (path) => path.split(/[\\/]/).pop() || path;

function median(values) {
  if (values.length === 0) return null;
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** How a scene begins. */
function reasonText(run, scene) {
  const boundary = scene.boundary;
  if (boundary === null) {
    const gap = run.gaps.find((each) => each.end.pts === scene.start.pts);
    return gap ? `gap: ${gapWords[gap.reason] ?? shown(gap.reason)}` : "start";
  }
  return boundaryText(boundary);
}

function boundaryText(boundary) {
  const review = reviewOf(boundary);
  if (review === "added") return "added by hand";
  if (review === "moved") return "moved by hand";
  if (boundary.kind === "intra_shot") return "inside a shot";
  const kind = boundary.transition?.kind;
  return kind ? transitionWords[kind] ?? shown(kind) : "cut";
}

/** Why a candidate is no boundary. */
function rejectionText(boundary, settings) {
  if (boundary.isOther) return "only in the other run";
  if (boundary.isPeak === false) return "higher neighbor";
  if (boundary.score < (boundary.threshold ?? settings.threshold)) return "below threshold";
  return boundary.isFarEnough === false ? "scene too short" : "not chosen";
}

/** What a reader knows or did about a boundary. */
function stateText(boundary) {
  if (boundary === null) return "";
  if (boundary.isRemoved) return "Removed";
  if (boundary.state === "provisional") return "Provisional";
  return { added: "Added", moved: "Moved", confirmed: "Confirmed" }[reviewOf(boundary)] ?? "To review";
}

/** The header's figures: [label, value] pairs, in the order of importance. */
function headerFigures(run, scenes, settings) {
  const lengths = scenes.filter(({ endReason }) => endReason !== "open")
    .map((scene) => secondsAt(run, scene.end.pts) - secondsAt(run, scene.start.pts));
  const middle = median(lengths);
  const gapSeconds = run.gaps.reduce((sum, gap) => sum + tickSeconds(run, gap.end.pts - gap.start.pts), 0);
  const damaged = run.end?.counts.damaged_pictures;
  return [
    ["Length", lengthInWords(secondsAt(run, endOf(run)))],
    ["Scenes", scenes.length.toLocaleString("en-US")],
    ["Shots", (run.shots.length + run.dropped).toLocaleString("en-US")],
    ["Median scene", middle === null ? "none" : lengthInWords(middle)],
    ["Model", modelText(run)],
    ["Threshold", thresholdText(run, settings)],
    ["Decided within", boundText(run)],
    ["Gaps", run.gaps.length === 0 ? "none" : `${run.gaps.length}, ${lengthInWords(gapSeconds)}`],
    ["Damage", damageText(damaged)],
  ];
}

function modelText(run) {
  const scorer = run.model?.scorer;
  if (typeof scorer !== "string") return "unknown";
  if (scorer === "none") return "none: shots only";
  const file = run.start?.model_file;
  return shown(typeof file === "string" ? `${scorer}, ${file}` : scorer);
}

function thresholdText(run, settings) {
  const text = scoreText(settings.threshold);
  return settings.perHour === null ? text : `${text}, then ${settings.perHour} scenes an hour`;
}

function boundText(run) {
  if (typeof run.options.deadline === "number") return `${lengthInWords(run.options.deadline)} (deadline)`;
  const bound = run.start?.delay_bound;
  return isNumber(bound) ? lengthInWords(bound) : "no bound";
}

function damageText(count) {
  if (!isIndex(count)) return "not known yet";
  return count === 0 ? "none" : counted(count, "picture");
}

/** What the reader must know before trusting the list: one sentence each, {kind, text}. */
function noticesOf(run, report, settings, isExact) {
  const notices = [];
  const note = (kind, text) => notices.push({ kind, text });
  const isLive = report.mode === "live";
  const until = (at) => (at ? clock(at.t) : "0:00");
  if (!run.start && !isLive) note("warning", "The events do not begin with stream_start: model and options are unknown.");
  if (run.start && run.model?.scorer === "none") {
    note("info", "This run looked for shots only. Run scened segment to find scenes.");
  } else if (run.end && run.end.reason === "damaged") {
    note("warning", `The film broke off at ${until(run.end.at)}. What follows there was not seen and not decided.`);
  } else if (run.end && run.end.reason === "interrupted") {
    note("warning", `The run was stopped at ${until(run.end.at)}. The rest of the film was not seen and not decided.`);
  } else if (!run.end && !isLive) {
    const last = endOf(run);
    const rest = run.watermark ? last - run.watermark.pts : last - run.startPts;
    note("warning", "These events have no end: the run was still going or was killed. "
      + `Everything is decided up to ${until(run.watermark)}.`
      + (rest > 0 ? ` From there to ${clock(secondsAt(run, last))}, shots are known and scenes are not decided.` : ""));
  }
  for (const relief of run.reliefs.slice(0, 1)) {
    if (isLive) break;
    const skipped = relief.skipped.map((each) => skippedWords[each] ?? shown(each)).join(", ");
    note("info", `From ${until(relief.at)} on the machine was too slow for the feed and skipped: ${skipped || "nothing"}.`);
  }
  if (run.unread > 0) {
    note("warning", `${counted(run.unread, "line")} could not be read and ${run.unread === 1 ? "was" : "were"} skipped.`);
  }
  if (run.earlierRuns > 0 && !isLive) note("info", `The events hold ${run.earlierRuns + 1} runs; this page shows the last.`);
  if (!isLive && run.start && run.model?.scorer !== "none" && run.scores.length === 0) {
    note("info", `These events hold no scores. The threshold cannot go below ${scoreText(settingsOf(run).threshold)}, and a `
      + "higher one only hides boundaries. Run scened segment with --scores to decide anew here.");
  } else if (!isExact) {
    note("info", "This run had a deadline. At another threshold, the program may decide differently where a neighbor was "
      + "not scored in time.");
  }
  return notices;
}

const reasonWords = { segmentation: "two places", lengths: "lengths of the shots", tempo: "tempo", transition: "transition" };

/** What a calibration says of a boundary, where the run put it, in millionths; null without one. */
function probabilityOf(run, boundary) {
  const { pts } = boundary.origin ?? boundary.at;
  return run.scores.find(({ at }) => at.pts === pts)?.probability ?? boundary.probability ?? null;
}

/** What moved the score of a boundary, as rows of a name and a text; none where nobody asked. */
function reasonFacts(run, boundary) {
  const { pts } = boundary.origin ?? boundary.at;
  const reasons = run.scores.find(({ at }) => at.pts === pts)?.reasons;
  if (!reasons) return [];
  const facts = [];
  if (reasons.logits.length > 0) {
    const sign = (logit) => `${logit < 0 ? "\u2212" : "+"}${Math.abs(logit).toFixed(1)}`;
    facts.push(["Why", reasons.logits.map(([name, logit]) => `${reasonWords[name]} ${sign(logit)}`).join(", ")]);
  }
  if (reasons.alike) {
    const parts = run.shots.flatMap((shot) => shot.parts);
    const [left, right] = [reasons.alike.left, reasons.alike.right].map((index) => parts.find((part) => part.index === index));
    const places = left && right ? `${clock(left.start.t)} and ${clock(right.start.t)}, ` : "";
    facts.push(["Most alike", `${places}distance ${reasons.alike.distance.toFixed(2)}`]);
  }
  return facts;
}
