"""What the tests of the report page share: runs made of nothing, pages of them, and one browser for all."""
from __future__ import annotations

import atexit
import http.server
import importlib.machinery
import importlib.util
import json
import pathlib
import random
import re
import shutil
import sys
import tempfile
import threading
import time
import unittest
from typing import Any, Iterable

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from rig import browser as rig  # noqa: E402

_loader = importlib.machinery.SourceFileLoader("report_page", str(ROOT / "tools/docs/report-page"))
_spec = importlib.util.spec_from_loader("report_page", _loader)
assert _spec
sys.dont_write_bytecode = True
report_page = importlib.util.module_from_spec(_spec)
_loader.exec_module(report_page)

FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="report-page-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
_browser: rig.Browser | None = None
_shared: dict[str, rig.Page] = {}


def browser() -> rig.Browser:
    """The browser that all tests share; skips the test where there is none."""
    global _browser
    if _browser is None:
        name = rig.program()
        if name is None:
            raise unittest.SkipTest("no Chromium here: scripts/setup --test installs it")
        _browser = rig.Browser(name)
        atexit.register(_browser.close)
    return _browser


class Run:
    """Event lines of a run: 25 pictures a second, 1/12800 a tick, scores drawn by chance, decided as scened does."""

    RATE, TICKS = 25, 512

    def __init__(self, lengths: Iterable[int], *, scores: Iterable[float] | None = None, gaps: dict[int, int] | None = None, seed: int = 1,
                 threshold: float = 0.5, min_scene: float = 8.0, peak: int = 1, writes_scores: bool = True, ends: str | None = "end",
                 name: str = "film.mp4", run: str = "01M8ESWN1V1CJT3WF8FHPA66JK") -> None:
        """`lengths` of shots in pictures; `gaps`: pictures missing before shot n."""
        self.options = {"threshold": threshold, "min_scene": min_scene, "scenes_per_hour": None, "peak": peak, "deadline": None,
                        "intra_shot": False, "provisional": False}
        self.events: list[dict[str, Any]] = []
        self.name, self.run = name, run
        self._start()
        self._fill(list(lengths), list(scores) if scores is not None else None, gaps or {}, random.Random(seed), writes_scores)
        if ends:
            self._add("stream_end", self.last, at=self.at(self.last), reason=ends,
                      counts={"pictures": self.last, "damaged_pictures": 0, "shots": len(self.shots), "parts": len(self.shots),
                              "boundaries": len(self.boundaries), "scenes": len(self.boundaries) + 1, "gaps": len(gaps or {})},
                      wall="2026-01-02T03:05:05Z")

    def at(self, frame: int) -> dict[str, Any]:
        seconds, rest = divmod(frame, self.RATE)
        code = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{rest:02}"
        return {"t": round(frame / self.RATE, 6), "pts": frame * self.TICKS, "time_base": "1/12800", "frame": frame, "timecode": code}

    def _add(self, kind_: str, frame: int, **fields: Any) -> None:
        self.events.append({"v": 1, "type": kind_, "seq": len(self.events) + 1, "id": f"{kind_}/0/{frame * self.TICKS}", **fields})

    def _start(self) -> None:
        self._add("stream_start", 0, version="0.1.0", input=self.name, feed="default", run=self.run, timeline=0, start_pts=0,
                  media={"container": "mov", "codec": "h264", "width": 1280, "height": 720, "time_base": "1/12800"},
                  options=self.options, model={"scorer": "coherence", "encoder": "descriptor-1", "k": 8, "digest": None}, model_file=None,
                  delay_bound=115.36, detector_lag=5.2, decoder_delay=2, build={}, wall="2026-01-02T03:04:05Z")

    def _fill(self, lengths: list[int], scores: list[float] | None, gaps: dict[int, int], chance: random.Random, writes: bool) -> None:
        self.shots: list[tuple[int, int]] = []
        self.boundaries: list[int] = []
        frame = 0
        stretches: list[list[int]] = [[]]
        for index, length in enumerate(lengths):
            if index in gaps:
                self._add("gap", frame, start=self.at(frame), end=self.at(frame + gaps[index]), reason="stall", timeline=0)
                frame += gaps[index]
                stretches.append([])
            start, end = frame, frame + length
            kind = "start" if not stretches[-1] else "cut"
            keys = [self.at(start), self.at((start + end) // 2), self.at(end - 1)]
            part = {"index": index, "start": self.at(start), "end": self.at(end), "key_frames": keys}
            self._add("shot", start, index=index, start=self.at(start), end=self.at(end),
                      transition={"kind": kind, "range": None, "score": 1.0}, parts=[part])
            self.shots.append((start, end))
            stretches[-1].append(index)
            frame = end
        self.last = frame
        values = scores if scores is not None else [round(chance.random() ** 2.2, 6) for _ in lengths]
        if writes:
            for index, (_, end) in enumerate(self.shots):
                self._add("score", end, part=index, shot=index, at=self.at(end), kind="cut", score=values[index])
        count = 0
        for stretch in stretches:
            first = self.shots[stretch[0]][0]
            begun, begun_shot = first, stretch[0]
            for place, index in enumerate(stretch[:-1]):
                end = self.shots[index][1]
                before = values[stretch[place - 1]] if place > 0 else -1
                after = values[stretch[place + 1]] if place + 2 < len(stretch) else -1
                is_peak = not self.options["peak"] or (before < values[index] and after <= values[index])
                if not (is_peak and end - begun >= self.options["min_scene"] * self.RATE and values[index] >= self.options["threshold"]):
                    continue
                self._add("boundary", end, at=self.at(end), state="final", rev=0, kind="cut", score=values[index],
                          threshold=self.options["threshold"], transition={"kind": "cut", "range": None, "score": 0.9},
                          left_shot=index, right_shot=index + 1, right_shots=8, complete=True, delay=24.0)
                self._scene(count, begun, end, "boundary", values[index], begun_shot, index)
                self.boundaries.append(end)
                begun, begun_shot, count = end, index + 1, count + 1
            reason = "end" if stretch is stretches[-1] else "gap"
            self._scene(count, begun, self.shots[stretch[-1]][1], reason, None, begun_shot, stretch[-1])
            count += 1
        self._add("watermark", self.last, at=self.at(self.last))

    def _scene(self, index: int, start: int, end: int, reason: str, score: float | None, first: int, last: int) -> None:
        self._add("scene", start, index=index, start=self.at(start), end=self.at(end), end_reason=reason, score=score, first_shot=first,
                  last_shot=last)

    def block(self, start: int, end: int, kind: str, next_: str | None = None, **more: Any) -> dict[str, Any]:
        """The event of a block between two pictures."""
        return {"v": 1, "type": "block", "seq": 1, "id": f"block/0/{start * self.TICKS}", "start": self.at(start), "end": self.at(end),
                "kind": kind, "probability": 0.97, "next": next_, "delay": 90.0, **more}

    def add_blocks(self, *stretches: tuple[int, int, str]) -> "Run":
        """Asks for blocks, which are these: (first picture, end, kind)."""
        self.options["blocks"] = 90
        self.events[0]["block_delay_bound"] = 98.2
        for index, (start, end, kind) in enumerate(stretches):
            following = stretches[index + 1] if index + 1 < len(stretches) else None
            self.events.insert(-2, self.block(start, end, kind, following[2] if following and following[0] == end else None))
        return self

    @property
    def text(self) -> str:
        return "".join(json.dumps(event, separators=(",", ":")) + "\n" for event in self.events)


def page_of(text: str, name: str, title: str = "film.mp4", film: str | None = None, sheets: int = 0, run: Run | None = None) -> str:
    """The address of a page; `sheets` of plain gray pictures for the first and last key frames of `run`."""
    layout, data = None, {}
    if sheets and run:
        jpeg = gray_sheet()
        pts = [key * run.TICKS for start, end in run.shots for key in (start, end - 1)]
        groups = [pts[first:first + 100] for first in range(0, len(pts), 100)]
        data = {f"sheet-{index}": jpeg for index in range(len(groups))}
        layout = {"columns": 10, "width": 160, "height": 90, "sheets": [
            {"id": f"sheet-{index}", "places": [[each, place] for place, each in enumerate(group)]} for index, group in enumerate(groups)]}
    report = {"version": 1, "mode": "report", "title": title, "film": film, "pictures": layout, "events_url": None}
    path = FOLDER / name
    path.write_text(report_page.assemble(report, text, data), encoding="utf-8")
    return path.as_uri()


def gray_sheet() -> str:
    """A sheet of 100 pictures of noise, 1600 x 900."""
    import base64
    import subprocess
    path = FOLDER / "sheet.jpg"
    if not path.exists():
        subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=1600x900:rate=1", "-frames:v", "1", "-q:v", "5",
                        str(path)], check=True)
    return base64.b64encode(path.read_bytes()).decode()


class PageCase(unittest.TestCase):
    """Opens pages and closes them; a page that throws or logs an error fails its test."""

    def setUp(self) -> None:
        browser()
        self.pages: list[rig.Page] = []
        self.reused: list[rig.Page] = []

    def tearDown(self) -> None:
        for page in self.pages:
            troubles = page.troubles
            page.close()
            self.assertEqual(troubles, [])
        for page in self.reused:
            self.assertEqual(page.troubles, [])

    def open(self, address: str, width: int = 1440, height: int = 900, **look: Any) -> rig.Page:
        page = browser().page("about:blank", width, height, **look)
        self.pages.append(page)
        page.open(address)
        page.settle()
        return page

    def reload(self, page: rig.Page, kept: str) -> None:
        """Loads a page again until `kept` holds: the browser hands what is stored from one process to the next in its own time."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            page.reload()
            page.settle()
            if page.evaluate(kept):
                return
        stored = page.evaluate("JSON.stringify(localStorage)")
        self.fail(f"never held after the page was loaded again: {kept}; stored is {stored}")

    def shared(self, address: str) -> rig.Page:
        """One page for many tests, as if it had just been opened: opening costs more than most of them."""
        page = _shared.get(address)
        if page is None:
            page = _shared[address] = browser().page(address)
        self.reused.append(page)
        page.evaluate("""(() => { const s = page.session; document.activeElement.blur(); find('keys').close(); s.past = []; s.future = []; s.savedText = null;
            s.other = null; s.become(noCorrections(), settingsOf(s.run)); s.setRange(null); s.select(null); s.setPlayhead(s.run.startPts); page.timeline.fit();
            find('filter').value = 'all'; find('order').value = 'time'; page.list.refresh(); })()""")
        page.settle()
        return page

    def state(self, page: rig.Page) -> dict[str, Any]:
        return page.evaluate("""({boundaries: page.session.boundaries.map(b => [b.at.frame, stateText(b)]),
            scenes: page.session.scenes.length, selected: page.session.selected?.at.frame ?? null,
            playhead: frameAt(page.session.run, page.session.rate, page.session.playhead), threshold: page.session.settings.threshold})""")

    def frames(self, page: rig.Page) -> list[int]:
        return [frame for frame, _ in self.state(page)["boundaries"]]


class Server:
    """A server on loopback that gives pages of FOLDER, pictures, and server-sent events that a test hands over."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.seq = 0
        self.generation = 0
        self.refuses = False
        # Events and pictures are given to those who show it; None: to all.
        self.token: str | None = None
        self.asked: list[str] = []
        self.changed = threading.Condition()
        self.is_open = True
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def do_GET(self) -> None:
                if self.path.startswith("/v1/events"):
                    return outer.stream(self)
                name = self.path.split("?")[0].lstrip("/")
                is_picture = name.startswith("v1/feeds/")
                path = FOLDER / ("sheet.jpg" if is_picture else name)
                if is_picture and not outer.may_read(self):
                    return self.send_error(401)
                if not path.is_file():
                    self.send_error(404)
                    return None
                data = path.read_bytes()
                kind = "image/jpeg" if is_picture else {".mp4": "video/mp4"}.get(path.suffix, "text/html; charset=utf-8")
                asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
                if asked:
                    first, last = int(asked[1]), min(int(asked[2] or len(data) - 1), len(data) - 1)
                    self.send_response(206)
                    self.send_header("Content-Range", f"bytes {first}-{last}/{len(data)}")
                    data = data[first:last + 1]
                else:
                    self.send_response(200)
                self.send_header("Accept-Ranges", "bytes")
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def may_read(self, handler: http.server.BaseHTTPRequestHandler) -> bool:
        return self.token is None or handler.headers.get("Authorization") == f"Bearer {self.token}"

    def stream(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        self.asked.append(handler.path)
        if not self.may_read(handler):
            return handler.send_error(401)
        if self.refuses:
            return handler.send_error(503)
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        # Everything again after each reconnection: readers get events at least once.
        sent = 0
        handler.wfile.write(b"retry: 30\n\n")
        generation = self.generation
        while self.is_open and generation == self.generation:
            with self.changed:
                self.changed.wait_for(lambda: len(self.lines) > sent or not self.is_open or generation != self.generation, timeout=15)
                fresh, sent = self.lines[sent:], len(self.lines)
            try:
                for line in fresh:
                    handler.wfile.write(f"id: x:{sent}\nevent: {json.loads(line)['type']}\ndata: {line}\n\n".encode())
                handler.wfile.flush()
            except OSError:
                return

    def hang_up(self) -> None:
        """Ends the streams that are open."""
        with self.changed:
            self.generation += 1
            self.changed.notify_all()

    def send(self, *events: dict[str, Any]) -> None:
        """Sends events, numbered as a run's are."""
        with self.changed:
            for event in events:
                self.seq = 1 if event["type"] == "stream_start" else self.seq + 1
                self.lines.append(json.dumps({**event, "seq": self.seq}, separators=(",", ":")))
            self.changed.notify_all()

    def close(self) -> None:
        self.is_open = False
        with self.changed:
            self.changed.notify_all()
        self.server.shutdown()
        self.server.server_close()
