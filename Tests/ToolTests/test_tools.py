"""The developers' tools: that they start, notice what is wrong, and say what is missing. SCENED names the program."""
from __future__ import annotations

import concurrent.futures
import contextlib
import importlib.machinery
import importlib.util
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import types
import unittest
from typing import Any, Iterator

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tools"
PROGRAM = os.environ.get("SCENED", str(ROOT / ".build/release/scened"))
sys.path.insert(0, str(TOOLS))
sys.dont_write_bytecode = True
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"

HAS_NUMPY = all(importlib.util.find_spec(name) for name in ("numpy", "PIL"))
needs_numpy = unittest.skipUnless(HAS_NUMPY, "NumPy or Pillow is not installed")


def loaded(path: str) -> Any:
    """A tool as a module, whose `main` does not run."""
    name = "tool_" + re.sub(r"\W", "_", path)
    loader = importlib.machinery.SourceFileLoader(name, str(TOOLS / path))
    spec = importlib.util.spec_from_loader(name, loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    hook, place = sys.excepthook, sys.path.copy()
    loader.exec_module(module)
    sys.excepthook, sys.path[:] = hook, place
    return module


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
                          env=os.environ | environment)


@contextlib.contextmanager
def folder() -> Iterator[pathlib.Path]:
    with tempfile.TemporaryDirectory(prefix="scened-tools-") as name:
        yield pathlib.Path(name)


def programs() -> list[pathlib.Path]:
    found = [path for path in sorted(TOOLS.glob("*/*")) if path.is_file() and "." not in path.name]
    return [path for path in found if path.parent.name != "rig"]


class Starting(unittest.TestCase):
    def test_help_needs_no_packages(self) -> None:
        """-S hides what is installed besides Python."""
        def asked(path: pathlib.Path) -> tuple[pathlib.Path, Any, str]:
            text = path.read_text(encoding="utf-8")
            if "bash" in text.split("\n", 1)[0]:
                return path, run("bash", str(path), "--help"), text.split("\n")[1].lstrip("# ")
            first = re.search(r'^r?"""(.*)', text, re.M)
            assert first
            return path, run(sys.executable, "-S", str(path), "--help"), first[1]

        with concurrent.futures.ThreadPoolExecutor() as pool:
            for path, done, first in pool.map(asked, programs()):
                with self.subTest(tool=path.name):
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertIn(first, done.stdout)

    def test_help_trains_nothing(self) -> None:
        with folder() as place:
            for name in ("swift", "mount", "systemd-nspawn"):
                (place / name).write_text(f"#!/bin/sh\ntouch {place}/started\n")
                (place / name).chmod(0o755)
            path = f"{place}:{os.environ['PATH']}"
            for tool, statuses in (("train/train-relational", (0, 64)), ("check/boot-test", (0, 64))):
                found = tuple(run("bash", str(TOOLS / tool), word, PATH=path).returncode for word in ("--help", "--nosuch"))
                self.assertEqual(found, statuses, tool)
            self.assertFalse((place / "started").exists())

    def test_what_is_missing_is_one_line(self) -> None:
        cases = [
            (("shots/score-shots", "nosuch.out"), 66, "nosuch"),
            (("bench/seen-before", "nosuch.ts"), 66, "nosuch.truth.json"),
            (("shots/altered-films", "{place}/a", "nosuch.mp4", "--only", "as they are"), 1, "ffmpeg"),
            (("faults/crash-loop", "--scened", "/nosuch/scened", "--kills", "0"), 69, "/nosuch/scened"),
            (("faults/feed-faults", "carrier-pigeon"), 2, "carrier-pigeon"),
            (("bench/answer-delays", "carrier-pigeon"), 2, "carrier-pigeon"),
            (("faults/brokers", "nosuch"), 2, "nosuch"),
            (("bench/capacity", "nosuch.mp4"), 66, "nosuch.mp4"),
        ]
        with folder() as place:
            for (tool, *words), status, named in cases:
                done = run(sys.executable, str(TOOLS / tool), *(word.replace("{place}", str(place)) for word in words))
                with self.subTest(tool=tool):
                    self.assertEqual(done.returncode, status, done.stderr)
                    self.assertIn(named, done.stderr)
                    self.assertNotIn("Traceback", done.stderr)


class Noticing(unittest.TestCase):
    def test_cuts(self) -> None:
        if not HAS_NUMPY:
            self.skipTest("NumPy is not installed")
        right = loaded("check/cuts").is_right
        self.assertTrue(right(400, 400, 400, 0, None))
        self.assertTrue(right(400, 400, 163, 237, 52.4))
        # As many pictures, but others; too few; re-encoded beyond recognition.
        self.assertFalse(right(400, 400, 0, 0, 11.5))
        self.assertFalse(right(399, 400, 399, 0, None))
        self.assertFalse(right(400, 400, 163, 237, 20.0))

    def test_crash_loop(self) -> None:
        faults = loaded("faults/crash-loop").verify_faults
        self.assertEqual(faults(0, ""), [])
        self.assertEqual(faults(65, "live/1.jsonl: line 7 breaks off"), [])
        self.assertEqual(len(faults(132, "Fatal error: Index out of range")), 1)
        self.assertEqual(len(faults(65, "live/1.jsonl: line 7 is not JSON")), 1)

    def test_boot_test(self) -> None:
        script = (TOOLS / "check/boot-test").read_text(encoding="utf-8")
        tail = "set -e\n" + script[script.index('cat "$root/result.txt"'):]
        for lines, status in (("ok start\nok notify_ready\n", 1), ("ok start\nok no_secret_in_state\n", 0),
                              ("FAILED start: no\nok no_secret_in_state\n", 1)):
            with folder() as place:
                (place / "result.txt").write_text(lines)
                self.assertEqual(run("bash", "-c", tail, root=str(place)).returncode, status, lines)

    def test_feed_faults(self) -> None:
        with folder() as place:
            silent = place / "silent"
            silent.write_text("#!/bin/sh\nexit 0\n")
            silent.chmod(0o755)
            done = run(sys.executable, str(TOOLS / "faults/feed-faults"), "tcp", "--rounds", "1", "--scened", str(silent))
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertIn("the program ended", done.stdout)

    @unittest.skipUnless(os.access(PROGRAM, os.X_OK), "the program is not built")
    def test_formats(self) -> None:
        """Each number of a table counts."""
        formats = loaded("check/formats")
        film = next(one for one in formats.FILMS if one.name == "from 10:00:00:00")
        with folder() as place:
            (place / "events.jsonl").write_text("\n".join(film.lines()) + "\n", encoding="utf-8")
            done = formats.export(PROGRAM, film, place, ["csv", "pyscenedetect", "fcp7"])
            self.assertEqual(done.returncode, 0, done.stderr)
            checks = {"csv": formats.table_csv, "pyscenedetect": formats.scenedetect_rules}
            for name, check in checks.items():
                path, text = formats.texts(place, name)[0]
                check(film, [(path, text)])
                for number in re.finditer(r"\d+", text):
                    at = number.end() - 1
                    wrong = text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1:]
                    with self.assertRaises(AssertionError, msg=f"{name}: {wrong[max(0, at - 30):at + 1]!r}"):
                        check(film, [(path, wrong)])
            text = formats.texts(place, "fcp7")[0][1]
            formats.fcp7_numbers(film, text)
            for name in ("in", "out", "frame", "duration"):
                with self.assertRaises(AssertionError, msg=name):
                    formats.fcp7_numbers(film, re.sub(f"<{name}>[0-9]+</{name}>", f"<{name}>7</{name}>", text))

    @needs_numpy
    def test_cuts_through_odd_pictures(self) -> None:
        import numpy as np
        composer = loaded("shots/compose-shots").RealComposer
        shade = lambda value: np.full((4, 4, 3), value, np.uint8)
        # Old shot, a telecine pair, new shot.
        film = np.stack([shade(10)] * 5 + [shade(70), shade(150)] + [shade(210)] * 5)
        composed = types.SimpleNamespace(shots=[(0, film[:5]), (5, np.stack([shade(210)] * 7))])
        for cut, count in ((6, 0), (5, 1), (7, 1)):
            composed.truth = {"cuts": [cut], "odd": [{"kind": "telecine", "start": 5, "end": 6, "cut": cut}]}
            self.assertEqual(len(composer.odd_faults(composed, film)), count, cut)


class Truth(unittest.TestCase):
    def test_repeated_scenes(self) -> None:
        """Each ident is itself alone; takes of a film are one place on every day."""
        def day(place: pathlib.Path, number: int) -> pathlib.Path:
            scenes = [("ident", 0, 0, None, {}), ("ident", 1, 1, None, {}), ("ident", 0, 2, None, {}),
                      ("action", 3, 3, 100, {"takes": "film 216"}), ("action", 4, 3, 1 << 20 | number, {})]
            blocks = [{"kind": kind, "name": name, "start": 4.0 * at, "end": 4.0 * at + 4} for at, (kind, name) in enumerate(
                (("ident", "ident 0"), ("ident", "ident 1"), ("ident", "ident 0"), ("program", "A Program")))]
            truth = {"fps": 25, "adverts": [], "blocks": blocks, "scenes": [
                {"start_frame": 100 * at, "end_frame": 100 * at + 99, "kind": kind, "block": block, "place": where, **more}
                for at, (kind, _, block, where, more) in enumerate(scenes)]}
            path = place / f"day{number}.ts"
            path.with_suffix(".truth.json").write_text(json.dumps(truth))
            return path

        with folder() as place:
            archive, seen = loaded("scenes/compose-archive"), loaded("bench/seen-before")
            first, second = (archive.scenes_of(number, day(place, number)) for number in (0, 1))
            self.assertEqual(first[0]["content"], first[2]["content"])
            self.assertNotEqual(first[0]["content"], first[1]["content"])
            self.assertNotEqual(first[0]["content"], second[0]["content"])
            self.assertEqual(first[3]["place"], second[3]["place"])
            self.assertNotEqual(first[4]["place"], second[4]["place"])
            truth = json.loads((place / "day0.truth.json").read_text())
            shown = [seen.shows((start, start + 4, None), truth) for start in (0.0, 4.0, 8.0)]
            self.assertTrue(shown[0] & shown[2])
            self.assertFalse(shown[0] & shown[1])

    def test_altered_ranges(self) -> None:
        altered = loaded("shots/altered-films").altered_truth
        truth = {"fps": 25, "cuts": [31], "gradual": [{"start": 101, "end": 110}], "distractors": []}
        with folder() as place:
            path = place / "film.json"
            path.write_text(json.dumps(truth))
            for ratio, cut, start, end in ((0.5, 16, 51, 55), (2, 62, 202, 221), (1, 31, 101, 110)):
                found = altered(path, ratio)
                span = found["gradual"][0]
                self.assertEqual((found["cuts"], span["start"], span["end"]), ([cut], start, end))

    def test_seeds_of_sets(self) -> None:
        sets = loaded("train/shot-films").SETS
        seeds = [seed for rows in sets.values() for first, last, _ in rows for seed in range(first, last + 1)]
        self.assertEqual(len(seeds), len(set(seeds)))

    @unittest.skipUnless(os.access(PROGRAM, os.X_OK), "the program is not built")
    def test_scores_are_those_of_the_program(self) -> None:
        """A detection behind a transition, and two beside a flash."""
        truth = {"fps": 25, "frames": 300, "cuts": [20, 200], "gradual": [{"kind": "wipe", "start": 100, "end": 110}],
                 "distractors": [{"kind": "flash", "start": 50, "end": 52}]}
        for found in ([20, 113, 54], [21, 111, 53, 112], [20, 200, 100, 105, 50]):
            with folder() as place:
                (place / "film.json").write_text(json.dumps(truth))
                (place / "film.out").write_text("".join(f'{{"cut": {at}, "kind": "cut"}}\n' for at in found))
                (place / "film.txt").write_text("".join(f"{at}\n" for at in sorted(found)))
                ours = run(sys.executable, str(TOOLS / "shots/score-shots"), str(place / "film.out")).stdout
                theirs = run(PROGRAM, "evaluate", "shots", "--truth", str(place / "film.json"), "--detected",
                             str(place / "film.txt")).stdout
            rows = [line.split() for line in theirs.splitlines()]
            for kind, name in (("gradual", "gradual found"), ("distractor", "  distractors")):
                hits, total = next(row[3:5] for row in rows if row[:3] == [kind, "all", "0"])
                self.assertIn(f"{name} {hits}/{total}\n", ours, found)

    def test_cues_are_read_back(self) -> None:
        from rig.splices import Cue, Segment, inject, read
        with folder() as place:
            made = run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x36:r=25:d=12", "-c:v", "mpeg2video",
                       "-f", "mpegts", str(place / "a.ts"))
            self.assertEqual(made.returncode, 0, made.stderr)
            sent = inject(str(place / "a.ts"), str(place / "b.ts"), [
                Cue(at=6.0, event=7, out=True, duration=2.0), Cue(at=8.0, event=7, out=False),
                Cue(at=10.0, kind="time_signal", segments=[Segment(0x22, 9, duration=3.0)]),
                Cue(at=11.0, kind="time_signal", segments=[Segment(0x23, 9)])])
            found = read(str(place / "b.ts"))
        self.assertEqual([round(one.sent, 3) for one in found], [round(at, 3) for at in sent])
        self.assertEqual([(one.event, one.out, round(one.at, 3), one.duration) for one in found],
                         [(7, True, 6.0, 2.0), (7, False, 8.0, None), (9, True, 10.0, 3.0), (9, False, 11.0, None)])

    @needs_numpy
    def test_generated_takes_repeat(self) -> None:
        from rig.takes import GENERATED
        for name in [one for names in GENERATED.values() for one in names]:
            source = f"{name}{':' if '=' in name else '='}size=64x36:rate=25"
            command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-t", "0.4", "-i", source, "-f", "framemd5", "-"]
            first, second = (run(*command) for _ in range(2))
            self.assertEqual(first.returncode, 0, first.stderr)
            self.assertEqual(first.stdout, second.stdout, name)

    @needs_numpy
    def test_lists_agree(self) -> None:
        from rig.agreement import disagreements
        import copy

        def block(kind: str, first: int, last: int, name: str = "", logo: bool = False) -> dict[str, Any]:
            return {"kind": kind, "start": first / 25, "end": (last + 1) / 25, "start_frame": first, "end_frame": last,
                    "logo": logo, "name": name}

        truth: dict[str, Any] = {
            "frames": 1000, "cuts": [100, 300, 600], "jumps": [100],
            "gradual": [{"kind": "black", "start": 390, "end": 399}, {"kind": "dissolve", "start": 700, "end": 709}],
            "black": [{"start_frame": 390, "end_frame": 399, "logo": False}], "stills": [], "distractors": [],
            "scenes": [
                {"start_frame": 0, "end_frame": 299, "kind": "action", "block": 0, "place": 1},
                {"start_frame": 300, "end_frame": 389, "kind": "advert", "block": 1, "place": None, "advert": 3},
                {"start_frame": 400, "end_frame": 599, "kind": "advert", "block": 1, "place": None, "advert": 4},
                {"start_frame": 600, "end_frame": 999, "kind": "action", "block": 2, "place": 1}],
            "blocks": [block("program", 0, 299, "A", True), block("adverts", 300, 599), block("program", 600, 999, "A", True)],
            "adverts": [{"start_frame": 300, "end_frame": 389, "advert": 3}, {"start_frame": 400, "end_frame": 599, "advert": 4}],
            "breaks": [{"start_frame": 300, "end_frame": 599}],
            "logo": {"box": [0, 0, 1, 1], "ranges": [{"start_frame": 0, "end_frame": 299}, {"start_frame": 600, "end_frame": 999}]},
            "cues": [{"at": 12.0, "frame": 300, "out": True, "event": 1, "sent": 7.0, "state": "ok"},
                     {"at": 24.0, "frame": 600, "out": False, "event": 1, "sent": 25.0, "state": "late"}],
            "silences": [{"start": 15.6, "end": 16.0}],
            "sound": [{"start": 0.0, "end": 15.6, "kinds": ["speech"]}, {"start": 15.6, "end": 16.0, "kinds": []},
                      {"start": 16.0, "end": 40.0, "kinds": ["music"]}]}
        self.assertEqual(disagreements(truth), [])

        def changed(change: Any) -> list[str]:
            other = copy.deepcopy(truth)
            change(other)
            return disagreements(other)

        changes = {
            "scenes later": lambda t: [one.update(start_frame=one["start_frame"] + 25, end_frame=one["end_frame"] + 25) for one in t["scenes"]],
            "black left out": lambda t: t["black"].clear(),
            "transitions later": lambda t: [one.update(start=one["start"] + 10, end=one["end"] + 10) for one in t["gradual"]],
            "a cut left out": lambda t: t["cuts"].remove(300),
            "silences left out": lambda t: t["silences"].clear(),
            "silence later": lambda t: t["silences"][0].update(start=15.62, end=16.02),
            "cues later": lambda t: [one.update(at=one["at"] + 2, frame=one["frame"] + 50) for one in t["cues"]],
            "late cues on time": lambda t: [one.update(state="ok") for one in t["cues"]],
            "adverts renumbered": lambda t: [one.update(advert=0) for one in t["adverts"]],
            "an edge of a block": lambda t: t["blocks"][0].update(end=14.0, end_frame=349),
            "speech everywhere": lambda t: [one.update(kinds=["speech"]) for one in t["sound"]],
            "the mark elsewhere": lambda t: [one.update(logo=not one["logo"]) for one in t["blocks"]],
        }
        for name, change in changes.items():
            self.assertNotEqual(changed(change), [], name)


if __name__ == "__main__":
    unittest.main()
