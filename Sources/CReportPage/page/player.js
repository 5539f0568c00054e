// The player: the film, if it lies beside the page. Without it, key frames stand in.

const drawings = {
  play: "M3 1.5v11l9-5.5z", pause: "M3 2h3v10H3zM8 2h3v10H8z", back: "M10 2v10L4 7zM2.5 2H4v10H2.5z",
  on: "M4 2v10l6-5zM10 2h1.5v10H10z", plus: "M6 2h2v4h4v2H8v4H6V8H2V6h4z", minus: "M2 6h10v2H2z",
};

function drawing(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 14 14");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", drawings[name]);
  svg.append(path);
  return svg;
}

class Player {
  static speeds = [0.1, 0.25, 0.5, 1, 1.5, 2, 3, 4, 8];

  constructor(session) {
    this.session = session;
    this.video = find("video");
    this.isReady = false;
    this.isOwnSeek = false;
    this.isSettled = true;
    this.shuttle = 0;
    this.track = null;
    const icons = { play: "play", "frame-back": "back", "frame-on": "on", "zoom-in": "plus", "zoom-out": "minus" };
    for (const [id, name] of Object.entries(icons)) find(id).append(drawing(name));
    const speed = find("speed");
    append(speed, Player.speeds.map((value) => make("option", { value }, `${value}×`)));
    speed.value = "1";
    speed.addEventListener("change", () => { this.video.playbackRate = Number(speed.value); });
    find("play").addEventListener("click", () => this.toggle());
    find("frame-back").addEventListener("click", () => this.step(-1));
    find("frame-on").addEventListener("click", () => this.step(1));
    find("time").addEventListener("click", () => copyTime(session));
    find("screen").addEventListener("click", () => this.toggle());
    session.subscribe((what) => {
      if (what.has("playhead")) this.showTime();
      if (what.has("scenes")) this.cuesAreDue();
    });
    this.cuesAreDue = oncePerFrame(() => this.setCues());
    document.body.classList.toggle("live", session.isLive);
    const { isThere } = session.pictures;
    document.body.classList.toggle("no-pictures", !isThere);
    if (!session.isLive) this.open();
    const hint = session.isLive
      ? "The service keeps no pictures of this feed."
      : "This page has neither film nor pictures. Make it with scened report --video to see them.";
    const isEmpty = !isThere && typeof session.report.film !== "string";
    document.body.classList.toggle("no-screen", isEmpty);
    find("no-film").hidden = !isEmpty;
    setText(find("no-film"), hint);
    this.showTime();
  }

  open() {
    const { film } = this.session.report;
    const { video } = this;
    if (typeof film !== "string" || film === "") return;
    video.addEventListener("loadedmetadata", () => {
      this.isReady = true;
      video.hidden = false;
      find("still").hidden = true;
      find("film-trouble").hidden = true;
      this.track = video.addTextTrack("chapters", "Scenes", "en");
      this.track.mode = "hidden";
      this.setCues();
      this.seek();
    }, { once: true });
    video.addEventListener("error", () => {
      if (this.isReady) return;
      const trouble = find("film-trouble");
      trouble.hidden = false;
      const name = shown(fileName(decodeName(film)));
      setText(trouble, `The film did not load. Put ${name} beside this page, in a format that this browser plays.`);
    });
    for (const type of ["play", "pause", "ended"]) video.addEventListener(type, () => this.showPlaying());
    video.addEventListener("play", () => { this.isSettled = false; });
    for (const type of ["pause", "ended"]) video.addEventListener(type, () => this.settle());
    video.addEventListener("timeupdate", () => this.follow(video.currentTime));
    if (video.requestVideoFrameCallback) {
      const next = (_, frame) => {
        if (!video.paused) this.follow(frame.mediaTime);
        video.requestVideoFrameCallback(next);
      };
      video.requestVideoFrameCallback(next);
    }
    video.src = film;
  }

  get isPlaying() { return this.isReady && !this.video.paused; }

  /** The film's time became `seconds`, as players count. */
  follow(seconds) {
    if (this.video.paused) return;
    const { session } = this;
    const pts = ptsAt(session.run, seconds - session.run.startOffset);
    this.isOwnSeek = true;
    session.setPlayhead(session.grid.shownAt(pts));
    this.isOwnSeek = false;
  }

  /** Once the film stands, the page says the picture at which it stopped, and the film shows that one. */
  settle() {
    const { session, video } = this;
    if (!video.paused || this.isSettled) return;
    this.isSettled = true;
    // A film that stopped by itself runs no more, neither back.
    if (this.shuttle > 0) this.stopShuttle();
    const pts = ptsAt(session.run, video.currentTime - session.run.startOffset);
    session.setPlayhead(video.ended ? session.end : session.grid.shownAt(pts));
  }

  showTime() {
    const { session } = this;
    const { run, rate, playhead } = session;
    setText(find("time-text"), clock(secondsAt(run, playhead)));
    const at = instantAt(run, rate, playhead);
    setText(find("frame-text"), [at.timecode, at.frame === null ? null : `picture ${at.frame}`].filter(Boolean).join(" · "));
    if (!this.isReady) session.pictures.show(find("still"), keyFrameNear(run, session.pictures, playhead));
    else if (!this.isOwnSeek) this.seek();
  }

  /** Shows the picture at the playhead: its middle, since browsers round down at its start. */
  seek() {
    const { run, rate, playhead } = this.session;
    const half = rate ? rate.denominator / rate.numerator / 2 : 0.002;
    this.video.currentTime = secondsAt(run, playhead) + run.startOffset + half;
  }

  showPlaying() {
    const button = find("play");
    button.replaceChildren(drawing(this.isPlaying ? "pause" : "play"));
    button.setAttribute("aria-label", this.isPlaying ? "Pause" : "Play");
  }

  /** Plays, from 2 s before if the playhead stands on the selected boundary; or pauses. */
  toggle() {
    if (this.isPlaying || this.shuttle !== 0) return this.pause();
    const { selected, playhead } = this.session;
    return this.play(selected?.at.pts === playhead ? 2 : 0);
  }

  /** Plays from `lead` seconds before the playhead. */
  play(lead) {
    if (!this.isReady) return this.missing();
    this.stopShuttle();
    const { session } = this;
    if (lead > 0) session.setPlayhead(session.playhead - ptsAt(session.run, lead) + session.run.startPts);
    this.video.playbackRate = Number(find("speed").value);
    this.video.play().catch(() => {});
  }

  pause() {
    this.stopShuttle();
    if (!this.isReady) return;
    this.video.pause();
    this.settle();
  }

  missing() { say("There is no film beside this page to play."); }

  step(count) {
    this.pause();
    const { session } = this;
    session.setPlayhead(session.grid.stepped(session.playhead, count));
  }

  /** L plays, and faster each time; J runs back the same way. */
  shuttleBy(direction) {
    if (!this.isReady) return this.missing();
    const same = Math.sign(this.shuttle) === direction;
    this.shuttle = same ? direction * Math.min(Math.abs(this.shuttle) * 2, 8) : direction;
    const speed = this.shuttle;
    clearInterval(this.timer);
    if (speed > 0) {
      this.video.playbackRate = speed;
      this.video.play().catch(() => {});
    } else {
      this.video.pause();
      this.settle();
      const { session } = this;
      // Counted beside the playhead: a tenth of a second may be less than a picture.
      let at = session.playhead;
      this.timer = setInterval(() => {
        if (at <= session.run.startPts) return this.stopShuttle();
        at += ptsAt(session.run, speed / 10) - session.run.startPts;
        session.setPlayhead(at);
      }, 100);
    }
    say(speed > 0 ? `Forward, ${speed}×` : `Back, ${-speed}×`);
  }

  stopShuttle() {
    clearInterval(this.timer);
    this.shuttle = 0;
  }

  /** Scenes as chapters of the film: by script, because pages on disk may not load tracks. */
  setCues() {
    if (!this.track || typeof VTTCue === "undefined") return;
    for (const cue of [...(this.track.cues ?? [])]) this.track.removeCue(cue);
    const { run, scenes } = this.session;
    for (const scene of closedScenes(scenes)) {
      const [start, end] = [scene.start, scene.end].map((at) => secondsAt(run, at.pts) + run.startOffset);
      this.track.addCue(new VTTCue(start, end, `Scene ${scene.number}`));
    }
  }
}

function decodeName(url) {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

async function copyTime(session) {
  const at = instantAt(session.run, session.rate, session.playhead);
  const text = at.timecode ?? clock(at.t);
  say((await copyText(text)) ? `Copied ${text}` : text);
}
