// A feed as it runs: events come from the service, the page holds a bounded number of shots, and nothing moves under
// the reader's hand.

/** Seconds until a provisional boundary is final at the latest, in words. */
function countdown(session, boundary) {
  const { run } = session;
  const bound = isNumber(run.options.deadline) ? run.options.deadline : run.start?.delay_bound;
  if (!isNumber(bound)) return "Provisional";
  const left = Math.ceil(secondsAt(run, boundary.at.pts) + bound - mediaNow(run));
  return left > 0 ? `within ${left} s` : "now";
}

/** What a refusal of the service means. */
const refusalWords = {
  401: "a token is needed", 403: "events are not served here: set http.events or http.token in the configuration",
  404: "the service has no such feed", 503: "too many readers; trying again",
};

/** Where the feed's time is: the last known instant, and the wall time since, while pictures come. */
function mediaNow(run) {
  const beat = run.heartbeat;
  const known = Math.max(run.newest?.t ?? 0, beat?.at?.t ?? 0);
  const isRunning = beat !== null && ["running", "degraded"].includes(beat.state);
  if (!isRunning || !beat.at) return known;
  return Math.max(known, beat.at.t + Math.min((performance.now() - run.heartbeatSeen) / 1000, 30));
}

class Live {
  static heldShots = 500;
  static heldMarks = 200;
  /** Milliseconds of one frame that events may take. */
  static slice = 10;
  /** Milliseconds until a refused connection is tried again. */
  static retry = 5000;
  /** Milliseconds until a connection that broke is opened again. */
  static pause = 1000;

  constructor(session, timeline) {
    this.session = session;
    this.timeline = timeline;
    this.waiting = [];
    this.isOpen = false;
    this.refusal = 0;
    this.asks = false;
    this.cursor = null;
    this.missed = false;
    this.seq = 0;
    find("feed").hidden = false;
    const follow = find("follow");
    follow.addEventListener("change", () => {
      session.follows = follow.checked;
      session.tell("view", "scenes");
      timeline.grow();
    });
    session.subscribe((what) => { if (what.has("view")) follow.checked = session.follows; });
    this.taken = oncePerFrame(() => this.take());
    this.connect();
    setInterval(() => this.tick(), 1000);
    this.drawHealth();
  }

  /** Reads from the last event that came, or from the start of what is kept. */
  connect() {
    const { events_url: address } = this.session.report;
    const url = new URL(address, location.href);
    if (this.cursor) url.searchParams.set("after", this.cursor);
    else if (!url.searchParams.has("after")) url.searchParams.set("after", "start");
    readServerEvents(url, {
      open: () => {
        this.refusal = 0;
        this.tellOpen(true);
      },
      message: ({ type, data, id }) => {
        if (id !== "") this.cursor = id;
        if (type === "cursor_expired") {
          this.missed = true;
          return;
        }
        this.waiting.push(data);
        this.taken();
      },
      closed: (status) => {
        this.refusal = status;
        this.tellOpen(false);
        // Who is asked for a token answers first.
        if (status !== 401) setTimeout(() => this.connect(), status === 0 ? Live.pause : Live.retry);
      },
    });
  }

  /** Asks for the token where the service wants one. */
  askForToken() {
    const form = find("token-form");
    form.hidden = this.refusal !== 401;
    if (form.hidden || this.asks) return;
    this.asks = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      Token.value = find("token").value.trim();
      find("token").value = "";
      form.hidden = true;
      this.connect();
    });
  }

  tellOpen(isOpen) {
    this.isOpen = isOpen;
    this.askForToken();
    this.drawHealth();
  }

  /** Takes up a line once: after a reconnection the service may send events again. `seq` rises within a run. */
  takeOnce(line) {
    const { run } = this.session;
    let event;
    try {
      event = JSON.parse(line);
    } catch {
      run.unread += 1;
      return;
    }
    const begins = event?.type === "stream_start" && event.run !== run.id;
    if (begins) this.seq = 0;
    else if (isIndex(event?.seq) && event.seq <= this.seq) return;
    takeEvent(run, event);
    if (isIndex(event?.seq)) this.seq = event.seq;
    if (begins) this.session.settings = settingsOf(run);
  }

  /** Takes what came, a few milliseconds at a time, and draws once. */
  take() {
    const { session } = this;
    const { run } = session;
    const until = performance.now() + Live.slice;
    let count = 0;
    while (count < this.waiting.length && performance.now() < until) {
      this.takeOnce(this.waiting[count]);
      count += 1;
    }
    this.waiting.splice(0, count);
    Live.bound(run);
    session.rereadRun();
    // Who follows sees the newest picture; who reads keeps their place.
    if (session.follows) session.setPlayhead(session.end);
    session.tell("scenes");
    this.timeline.grow();
    this.drawHealth();
    if (this.waiting.length > 0) this.taken();
  }

  /** Forgets the oldest shots with all that lies before the first that is kept. */
  static bound(run) {
    const surplus = run.shots.length - Live.heldShots;
    if (surplus >= 50) {
      run.shots.splice(0, surplus);
      run.dropped += surplus;
      const from = run.shots[0].start.pts;
      const isKept = ({ at }) => at.pts >= from;
      run.scores = run.scores.filter(isKept);
      run.scenes = run.scenes.filter(({ end }) => end.pts > from);
      run.gaps = run.gaps.filter(({ end }) => end.pts > from);
      // The newest block stays: it says what has begun since.
      run.blocks = run.blocks.filter((block) => block.end.pts > from || block === run.blocks.at(-1));
      for (const [id, { at }] of run.boundaries) if (at.pts < from) run.boundaries.delete(id);
    }
    for (const list of [run.feedStates, run.reliefs, run.changes]) list.splice(0, Math.max(list.length - Live.heldMarks, 0));
    // Scores without shots, and gaps without pictures, are bounded, too.
    run.scores.splice(0, Math.max(run.scores.length - 8 * Live.heldShots, 0));
    run.gaps.splice(0, Math.max(run.gaps.length - Live.heldShots, 0));
    run.cues.splice(0, Math.max(run.cues.length - Live.heldShots, 0));
    run.scenes.splice(0, Math.max(run.scenes.length - Live.heldShots, 0));
    run.blocks.splice(0, Math.max(run.blocks.length - Live.heldShots, 0));
    for (const id of run.boundaries.keys()) {
      if (run.boundaries.size <= 8 * Live.heldShots) break;
      run.boundaries.delete(id);
    }
  }

  tick() {
    this.drawHealth();
    if (this.session.boundaries.some(({ state }) => state === "provisional")) this.session.tell("scenes");
  }

  drawHealth() {
    const { run, end } = this.session;
    const beat = run.heartbeat;
    const facts = [];
    facts.push(["Connection to scened", this.isOpen ? "open" : refusalWords[this.refusal] ?? "lost; trying again"]);
    const reason = beat?.reason ? `, ${gapWords[beat.reason] ?? shown(beat.reason)}` : "";
    facts.push(["Feed", beat ? (feedWords[beat.state] ?? shown(beat.state)) + reason : run.end ? "Ended" : "Not heard of yet"]);
    const state = run.feedStates.at(-1);
    if (state) facts.push(["Picture", stateWords[state.state] ?? shown(state.state)]);
    if (beat && beat.lag !== null) facts.push(["Pictures late by", lengthInWords(beat.lag)]);
    facts.push(["Time of the feed", clock(mediaNow(run), 0)]);
    facts.push(["Decided up to", run.watermark ? clock(run.watermark.t, 0) : "nothing yet"]);
    facts.push(["Last decision after", run.lastDelay === null ? "none yet" : lengthInWords(run.lastDelay)]);
    const open = [...run.boundaries.values()].filter(({ state: each }) => each === "provisional").length;
    facts.push(["Provisional boundaries", String(open)]);
    const relief = run.reliefs.at(-1);
    if (relief && relief.skipped.length > 0) {
      facts.push(["Skipped", relief.skipped.map((each) => skippedWords[each] ?? shown(each)).join(", ")]);
    }
    if (this.missed) facts.push(["Missed", "events that the journal no longer keeps"]);
    if (run.dropped > 0) facts.push(["Older shots", `${run.dropped.toLocaleString("en-US")} no longer shown`]);
    replaceChildren(find("health"), facts.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
    find("health").dataset.end = String(end);
  }
}
