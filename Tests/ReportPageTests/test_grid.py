"""The grid of pictures: rates, and that the playhead and boundaries lie where pictures begin."""
from __future__ import annotations

import json
import unittest

from support import PageCase, Run, page_of
from test_page import film, shared_film


def run_of(rate: tuple[int, int], frames: list[int], base: int, gap: int = 0) -> str:
    """Lines of a run whose shots begin at these pictures, at a rate, in ticks of 1/`base`; behind the first shot `gap` ticks are missing."""
    def at(frame: int, later: int = 0) -> dict:
        pts = (2 * frame * rate[1] * base + rate[0]) // (2 * rate[0]) + later
        return {"t": round(pts / base, 6), "pts": pts, "time_base": f"1/{base}", "frame": frame, "timecode": None}

    events = [{"v": 1, "type": "stream_start", "input": "film", "feed": "default", "run": "01M8ESWN1V1CJT3WF8FHPA66JQ", "start_pts": 0,
               "media": {"time_base": f"1/{base}"}, "options": {"threshold": 0.5, "min_scene": 0, "peak": 0}, "model": {"scorer": "coherence"}}]
    for index, (start, end) in enumerate(zip(frames, frames[1:])):
        later = gap if index else 0
        if gap and index == 1:
            events.append({"v": 1, "type": "gap", "start": at(start), "end": at(start, gap), "reason": "stall"})
        kind = "start" if index == 0 or (gap and index == 1) else "cut"
        part = {"index": index, "start": at(start, later), "end": at(end, later), "key_frames": [at(start, later)]}
        events.append({"v": 1, "type": "shot", "index": index, "start": at(start, later), "end": at(end, later),
                       "transition": {"kind": kind, "range": None, "score": 1.0}, "parts": [part]})
    events.append({"v": 1, "type": "stream_end", "at": at(frames[-1], gap), "reason": "end", "counts": {}})
    return "".join(json.dumps(event) + "\n" for event in events)


class Rates(PageCase):
    def rate(self, page, text: str) -> list:
        return page.evaluate(f"(() => {{ const rate = rateOf(readRun({json.dumps(text)})); return rate && [rate.numerator, rate.denominator]; }})()")

    def test_the_nearest_is_taken(self) -> None:
        page = self.shared(shared_film())
        for base in (12288, 90000, 1000):
            for rate in ((24, 1), (24000, 1001), (25, 1), (30000, 1001), (30, 1), (60000, 1001), (60, 1)):
                for frames in ([0, 48, 240], [0, 48, 130, 1200], [0, 9], [0, 500, 1000, 43200]):
                    # Of few pictures in milliseconds, two rates may say the same.
                    if base == 1000 and frames[-1] < 1000:
                        continue
                    found = self.rate(page, run_of(rate, frames, base))
                    self.assertAlmostEqual(found[0] / found[1], rate[0] / rate[1], places=6, msg=f"{rate} {base} {frames}")

    def test_across_a_gap(self) -> None:
        page = self.shared(shared_film())
        self.assertEqual(self.rate(page, run_of((24000, 1001), [0, 240, 720], 90000, gap=123456)), [24000, 1001])

    def test_varying_has_none(self) -> None:
        page = self.shared(shared_film())
        events = [json.loads(line) for line in run_of((25, 1), [0, 100, 200, 300], 12800).splitlines()]
        for name, by in (("start", 0), ("end", 1900)):
            events[2][name]["pts"] += by
        events[3]["start"]["pts"] += 1900
        self.assertIsNone(self.rate(page, "".join(json.dumps(event) + "\n" for event in events)))


class Grid(PageCase):
    def test_pictures_of_a_short_film_of_24(self) -> None:
        page = self.open(page_of(run_of((24, 1), [0, 100, 240], 12288), "grid-24.html"))
        self.assertIn("24 fps", page.evaluate("find('summary').textContent"))
        page.evaluate("page.session.setPlayhead(200 * 512 + 7)")
        page.key("a")
        self.assertEqual(page.evaluate("JSON.parse(page.session.fileText()).corrections.map(c => c.at.pts)"), [200 * 512])

    def test_every_picture_is_reached_exactly(self) -> None:
        """Also where ticks are rounded: milliseconds, and behind a gap that ends between the pictures of before."""
        for base, gap in ((1000, 0), (1000, 777), (90000, 12345)):
            text = run_of((24000, 1001), [0, 100, 1500, 3000], base, gap)
            page = self.open(page_of(text, f"grid-{base}-{gap}.html"))
            wanted = [(2 * frame * 1001 * base + 24000) // 48000 + (gap if frame >= 100 else 0) for frame in range(3000)]
            # Behind a gap nothing says where between two ticks the first picture was.
            slack = 1 if gap else 0
            reached = page.evaluate("""(() => { const { grid } = page.session; const seen = [0];
                while (seen.length < 3000) seen.push(grid.stepped(seen.at(-1), 1)); return seen; })()""")
            self.assertLessEqual(max(abs(pts - at) for pts, at in zip(reached, wanted)), slack)
            self.assertEqual(reached[:100], wanted[:100])
            back = page.evaluate("""(() => { const { grid, end } = page.session; const seen = [grid.stepped(end, -1)];
                while (seen.length < 3000) seen.push(grid.stepped(seen.at(-1), -1)); return seen; })()""")
            self.assertEqual(back, reached[::-1])

    def test_playhead_and_boundaries_lie_on_it(self) -> None:
        gapped = Run([250] * 6, scores=[0.9, 0.1, 0.9, 0.42, 0.9, 0.1], gaps={3: 500}, min_scene=1, peak=0)
        for text, name in ((film().text, "grid-whole.html"), (gapped.text, "grid-gap.html")):
            page = self.open(page_of(text, name))
            self.assertEqual(page.evaluate("[333.3, 450.1, 1203.7].map(x => page.timeline.pts(x) % 512)"), [0, 0, 0])
            page.evaluate("page.session.setPlayhead(300.4 * 512)")
            self.assertEqual(page.evaluate("page.session.playhead"), 300 * 512)
            self.assertTrue(page.evaluate("page.session.add(Math.round(310.6 * 512)) && page.session.boundaries.some(b => b.at.pts === 311 * 512)"))
            page.evaluate("page.session.move(page.session.selected, Math.round(320.7 * 512))")
            self.assertEqual(page.evaluate("page.session.selected.at.pts"), 321 * 512)
            page.key("ArrowRight", shift=True)
            self.assertEqual(page.evaluate("page.session.playhead"), 346 * 512)

    def test_links_lead_to_the_picture(self) -> None:
        """Six decimals, and the nearest picture where a link says fewer."""
        page = self.open(page_of(run_of((24000, 1001), [0, 100, 1500], 24000), "grid-link.html"))
        page.evaluate("page.session.setPlayhead(100 * 1001); page.header.share()")
        self.assertEqual(page.evaluate("location.hash"), "#t=4.170833")
        for link in ("4.170833", "4.1708", "4.171", "4.17", "4.18"):
            page.evaluate(f"location.hash = '#t={link}'; goToAddress(page.session)")
            self.assertEqual(page.evaluate("page.session.playhead"), 100 * 1001, link)


if __name__ == "__main__":
    unittest.main()
