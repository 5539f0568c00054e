"""Drives a headless Chromium over its debugging pipe: NUL-separated JSON on file descriptors 3 and 4.

Standard library only. Every wait has a limit, and the browser's process group is ended by its id.
"""
from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import tempfile
import time
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Keys that are not one printed letter: the key's code and number.
KEYS = {
    "Enter": ("Enter", 13), "Delete": ("Delete", 46), "Backspace": ("Backspace", 8), "Tab": ("Tab", 9), "Escape": ("Escape", 27),
    "ArrowLeft": ("ArrowLeft", 37), "ArrowUp": ("ArrowUp", 38), "ArrowRight": ("ArrowRight", 39), "ArrowDown": ("ArrowDown", 40),
    "Home": ("Home", 36), "End": ("End", 35), " ": ("Space", 32),
}


def program() -> str | None:
    """The browser of this system: that of SCENED_CHROMIUM, or the first of `NAMES` on the path."""
    return os.environ.get("SCENED_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


class BrowserError(Exception):
    """The browser said no, or nothing in time."""


class Browser:
    """A browser with a folder of its own. Use it as a context manager."""

    def __init__(self, executable: str, seconds: float = 120) -> None:
        self.seconds = seconds
        self.folder = tempfile.mkdtemp(prefix="browser-")
        self.replies: dict[int, dict[str, Any]] = {}
        self.pages: dict[str, Page] = {}
        self.buffer = b""
        self.count = 0
        commands, self.writer = self._high(*os.pipe())
        self.reader, answers = self._high(*os.pipe())
        self.process = subprocess.Popen(
            [executable, *self._arguments()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, pass_fds=(3, 4), preexec_fn=lambda: self._hand_over(commands, answers))
        for descriptor in (commands, answers):
            os.close(descriptor)

    @staticmethod
    def _high(reader: int, writer: int) -> tuple[int, int]:
        """The ends of a pipe on descriptors above 9, so that 3 and 4 stay free."""
        ends = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (reader, writer))
        os.close(reader)
        os.close(writer)
        return ends  # type: ignore[return-value]

    @staticmethod
    def _hand_over(reader: int, writer: int) -> None:
        os.dup2(reader, 3)
        os.dup2(writer, 4)

    def _arguments(self) -> list[str]:
        arguments = [
            "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self.folder}", "--no-first-run", "--no-default-browser-check",
            "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--disable-sync", "--disable-background-networking", "--disable-component-update",
            "--disable-features=Translate,MediaRouter,OptimizationHints", "--mute-audio", "--hide-scrollbars", "--force-color-profile=srgb",
            "--autoplay-policy=no-user-gesture-required",
        ]
        # Chromium refuses its sandbox to root, as in containers.
        return arguments + (["--no-sandbox"] if os.geteuid() == 0 else []) + ["about:blank"]

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Sends a command and returns its result."""
        self.count += 1
        number = self.count
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.writer, data):]
        until = time.monotonic() + self.seconds
        while number not in self.replies:
            if not self._receive(until):
                raise BrowserError(f"{method}: no answer within {self.seconds:.0f} s")
        reply = self.replies.pop(number)
        if "error" in reply:
            raise BrowserError(f"{method}: {reply['error'].get('message')}")
        return reply["result"]

    def _receive(self, until: float) -> bool:
        """Waits for the next messages; False once the time is up."""
        wait = until - time.monotonic()
        if wait <= 0 or not select.select([self.reader], [], [], wait)[0]:
            return False
        piece = os.read(self.reader, 1 << 20)
        if not piece:
            raise BrowserError("the browser ended")
        *messages, self.buffer = (self.buffer + piece).split(b"\0")
        for message in map(json.loads, messages):
            if "id" in message:
                self.replies[message["id"]] = message
            elif message.get("sessionId") in self.pages:
                self.pages[message["sessionId"]].take(message)
        return True

    def page(self, url: str = "about:blank", width: int = 1440, height: int = 900, beside: "Page | None" = None, **look: Any) -> "Page":
        """A new page of this size, with a storage of its own, or that of the page `beside` it; `look` as for `Page.look`."""
        context = beside.context if beside else self.send("Target.createBrowserContext")["browserContextId"]
        target = self.send("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, target, session, context)
        self.pages[session] = page
        for domain in ("Page", "Runtime", "Log"):
            page.send(f"{domain}.enable")
        page.size(width, height)
        if look:
            page.look(**look)
        if url != "about:blank":
            page.open(url)
        return page

    def close(self) -> None:
        """Ends the browser: asks, waits, then ends its process group."""
        if self.process.poll() is None:
            self.seconds = 5
            with contextlib.suppress(BrowserError, OSError):
                self.send("Browser.close")
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(5)
        for descriptor in (self.reader, self.writer):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        shutil.rmtree(self.folder, ignore_errors=True)


class Page:
    """One page. `troubles` holds exceptions and messages of errors that nobody expected."""

    def __init__(self, browser: Browser, target: str, session: str, context: str) -> None:
        self.browser, self.target, self.session, self.context = browser, target, session, context
        self.troubles: list[str] = []
        self.dialogs: list[str] = []
        self.dialog_answers = True
        self.loaded = 0
        self.traced: list[dict[str, Any]] = []
        self.is_traced = False

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self.browser.send(method, self.session, **parameters)

    def take(self, message: dict[str, Any]) -> None:
        method, parameters = message["method"], message["params"]
        if method == "Page.loadEventFired":
            self.loaded += 1
        elif method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.troubles.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.troubles.append(parameters["entry"]["text"])
        elif method == "Tracing.dataCollected":
            self.traced += parameters["value"]
        elif method == "Tracing.tracingComplete":
            self.is_traced = True
        elif method == "Page.javascriptDialogOpening":
            self.dialogs.append(parameters["type"])
            self.browser.count += 1
            answer = {"id": self.browser.count, "sessionId": self.session, "method": "Page.handleJavaScriptDialog",
                      "params": {"accept": self.dialog_answers}}
            os.write(self.browser.writer, json.dumps(answer).encode() + b"\0")

    def close(self) -> None:
        """Closes the page, and forgets what it stored."""
        self.browser.send("Target.disposeBrowserContext", browserContextId=self.context)

    def open(self, url: str) -> None:
        before = self.loaded
        self.send("Page.navigate", url=url)
        self._until(lambda: self.loaded > before, f"{url} to load")

    def reload(self) -> None:
        before = self.loaded
        self.send("Page.reload")
        self._until(lambda: self.loaded > before, "the page to load again")

    def _until(self, holds: Any, what: str, seconds: float | None = None) -> None:
        until = time.monotonic() + (seconds or self.browser.seconds)
        while not holds():
            if not self.browser._receive(until):
                raise BrowserError(f"waited in vain for {what}")

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, or of the promise that it gives."""
        answer = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    def settle(self) -> None:
        """Waits until what is due in the next two frames was drawn."""
        self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")

    def wait(self, expression: str, seconds: float = 10) -> None:
        """Waits until an expression holds, looking once a frame."""
        self.evaluate(
            "new Promise((done, fail) => { const until = performance.now() + %d; const look = () => { if (%s) done(true);"
            " else if (performance.now() > until) fail(new Error(%s)); else setTimeout(look, 15); }; look(); })"
            % (seconds * 1000, expression, json.dumps("waited in vain for " + expression)))

    def trace(self) -> None:
        """Begins to record tasks."""
        self.traced, self.is_traced = [], False
        self.send("Tracing.start", transferMode="ReportEvents", traceConfig={"includedCategories": ["toplevel", "disabled-by-default-devtools.timeline"]})

    def longest_task(self) -> float:
        """Ends the recording: milliseconds of processor time of the longest task of the page's main thread."""
        self.send("Tracing.end")
        self._until(lambda: self.is_traced, "the trace")
        mains = {(event["pid"], event["tid"]) for event in self.traced if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"}
        tasks = [event.get("tdur", 0) for event in self.traced if "RunTask" in event["name"] and (event["pid"], event["tid"]) in mains]
        if not tasks:
            raise BrowserError("the trace holds no tasks")
        return max(tasks) / 1000

    def size(self, width: int, height: int, scale: float = 1) -> None:
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)

    def look(self, dark: bool = False, still: bool = False, media: str = "") -> None:
        """Light or dark, with or without motion, screen or print."""
        self.send("Emulation.setEmulatedMedia", media=media, features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if still else "no-preference"}])

    def key(self, *keys: str, shift: bool = False, alt: bool = False, control: bool = False) -> None:
        """Presses keys, one after the other."""
        modifiers = (1 if alt else 0) | (2 if control else 0) | (8 if shift else 0)
        for key in keys:
            code, number = KEYS.get(key, ("", ord(key.upper()) if len(key) == 1 and key.isalnum() else 0))
            event = {"key": key, "code": code or (f"Key{key.upper()}" if key.isalpha() else ""), "windowsVirtualKeyCode": number,
                     "modifiers": modifiers}
            if len(key) == 1 and not (control or alt):
                event["text"] = key
            elif key == "Enter":
                event["text"] = "\r"
            self.send("Input.dispatchKeyEvent", type="keyDown", **event)
            event.pop("text", None)
            self.send("Input.dispatchKeyEvent", type="keyUp", **event)

    def mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def drag(self, start: tuple[float, float], end: tuple[float, float], steps: int = 8, modifiers: int = 0) -> None:
        self.mouse("mouseMoved", *start, modifiers=modifiers)
        self.mouse("mousePressed", *start, button="left", buttons=1, clickCount=1, modifiers=modifiers)
        for step in range(1, steps + 1):
            place = [a + (b - a) * step / steps for a, b in zip(start, end)]
            self.mouse("mouseMoved", *place, button="left", buttons=1, modifiers=modifiers)
        self.mouse("mouseReleased", *end, button="left", clickCount=1, modifiers=modifiers)

    def click(self, x: float, y: float, modifiers: int = 0) -> None:
        self.mouse("mousePressed", x, y, button="left", buttons=1, clickCount=1, modifiers=modifiers)
        self.mouse("mouseReleased", x, y, button="left", clickCount=1, modifiers=modifiers)

    def box(self, selector: str) -> dict[str, float]:
        """Where an element stands in the window: x, y, width, height."""
        return self.evaluate(f"(({{x, y, width, height}}) => ({{x, y, width, height}}))"
                             f"(document.querySelector({json.dumps(selector)}).getBoundingClientRect())")

    def press(self, selector: str) -> None:
        """Clicks the middle of an element."""
        self.evaluate(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'nearest'}})")
        box = self.box(selector)
        self.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def screenshot(self, path: str | pathlib.Path, kind: str = "png", quality: int | None = None, whole: bool = False) -> None:
        more: dict[str, Any] = {"quality": quality} if quality else {}
        data = self.send("Page.captureScreenshot", format=kind, captureBeyondViewport=whole, **more)["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))

    def pdf(self, path: str | pathlib.Path) -> None:
        data = self.send("Page.printToPDF", printBackground=False, preferCSSPageSize=True)["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))
