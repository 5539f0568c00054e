"""The page on which the scenes of a catalogue are searched."""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import unittest

from support import FOLDER, ROOT, PageCase

SCENED = os.environ.get("SCENED", str(ROOT / ".build/release/scened"))
CLIPS = ROOT / "fixtures/clips"
SHOWN = "[...document.querySelectorAll('#scenes .name')].map(name => name.textContent)"
SUMMARY = "document.getElementById('summary').textContent"
FOCUSED = "document.activeElement.textContent || document.activeElement.id"


class Catalogue(PageCase):
    address = ""

    @classmethod
    def setUpClass(cls) -> None:
        films, results = FOLDER / "catalogue-films", FOLDER / "catalogue-results"
        for folder in (films, results):
            shutil.rmtree(folder, ignore_errors=True)
        (films / "news <b>").mkdir(parents=True)
        shutil.copy(CLIPS / "cuts.mp4", films / "long.mp4")
        shutil.copy(CLIPS / "dissolve.mp4", films / "news <b>" / "short #1.mp4")
        batch = [SCENED, "batch", str(films), "--output", str(results), "--quiet", "--report", "--", "--min-scene", "1"]
        subprocess.run(batch, check=True)
        # A tag in the events, as a probe gives it.
        events = results / "long.mp4/events.jsonl"
        text = events.read_text(encoding="utf-8").replace(
            '"first_shot":0', '"tags":[{"label":"warm </script>","probability":0.900000}],"first_shot":0')
        events.write_text(text, encoding="utf-8")
        catalogue, page = FOLDER / "films.sqlite", FOLDER / "catalogue.html"
        catalogue.unlink(missing_ok=True)
        subprocess.run([SCENED, "catalogue", str(results), "--to", str(catalogue), "--quiet"], check=True)
        subprocess.run([SCENED, "catalogue", str(catalogue), "--page", str(page), "--quiet"], check=True)
        cls.address = page.as_uri()

    def type(self, page, id: str, value: str) -> None:
        page.evaluate(f"(() => {{ const it = document.getElementById('{id}'); it.value = '{value}';"
                      " it.dispatchEvent(new Event('input', {bubbles: true})); })()")

    def test_all_scenes_stand_there_and_names_are_text(self) -> None:
        page = self.open(self.address)
        shown = page.evaluate(SHOWN)
        self.assertEqual(shown, ["long.mp4 · scene 1", "long.mp4 · scene 2", "long.mp4 · scene 3",
                                 "news <b>/short #1.mp4 · scene 1", "news <b>/short #1.mp4 · scene 2"])
        self.assertEqual(page.evaluate("document.querySelectorAll('#scenes b, #scenes script').length"), 0)
        self.assertTrue(page.evaluate(SUMMARY).startswith("5 scenes, 0:00:"))

    def test_words_lengths_and_orders(self) -> None:
        page = self.open(self.address)
        lengths = page.evaluate("films[0].scenes.map(scene => scene[LENGTH])")
        self.type(page, "words", "#1 NEWS")
        self.assertEqual(page.evaluate(SHOWN), ["news <b>/short #1.mp4 · scene 1", "news <b>/short #1.mp4 · scene 2"])
        self.type(page, "words", "nothing")
        self.assertEqual((page.evaluate(SHOWN), page.evaluate(SUMMARY)), ([], "No scene is so."))
        self.type(page, "words", "long")
        for order, wanted in (("longest", sorted(lengths, reverse=True)), ("shortest", sorted(lengths))):
            self.type(page, "order", order)
            self.assertEqual(page.evaluate("found.map(([film, scene]) => scene[LENGTH])"), wanted)
        self.type(page, "longer", str(max(lengths) / 1e6))
        self.assertEqual(len(page.evaluate(SHOWN)), 1)
        self.type(page, "longer", "")
        self.type(page, "shorter", "0:05.1")
        self.assertEqual(len(page.evaluate(SHOWN)), sum(length <= 5_100_000 for length in lengths))
        self.type(page, "shorter", "5 minutes")
        self.assertEqual(page.evaluate("document.getElementById('shorter').getAttribute('aria-invalid')"), "true")
        self.assertEqual(len(page.evaluate(SHOWN)), 3)
        self.assertIn("“5 minutes” is not a length and counts for nothing: write 90, 5m or 1:30", page.evaluate(SUMMARY))
        self.type(page, "longer", "abc")
        self.assertIn("“abc” and “5 minutes” are not lengths", page.evaluate(SUMMARY))
        self.type(page, "longer", "")
        self.type(page, "order", "doubtful")
        self.assertEqual(len(page.evaluate(SHOWN)), 2)

    def test_names_turn_no_line_around_and_no_score_is_no_end(self) -> None:
        page = self.open(self.address)
        page.evaluate("films[0].name = 'a\\u202e4pm.exe'; show()")
        self.assertEqual(page.evaluate(SHOWN)[0], "a\ufffd4pm.exe · scene 1")
        scores = page.evaluate("[...document.querySelectorAll('#scenes .score')].map(cell => [cell.textContent, cell.title])")
        self.assertEqual([title for text, title in scores if text == "–"], ["no boundary with a score ends it"] * 2)
        self.assertNotIn("end", [text for text, _ in scores])

    def test_durations(self) -> None:
        """They are read as `--longer-than` reads them: the same cases as for DurationText."""
        page = self.open(self.address)
        cases = json.loads((ROOT / "fixtures/durations.json").read_text(encoding="utf-8"))
        self.assertIsNone(page.evaluate("durationOf('')"))
        for text, seconds in [*cases, ["-5", None], [" 90 ", 90]]:
            read = page.evaluate(f"(() => {{ const seconds = durationOf({json.dumps(text)}); return [Number.isNaN(seconds), seconds]; }})()")
            self.assertEqual(read, [True, None] if seconds is None else [False, seconds], text)

    def test_tags(self) -> None:
        page = self.open(self.address)
        self.assertFalse(page.evaluate("document.getElementById('tagged').hidden"))
        self.type(page, "tag", "0")
        self.assertEqual(page.evaluate(SHOWN), ["long.mp4 · scene 1"])
        self.assertEqual(page.evaluate("document.querySelector('#scenes .tags').textContent"), "warm </script>")

    def test_keys(self) -> None:
        page = self.open(self.address)
        page.key("ArrowDown")
        self.assertEqual(page.evaluate(FOCUSED), "long.mp4 · scene 1")
        page.key("ArrowDown")
        self.assertEqual(page.evaluate(FOCUSED), "long.mp4 · scene 2")
        page.key("ArrowUp")
        page.key("ArrowUp")
        self.assertEqual(page.evaluate("document.activeElement.id"), "words")
        page.key("ArrowDown")
        page.key("/")
        self.assertEqual(page.evaluate("document.activeElement.id"), "words")
        self.assertEqual(page.evaluate("document.activeElement.value"), "")

    def test_links_lead_to_the_scene_in_the_page_of_its_film(self) -> None:
        page = self.open(self.address)
        links = page.evaluate("[...document.querySelectorAll('#scenes a')].map(link => link.href)")
        self.assertEqual(len(links), 5)
        # Each leads to the first picture of its scene, never into the one before.
        numbers = page.evaluate("films.flatMap(film => film.scenes.map(scene => scene[NUMBER]))")
        for link, number in zip(links, numbers):
            film = self.open(link)
            self.assertEqual(film.evaluate("[page.session.sceneHere.number, page.session.sceneHere.start.pts === page.session.playhead]"), [number, True], link)
        film = self.open(links[1].split("#")[0])
        start = film.evaluate("page.session.scenes[1].start.t")
        self.assertEqual(page.evaluate("films[0].scenes[1][START] / SECOND"), start)

    def test_phone(self) -> None:
        page = self.open(self.address, 360, 740)
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 360)
        sides = page.evaluate("[...document.querySelectorAll('input, select')].filter(it => it.offsetParent).map(it => it.offsetHeight)")
        self.assertTrue(all(side >= 36 for side in sides), sides)

    def test_a_hundred_at_a_time(self) -> None:
        page = self.open(self.address)
        page.evaluate("(() => { const [film] = films; films.push(...Array.from({length: 100}, () => ({...film, name: 'many'}))); show(); })()")
        self.assertEqual(len(page.evaluate(SHOWN)), 100)
        page.evaluate("document.getElementById('more').click()")
        self.assertEqual(len(page.evaluate(SHOWN)), 200)
        # Going on with the keyboard shows more, too.
        page.evaluate("[...document.querySelectorAll('.stop')].at(-1).focus()")
        page.key("ArrowDown")
        self.assertEqual(len(page.evaluate(SHOWN)), 300)
        page.evaluate("document.getElementById('more').click()")
        self.assertTrue(page.evaluate("document.getElementById('more').hidden"))


if __name__ == "__main__":
    unittest.main()
