"""Pages of runs that a person corrected before, and tables of the page beside those of the corrected run."""
from __future__ import annotations

import json
import os
import subprocess
import unittest

from support import FOLDER, ROOT, PageCase, Run, page_of

SCENED = os.environ.get("SCENED", str(ROOT / ".build/release/scened"))
CLIPS = ROOT / "fixtures/clips"
# Eight shots of ten seconds: boundaries at 20, 40 and 60 s.
SCORES = [0.45, 0.9, 0.1, 0.55, 0.41, 0.7, 0.2, 0.3]


def corrected(**changes: object) -> Run:
    """A run of which a person confirmed the boundary at 20 s, took away the one at 40 s, and put one at 44 s, inside a shot."""
    run = Run([250] * 8, **{"scores": SCORES, **changes})  # type: ignore[arg-type]
    events = []
    for event in run.events:
        events.append(event)
        if event["type"] != "boundary":
            continue
        if event["at"]["frame"] == 500:
            event["review"] = "confirmed"
        if event["at"]["frame"] == 1000:
            event["state"] = "provisional"
            events.append({**event, "state": "retracted", "rev": 1, "review": "removed"})
            at = run.at(1100)
            events.append({**event, "id": f"boundary/0/{at['pts']}", "at": at, "state": "final", "kind": "intra_shot", "score": 1.0,
                           "transition": None, "left_shot": 4, "complete": False, "review": "added"})
    run.events = events
    return run


class CorrectedRuns(PageCase):
    STATES = [[500, "Confirmed"], [1100, "Added"], [1500, "To review"]]

    def entries(self, page) -> list:
        return page.evaluate("JSON.parse(page.session.fileText()).corrections.map(e => [e.action, e.id ?? e.at.pts / 512])")

    def test_answers_are_shown(self) -> None:
        page = self.open(page_of(corrected().text, "corrected.html"))
        self.assertEqual(self.state(page)["boundaries"], self.STATES)
        self.assertEqual(page.evaluate("find('progress').textContent"), "1 to review, 2 done")
        page.evaluate("find('filter').value = 'doubtful'; find('filter').dispatchEvent(new Event('change'))")
        frames = page.evaluate("page.list.items.map(({at}) => at.frame)")
        self.assertEqual(frames, [250, 1250], "what a person removed is no near miss")

    def test_they_stand_whatever_the_threshold_says(self) -> None:
        for scored in (True, False):
            page = self.open(page_of(corrected(writes_scores=scored).text, f"corrected-{scored}.html"))
            page.key("]")
            self.assertEqual(self.state(page)["threshold"], 510000)
            self.assertEqual(self.state(page)["boundaries"], self.STATES)
            for threshold in range(0 if scored else 500000, 1000001, 50000):
                page.evaluate(f"page.session.setSettings({{threshold: {threshold}, peak: 0, minScene: 0}})")
                states = dict(self.state(page)["boundaries"])
                self.assertEqual((states.get(500), states.get(1100), states.get(1000)), ("Confirmed", "Added", None), threshold)
                self.assertEqual(1500 in states, threshold <= 700000, threshold)
            self.assertEqual(self.entries(page), [["remove", "boundary/0/768000"]])

    def test_they_can_be_corrected_again(self) -> None:
        page = self.open(page_of(corrected().text, "corrected-again.html"))
        page.key("n", "c")
        self.assertIn("reviewed before", page.evaluate("find('status').textContent"))
        self.assertTrue(page.evaluate("find('do-confirm').disabled"))
        self.assertEqual((self.entries(page), page.evaluate("page.session.past.length")), ([], 0))
        page.key("n", "Delete")
        page.evaluate("page.session.select(null); page.session.setPlayhead(1000 * 512)")
        page.key("a")
        self.assertEqual(self.state(page)["boundaries"], [[500, "Confirmed"], [1000, "Added"], [1500, "To review"]])
        self.assertEqual(self.entries(page), [["add", 1000], ["remove", f"boundary/0/{1100 * 512}"]])
        self.assertEqual(page.evaluate("page.session.selected.score"), 550000)


class Shots(PageCase):
    def test_a_shot_that_was_ended_for_its_length_ends_no_scene(self) -> None:
        """Its follower begins with "start", and no gap lies between them (contract 5)."""
        run = Run([250] * 8, scores=SCORES)
        for event in run.events:
            if event["type"] == "shot" and event["index"] == 4:
                event["transition"]["kind"] = "start"
        page = self.open(page_of(run.text, "long-shot.html"))
        self.assertEqual(self.frames(page), [500, 1000, 1500])
        self.assertEqual(page.evaluate("page.session.scenes.map(s => s.endReason)"), ["boundary"] * 3 + ["end"])
        page.key("n", "m")
        self.assertEqual(self.frames(page), [500, 1500])
        page.evaluate("page.session.setSettings({threshold: 600000, peak: 0, minScene: 0})")
        self.assertEqual(self.frames(page), [500, 1500])
        page.evaluate("page.session.setSettings({threshold: 500000})")
        page.evaluate("page.session.add(1000 * 512)")
        self.assertIn(1000, self.frames(page))

    def test_shots_apart_from_one_another_are_stretches(self) -> None:
        """Also where the line that tells of the gap is lost, or the gap has no length."""
        run = Run([250] * 4, scores=SCORES[:4], gaps={2: 50})
        run.events = [event for event in run.events if event["type"] != "gap"]
        page = self.open(page_of(run.text, "lost-gap.html"))
        self.assertEqual(page.evaluate("page.session.scenes.map(s => s.endReason)"), ["gap", "end"])
        run = Run([250] * 4, scores=[0.1] * 4)
        run.events.insert(5, {"v": 1, "type": "gap", "seq": 6, "id": "gap/0/1", "start": run.at(500), "end": run.at(500), "reason": "discontinuity"})
        page = self.open(page_of(run.text, "no-length.html"))
        self.assertEqual(page.evaluate("page.session.scenes.map(s => s.endReason)"), ["gap", "end"])
        self.assertFalse(page.evaluate("page.session.add(500 * 512)"))


class Doubt(PageCase):
    def test_a_tenth_is_no_doubt(self) -> None:
        """As in the catalogue: less than .1."""
        for score, is_doubtful in ((600000, False), (599999, True), (400000, False), (400001, True)):
            text = Run([250] * 3, scores=[0.05, score / 1e6, 0.05]).text
            page = self.open(page_of(text, f"doubt-{score}.html"))
            page.evaluate("find('filter').value = 'doubtful'; find('filter').dispatchEvent(new Event('change'))")
            self.assertEqual(page.evaluate("page.list.items.map(({at}) => at.frame)"), [500] if is_doubtful else [], score)


class Tables(PageCase):
    """The table of the page is that of the run which `scened correct` makes of its corrections."""

    def compare(self, clip: str, edits: str) -> list[list[str]]:
        events, file = FOLDER / f"{clip}.jsonl", FOLDER / f"{clip}.corrections.json"
        subprocess.run([SCENED, "segment", str(CLIPS / clip), "--scores", "--min-scene", "1", "--quiet", "--output", str(events)], check=True)
        page = self.open(page_of(events.read_text(encoding="utf-8"), f"{clip}.html"))
        page.evaluate(f"(() => {{ const {{ session }} = page; const at = (seconds) => ptsAt(session.run, seconds); {edits} }})()")
        file.write_text(page.evaluate("page.session.fileText()"), encoding="utf-8")
        run = subprocess.run([SCENED, "correct", str(events), str(file)], check=True, capture_output=True)
        table = subprocess.run([SCENED, "export", "-", "--to", "csv"], input=run.stdout, check=True, capture_output=True).stdout.decode()
        self.assertEqual(page.evaluate("sceneTable(page.session.run, page.session.scenes)"), table)
        return [line.split(",") for line in table.splitlines()[1:]]

    def test_moved_and_added_boundaries(self) -> None:
        rows = self.compare("cuts.mp4", """session.move(session.boundaries[0], at(7)); session.add(at(3.4)); session.add(at(12.4));
            session.remove(session.boundaries.find(b => b.at.t === 11.6)); session.add(at(14.6)); session.move(session.selected, at(14));""")
        scores = {row[2]: row[8] for row in rows}
        self.assertEqual([scores[end] for end in ("7.000000", "12.400000", "14.000000")], ["1.000000"] * 3)
        self.assertNotEqual(scores["3.400000"], "1.000000", "the run gave that place a score")

    def test_a_place_that_was_taken_away_and_put_back(self) -> None:
        rows = self.compare("cuts.mp4", """const [first, second] = session.boundaries; session.remove(second); session.move(first, second.at.pts);""")
        self.assertNotEqual(rows[0][8], "1.000000")

    def test_pictures_have_numbers_up_to_a_gap(self) -> None:
        rows = self.compare("restart.ts", "session.add(at(1)); session.add(at(3));")
        self.assertEqual([row[4] for row in rows], ["25", "60", "", ""])
        self.assertEqual(rows[0][6], "00:00:01:00")


if __name__ == "__main__":
    unittest.main()
