"""The page decides as the program does: the same scores at other settings give the same boundaries, to the tick.

SCENED names the program. SCENED_REPORT_FILMS may name films, separated by colons: all settings are then tried on each.
"""
from __future__ import annotations

import itertools
import json
import os
import pathlib
import random
import subprocess
import unittest

from support import FOLDER, PageCase, page_of

PROGRAM = os.environ.get("SCENED", "")
THRESHOLDS = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
SETTINGS = [{"threshold": threshold, "min-scene": least, "peak": peak, "scenes-per-hour": None}
            for threshold, least, peak in itertools.product(THRESHOLDS, [0, 4, 8], [0, 1])]
# A threshold that follows the scores starts from the preset, 0.5.
SETTINGS += [{"threshold": 0.5, "min-scene": least, "peak": peak, "scenes-per-hour": count}
             for least, peak, count in [(8, 1, 30), (4, 0, 120), (0, 1, 7.5), (2.5, 1, 60)]]


def run(*arguments: str) -> str:
    return subprocess.run([PROGRAM, *arguments, "--json", "--quiet"], check=True, capture_output=True, text=True).stdout


def flags(settings: dict) -> list[str]:
    without = "threshold" if settings["scenes-per-hour"] is not None else "scenes-per-hour"
    return [word for name, value in settings.items() if name != without for word in (f"--{name}", f"{value:g}")]


def boundaries(text: str) -> list[tuple]:
    events = [json.loads(line) for line in text.splitlines()]
    return [[round(event["at"]["t"] * 1e6), round(event["score"] * 1e6), round(event["threshold"] * 1e6)]
            for event in events if event["type"] == "boundary"]


def made_up(seed: int) -> pathlib.Path:
    """Shots as lines of embeddings: scenes that return, long shots, gaps, times that fall between microseconds."""
    chance = random.Random(seed)
    lines, time = [], 0.0
    places = [[chance.gauss(0, 1) for _ in range(6)] for _ in range(5)]
    place = places[0]
    for _ in range(120 + 40 * (seed % 4)):
        if chance.random() < 0.3:
            place = chance.choice(places)
        length = chance.choice([0.7, 1.9, 3.1, 4.0, 7.3, 8.0, 12.5]) * chance.uniform(0.9, 1.1)
        if chance.random() < 0.02:
            time += chance.choice([1.5, 40.0])
        lines.append(json.dumps({"start": time, "end": time + length, "embedding": [value + chance.gauss(0, 0.5) for value in place]}))
        time += length
    path = FOLDER / f"shots-{seed}.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return path


@unittest.skipUnless(PROGRAM, "SCENED does not name the program")
class Decisions(PageCase):
    def decided(self, page, settings: dict) -> list[list[int]]:
        chosen = {"threshold": round(settings["threshold"] * 1_000_000), "minScene": settings["min-scene"], "peak": settings["peak"],
                  "perHour": settings["scenes-per-hour"]}
        return page.evaluate(f"decideAll(page.session.run, {json.dumps(chosen)}, page.session.groups).filter(v => v.isBoundary)"
                             ".map(v => [Math.round(v.candidate.at.t * 1e6), v.candidate.score, v.threshold])")

    def compare(self, path: str, command: str, tried: list[dict], *more: str) -> int:
        text = run(command, path, "--scores", *more)
        page = self.open(page_of(text, "decisions.html"))
        own = page.evaluate("page.session.boundaries.map(b => [Math.round(b.at.t * 1e6), b.score, b.threshold])")
        self.assertEqual(own, boundaries(text))
        found = 0
        for settings in tried:
            expected = boundaries(run(command, path, "--events", "boundary", *flags(settings), *more))
            self.assertEqual(self.decided(page, settings), expected, f"{path} {settings}")
            found += len(expected)
        return found

    def test_made_up_runs(self) -> None:
        """A third of the settings, and all whose threshold moves, over six runs of embeddings."""
        tried = SETTINGS[:42:3] + SETTINGS[42:]
        found = sum(self.compare(str(made_up(seed)), "score", tried[seed::6]) for seed in range(6))
        self.assertGreater(found, 200)

    def test_equal_neighbors(self) -> None:
        """Of neighbors with equal scores the first is the peak."""
        path = FOLDER / "equal.jsonl"
        places = [[1, 0], [0, 1], [1, 1]]
        shots = [places[index % (2 if index < 60 else 3)] for index in range(120)]
        path.write_text("".join(json.dumps({"start": 4.0 * index, "end": 4.0 * index + 4, "embedding": place}) + "\n"
                                for index, place in enumerate(shots)))
        scores = [event["score"] for event in map(json.loads, run("score", str(path), "--scores").splitlines()) if event["type"] == "score"]
        least = 0.05
        self.assertTrue(any(left == right >= least for left, right in zip(scores, scores[1:])))
        tried = [{"threshold": least, "min-scene": 0, "peak": 1, "scenes-per-hour": None}, {**SETTINGS[0], "threshold": least}]
        self.assertGreater(self.compare(str(path), "score", tried), 10)

    def test_shortest_scene_in_ticks(self) -> None:
        """No scene that is shorter by less than a tick passes, and none that is exactly as long is refused."""
        page = self.shared(page_of("", "ticks.html"))
        table = [((1, 25), 8, 200), ((1001, 30000), 8, 240), ((1001, 30000), 8.008, 240), ((1, 1000000), 8, 8000000), ((1, 90000), 0.1, 9000),
                 ((1, 1000), 0, 0), ((1, 24), 1 / 3, 8), ((1001, 24000), 2.5, 60)]
        for (numerator, denominator), seconds, ticks in table:
            base = f"{{numerator: {numerator}, denominator: {denominator}}}"
            self.assertEqual(page.evaluate(f"minimumTicks({base}, {seconds!r})"), ticks, (numerator, denominator, seconds))

    def test_pages_that_the_program_makes(self) -> None:
        """The browser runs the code of such a page, its pictures are there, and its film plays: in one pass, and from events."""
        film, events = FOLDER / "a film.mp4", FOLDER / "made.jsonl"
        colors = "color=red:size=320x180:rate=25:duration=5[a];color=lime:size=320x180:rate=25:duration=5[b];color=blue:size=320x180:rate=25:duration=5[c];"
        subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-filter_complex", colors + "[a][b][c]concat=n=3:v=1,noise=alls=6:allf=t", "-c:v", "libx264",
                        "-pix_fmt", "yuv420p", "-g", "25", str(film)], check=True)
        run("segment", str(film), "--scores", "--min-scene", "1", "--output", str(events), "--report", str(FOLDER / "once.html"))
        subprocess.run([PROGRAM, "report", str(events), "--video", str(film), "--output", str(FOLDER / "twice.html"), "--quiet"], check=True)
        for name in ("once.html", "twice.html"):
            page = self.open((FOLDER / name).as_uri())
            self.assertEqual(page.evaluate("[page.session.run.shots.length, page.session.pictures.places.size]"), [3, 6], name)
            page.evaluate("""new Promise(done => { const p = page.session.pictures, context = new OffscreenCanvas(16, 9).getContext('2d');
                p.onLoad = () => { if ([...p.places.keys()].every(pts => p.draw(context, pts, 0, 0, 16, 9))) done(); };
                p.onLoad(); })""")
            # The color of the first picture of each shot, as it is drawn.
            drawn = page.evaluate("""page.session.run.shots.map(shot => { const canvas = new OffscreenCanvas(16, 9), context = canvas.getContext('2d');
                page.session.pictures.draw(context, shot.firstKey.pts, 0, 0, 16, 9); return [...context.getImageData(8, 4, 1, 1).data].slice(0, 3); })""")
            self.assertEqual([color.index(max(color)) for color in drawn], [0, 1, 2], f"{name}: {drawn}")
            page.wait("find('video').readyState > 0")

    def test_films(self) -> None:
        films = [name for name in os.environ.get("SCENED_REPORT_FILMS", "").split(":") if name]
        if not films:
            self.skipTest("SCENED_REPORT_FILMS names no films")
        for film in films:
            features = str(FOLDER / "film.npz")
            subprocess.run([PROGRAM, "embed", film, "--output", features, "--quiet"], check=True)
            found = self.compare(features, "score", SETTINGS)
            found += self.compare(features, "score", SETTINGS[::5], "--intra-shot")
            # What segment says of the film itself, at two settings.
            page = self.open(page_of(run("segment", film, "--scores"), "film.html"))
            for settings in (SETTINGS[9], SETTINGS[14]):
                expected = boundaries(run("segment", film, "--events", "boundary", *flags(settings)))
                self.assertEqual(self.decided(page, settings), expected, f"{film} {settings}")
                found += len(expected)
            print(f"{pathlib.Path(film).name}: {found} boundaries equal")


if __name__ == "__main__":
    unittest.main()
