// The page begins.

let page = null;

function startPage() {
  const report = readReport(find("scened-report").textContent);
  const run = report.mode === "live" ? emptyRun() : readRun(find("scened-events").textContent);
  const session = new Session(report, run);
  session.restore();
  const header = new Header(session);
  const timeline = new Timeline(session);
  const viewer = new Viewer(session);
  const detail = new Detail(session);
  const list = new List(session);
  const player = new Player(session);
  const panes = { header, timeline, viewer, detail, list, player };
  const keyboard = new Keyboard(session, panes);
  startPrinting(session);
  startTheme(() => timeline.readColors());
  const live = session.isLive ? new Live(session, timeline) : null;
  page = { session, ...panes, keyboard, live };
  goToAddress(session);
  addEventListener("hashchange", () => goToAddress(session));
}

function readReport(text) {
  try {
    const report = JSON.parse(text);
    if (report !== null && typeof report === "object") return report;
  } catch {
    // Reported by what the page then lacks.
  }
  return { version: 1, mode: "report", title: "", film: null };
}

/** `#t=12.5` goes to the picture that is nearest to it. */
function goToAddress(session) {
  const match = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
  if (!match) return;
  session.setPlayhead(ptsAt(session.run, Number(match[1])));
  session.selectHere();
}

startPage();
