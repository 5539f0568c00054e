"""The page on which shot changes are marked: answers by keys and buttons, what is kept, and the file it saves."""
from __future__ import annotations

import json
import os
import subprocess
import unittest

from support import FOLDER, ROOT, PageCase

SCENED = os.environ.get("SCENED", str(ROOT / ".build/release/scened"))
CLIP = ROOT / "fixtures/clips/cuts.mp4"


def sheets(name: str, *lists: str) -> str:
    """The address of the page for two lists of cuts."""
    paths = []
    for index, text in enumerate(lists):
        path = FOLDER / f"{name}-{index}.txt"
        path.write_text(text, encoding="utf-8")
        paths.append(str(path))
    subprocess.run([SCENED, "evaluate", "sheets", str(CLIP), "--detected", *paths, "--output", str(FOLDER / name), "--width", "64",
                    "--quiet"], check=True)
    return (FOLDER / name / "sheets.html").as_uri()


class Marking(PageCase):
    def setUp(self) -> None:
        super().setUp()
        self.name = self._testMethodName
        self.page = self.open(sheets(self.name, "30\n60\n", "60\n90\n"))

    def answer(self) -> str:
        return self.page.evaluate("find('answer').value")

    def picture(self) -> int:
        return self.page.evaluate("marking.place.cursor")

    def labels(self, text: str) -> dict:
        path = FOLDER / f"{self.name}.answers"
        path.write_text(text, encoding="utf-8")
        made = subprocess.run([SCENED, "evaluate", "marks", str(FOLDER / self.name), "--answers", str(path)], check=True,
                              stdout=subprocess.PIPE)
        return json.loads(made.stdout)

    def test_keys(self) -> None:
        first = self.picture()
        self.assertIn(first, (30, 90))
        self.page.key("ArrowRight", "ArrowRight", "ArrowLeft", "c")
        self.assertEqual(self.answer(), f"cut {first + 1}")
        self.page.key("+", "ArrowRight", "[", "ArrowRight", "ArrowRight", "]", "k")
        self.assertEqual(self.answer(), f"cut {first + 1}; fade_black {first + 2} {first + 4}")
        self.assertEqual(self.page.evaluate("[...document.querySelectorAll('figure.mixed')].map(f => Number(f.dataset.number))"),
                         [first + 2, first + 3, first + 4])
        self.page.key("r", *"why", "Escape", "n", "x")
        self.assertEqual(self.answer(), "nothing")
        self.assertIn("2 of 2 answered", self.page.evaluate("find('progress').textContent"))
        labels = self.labels(self.page.evaluate("marking.text()"))
        self.assertEqual(labels["cuts"], sorted([60, first + 1]))
        self.assertEqual(labels["gradual"], [{"kind": "fade_black", "start": first + 2, "end": first + 4}])
        self.assertEqual([span["start"] for span in labels["distractors"]], [120 - first])
        self.assertIn("why", [reason["reason"] for reason in labels["reasons"]])
        self.page.key("p", "Delete")
        self.assertEqual(self.answer(), "")

    def test_buttons_and_pictures(self) -> None:
        self.page.wait("[...document.querySelectorAll('#strip img')].every(i => i.complete && i.naturalWidth === 64)")
        self.page.evaluate("document.querySelectorAll('#strip figure')[9].click()")
        self.page.evaluate("find('do-cut').click()")
        self.assertEqual(self.answer(), f"cut {self.picture()}")
        self.page.evaluate("find('do-next').click()")
        self.page.evaluate("find('do-nothing').click()")
        self.assertEqual(self.answer(), "nothing")

    def test_answers_are_kept_and_loaded(self) -> None:
        self.page.key("c", "Enter", "x")
        kept = self.page.evaluate("marking.text()")
        self.reload(self.page, f"marking.text() === {json.dumps(kept)}")
        self.page.evaluate(f"marking.load(new File([{json.dumps(kept.replace('nothing', 'nothing flash # lamp'))}], 'a.txt'))")
        self.page.wait("marking.text().includes('nothing flash # lamp')")
        self.page.evaluate("marking.load(new File(['x'], 'b.txt'))")
        self.page.wait("find('fault').textContent.includes('b.txt holds no answers')")

    def test_a_blank_file_takes_nothing_and_undo_takes_it_back(self) -> None:
        self.page.key("c", "Enter", "x")
        kept = self.page.evaluate("marking.text()")
        blank = (FOLDER / self.name / "answers.txt").read_text(encoding="utf-8")
        self.page.evaluate(f"marking.load(new File([{json.dumps(blank)}], 'answers.txt'))")
        self.page.wait("find('told').textContent.startsWith('answers.txt is loaded')")
        self.assertEqual(self.page.evaluate("marking.text()"), kept)
        other = kept.replace("nothing", "nothing flash # lamp")
        self.page.evaluate(f"marking.load(new File([{json.dumps(other)}], 'a.txt'))")
        self.page.wait("marking.text().includes('lamp')")
        self.page.press("#undo")
        self.assertEqual(self.page.evaluate("marking.text()"), kept)

    def test_what_a_key_replaces_is_said_and_comes_back(self) -> None:
        self.page.key("c", "+", "ArrowRight", "c")
        both = self.answer()
        self.assertIn(";", both)
        self.page.key("ArrowRight", "c")
        self.assertNotIn(";", self.answer())
        self.assertIn(f"in place of {both}", self.page.evaluate("find('told').textContent"))
        self.page.key("u")
        self.assertEqual(self.answer(), both)
        self.page.key("u", "u", "u")
        self.assertEqual((self.answer(), self.page.evaluate("find('undo').disabled")), ("", True))

    def test_answers_far_from_the_place_do_not_count(self) -> None:
        first, last = self.page.evaluate("[marking.place.first, marking.place.last]")
        for answer, count in ((f"cut {last + 250}", 1), (f"cut {last + 251}", 0), (f"dissolve {last} {last + 300}", 0), (f"cut {first}; cut 99999", 0)):
            self.page.evaluate(f"(() => {{ find('answer').value = '{answer}'; find('answer').dispatchEvent(new Event('input')); }})()")
            self.assertIn(f"{count} of 2", self.page.evaluate("find('progress').textContent"), answer)
            self.assertEqual(self.page.evaluate("find('fault').textContent.includes('far from the place')"), count == 0, answer)

    def test_the_strip_says_which_picture_is_chosen(self) -> None:
        self.page.key("ArrowRight")
        chosen = "document.getElementById(find('strip').getAttribute('aria-activedescendant'))"
        self.assertEqual(self.page.evaluate(f"[{chosen}.getAttribute('aria-selected'), Number({chosen}.dataset.number)]"), ["true", self.picture()])

    def test_what_has_no_meaning_is_said(self) -> None:
        self.page.key("c")
        self.page.evaluate("(() => { find('answer').value = 'cut'; find('answer').dispatchEvent(new Event('input')); })()")
        self.assertIn("Write nothing, cut 123", self.page.evaluate("find('fault').textContent"))
        self.assertIn("0 of 2", self.page.evaluate("find('progress').textContent"))


if __name__ == "__main__":
    unittest.main()
