"""The live page: what a feed sends appears as it comes, and nothing moves under the reader's hand."""
from __future__ import annotations

import unittest
from typing import Any

from support import FOLDER, PageCase, Run, Server, gray_sheet, report_page


class Live(PageCase):
    def setUp(self) -> None:
        super().setUp()
        self.server = Server()
        self.addCleanup(self.server.close)
        gray_sheet()
        page = report_page.live_page("hall", "/v1/events?feed=hall", "/v1/feeds/hall/pictures/{pts}.jpg")
        (FOLDER / "live.html").write_text(page, encoding="utf-8")

    def health(self, page) -> dict[str, str]:
        return page.evaluate("Object.fromEntries([...document.querySelectorAll('#health div')].map(d => [d.firstChild.textContent, d.lastChild.textContent]))")

    def wait_for_all(self, page) -> None:
        """Waits until the page has drawn all that was sent: events may come in several pieces."""
        page.wait(f"page.live.seq === {self.server.seq} && page.live.waiting.length === 0")

    def heartbeat(self, run: Run, frame: int, state: str = "running", reason: str | None = None) -> dict[str, Any]:
        return {"v": 1, "type": "heartbeat", "seq": 1, "id": "heartbeat/0/1", "state": state, "reason": reason, "at": run.at(frame), "lag": 0.04,
                "opens": 1, "bytes": 1, "packets": 1, "pictures": frame, "wall": "2026-01-02T03:03:25.000Z"}

    def provisional(self, run: Run, frame: int, revision: int, state: str = "provisional") -> dict[str, Any]:
        return {"v": 1, "type": "boundary", "seq": 1, "id": f"boundary/0/{frame * run.TICKS}", "at": run.at(frame), "state": state, "rev": revision,
                "kind": "cut", "score": 0.71, "threshold": 0.5, "transition": {"kind": "cut", "range": None, "score": 0.9}, "left_shot": 0,
                "right_shot": 1, "right_shots": 1, "complete": False, "delay": 12.0}

    def test_from_provisional_to_final(self) -> None:
        run = Run([250] * 8, scores=[0.45, 0.9, 0.1, 0.55, 0.41, 0.7, 0.2, 0.3], ends=None)
        page = self.open(self.server.address + "/live.html")
        page.wait("page.live.isOpen")
        self.assertEqual(page.evaluate("getComputedStyle(find('detail')).display"), "none", "a live page corrects nothing")
        events = [event for event in run.events if event["type"] in ("stream_start", "shot")]
        self.server.send(self.heartbeat(run, 0, "opening"), *events[:4], self.heartbeat(run, 750), self.provisional(run, 500, 0))
        self.wait_for_all(page)
        self.assertEqual(page.evaluate("page.session.boundaries.length"), 1)
        page.wait("/^within \\d+ s$/.test(document.querySelector('#list-body tr.provisional .c-state')?.textContent)")
        health = self.health(page)
        self.assertEqual((health["Feed"], health["Provisional boundaries"], health["Decided up to"]), ("Running", "1", "nothing yet"))
        page.wait("page.session.pictures.bitmaps.size > 0")
        self.server.send(self.provisional(run, 500, 1, "final"), {"v": 1, "type": "watermark", "seq": 9, "id": "watermark/0/1", "at": run.at(500)},
                         {"v": 1, "type": "feed_state", "seq": 9, "id": "feed_state/0/1", "at": run.at(740), "state": "frozen"},
                         self.heartbeat(run, 760, "stalled", "stall"), self.provisional(run, 625, 0), self.provisional(run, 625, 1, "retracted"))
        self.wait_for_all(page)
        self.assertEqual(page.evaluate("page.session.boundaries.map(({ state }) => state)"), ["final"])
        health = self.health(page)
        self.assertEqual(health["Feed"], "Stalled, no bytes came")
        self.assertEqual((health["Picture"], health["Decided up to"], health["Last decision after"]), ("frozen", "0:20", "12.0 s"))

    def test_bounded_and_still(self) -> None:
        run = Run([250] * 1200, seed=3, ends=None, writes_scores=False, min_scene=0)
        page = self.open(self.server.address + "/live.html")
        start = [event for event in run.events if event["type"] == "stream_start"]
        rest = sorted((event for event in run.events if event["type"] in ("shot", "boundary", "scene")),
                      key=lambda event: (event.get("end") or event["at"])["pts"])
        self.server.send(*start, *rest[:len(rest) // 2])
        self.wait_for_all(page)
        self.assertTrue(page.evaluate("page.session.run.dropped > 0 && page.session.follows"))
        self.assertLessEqual(page.evaluate("page.session.run.shots.length"), 550)
        page.settle()
        self.assertGreater(page.evaluate("find('rows').scrollTop + find('rows').clientHeight - find('rows').scrollHeight"), -80, "it follows the newest")

        # The reader takes over: what they look at stays where it is, while rows come below and old ones go above.
        box = page.box("#rows")
        page.mouse("mouseWheel", box["x"] + 50, box["y"] + 200, deltaX=0, deltaY=-600)
        page.wait("!find('follow').checked")
        page.evaluate("new Promise(done => setTimeout(done, 250))")
        place = ("(() => { const row = document.elementFromPoint(%d, %d).closest('tr'); return [row.dataset.key, Math.round(row.getBoundingClientRect().top)]; })()"
                 % (box["x"] + 200, box["y"] + 200))
        before = page.evaluate(place)
        playhead = page.evaluate("page.session.playhead")
        dropped = page.evaluate("page.session.run.dropped")
        self.server.send(*rest[len(rest) // 2:len(rest) // 2 + len(rest) // 8])
        self.wait_for_all(page)
        self.assertGreater(page.evaluate("page.session.run.dropped"), dropped)
        page.settle()
        self.assertEqual(page.evaluate(place), before)
        self.assertEqual(page.evaluate("page.session.playhead"), playhead)

    def test_blocks_come_and_go(self) -> None:
        run = Run([250] * 1800, ends=None, writes_scores=False, min_scene=0)
        page = self.open(self.server.address + "/live.html")
        lane = "[find('track').offsetHeight, page.timeline.top.blockHeight]"
        shots = [event for event in run.events if event["type"] == "shot"]
        self.server.send(run.events[0], *shots[:7])
        page.wait("page.session.run.shots.length === 7")
        page.settle()
        self.assertEqual(page.evaluate(lane), [184, 0], "no lane before the first block")
        self.server.send(run.block(0, 1000, "program", "adverts"))
        page.wait("page.session.run.blocks.length === 1")
        page.settle()
        self.assertEqual(page.evaluate(lane), [206, 15])
        self.assertIn("Program", page.evaluate("document.querySelector('#list-body .block').textContent"))
        # A block every hundred shots: what lies before the oldest shot goes with it.
        for first in range(7, 1200, 100):
            self.server.send(*shots[first:first + 100], run.block(first * 250 - 1000, first * 250, "adverts", "program"))
        self.wait_for_all(page)
        self.assertEqual(page.evaluate("page.session.run.shots.at(-1).index"), 1206)
        page.settle()
        blocks, oldest = page.evaluate("[page.session.run.blocks.map(b => b.end.frame), page.session.run.shots[0].start.frame]")
        ends = [first * 250 for first in range(7, 1200, 100)]
        self.assertEqual(blocks, [end for end in ends if end > oldest])
        self.assertLess(len(blocks), 7)
        # The newest stays, however long what began behind it goes on.
        self.server.send(*shots[1207:])
        page.wait("page.session.run.shots.at(-1).index === 1799 && page.live.waiting.length === 0")
        page.settle()
        self.assertEqual(page.evaluate("page.session.run.blocks.map(b => b.end.frame)"), ends[-1:])
        self.assertEqual(page.evaluate(lane), [206, 15])
        self.server.send(*Run([250] * 4, run="01M8ESWN1V1CJT3WF8FHPA66JM").events)
        page.wait("page.session.run.shots.length === 4")
        page.settle()
        self.assertEqual(page.evaluate(lane), [184, 0], "another run, another page")

    def test_a_flood_of_blocks_is_bounded(self) -> None:
        run = Run([250], ends=None)
        page = self.open(self.server.address + "/live.html")
        self.server.send(run.events[0], *(run.block(second * 25, second * 25 + 25, "ident") for second in range(900)))
        page.wait("page.session.run.newest?.t === 900 && page.live.waiting.length === 0")
        self.assertEqual(page.evaluate("[page.session.run.blocks.length, page.session.run.blocks[0].start.t]"), [500, 400])

    def test_reconnection(self) -> None:
        """Events that come again are taken once; a refused connection is tried again, from the last event on."""
        run = Run([250] * 4, ends=None)
        page = self.open(self.server.address + "/live.html")
        page.evaluate("Live.retry = 30")
        self.server.send(*run.events)
        page.wait("page.session.run.shots.length === 4")
        self.server.refuses = True
        self.server.hang_up()
        page.wait("!page.live.isOpen", 15)
        self.assertIn("lost", self.health(page)["Connection to scened"])
        while len(self.server.asked) < 3:
            page.settle()
        self.server.refuses = False
        page.wait("page.live.isOpen", 15)
        # All of it comes again, and what comes behind it is new.
        self.server.send(self.heartbeat(run, 1000, "stalled", "stall"))
        self.wait_for_all(page)
        self.assertEqual(page.evaluate("page.session.run.shots.length"), 4)
        self.assertIn("after=x%3A", self.server.asked[-1])
        page.troubles = [trouble for trouble in page.troubles if "503" not in trouble and "INCOMPLETE" not in trouble]

    def test_events_that_are_gone_are_told_once(self) -> None:
        page = self.open(self.server.address + "/live.html")
        self.server.send({"v": 1, "type": "cursor_expired", "feed": "hall", "oldest": "x:4"})
        page.wait("page.live.missed")
        # The next connection goes on behind them.
        self.assertEqual(page.evaluate("page.live.cursor"), f"x:{self.server.seq}")
        page.wait("find('health').textContent.includes('Missed')")

    def test_a_token_opens_events_and_pictures(self) -> None:
        run = Run([250] * 4, ends=None)
        self.server.token = "s3cret"
        self.server.send(*run.events)
        page = self.open(self.server.address + "/live.html")
        page.wait("!find('token-form').hidden")
        self.assertIn("token", self.health(page)["Connection to scened"])
        page.evaluate("find('token').value = 'wrong'; find('token-form').requestSubmit()")
        page.wait("!find('token-form').hidden && page.live.refusal === 401")
        page.evaluate("find('token').value = 's3cret'; find('token-form').requestSubmit()")
        page.wait("page.live.isOpen && page.session.run.shots.length === 4 && find('token-form').hidden")
        page.wait("page.session.pictures.bitmaps.size > 0")
        self.assertTrue(page.evaluate("[...document.querySelectorAll('[data-picture]')].every(e => !e.style.backgroundImage || e.style.backgroundImage.includes('blob:'))"))
        # The tab remembers it, and nothing else does.
        self.assertEqual(page.evaluate("[sessionStorage.getItem('scened token'), JSON.stringify(localStorage).includes('s3cret')]"), ["s3cret", False])
        page.troubles = [trouble for trouble in page.troubles if "401" not in trouble]

    def test_a_token_is_typed_letter_by_letter(self) -> None:
        """Letters that are commands elsewhere are text in every field that takes text."""
        self.server.token = "s3cret"
        page = self.open(self.server.address + "/live.html")
        page.wait("!find('token-form').hidden")
        page.press("#token")
        text = "abcdefnpmsu-[x].,tok3n+xyz"
        page.key(*text)
        self.assertEqual(page.evaluate("find('token').value"), text)
        fields = page.evaluate("""(() => { const editable = make('div'); editable.contentEditable = 'true'; document.body.append(editable);
            const kinds = ['password', 'text', 'search', 'email', 'url', 'tel', 'number', 'date'].map(type => make('input', {type}));
            const others = ['checkbox', 'range', 'button'].map(type => make('input', {type}));
            const typing = (element) => page.keyboard.isTyping(element);
            const answer = [[...kinds, make('textarea'), make('select'), editable].every(typing), [...others, make('button'), make('p')].some(typing)];
            editable.remove(); return answer; })()""")
        self.assertEqual(fields, [True, False])
        page.troubles = [trouble for trouble in page.troubles if "401" not in trouble]

    def test_another_run_begins_anew(self) -> None:
        first, second = (Run([250] * 4, seed=seed, run=name) for seed, name in ((1, "01M8ESWN1V1CJT3WF8FHPA66JK"), (2, "01M8ESWN1V1CJT3WF8FHPA66JM")))
        page = self.open(self.server.address + "/live.html")
        self.server.send(*first.events)
        page.wait("page.session.run.shots.length === 4 && page.session.run.end")
        self.server.send(*second.events[:3])
        page.wait("page.session.run.shots.length === 2 && !page.session.run.end")


if __name__ == "__main__":
    unittest.main()
