"""What was on before, on the page."""
from __future__ import annotations

from support import PageCase, page_of
from test_blocks import film


def sighting(score: float, recording: str | None, scene: int, start: float) -> dict[str, object]:
    return {"score": score, "recording": recording, "scene": scene, "start": start, "end": start + 5, "aired": None}


class Seen(PageCase):
    TEXT = "find('detail-text').textContent"

    def test_scenes_say_whether_they_were_on_before(self) -> None:
        run = film()
        best, last = sighting(0.9987, "monday <b>", 3, 12.0), sighting(0.981, None, 1, 75.25)
        told = [
            {"times": 0, "best": None, "last": None}, {"times": 3, "best": best, "last": last},
            {"times": 1, "best": best, "last": best}, None,
        ]
        scenes = [event for event in run.events if event["type"] == "scene"]
        for event, seen in zip(scenes, told):
            event["seen"] = seen
        page = self.open(page_of(run.text, "seen.html"))
        page.key("n")
        first = page.evaluate(self.TEXT)
        self.assertIn("Seen before3 times, last here at 1:15", first)
        self.assertIn("cosine up to 0.999", first)
        page.key("n")
        self.assertIn("Seen beforeonce, last in monday <b> at 0:12", page.evaluate(self.TEXT))
        page.key("n")
        self.assertNotIn("Seen before", page.evaluate(self.TEXT))
        # A scene that a person makes longer is another one: nothing is known of it.
        page.key("p", "Delete")
        page.settle()
        page.key("p")
        self.assertNotIn("Seen before", page.evaluate(self.TEXT))

    def test_without_and_odd(self) -> None:
        run = film()
        odd = ["yes", {"times": -1}, {"times": 2, "best": {"score": "high"}, "last": 7}, []]
        for event, seen in zip([event for event in run.events if event["type"] == "scene"], odd):
            event["seen"] = seen
        page = self.open(page_of(run.text, "odd.html"))
        for _ in range(3):
            page.key("n")
            self.assertNotIn("undefined", page.evaluate(self.TEXT))

    def test_scenes_of_other_recordings_that_are_most_like_it(self) -> None:
        run = film()
        scenes = [event for event in run.events if event["type"] == "scene"]
        span = {"start": scenes[1]["start"]["t"], "end": scenes[1]["end"]["t"]}
        others = [
            {"score": 0.98512, "recording": "monday <b>", "scene": 3, "at": 75.25},
            {"score": -0.25, "recording": "tuesday", "scene": 1, "at": 0.0},
            {"score": "high", "recording": "odd", "scene": 1, "at": 0.0},
        ]
        for other in others:
            run.events.append({"type": "similar", **span, **other})
        page = self.open(page_of(run.text, "similar.html"))
        page.key("n")
        shown = page.evaluate(self.TEXT)
        self.assertIn("Most likemonday <b> at 1:15.250, cosine 0.985tuesday at 0:00.000, cosine -0.250", shown)
        self.assertNotIn("odd", shown)
        page.key("n")
        self.assertNotIn("Most like", page.evaluate(self.TEXT))
