"""The live cursor: against services that misbehave, and against a real one that is stopped and started."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Optional

import scened
from scened._cursor import CursorFile, Places

from .support import CLIENT, CLIPS, ProgramTestCase, scratch
from .test_commands import wait_for

RUN = "01J0000000000000000000000"


def cursor(seq: int, run: int = 0) -> str:
    return f"{RUN}{run}:{seq}"


def envelope(seq: int, feed: str = "f", run: int = 0) -> str:
    event = f'{{"v":1,"type":"new","seq":{seq},"id":"new/0/{seq}"}}'
    return f'{{"feed":"{feed}","cursor":"{cursor(seq, run)}","event":{event}}}'


def hello(text: str) -> str:
    return json.dumps({"v": 1, "type": "cursor", "cursor": text})


def expired(seq: int, run: int = 0) -> str:
    return json.dumps({"v": 1, "type": "cursor_expired", "feed": "f", "oldest": cursor(seq, run)})


class SocketScript:
    """A Unix socket whose connections get these lines in turn; None keeps the last one open."""

    def __init__(self, test: unittest.TestCase, connections: list[list[Optional[str]]]) -> None:
        self.path = scratch(test) / "events.sock"
        self.requests: list[Any] = []
        self._hold = threading.Event()
        script = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                script.requests.append(json.loads(self.rfile.readline()))
                for line in connections[min(len(script.requests), len(connections)) - 1]:
                    if line is None:
                        script._hold.wait(300)
                    else:
                        self.wfile.write(line.encode())

        class Server(socketserver.ThreadingUnixStreamServer):
            daemon_threads = True

        server = Server(str(self.path), Handler)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        test.addCleanup(server.server_close)
        test.addCleanup(server.shutdown)
        test.addCleanup(self._hold.set)


def take(live: scened.Live, count: int) -> list[tuple[str, str]]:
    return [(one.feed, one.cursor) for one in (next(live) for _ in range(count))]


class SocketTests(unittest.TestCase):
    def test_goes_on_where_it_was(self) -> None:
        """A connection that breaks in a line, and a service that says an event twice."""
        script = SocketScript(self, [
            [hello(f"f={cursor(0)},g={cursor(4, 1)}") + "\n", envelope(1) + "\n", envelope(5, "g", 1) + "\n", envelope(2)[:30]],
            [envelope(1) + "\n", envelope(2) + "\n", None],
        ])  # fmt: skip
        with scened.Live(script.path, types="new", feeds=["f", "g"]) as live:
            self.assertEqual(take(live, 3), [("f", cursor(1)), ("g", cursor(5, 1)), ("f", cursor(2))])
            self.assertEqual(live.cursor, f"f={cursor(1)},g={cursor(5, 1)}")
        self.assertEqual(
            [one["after"] for one in script.requests], ["now", f"f={cursor(1)},g={cursor(5, 1)}"]
        )
        self.assertEqual((script.requests[0]["types"], script.requests[0]["feeds"]), (["new"], ["f", "g"]))

    def test_now_is_a_place(self) -> None:
        """A reader that goes away before the first event loses none."""
        script = SocketScript(self, [[hello(f"f={cursor(7)}") + "\n", None], [envelope(8) + "\n", None]])
        file = scratch(self) / "cursor"
        with scened.Live(script.path, cursor_file=file) as live:

            def stop() -> None:
                wait_for(file.exists)
                live.stop()

            thread = threading.Thread(target=stop)
            thread.start()
            self.assertEqual(list(live), [])
            thread.join()
        self.assertEqual(file.read_text(), f"f={cursor(7)}\n")
        with scened.Live(script.path, cursor_file=file, after="start") as live:
            self.assertEqual(take(live, 1), [("f", cursor(8))])
        self.assertEqual(script.requests[1]["after"], f"f={cursor(7)}")

    def test_what_is_acknowledged(self) -> None:
        lines: list[Optional[str]] = [envelope(seq) + "\n" for seq in range(1, 6)]
        script = SocketScript(self, [[*lines, None]])
        file = scratch(self) / "cursor"

        def kept() -> Optional[str]:
            return file.read_text().strip() if file.exists() else None

        with scened.Live(script.path, cursor_file=file, after="start") as live:
            first = next(live)
            self.assertIsNone(kept())
            next(live)
            self.assertEqual(kept(), f"f={cursor(1)}")
            live.acknowledge()
            self.assertEqual(kept(), f"f={cursor(2)}")
            live.acknowledge(first)
            self.assertEqual(kept(), f"f={cursor(2)}", "an older event takes nothing back")
            third = next(live)
        self.assertEqual(kept(), f"f={cursor(2)}", "leaving acknowledges nothing")
        with self.assertRaisesRegex(scened.LiveError, "closed"):
            live.acknowledge(third)
        with scened.Live(script.path, cursor_file=file, auto_acknowledge=False) as live:
            given = [next(live) for _ in range(3)]
            self.assertEqual([one.event.seq for one in given], [3, 4, 5])
            self.assertEqual(kept(), f"f={cursor(2)}")
            live.acknowledge(given[1])
            self.assertEqual(kept(), f"f={cursor(4)}")
        self.assertEqual(script.requests[1]["after"], f"f={cursor(2)}")

    def test_events_that_are_gone(self) -> None:
        """The journal lost its end: numbers that were acknowledged are used again, and given."""
        script = SocketScript(self, [[expired(3) + "\n", envelope(4) + "\n", None]])
        file = scratch(self) / "cursor"
        file.write_text(f"f={cursor(9)}\n")
        with scened.Live(script.path, cursor_file=file, auto_acknowledge=False) as live:
            gone, event = next(live), next(live)
            assert isinstance(gone.event, scened.CursorExpired)
            self.assertEqual((gone.event.oldest, event.event.seq), (cursor(3), 4))
            live.acknowledge(event)
        self.assertEqual(file.read_text(), f"f={cursor(4)}\n")

    def test_places_behind_events_of_other_types(self) -> None:
        """They count where nothing waits to be acknowledged, and take nothing back."""
        script = SocketScript(self, [
            [hello(f"f={cursor(2)}") + "\n", envelope(3) + "\n", hello(f"f={cursor(8)}") + "\n",
             hello(f"f={cursor(5)}") + "\n", envelope(9) + "\n", None],
            [envelope(1) + "\n", hello(f"f={cursor(8)}") + "\n", envelope(9) + "\n", None],
        ])  # fmt: skip
        file = scratch(self) / "cursor"
        with scened.Live(script.path, types="new", cursor_file=file) as live:
            self.assertEqual(take(live, 2), [("f", cursor(3)), ("f", cursor(9))])
            self.assertEqual(live.cursor, f"f={cursor(8)}")
        self.assertEqual(file.read_text(), f"f={cursor(3)}\n", "not written for each of them")
        with scened.Live(script.path, types="new", after="start", auto_acknowledge=False) as live:
            second = [next(live), next(live)][1]
            self.assertEqual(live.cursor, "")
            live.acknowledge(second)
            self.assertEqual(live.cursor, f"f={cursor(9)}")

    def test_a_disk_that_refuses(self) -> None:
        """Nothing counts as acknowledged that is not on disk; the same call tries again."""
        lines: list[Optional[str]] = [envelope(seq) + "\n" for seq in range(1, 4)]
        script = SocketScript(self, [[*lines, None]])
        file = scratch(self) / "cursor"
        obstacle = file.with_name("cursor.new")
        for is_automatic in (True, False):
            with self.subTest(is_automatic), scened.Live(
                script.path, cursor_file=file, after="start", auto_acknowledge=is_automatic
            ) as live:
                given = next(live)
                obstacle.mkdir()
                calls: list[Callable[[], object]] = [
                    live.acknowledge, lambda: live.acknowledge(given), live.acknowledge
                ]  # fmt: skip
                for call in [*calls, *([lambda: next(live)] if is_automatic else [])]:
                    with self.assertRaisesRegex(scened.LiveError, "cannot be written"):
                        call()
                self.assertEqual((live.cursor, file.exists()), ("", False))
                obstacle.rmdir()
                if is_automatic:
                    self.assertEqual(take(live, 1), [("f", cursor(2))])
                else:
                    live.acknowledge()
                self.assertEqual(file.read_text(), f"f={cursor(1)}\n")
            file.unlink()

    def test_a_place_that_is_not_on_disk(self) -> None:
        """A place behind events that are not wanted, which the disk refused, is written with the next one."""
        script = SocketScript(self, [[hello(f"f={cursor(2)}") + "\n", hello(f"f={cursor(2)}") + "\n", None]])
        file = scratch(self) / "cursor"
        obstacle = file.with_name("cursor.new")
        obstacle.mkdir()
        with scened.Live(script.path, cursor_file=file) as live:
            with self.assertRaisesRegex(scened.LiveError, "cannot be written"):
                next(live)
            obstacle.rmdir()

            def stop() -> None:
                wait_for(file.exists)
                live.stop()

            thread = threading.Thread(target=stop)
            thread.start()
            self.assertEqual(list(live), [])
            thread.join()
        self.assertEqual(file.read_text(), f"f={cursor(2)}\n")

    def test_a_full_disk_keeps_the_file(self) -> None:
        """The system may take a part of what is written, and say so only then."""
        path = scratch(self) / "cursor"
        file = CursorFile(path)
        self.addCleanup(file.close)
        file.save(Places(f"f={cursor(1)}"))
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
        try:
            with self.assertRaisesRegex(scened.LiveError, "cannot be written"):
                file.save(Places(",".join(f"feed{number:04}={cursor(number)}" for number in range(200))))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        self.assertEqual(path.read_text(), f"f={cursor(1)}\n")

    def test_refusals(self) -> None:
        def error(reason: str) -> str:
            return json.dumps({"v": 1, "type": "error", "reason": reason}) + "\n"

        no_feed = SocketScript(self, [[error("no feed is named 'x'; the service has f")]])
        with (
            scened.Live(no_feed.path, feeds="x") as live,
            self.assertRaisesRegex(scened.ServiceRefused, "the service has f"),
        ):
            next(live)
        busy: list[list[Optional[str]]] = [
            [error("too many readers; try again later")],
            [envelope(1) + "\n", None],
        ]
        with (
            scened.Live(SocketScript(self, busy).path) as live,
            self.assertRaisesRegex(scened.ServiceUnavailable, "many"),
        ):
            next(live)
        with scened.Live(SocketScript(self, busy).path, wait=True) as live:
            self.assertEqual(take(live, 1), [("f", cursor(1))])

    def test_nobody_listens(self) -> None:
        folder = scratch(self)
        with (
            scened.Live(folder / "s") as live,
            self.assertRaisesRegex(scened.ServiceUnavailable, "is the service running"),
        ):
            next(live)
        with scened.Live(folder / "s", wait=True) as live:
            threading.Timer(0.2, live.stop).start()
            self.assertEqual(list(live), [])

    def test_stop_in_a_signal_handler(self) -> None:
        """At every line of a reader that waits for its service."""
        told = subprocess.run(
            [sys.executable, "-c", SIGNALED],
            env={**os.environ, "PYTHONPATH": str(CLIENT / "src")},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.assertEqual((told.returncode, told.stderr), (0, ""))

    def test_stop_while_a_connection_opens(self) -> None:
        """What `stop` could not interrupt yet is not read from."""
        script = SocketScript(self, [[None]])
        live = scened.Live(script.path)
        self.addCleanup(live.close)
        connect = live._service.connect

        def connect_late(*arguments: Any) -> Any:
            opened = connect(*arguments)
            live.stop()
            return opened

        live._service.connect = connect_late  # type: ignore[method-assign]
        self.assertEqual(list(live), [])

    def test_one_reader_for_each_file(self) -> None:
        file = scratch(self) / "cursor"
        with (
            scened.Live("/nowhere", cursor_file=file),
            self.assertRaisesRegex(scened.CursorInUse, "file of its own"),
        ):
            scened.Live("/nowhere", cursor_file=file)
        scened.Live("/nowhere", cursor_file=file).close()
        file.write_text("yesterday\n")
        with self.assertRaisesRegex(scened.LiveError, "no cursor"):
            scened.Live("/nowhere", cursor_file=file)
        with self.assertRaisesRegex(scened.LiveError, "No such file"):
            scened.Live("/nowhere", cursor_file="/nowhere/cursor")
        with self.assertRaisesRegex(ValueError, "no cursor"):
            scened.Live("/nowhere", after="yesterday")


class HTTPTests(unittest.TestCase):
    def serve(self, answer: Callable[[BaseHTTPRequestHandler], None]) -> str:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.close_connection = True
                answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_address[1]}"

    def test_a_stream_in_chunks(self) -> None:
        requests: list[tuple[str, Optional[str]]] = []

        def answer(handler: BaseHTTPRequestHandler) -> None:
            requests.append((handler.path, handler.headers["Authorization"]))
            handler.send_response(200)
            handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            events = [":\n\n", f"id: f={cursor(3)}\n\n"] if len(requests) == 1 else []
            events += [
                f"id: f={cursor(seq)}\nevent: new\ndata: {envelope(seq)}\n\n"
                for seq in (4, 5)[: len(requests)]
            ]
            text = "".join(events).encode()
            for start in range(0, len(text), 7):
                piece = text[start : start + 7]
                handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))

        url = self.serve(answer)
        with scened.Live(url, token="secret", feeds="f") as live:
            self.assertEqual(take(live, 2), [("f", cursor(4)), ("f", cursor(5))])
            self.assertNotIn("secret", repr(live))
        self.assertEqual(requests[0], ("/v1/events?feed=f&after=now&envelope=true", "Bearer secret"))
        self.assertIn(f"after=f%3D{cursor(4).replace(':', '%3A')}", requests[1][0])

    def test_a_place_without_an_event(self) -> None:
        """A stream of one feed does not name it."""
        requests: list[str] = []

        def answer(handler: BaseHTTPRequestHandler) -> None:
            requests.append(handler.path)
            handler.send_response(200)
            handler.send_header("Connection", "close")
            handler.end_headers()
            event = f"event: new\ndata: {envelope(8)}\n" if len(requests) > 1 else ""
            handler.wfile.write(f"id: {cursor(6 + len(requests))}\n{event}\n".encode())

        with scened.Live(self.serve(answer), feeds="f", types="new", after=f"f={cursor(3)}") as live:
            self.assertEqual(take(live, 1), [("f", cursor(8))])
            self.assertEqual(live.cursor, f"f={cursor(7)}")
        self.assertIn(f"after=f%3D{cursor(7).replace(':', '%3A')}", requests[1])

    def test_refusals(self) -> None:
        def refusing(status: int, body: str) -> scened.Live:
            def answer(handler: BaseHTTPRequestHandler) -> None:
                handler.send_response(status)
                handler.send_header("Content-Length", str(len(body)))
                handler.end_headers()
                handler.wfile.write(body.encode())

            return scened.Live(self.serve(answer), token="secret")

        for status, body, kind in [
            (401, "show a token\nline 2\n", scened.ServiceRefused), (404, "no feed is named 'x'\n", scened.ServiceRefused),
            (503, "too many readers; try again later\n", scened.ServiceUnavailable),
        ]:  # fmt: skip
            with self.subTest(status), refusing(status, body) as live, self.assertRaises(kind) as caught:
                next(live)
            self.assertIn(body.splitlines()[0], str(caught.exception))
            self.assertNotIn("secret", str(caught.exception))
        with self.assertRaises(ValueError) as wrong:
            scened.Live("http://me:secret@127.0.0.1")
        self.assertNotIn("secret", str(wrong.exception))
        with (
            scened.Live("http://127.0.0.1:9") as live,
            self.assertRaisesRegex(scened.ServiceUnavailable, "does it listen"),
        ):
            next(live)


#: A reader that gets SIGTERM at the first line that it runs, then at the second, and so on.
SIGNALED = """
import faulthandler, random, signal, sys, threading
import scened, scened.live
faulthandler.dump_traceback_later(120, exit=True)
random.uniform = lambda *_: 0.0001
files = {scened.live.__file__, threading.__file__, scened.live.__file__.replace("live.py", "_request.py")}
for number in range(1, 150):
    live, seen = scened.Live("/nowhere/s", wait=True), 0
    def trace(frame, event, _):
        global seen
        seen += frame.f_code.co_filename in files
        if seen == number:
            seen += 1
            signal.raise_signal(signal.SIGTERM)
        return trace
    signal.signal(signal.SIGTERM, lambda *_: live.stop())
    sys.settrace(trace)
    for _ in live: pass
    sys.settrace(None)
"""

#: A reader as a user writes it. It says what it does, and can be killed at any point.
READER = """
import sys, scened
address, file = sys.argv[1:]
with scened.Live(address, after="start", cursor_file=file, wait=True, auto_acknowledge=False) as live:
    for delivery in live:
        print("got", delivery.feed, delivery.cursor, flush=True)
        live.acknowledge()
        print("done", delivery.feed, delivery.cursor, flush=True)
"""


class ServiceTests(ProgramTestCase):
    """`scened run` with two feeds that go on: a film that may still grow, and heartbeats."""

    def setUp(self) -> None:
        super().setUp()
        film = self.folder / "film.ts"
        shutil.copy(CLIPS / "restart.ts", film)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.socket, self.http = str(self.folder / "s"), f"http://127.0.0.1:{port}"
        self.configuration = self.folder / "scened.yaml"
        self.configuration.write_text(f"""
state: {self.folder}/state
http:
  listen: 127.0.0.1:{port}
  events: true
socket:
  listen: unix:{self.socket}
defaults:
  follow: true
  heartbeat: 0.1
feeds:
  - name: one
    input: {film}
  - name: two
    input: {film}
""")
        self.service: Optional[subprocess.Popen[bytes]] = None
        self.addCleanup(self.stop)

    def start(self) -> None:
        self.service = subprocess.Popen(
            [self.program, "run", "--config", str(self.configuration)], stderr=subprocess.DEVNULL
        )

    def stop(self) -> None:
        if self.service:
            self.service.terminate()
            self.service.wait()
            self.service = None

    def journal(self, feed: str) -> list[str]:
        """The cursors of all events of a feed, in order, as the journal has them."""
        folder = self.folder / "state" / "journal" / feed
        return [
            f"{path.parent.name}:{scened.parse(line).seq}"
            for path in sorted(folder.glob("*/*.jsonl"))
            for line in path.read_bytes().split(b"\n")[:-1]
        ]

    def test_a_reader_that_is_killed(self) -> None:
        """None lost, and none again once it was acknowledged; over both ways to the service."""
        self.start()
        chance = random.Random(5)
        for address in (self.socket, self.http):
            file = self.folder / f"cursor-{len(address)}"
            said: list[str] = []
            for limit in [chance.randint(1, 18) for _ in range(2)] + [25]:
                reader = subprocess.Popen(
                    [sys.executable, "-c", READER, address, str(file)],
                    stdout=subprocess.PIPE,
                    env={**os.environ, "PYTHONPATH": str(CLIENT / "src")},
                )
                assert reader.stdout
                lines = [reader.stdout.readline() for _ in range(limit)]
                reader.kill()
                # What it said until it was dead counts.
                lines += reader.stdout.read().splitlines(keepends=True)
                reader.stdout.close()
                reader.wait()
                said += [one.decode().strip() for one in lines if one.endswith(b"\n")]
            self.check(said)

    def check(self, said: list[str]) -> None:
        done: set[str] = set()
        order: dict[str, list[str]] = {"one": [], "two": []}
        for line in said:
            word, feed, cursor = line.split()
            if word == "done":
                done.add(cursor)
                continue
            self.assertNotIn(cursor, done, "given again after it was acknowledged")
            if cursor not in order[feed]:
                order[feed].append(cursor)
        self.assertGreater(len(done), 15)
        for feed, cursors in order.items():
            whole = self.journal(feed)
            self.assertEqual(cursors, whole[: len(cursors)], "lost, or out of order")

    def test_a_service_that_is_started_again(self) -> None:
        self.start()
        cursors: dict[str, list[str]] = {"one": [], "two": []}
        with scened.Live(self.socket, after="start", wait=True) as live:
            for turn in range(3):
                starts = 0
                while starts < 2:
                    feed, event, place = next(live)
                    cursors[feed].append(place)
                    # Each start of the service begins with one line for each feed.
                    starts += isinstance(event, scened.Heartbeat) and event.state == "running"
                self.stop()
                self.start()
            for _ in range(6):
                feed, event, place = next(live)
                cursors[feed].append(place)
        self.stop()
        for feed, found in cursors.items():
            self.assertEqual(len(set(found)), len(found), "given twice")
            self.assertEqual(found, self.journal(feed)[: len(found)], "lost, or out of order")


if __name__ == "__main__":
    unittest.main()
