"""Blocks on the report page: a lane of the timeline, and a word for each scene."""
from __future__ import annotations

import json
import unittest
from typing import Any

from support import PageCase, Run, page_of

# Four scenes of twenty seconds; the third begins in the break, and its middle lies in the program behind it.
SCORES = [0.45, 0.9, 0.1, 0.55, 0.41, 0.7, 0.2, 0.3]
BLOCKS = [(0, 500, "program"), (500, 1150, "adverts"), (1150, 1175, "ident"), (1175, 1185, "trailer"), (1185, 2000, "program")]

# What is drawn into the lane: rectangles as [from, to, is filled, is dashed], and words.
LANE = """(() => {
    const [shapes, words] = [[], []];
    const { timeline } = page;
    const { blockTop, blockHeight } = timeline.top;
    const context = timeline.canvas.getContext("2d");
    const { roundRect, fill, stroke, fillText } = context;
    context.roundRect = (x, y, wide, high, ...rest) => {
        if (y === blockTop + 0.5) shapes.push([timeline.seconds(x), timeline.seconds(x + wide), false, false]);
        roundRect.call(context, x, y, wide, high, ...rest);
    };
    context.fill = () => { shapes.at(-1)[2] = true; fill.call(context); };
    context.stroke = () => { shapes.at(-1)[3] = context.getLineDash().length > 0; stroke.call(context); };
    context.fillText = (text, x, y) => { if (y > blockTop && y < blockTop + blockHeight) words.push(text); fillText.call(context, text, x, y); };
    drawBlocks(timeline, context, timeline.width);
    for (const name of ["roundRect", "fill", "stroke", "fillText"]) delete context[name];
    return [shapes, words]; })()"""


def film(**changes: Any) -> Run:
    return Run([250] * 8, **{"scores": SCORES, **changes})


class Lane(PageCase):
    def test_words_and_extents(self) -> None:
        page = self.open(page_of(film().add_blocks(*BLOCKS).text, "blocks.html"))
        shapes, words = page.evaluate(LANE)
        self.assertEqual(len(shapes), len(BLOCKS))
        for (start, end, kind), (left, right, is_filled, is_dashed) in zip(BLOCKS, shapes):
            self.assertAlmostEqual(left, start / 25, delta=0.1, msg=kind)
            self.assertAlmostEqual(right, end / 25, delta=0.1, msg=kind)
            self.assertEqual((is_filled, is_dashed), (True, False), kind)
        self.assertEqual(words, ["Program", "Adverts", "I", "Program"], "a letter where a word has no room, and nothing where a letter has none")
        page.evaluate("page.timeline.setView(45.5, 48)")
        page.settle()
        shapes, words = page.evaluate(LANE)
        self.assertEqual(words, ["Adverts", "Ident", "Trailer", "Program"], "those in sight, also the ones that begin before")

    def test_without_blocks_nothing_changes(self) -> None:
        measures = "(() => { const { blockHeight, sceneTop, scoreHeight, height } = page.timeline.top; return [blockHeight, sceneTop, scoreHeight, height]; })()"
        page = self.open(page_of(film().text, "no-blocks.html"))
        plain = page.evaluate(measures)
        self.assertEqual(plain, [0, 20, 62, 184])
        self.assertEqual(page.evaluate(LANE), [[], []])
        self.assertEqual(page.evaluate("document.querySelectorAll('#list-body .block:not([hidden])').length"), 0)
        page.key("n")
        self.assertNotIn("Block", page.evaluate("find('detail-text').textContent"))
        page = self.open(page_of(film().add_blocks(*BLOCKS).text, "lane.html"))
        self.assertEqual(page.evaluate(measures), [15, 42, plain[2], 206], "the other lanes stay as high as they are")
        page.size(390, 844)
        page.settle()
        self.assertEqual(page.evaluate("find('track').offsetHeight"), 190)

    def test_what_has_begun_is_dashed(self) -> None:
        run = film(ends=None)
        run.events += [run.block(0, 500, "program", "adverts")]
        page = self.open(page_of(run.text, "begun.html"))
        shapes, words = page.evaluate(LANE)
        self.assertEqual(([shape[2:] for shape in shapes], words), ([[True, False], [False, True]], ["Program", "Adverts"]))
        self.assertAlmostEqual(shapes[1][0], 20, delta=0.1)
        self.assertAlmostEqual(shapes[1][1], 80, delta=0.1)
        run.events += [run.block(500, 1000, "adverts")]
        page = self.open(page_of(run.text, "restarted.html"))
        self.assertEqual(page.evaluate(LANE)[1], ["Program", "Adverts"], "nothing is known of what follows")
        page = self.open(page_of(film().text + json.dumps(run.block(0, 500, "program", "adverts")), "over.html"))
        self.assertEqual(page.evaluate(LANE)[1], ["Program"], "nothing follows in a run that is over")

    def test_order_and_repetition(self) -> None:
        run = film()
        first, second, third = (run.block(start, start + 500, kind, probability=p)
                                for start, kind, p in [(0, "program", None), (500, "adverts", 0.5), (1000, "talk_show", 2)])
        run.events[1:1] = [third, first, second, first, {**second, "seq": 9}, run.block(1500, 1500, "ident"), {**second, "kind": None}]
        page = self.open(page_of(run.text, "order.html"))
        self.assertEqual(page.evaluate("page.session.run.blocks.map(b => [b.start.frame, blockWord(b.kind), b.probability])"),
                         [[0, "Program", None], [500, "Adverts", 500000], [1000, "Talk show", 1000000]])
        self.assertEqual(page.evaluate("page.session.run.unread"), 2)

    def test_the_pointer_names_blocks(self) -> None:
        page = self.open(page_of(film().add_blocks(*BLOCKS).text, "pointer.html"))
        track = page.box("#track")
        lane = track["y"] + page.evaluate("page.timeline.top.blockTop + 7")
        x = track["x"] + track["width"] * 30 / 80
        page.mouse("mouseMoved", x, lane)
        page.settle()
        self.assertRegex(page.evaluate("find('preview-text').textContent"), r"^0:30\.\d+\nAdverts, 0:20\.0 to 0:46\.0\nprobability 0\.97$")
        page.mouse("mouseMoved", x, lane + 60)
        page.settle()
        self.assertRegex(page.evaluate("find('preview-text').textContent"), r"^0:30\.\d+ · scene 2$")
        page.click(x, lane)
        self.assertRegex(page.evaluate("find('track').getAttribute('aria-valuetext')"), r"^0:30\.\d+, scene 2, Adverts$")
        page.evaluate(f"find('track').dispatchEvent(new MouseEvent('dblclick', {{clientX: {x}, clientY: {lane}}}))")
        from_, to = page.evaluate("[page.timeline.view.from, page.timeline.view.to]")
        self.assertAlmostEqual(from_, 18.7, delta=0.01)
        self.assertAlmostEqual(to, 47.3, delta=0.01)

    def test_contrast_of_the_lane(self) -> None:
        """WCAG 2.2: words 4.5 (1.4.3); what tells a block from the lane 3 (1.4.11)."""
        page = self.open(page_of(film().add_blocks(*BLOCKS).text, "lane-contrast.html"))
        for dark in (False, True):
            page.look(dark=dark)
            page.settle()
            colors = page.evaluate("page.timeline.colors")
            for kind in ("program", "adverts", "trailer", "ident"):
                fill = colors[f"block-{kind}"]
                edge, word = (colors["line-strong"], colors["text"]) if kind == "program" else (fill, colors["on-block"])
                self.assertGreaterEqual(contrast(fill, word), 4.5, f"{kind}, dark {dark}")
                self.assertGreaterEqual(contrast(edge, colors["sunk"]), 3, f"{kind}, dark {dark}")
                self.assertGreaterEqual(contrast(edge, colors["panel"]), 3, f"swatch of {kind}, dark {dark}")
            self.assertEqual(len({colors[f"block-{kind}"] for kind in ("program", "adverts", "trailer", "ident")}), 4)


def contrast(one: str, other: str) -> float:
    """The contrast of two colors `#rrggbb`."""
    def luminance(color: str) -> float:
        shares = [int(color[place:place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


class Scenes(PageCase):
    ROWS = "[...document.querySelectorAll('#list-body tr:not(.space) .block')].map(each => each.hidden ? '' : each.textContent)"

    def told(self, *kinds: str | None) -> Run:
        """A run without block events whose scenes name their blocks."""
        run = film()
        for event, kind in zip([event for event in run.events if event["type"] == "scene"], kinds):
            event["block"] = kind
        return run

    def table(self, page: Any) -> list[str]:
        return page.evaluate("sceneTable(page.session.run, page.session.scenes)").split("\r\n")

    def test_scenes_name_their_block(self) -> None:
        page = self.open(page_of(film().add_blocks(*BLOCKS).text, "named.html"))
        self.assertEqual(page.evaluate(self.ROWS), ["Block: Program", "Block: Adverts", "Block: Program", "Block: Program"])
        self.assertEqual(page.evaluate("[...document.querySelectorAll('#list-body .swatch')].map(each => each.className)"),
                         [f"swatch swatch-{kind}" for kind in ("program", "adverts", "program", "program")])
        page.key("n")
        self.assertIn("BlockAdverts, probability 0.97", page.evaluate("find('detail-text').textContent"))
        page.key("n")
        self.assertIn("BlockProgram, probability 0.97", page.evaluate("find('detail-text').textContent"))
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(page.evaluate("[...document.querySelectorAll('#contact-sheet p')].map(p => p.textContent).filter(t => t.startsWith('Block'))"),
                         ["Block: Program", "Block: Adverts", "Block: Program", "Block: Program"])
        # What a person changes moves the middle.
        page.key("p", "Delete")
        page.settle()
        self.assertEqual(page.evaluate(self.ROWS), ["Block: Adverts", "Block: Program", "Block: Program"])
        page.key("u", "p", "m", "m")
        page.settle()
        self.assertEqual(page.evaluate(self.ROWS), ["Block: Program", "Block: Program"])
        self.assertIn("BlockProgram", page.evaluate("find('detail-text').textContent"))

    def test_the_event_decides(self) -> None:
        run = self.told("ident", None, "trailer", "adverts")
        run.events.insert(-2, run.block(0, 500, "program", probability=None))
        page = self.open(page_of(run.text, "decides.html"))
        self.assertEqual(page.evaluate(self.ROWS), ["Block: Program", "", "Block: Trailer", "Block: Adverts"])
        page.key("n", "n")
        self.assertIn("BlockTrailer", page.evaluate("find('detail-text').textContent"))
        self.assertEqual([line.split(",")[-1] for line in self.table(page)], ["block", "program", "", "trailer", "adverts", ""])

    def test_scenes_alone(self) -> None:
        page = self.open(page_of(self.told("program", "adverts", None, "program").text, "alone.html"))
        self.assertEqual(page.evaluate(self.ROWS), ["Block: Program", "Block: Adverts", "", "Block: Program"])
        self.assertEqual(page.evaluate("find('track').offsetHeight"), 184, "an empty lane says nothing")

    def test_table(self) -> None:
        plain = self.table(self.open(page_of(film().text, "plain-table.html")))
        page = self.open(page_of(film().add_blocks(*BLOCKS).text, "table.html"))
        self.assertEqual(self.table(page), [line + more for line, more in zip(plain, [",block", ",program", ",adverts", ",program", ",program", ""])])
        self.assertTrue(plain[0].endswith(",shots"))
        # Asked for, and nothing known yet.
        page = self.open(page_of(film().add_blocks().text, "unknown-table.html"))
        self.assertEqual(self.table(page)[:2], [plain[0] + ",block", plain[1] + ","])

    def test_the_right_one_of_many(self) -> None:
        run = Run([75] * 3000, seed=7, min_scene=0)
        run.add_blocks(*((start, start + 300, "adverts" if start % 600 else "program") for start in range(0, run.last, 300)))
        page = self.open(page_of(run.text, "many.html"))
        self.assertEqual(page.evaluate("page.session.scenes.every(s => blockKindOf(page.session.run, s) === "
                                       "page.session.run.blocks.find(b => b.start.pts <= middleOf(s) && b.end.pts > middleOf(s)).kind)"), True)


if __name__ == "__main__":
    unittest.main()
