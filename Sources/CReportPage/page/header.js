// The header: what was read, in figures and words, and what to do with the page as a whole.

class Header {
  constructor(session) {
    this.session = session;
    const { report, run } = session;
    const title = shown(report.title || fileName(run.input) || run.feed);
    setText(find("title-text"), title);
    find("title").title = title;
    document.title = session.isLive ? `${title} – live` : `${title} – scenes`;
    if (report.pictures) document.documentElement.style.setProperty("--aspect", String(session.pictures.aspect));
    find("save").addEventListener("click", () => this.save());
    find("load").addEventListener("click", () => find("load-file").click());
    find("load-file").addEventListener("change", () => this.load());
    find("export-vtt").addEventListener("click", () =>
      this.give("vtt", "text/vtt", webVTT(session.run, session.scenes, this.stem)));
    find("export-csv").addEventListener("click", () => this.give("csv", "text/csv", sceneTable(session.run, session.scenes)));
    find("export-json").addEventListener("click", () => this.save());
    find("print").addEventListener("click", () => print());
    find("compare").addEventListener("click", () => find("compare-file").click());
    find("compare-file").addEventListener("change", () => this.compare());
    find("compare").hidden = session.isLive;
    find("share").addEventListener("click", () => this.share());
    const menu = find("export-menu");
    menu.addEventListener("click", (event) => { if (event.target.closest(".menu-body button")) menu.open = false; });
    document.addEventListener("pointerdown", (event) => { if (!menu.contains(event.target)) menu.open = false; });
    addEventListener("beforeunload", (event) => { if (!session.isLive && session.isUnsaved) event.preventDefault(); });
    for (const id of ["save", "load", "export-json"]) find(id).hidden = session.isLive;
    session.subscribe((what) => { if (what.has("scenes") || what.has("view")) this.draw(); });
    this.draw();
  }

  get stem() {
    const name = fileName(this.session.report.title || this.session.run.input || this.session.run.feed);
    return name.replace(/\.[A-Za-z0-9]{1,5}$/, "") || "scenes";
  }

  draw() {
    const { run, report, settings, scenes, current, isLive } = this.session;
    setText(find("summary"), this.summary());
    const figures = headerFigures(run, scenes, settings);
    const alerting = new Set(["Gaps", "Damage"]);
    replaceChildren(find("figures"), figures.map(([label, value]) => {
      const isAlert = alerting.has(label) && !["none", "not known yet"].includes(value);
      return make("div", { class: isAlert ? "alert" : null }, make("dt", {}, label), make("dd", { title: value }, value));
    }));
    const notices = noticesOf(run, report, settings, current.isExact);
    if (!isLive && !this.session.storage) {
      notices.push({ kind: "warning", text: "This browser keeps nothing for this page. Save your corrections before you leave." });
    }
    const key = JSON.stringify(notices);
    if (key !== this.noticesShown) {
      this.noticesShown = key;
      replaceChildren(find("notices"), notices.map(({ kind, text }) => make("li", { class: kind }, icon(kind), text)));
    }
    if (isLive) return;
    const { isUnsaved } = this.session;
    find("unsaved").hidden = !isUnsaved;
    find("save").classList.toggle("primary", isUnsaved);
  }

  summary() {
    const { run, isLive } = this.session;
    const media = run.start?.media ?? {};
    const size = isNumber(media.width) && isNumber(media.height) ? `${media.width}×${media.height}` : null;
    const rate = this.session.rate;
    const fps = rate ? `${Number((rate.numerator / rate.denominator).toFixed(3))} fps` : null;
    const codec = typeof media.codec === "string" ? shown(media.codec) : null;
    const parts = [isLive ? `feed ${shown(run.feed)}` : null, size, fps, codec].filter(Boolean);
    return parts.join(" · ");
  }

  give(extension, type, text) { download(`${this.stem}.${extension}`, `${type};charset=utf-8`, text); }

  save() {
    if (this.session.isLive) return;
    this.give("corrections.json", "application/json", this.session.fileText());
    this.session.markSaved();
    say("Corrections saved as a download.");
  }

  async load() {
    const field = find("load-file");
    const file = field.files[0];
    field.value = "";
    if (!file) return;
    try {
      const { run } = this.session;
      const read = this.session.load(await file.text());
      const notes = [`Loaded ${counted(read.corrections.marks.size + read.corrections.added.size, "correction")}.`];
      if (read.isOtherRun) notes.push("The file is of another run.");
      const { unknown, outside, timeBases } = read;
      if (unknown > 0) notes.push(`${counted(unknown, "entry", "entries")} fitted nothing here and were skipped.`);
      if (outside > 0) notes.push(`${counted(outside, "place")} outside every scene ${outside === 1 ? "was" : "were"} skipped.`);
      if (timeBases.size > 0) {
        const others = [...timeBases].map((each) => shown(each)).join(", ");
        notes.push(`Places in time base ${others} were skipped: this run counts in ${run.timeBase.text}.`);
      }
      say(notes.join(" "));
    } catch (error) {
      say(error.message);
    }
  }

  async compare() {
    const field = find("compare-file");
    const file = field.files[0];
    field.value = "";
    if (!file) return;
    try {
      const { session } = this;
      session.compare(readOther(session, file.name, await file.text()));
      const { both, here, there } = session.differences;
      say(`${session.other.name}: ${both} in both, ${here.length} only here, ${there.length} only there.`);
    } catch (error) {
      say(error.message);
    }
  }

  async share() {
    const { run, playhead } = this.session;
    const url = new URL(location.href);
    url.hash = `t=${Number(secondsAt(run, playhead).toFixed(6))}`;
    history.replaceState(null, "", url);
    say((await copyText(url.href)) ? "Link copied." : "The link stands in the address bar.");
  }
}

/** Says something once, for eyes and screen readers; it goes away by itself. */
function say(text) {
  const status = find("status");
  status.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { status.textContent = ""; }, 4000);
}

/** Light or dark: as the system says, until the reader chooses. */
function startTheme(onChange) {
  const choice = find("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  try {
    choice.value = localStorage.getItem("scened:theme") ?? "";
  } catch {
    choice.value = "";
  }
  const apply = () => {
    document.documentElement.dataset.theme = choice.value || (dark.matches ? "dark" : "light");
    onChange();
  };
  choice.addEventListener("change", () => {
    try {
      localStorage.setItem("scened:theme", choice.value);
    } catch {
      // The choice then lasts as long as the page.
    }
    apply();
  });
  dark.addEventListener("change", apply);
  apply();
}
