"""Runs of the program: what comes, at whose pace, how it ends, and what goes wrong."""

from __future__ import annotations

import gc
import io
import json
import os
import pickle
import subprocess
import threading
import unittest
from pathlib import Path
from typing import Any, Callable

import scened
from scened import _options

from .support import CLIPS, FILM, ProgramTestCase, fake, is_gone, scratch


class FilmTests(ProgramTestCase):
    def test_scenes(self) -> None:
        found = scened.scenes(FILM, min_scene=1)
        self.assertEqual([(one.start.t, one.end.t) for one in found], [(0.0, 6.6), (6.6, 11.6), (11.6, 16.0)])
        self.assertEqual([one.index for one in found], [0, 1, 2])
        self.assertAlmostEqual(found[0].duration, 6.6)

    def test_segment_gives_every_event(self) -> None:
        with scened.segment(str(FILM), scores=True, feed="test") as run:
            events = list(run)
        self.assertEqual(run.status, 0)
        self.assertEqual([one.seq for one in events], list(range(1, len(events) + 1)))
        start, end = events[0], events[-1]
        assert isinstance(start, scened.StreamStart) and isinstance(end, scened.StreamEnd)
        self.assertEqual((start.feed, start.media.width, start.options["threshold"]), ("test", 320, 0.5))
        self.assertEqual(end.counts.shots, sum(isinstance(one, scened.Shot) for one in events))
        self.assertTrue(any(isinstance(one, scened.Score) for one in events))
        told = subprocess.run(
            [self.program, "segment", "--quiet", "--scores", "--feed=test", str(FILM)],
            stdout=subprocess.PIPE,
            check=True,
        )
        same = [scened.parse(one) for one in told.stdout.splitlines()][1:-1]
        self.assertEqual(events[1:-1], same)

    def test_an_option_that_is_an_object(self) -> None:
        with scened.segment(FILM, vectors=True) as run:
            start = next(run)
        assert isinstance(start, scened.StreamStart)
        vectors = start.options["vectors"]
        assert isinstance(vectors, dict)
        self.assertEqual((vectors["scene_encoder"], vectors["digest"]), ("mean-1", None))

    def test_shots(self) -> None:
        shots = [one for one in scened.shots(FILM) if isinstance(one, scened.Shot)]
        self.assertEqual([one.start.frame for one in shots][:3], [0, 40, 85])
        self.assertEqual(len(shots), 10)
        early = [one for one in scened.shots(FILM, provisional=True) if isinstance(one, scened.Cut)]
        self.assertEqual({one.state for one in early}, {"provisional", "final"})

    def test_watch(self) -> None:
        events = list(
            scened.watch(str(CLIPS / "restart.ts"), events=["scene", "gap"], deadline=6, provisional=False)
        )
        self.assertEqual(sorted(one.type for one in events), ["gap", "scene", "scene"])

    def test_inputs(self) -> None:
        names: list[Any] = [b"\xff\xfe.mp4", "-x.mp4", "--help", "a:b.mp4", "-", "film with blank.mp4"]
        film = CLIPS / "dissolve.mp4"
        expected = len(scened.scenes(film))
        old = os.getcwd()
        self.addCleanup(os.chdir, old)
        os.chdir(self.folder)
        for name in names:
            os.symlink(os.fsencode(film), os.fsencode(name))
            with self.subTest(name):
                source = Path(os.fsdecode(name))
                self.assertEqual(len(scened.scenes(source)), expected)
                if name in (b"\xff\xfe.mp4", "--help"):
                    self.assertEqual(len(scened.scenes(name)), expected)
        with film.open("rb") as file:
            self.assertEqual(len(scened.scenes(file)), expected)
        reader, writer = os.pipe()
        feeder = subprocess.Popen(["cat", str(CLIPS / "restart.ts")], stdout=writer)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            self.assertEqual(len(scened.scenes(pipe)), 2)
        self.assertEqual(feeder.wait(), 0)

    def test_export(self) -> None:
        text = scened.export(scened.segment(FILM, min_scene=1), to="webvtt", title="-x")
        self.assertTrue(text.startswith("WEBVTT"))
        self.assertIn("00:00:06.600 --> 00:00:11.600", text)
        self.assertIn("TITLE: -x", scened.export(scened.segment(FILM), to="edl", title="-x"))
        with self.assertRaises(scened.UsageError) as caught:
            scened.export([], to="opera")
        self.assertIn("webvtt", caught.exception.message)
        with self.assertRaises(scened.ProgramError):
            scened.export([], to="webvtt")

    #: What the package itself says, what only a terminal is for, and what makes no events of `shots`.
    OWN = frozenset("help h version output o quiet q verbose v json open to".split())

    def test_options_are_those_of_the_program(self) -> None:
        for command, kind in [
            ("segment", _options.SegmentOptions), ("shots", _options.ShotsOptions), ("watch", _options.WatchOptions)
        ]:  # fmt: skip
            dumped = subprocess.run(
                [self.program, command, "--experimental-dump-help"], stdout=subprocess.PIPE, check=True
            )
            known = {
                name["name"] for one in json.loads(dumped.stdout)["command"]["arguments"] for name in one.get("names", [])
            }  # fmt: skip
            ours = {name.replace("_", "-") for name in kind.__optional_keys__}
            self.assertEqual(ours - known, set(), command)
            opposites = {name for name in known if name.startswith("no-") and name[3:] in known}
            self.assertEqual(known - ours - opposites - self.OWN, set(), command)
            switches = {(command, name[3:].replace("-", "_")) for name in opposites}
            told = {one for one in _options._WITH_OPPOSITE if one[0] == command}
            self.assertEqual(told, switches)

    def test_what_goes_wrong(self) -> None:
        text = self.folder / "text.mp4"
        text.write_text("no film\n")
        absent = self.folder / "absent.mp4"
        cases: list[tuple[Any, dict[str, Any], type[scened.ProgramError], int, str]] = [
            (absent, {}, scened.InputError, 66, "absent.mp4"),
            (text, {}, scened.InputError, 66, "text.mp4"),
            (FILM, {"threshold": 30}, scened.UsageError, 64, "--threshold takes 0 to 1"),
            (FILM, {"arguments": ["--treshold", "1"]}, scened.UsageError, 64, "treshold"),
            (FILM, {"deadline": "soon"}, scened.UsageError, 64, "deadline"),
        ]
        for source, options, kind, status, word in cases:
            with self.subTest(word), self.assertRaises(kind) as caught:
                scened.scenes(source, **options)
            error = caught.exception
            self.assertEqual((error.status, error.found), (status, ()))
            self.assertIn(word, str(error))
            self.assertNotIn("\n", error.message)
            again = pickle.loads(pickle.dumps(error))
            self.assertEqual((type(again), again.status, str(again)), (kind, status, str(error)))

    def test_a_damaged_film_gives_what_was_found(self) -> None:
        whole = FILM.read_bytes()
        broken = self.folder / "broken.mp4"
        broken.write_bytes(whole[: len(whole) * 3 // 4])
        with self.assertRaises(scened.DamagedInput) as caught:
            scened.scenes(broken, min_scene=1)
        self.assertEqual(caught.exception.status, 74)
        self.assertGreater(len(caught.exception.found), 0)
        seen: list[scened.Event] = []
        with self.assertRaises(scened.DamagedInput):
            seen.extend(scened.segment(broken))
        # extend keeps what came before the error.
        end = seen[-1]
        assert isinstance(end, scened.StreamEnd)
        self.assertEqual(end.reason, "damaged")

    def test_passwords_stay_out_of_errors(self) -> None:
        address = "rtsp://viewer:hunter%40two@127.0.0.1:9/live?token=opensesame"
        with self.assertRaises(scened.ProgramError) as caught:
            scened.scenes(address)
        run = scened.watch(address)
        self.addCleanup(run.close)
        for text in [str(caught.exception), repr(caught.exception), repr(run)]:
            self.assertIn("127.0.0.1:9/live", text)
            for secret in ["hunter", "opensesame"]:
                self.assertNotIn(secret, text)


class Printed(float):
    """A float that prints as those of NumPy 2 do."""

    def __repr__(self) -> str:
        return f"np.float64({float(self)!r})"


class Scalar:
    """A number as NumPy wraps it."""

    shape = ()

    def __init__(self, value: Any) -> None:
        self._value = value

    def item(self) -> Any:
        return self._value


class ProcessTests(unittest.TestCase):
    """With programs that behave as badly as need be."""

    def test_a_slow_reader_stops_the_program(self) -> None:
        mark = scratch(self) / "full"
        program = fake(self, f"""
            os.set_blocking(1, False)
            seq, at = 0, b""
            line = lambda seq: (json.dumps(dict(v=1, type="new", seq=seq, id="", pad="x" * 900)) + "\\n").encode()
            while True:
                seq += 1
                rest = line(seq)
                try:
                    while rest: rest = rest[os.write(1, rest):]
                except BlockingIOError:
                    break
            open({str(mark)!r} + ".new", "w").write(str(seq))
            os.rename({str(mark)!r} + ".new", {str(mark)!r})
            os.set_blocking(1, True)
            while rest: rest = rest[os.write(1, rest):]
            for more in range(seq + 1, seq + 500): os.write(1, line(more))
            """)  # fmt: skip
        with scened.segment("x", executable=program) as run:
            self.assertEqual(next(run).seq, 1)
            # The program finds the pipe full because nobody asks for more.
            self.assertTrue(wait_for(mark.exists))
            written = int(mark.read_text())
            self.assertLess(written, 300)
            self.assertEqual([one.seq for one in run], list(range(2, written + 500)))

    def endless(self) -> Path:
        return fake(self, "for seq in range(1, 10**9): emit(seq)")

    def test_leaving_ends_the_program(self) -> None:
        program = self.endless()
        with scened.segment("x", executable=program) as run:
            next(run)
        self.assertTrue(is_gone(run.pid))
        self.assertEqual(list(run), [])
        with self.assertRaises(KeyError), scened.watch("x", executable=program) as run:
            raise KeyError
        self.assertTrue(is_gone(run.pid))
        for event in scened.segment("x", executable=program):
            children = child_pids()
            break
        del event
        gc.collect()
        self.assertTrue(children and all(map(is_gone, children)), children)

    def test_one_that_ignores_sigterm_is_killed(self) -> None:
        program = fake(
            self, "signal.signal(signal.SIGTERM, signal.SIG_IGN); emit(1)\nwhile True: time.sleep(9)"
        )
        run = scened.segment("x", executable=program, grace=0.1)
        next(run)
        run.close()
        self.assertTrue(is_gone(run.pid))

    def test_last_words_find_room(self) -> None:
        """A program that writes more than a pipe holds when it is told to stop still ends by itself."""
        mark = scratch(self) / "done"
        program = fake(self, f"""
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
            emit(1)
            signal.sigwait([signal.SIGTERM])
            for seq in range(3000): emit(seq, pad="x" * 100)
            open({str(mark)!r}, "w")
            """)  # fmt: skip
        run = scened.segment("x", executable=program, grace=60)
        next(run)
        run.close()
        self.assertTrue(mark.exists())

    def test_closing_from_another_thread(self) -> None:
        program = fake(self, "emit(1)\nwhile True: time.sleep(9)")
        run = scened.watch("x", executable=program)
        next(run)
        thread = threading.Timer(0.05, run.close)
        thread.start()
        self.assertEqual(list(run), [])
        thread.join()
        self.assertTrue(is_gone(run.pid))

    def test_a_program_that_talks_much(self) -> None:
        """Standard error does not fill up, and its last complaint is the message."""
        program = fake(
            self,
            """
            for line in range(5000): print("note", "x" * 60, file=sys.stderr)
            emit(1)
            print("scened: film: broken\\nUsage: x", file=sys.stderr)
            sys.exit(74)
            """,
        )
        run = scened.segment("x", executable=program)
        self.assertEqual(next(run).seq, 1)
        with self.assertRaises(scened.DamagedInput) as caught:
            next(run)
        self.assertEqual((caught.exception.message, run.status), ("film: broken", 74))
        self.assertTrue(is_gone(run.pid))
        with self.assertLogs("scened", "INFO") as logged, self.assertRaises(scened.DamagedInput):
            list(scened.segment("x", executable=program, verbose=True))
        self.assertGreater(len(logged.output), 5000)

    def test_a_program_that_is_killed(self) -> None:
        program = fake(self, "emit(1); os.kill(os.getpid(), signal.SIGKILL)")
        run = scened.segment("x", executable=program)
        with self.assertRaises(scened.ProgramError) as caught:
            list(run)
        self.assertEqual((caught.exception.status, run.status), (137, 137))
        self.assertIn("SIGKILL", caught.exception.message)

    def test_lines_that_are_no_events(self) -> None:
        program = fake(self, "print('hello', flush=True); emit(2); print('{\"v\":1', end='')")
        run = scened.segment("x", executable=program)
        with self.assertRaises(scened.EventError):
            next(run)
        self.assertEqual([one.seq for one in run], [2])

    def test_the_command_line(self) -> None:
        program = fake(
            self,
            """
            line = [os.fsencode(one).decode("latin-1") for one in sys.argv[1:]]
            print(json.dumps(dict(v=1, type="arguments", seq=1, id="", line=line)))
            """,
        )

        def line(run: scened.Run) -> list[str]:
            (event,) = run
            found: list[str] = event.raw["line"]
            return found

        self.assertEqual(
            line(scened.segment(
                b"-\xff", executable=program, min_scene=8, threshold=1e-7, deadline="1m30", intra_shot=True, scores=False,
                provisional=False, events=["scene", "gap"], model=b"m\xfe", peak=None, arguments=["--new", "1"])),
            ["segment", "--quiet", "--min-scene=8", "--threshold=0.000000100000", "--deadline=1m30", "--intra-shot",
             "--no-provisional", "--events", "scene,gap", "--model=m\xfe", "--new", "1", "--", "-\xff"])  # fmt: skip
        self.assertEqual(
            line(scened.watch("udp://:5000", executable=program, allow_host=["a", "*.b"], follow=True, verbose=True)),
            ["watch", "--verbose", "--allow-host=a", "--allow-host=*.b", "--follow", "--", "udp://:5000"])  # fmt: skip
        self.assertEqual(
            line(scened.shots("x", executable=program, provisional=False, stats=Path("s.csv"))),
            ["shots", "--quiet", "--stats=s.csv", "--", "x"])  # fmt: skip
        self.assertEqual(
            line(scened.segment(
                "x", executable=program, threshold=Printed(0.4), novelty_rate=Scalar(Printed(1e-7)), min_scene=Scalar(8),
                scores=Scalar(True), intra_shot=Scalar(False))),
            ["segment", "--quiet", "--threshold=0.4", "--novelty-rate=0.000000100000", "--min-scene=8", "--scores",
             "--", "x"])  # fmt: skip
        calls: list[tuple[Callable[[], object], str]] = [
            (lambda: scened.segment("x", executable=program, treshold=1), "'threshold'"),  # type: ignore[call-arg]
            (lambda: scened.shots("x", executable=program, deadline=1), "arguments="),  # type: ignore[call-arg]
            (lambda: scened.segment("x", executable=program, arguments="--new"), "list"),
            (lambda: scened.segment(3, executable=program), "int"),  # type: ignore[arg-type]
            (lambda: scened.segment(io.BytesIO(b"x"), executable=program), "BytesIO has no file descriptor"),
            (lambda: scened.scenes("x", executable=program, events=["gap"]), "segment"),
            (lambda: scened.scenes("x", executable=program, arguments=["--events", "gap"]), "segment"),
            (lambda: scened.scenes("x", executable=program, arguments=["--types=gap"]), "segment"),
        ]  # fmt: skip
        for call, word in calls:
            with self.subTest(word), self.assertRaisesRegex(TypeError, word):
                call()

    def test_where_the_program_is(self) -> None:
        program = self.endless()
        place = str(program.parent)
        for variables, executable, reason in [
            ({"PATH": place}, None, None), ({"PATH": "/nowhere", "SCENED": str(program)}, None, None),
            ({"PATH": place}, "scened", None), ({"PATH": "/nowhere"}, program, None),
            ({"PATH": "/nowhere"}, None, "no program 'scened' is on PATH; install"),
            ({"PATH": place, "SCENED": "/nowhere/scened"}, None, "no program '/nowhere/scened'; install"),
            ({"PATH": place}, place, "no program"), ({"PATH": place}, __file__, "cannot be executed"),
        ]:  # fmt: skip
            with self.subTest(variables=variables, executable=executable), variables_set(variables):
                if reason is None:
                    with scened.segment("x", executable=executable) as run:
                        next(run)
                else:
                    with self.assertRaisesRegex(scened.ProgramNotFound, reason):
                        scened.segment("x", executable=executable)


class variables_set:
    """The environment with PATH and SCENED as given, for a while."""

    def __init__(self, variables: dict[str, str]) -> None:
        self._variables = variables

    def __enter__(self) -> None:
        self._old = {name: os.environ.pop(name, None) for name in ("PATH", "SCENED")}
        os.environ.update(self._variables)

    def __exit__(self, *_: object) -> None:
        for name, value in self._old.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def child_pids() -> list[int]:
    """Processes that this one has started and that are not waited for."""
    return [
        int(one) for one in Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()
    ]


def wait_for(condition: Any, seconds: float = 120) -> bool:
    """Asks again and again, for a while."""
    for _ in range(int(seconds * 100)):
        if condition():
            return True
        threading.Event().wait(0.01)
    return False


if __name__ == "__main__":
    unittest.main()
