"""The page of an archive: which films are shown, and in which order."""
from __future__ import annotations

import os
import shutil
import subprocess

from support import FOLDER, ROOT, PageCase

SCENED = os.environ.get("SCENED", str(ROOT / ".build/release/scened"))
CLIPS = ROOT / "fixtures/clips"
SHOWN = "[...document.querySelectorAll('#films > li')].filter(film => !film.hidden).map(film => film.dataset.name)"


class Archive(PageCase):
    address = ""

    @classmethod
    def setUpClass(cls) -> None:
        films = FOLDER / "archive-films"
        shutil.rmtree(films, ignore_errors=True)
        (films / "b <b>").mkdir(parents=True)
        shutil.copy(CLIPS / "cuts.mp4", films / "long.mp4")
        shutil.copy(CLIPS / "dissolve.mp4", films / "b <b>" / "short #1.mp4")
        (films / "torn.mp4").write_text("no film", encoding="utf-8")
        (films / "turned \u202e4pm.mp4").write_text("no film", encoding="utf-8")
        results = FOLDER / "archive"
        shutil.rmtree(results, ignore_errors=True)
        ended = subprocess.run(
            [SCENED, "batch", str(films), "--output", str(results), "--report", "--quiet", "--", "--min-scene", "1"], check=False)
        assert ended.returncode == 65, ended
        cls.address = (results / "index.html").as_uri()

    def type(self, page, id: str, value: str) -> None:
        page.evaluate(f"(() => {{ const it = document.getElementById('{id}'); it.value = '{value}';"
                      " it.dispatchEvent(new Event(it.tagName === 'INPUT' ? 'input' : 'change')); })()")

    def test_failures_come_first_and_names_are_text(self) -> None:
        page = self.open(self.address)
        shown = page.evaluate(SHOWN)
        self.assertEqual(shown[:2], ["torn.mp4", "turned \u202e4pm.mp4"])
        self.assertEqual(sorted(shown), ["b <b>/short #1.mp4", "long.mp4", "torn.mp4", "turned \u202e4pm.mp4"])
        self.assertIn("turned \ufffd4pm.mp4", page.evaluate("[...document.querySelectorAll('h2')].map(name => name.textContent)"))
        self.assertNotIn("\u202e", page.evaluate("document.getElementById('films').textContent"))
        self.assertEqual(page.evaluate("document.querySelectorAll('#films b').length"), 0)
        self.assertIn("4 films", page.evaluate("document.getElementById('summary').textContent"))
        self.assertIn("2 failed", page.evaluate("document.getElementById('summary').textContent"))

    def test_filter_and_order(self) -> None:
        page = self.open(self.address)
        self.type(page, "filter", "SHORT")
        self.assertEqual(page.evaluate(SHOWN), ["b <b>/short #1.mp4"])
        self.type(page, "filter", "nothing")
        self.assertEqual(page.evaluate(SHOWN), [])
        self.assertFalse(page.evaluate("document.getElementById('none').hidden"))
        self.type(page, "filter", "")
        self.type(page, "order", "length")
        self.assertEqual(page.evaluate(SHOWN), ["long.mp4", "b <b>/short #1.mp4", "torn.mp4", "turned \u202e4pm.mp4"])
        self.type(page, "order", "name")
        self.assertEqual(page.evaluate(SHOWN), ["b <b>/short #1.mp4", "long.mp4", "torn.mp4", "turned \u202e4pm.mp4"])
        self.assertTrue(page.evaluate("document.getElementById('none').hidden"))

    def test_links_lead_to_the_pages_of_films(self) -> None:
        page = self.open(self.address)
        links = page.evaluate("[...document.querySelectorAll('#films a')].map(link => link.href).sort()")
        self.assertEqual(len(links), 2)
        for link in links:
            self.assertTrue(self.open(link).evaluate("page.session.scenes.length") > 0, link)
