"""The report page in a browser: keys, pointer, corrections, what is kept, and what is fit for everybody."""
from __future__ import annotations

import json
import pathlib
import re
import subprocess
import time
import unittest

from support import FOLDER, ROOT, PageCase, Run, Server, page_of, report_page

# Eight shots of ten seconds: boundaries at 20, 40 and 60 s; near misses at 10 s (0.45) and 50 s (0.41).
SCORES = [0.45, 0.9, 0.1, 0.55, 0.41, 0.7, 0.2, 0.3]
BOUNDARIES = [500, 1000, 1500]


def film(**changes: object) -> Run:
    return Run([250] * 8, **{"scores": SCORES, **changes})  # type: ignore[arg-type]


def shared_film() -> str:
    """The address of the page of `film()`."""
    path = FOLDER / "shared.html"
    return path.as_uri() if path.exists() else page_of(film().text, "shared.html")


class Keys(PageCase):
    def setUp(self) -> None:
        super().setUp()
        self.page = self.shared(shared_film())

    def test_next_and_previous(self) -> None:
        self.assertEqual(self.frames(self.page), BOUNDARIES)
        self.page.key("n", "n")
        self.assertEqual(self.state(self.page)["selected"], 1000)
        self.page.key("p")
        self.assertEqual(self.state(self.page)["selected"], 500)
        self.page.key("ArrowDown")
        self.assertEqual(self.state(self.page)["selected"], 1000)
        self.page.key("ArrowUp")
        self.assertEqual(self.state(self.page)["playhead"], 500)
        self.page.key("ArrowRight", "ArrowRight", "ArrowLeft")
        self.assertEqual(self.state(self.page)["playhead"], 501)
        self.page.key("ArrowRight", shift=True)
        self.assertEqual(self.state(self.page)["playhead"], 526)
        self.page.key(".")
        self.assertEqual(self.state(self.page)["playhead"], 750)
        self.page.key(",")
        self.assertEqual(self.state(self.page)["playhead"], 500)

    def test_remove_undo_redo(self) -> None:
        self.page.key("n", "n", "Delete")
        self.assertEqual(self.frames(self.page), [500, 1500])
        self.assertEqual(self.state(self.page)["scenes"], 3)
        self.page.key("u")
        self.assertEqual(self.frames(self.page), BOUNDARIES)
        self.page.key("U", shift=True)
        self.assertEqual(self.frames(self.page), [500, 1500])
        self.page.key("z", control=True)
        self.assertEqual(self.frames(self.page), BOUNDARIES)

    def test_merge_removes_the_end_of_the_scene(self) -> None:
        self.page.key("n", "m")
        self.assertEqual(self.frames(self.page), [500, 1500])
        self.assertEqual(self.state(self.page)["selected"], 500)

    def test_split_and_add(self) -> None:
        self.page.key("n", "ArrowRight", "ArrowRight", "ArrowRight", "s")
        self.assertEqual(self.state(self.page)["boundaries"], [[500, "To review"], [503, "Added"], [1000, "To review"], [1500, "To review"]])
        self.assertEqual(self.state(self.page)["selected"], 503)
        self.page.key("Home", "a")
        self.assertEqual(len(self.frames(self.page)), 4, "no scene is split at its own start")
        self.page.key(".", "a")
        self.assertIn(250, self.frames(self.page))

    def test_move(self) -> None:
        self.page.key("n", "n")
        self.page.key("ArrowRight", "ArrowRight", alt=True)
        self.assertEqual(self.state(self.page)["boundaries"][1], [1002, "Moved"])
        self.page.key("u")
        self.assertEqual(self.frames(self.page), BOUNDARIES, "nudges in a row are one step")
        self.page.key("n", "n", "ArrowRight", "e")
        self.assertIn(1501, self.frames(self.page))
        self.page.key("ArrowLeft", "e")
        self.assertEqual(self.state(self.page)["boundaries"][2], [1500, "Confirmed"], "moved back is confirmed")

    def test_confirm_goes_on(self) -> None:
        self.page.key("n", "c", "Enter")
        self.assertEqual([state for _, state in self.state(self.page)["boundaries"]], ["Confirmed", "Confirmed", "To review"])
        self.assertEqual(self.state(self.page)["selected"], 1500)
        self.assertEqual(self.page.evaluate("find('progress').textContent"), "1 to review, 2 done")
        self.page.key("p", "c")
        self.assertEqual(self.state(self.page)["boundaries"][1][1], "To review", "a second time takes it back")

    def test_threshold_and_help(self) -> None:
        self.page.key(*["["] * 10)
        self.assertEqual(self.state(self.page)["threshold"], 400000)
        self.assertEqual(self.frames(self.page), [500, 1000, 1500], "0.45 lies beside 0.9, 0.41 beside 0.55: no peaks")
        self.page.evaluate("page.session.setSettings({peak: 0})")
        self.assertEqual(self.frames(self.page), [250, 500, 1000, 1250, 1500])
        self.page.key("u", "u")
        self.assertEqual(self.state(self.page)["threshold"], 500000, "presses in a row are one step")
        self.page.key("?")
        self.assertTrue(self.page.evaluate("find('keys').open"))
        self.page.key("Delete")
        self.page.key("Escape")
        self.assertEqual(self.frames(self.page), BOUNDARIES, "behind the dialog nothing happens")

    def test_undo_ends_a_group(self) -> None:
        self.page.key("]", "n", "c", "u", "]")
        self.assertEqual(self.state(self.page)["threshold"], 520000)
        self.page.key("u")
        self.assertEqual(self.state(self.page)["threshold"], 510000, "the press before what was undone is another step")

    def test_what_was_removed_comes_back(self) -> None:
        self.page.key("n", "n", "Delete", *["]"] * 10)
        self.page.evaluate("page.session.select(null); page.session.setPlayhead(1000 * 512)")
        self.page.key("a")
        self.page.evaluate("page.session.setSettings(settingsOf(page.session.run))")
        self.assertEqual(self.state(self.page)["boundaries"][1], [1000, "Confirmed"])
        self.assertEqual(self.page.evaluate("JSON.parse(page.session.fileText()).corrections"), [{"action": "confirm", "id": "boundary/0/512000"}])

    def test_near_misses_are_not_confirmed(self) -> None:
        self.page.evaluate("find('filter').value = 'doubtful'; find('filter').dispatchEvent(new Event('change'))")
        self.page.key("ArrowDown")
        self.assertEqual(self.state(self.page)["selected"], 250)
        self.page.key("c")
        self.assertIn("A", self.page.evaluate("find('status').textContent"))
        self.assertEqual(self.state(self.page)["selected"], 250, "nothing was confirmed: nothing goes on")
        self.page.key("a")
        self.assertEqual(self.frames(self.page), [250, *BOUNDARIES])

    def test_confirm_outside_the_filter_stays(self) -> None:
        self.page.evaluate("find('filter').value = 'doubtful'; find('filter').dispatchEvent(new Event('change'))")
        self.page.evaluate("page.session.select(page.session.boundaries[0])")
        self.page.key("c")
        self.assertEqual((self.state(self.page)["selected"], self.state(self.page)["boundaries"][0]), (500, [500, "Confirmed"]))

    def test_prune_keeps_the_highest(self) -> None:
        track = self.page.box("#track")
        y = track["y"] + 8
        x = [track["x"] + track["width"] * seconds / 80 for seconds in (15, 65)]
        self.page.drag((x[0], y), (x[1], y), modifiers=8)
        self.page.key("x")
        self.assertEqual(self.frames(self.page), [500])


class Gap(PageCase):
    def test_a_gap_ends_a_scene(self) -> None:
        page = self.open(page_of(film(gaps={6: 50}).text, "merge.html"))
        page.key("n", "n")
        self.assertTrue(page.evaluate("find('do-merge').disabled"))
        page.key("m")
        self.assertEqual(page.evaluate("find('status').textContent"), "A gap ends this scene.")
        self.assertEqual(self.frames(page), [500, 1000])
        page.key("p", "m")
        self.assertEqual(self.frames(page), [500])
        page.key("End", "m")
        self.assertEqual(self.frames(page), [500])


class Focus(PageCase):
    """The focus of who works with the keyboard alone."""
    NAME = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.tagName"

    def setUp(self) -> None:
        super().setUp()
        self.page = self.shared(shared_film())

    def focus(self, row: int) -> None:
        self.page.evaluate(f"document.querySelectorAll('#list-body tr[data-key] button')[{row}].focus()")

    def test_it_goes_with_the_selection(self) -> None:
        self.focus(0)
        self.page.key("ArrowDown", "ArrowDown")
        self.assertEqual((self.page.evaluate(self.NAME), self.state(self.page)["selected"]), ("Scene 3", 1000))
        self.page.key("Enter")
        self.assertEqual(self.state(self.page)["selected"], 1000)
        self.page.key("ArrowUp", "ArrowUp")
        self.assertEqual((self.page.evaluate(self.NAME), self.state(self.page)["selected"]), ("Scene 1", None))
        self.page.key("n")
        self.assertEqual(self.page.evaluate(self.NAME), "Scene 2")

    def test_it_stays_in_the_list_when_a_row_goes(self) -> None:
        self.focus(1)
        self.page.key("Enter", "Delete")
        self.assertEqual(self.frames(self.page), [1000, 1500])
        self.assertEqual((self.page.evaluate(self.NAME), self.state(self.page)["selected"]), ("Scene 2", 1000))

    def test_keys_of_a_menu_are_its_own(self) -> None:
        self.page.key("n")
        self.page.evaluate("find('order').focus()")
        self.page.key("Backspace", "Delete", "[")
        self.assertEqual((self.frames(self.page), self.state(self.page)["threshold"]), (BOUNDARIES, 500000))


class Pointer(PageCase):
    def test_drag_of_the_threshold(self) -> None:
        page = self.open(page_of(film(peak=0).text, "drag.html"))
        track = page.box("#track")
        y = track["y"] + page.evaluate("page.timeline.scoreY(500000)")
        low = track["y"] + page.evaluate("page.timeline.scoreY(400000)")
        x = track["x"] + 300
        page.drag((x, y), (x, low))
        page.settle()
        self.assertEqual(self.state(page)["threshold"], 400000)
        self.assertEqual(self.frames(page), [250, 500, 1000, 1250, 1500])
        self.assertEqual(page.evaluate("find('threshold-text').textContent"), "0.40")
        page.key("u")
        self.assertEqual(self.frames(page), BOUNDARIES, "a drag is one step")

    def test_drag_of_a_boundary(self) -> None:
        page = self.shared(shared_film())
        track = page.box("#track")
        y = track["y"] + page.evaluate("page.timeline.top.sceneTop") - 4
        x = [track["x"] + track["width"] * seconds / 80 for seconds in (40, 42)]
        page.drag((x[0], y), (x[1], y))
        frame, state = self.state(page)["boundaries"][1]
        self.assertAlmostEqual(frame, 1050, delta=2)
        self.assertEqual(state, "Moved")
        page.key("u")
        self.assertEqual(self.frames(page), BOUNDARIES, "a drag is one step")

    def test_click_seeks_and_selects(self) -> None:
        page = self.shared(shared_film())
        track = page.box("#track")
        page.click(track["x"] + track["width"] * 45 / 80, track["y"] + 50)
        self.assertAlmostEqual(self.state(page)["playhead"], 1125, delta=2)
        self.assertEqual(self.state(page)["selected"], 1000)
        page.press("#list-body tr[data-key='boundary/0/256000'] td:nth-child(2)")
        self.assertEqual(self.state(page)["playhead"], 500)

    def test_click_on_a_scene_without_a_boundary_selects_none(self) -> None:
        page = self.open(page_of(film(gaps={6: 50}).text, "click.html"))
        track = page.box("#track")
        for frame in (100, 1525, 1700):
            page.evaluate("page.session.select(page.session.boundaries[1])")
            page.click(track["x"] + track["width"] * frame / 2050, track["y"] + 50)
            self.assertIsNone(self.state(page)["selected"], frame)
            page.key("Delete")
            self.assertEqual(self.frames(page), [500, 1000])

    def test_buttons_do_what_keys_do(self) -> None:
        page = self.shared(shared_film())
        page.key("n")
        page.press("#do-remove")
        self.assertEqual(self.frames(page), [1000, 1500])
        page.press("#do-undo")
        self.assertEqual(self.frames(page), BOUNDARIES)
        page.press("#zoom-in")
        self.assertLess(page.evaluate("page.timeline.view.to - page.timeline.view.from"), 41)


class ListOfScenes(PageCase):
    def rows(self, page) -> list[str]:
        return page.evaluate("page.list.items.map(({at, isRejected}) => (isRejected ? '-' : '') + at.frame)")

    def test_order_and_filters(self) -> None:
        page = self.open(page_of(film(gaps={6: 50}).text, "list.html"))
        self.assertEqual(self.rows(page), ["0", "500", "1000", "1550"])
        page.key("d")
        self.assertEqual(self.rows(page)[:2], ["1000", "500"], "0.55 is in doubt")
        page.evaluate("find('order').value = 'length'; find('order').dispatchEvent(new Event('change'))")
        lengths = page.evaluate("page.list.items.map(({length}) => length)")
        self.assertEqual(lengths, sorted(lengths))
        page.evaluate("find('order').value = 'time'; find('filter').value = 'doubtful'; find('filter').dispatchEvent(new Event('change'))")
        self.assertEqual(self.rows(page), ["-250", "1000", "-1250"])
        page.key("ArrowDown", "a")
        self.assertIn(250, self.frames(page), "a near miss is added where it is")
        page.evaluate("find('filter').value = 'gaps'; find('filter').dispatchEvent(new Event('change'))")
        self.assertEqual(self.rows(page), ["1000", "1550"])
        page.key("u")
        page.evaluate("find('filter').value = 'review'; find('filter').dispatchEvent(new Event('change'))")
        self.assertEqual(self.rows(page), ["500", "1000"])


class Comparison(PageCase):
    def test_another_run(self) -> None:
        page = self.shared(shared_film())
        other = film(threshold=0.6, peak=0, min_scene=0, scores=[0.8, 0.9, 0.1, 0.55, 0.41, 0.7, 0.2, 0.3])
        path = FOLDER / "other.jsonl"
        path.write_text(other.text)
        root = page.send("DOM.getDocument")["root"]["nodeId"]
        field = page.send("DOM.querySelector", nodeId=root, selector="#compare-file")["nodeId"]
        page.send("DOM.setFileInputFiles", files=[str(path)], nodeId=field)
        page.wait("page.session.other !== null")
        self.assertEqual(page.evaluate("find('status').textContent"), "other.jsonl: 2 in both, 1 only here, 1 only there.")
        page.evaluate("find('filter').value = 'differs'; find('filter').dispatchEvent(new Event('change'))")
        self.assertEqual(page.evaluate("page.list.items.map(({at, boundary}) => [at.frame, boundary.isOther === true])"), [[250, True], [1000, False]])
        page.key("ArrowDown", "a")
        self.assertEqual(self.frames(page), [250, *BOUNDARIES], "what only the other run has is added where it is")
        self.assertEqual(page.evaluate("page.session.differences.there.length"), 0)
        message = page.evaluate("(() => { try { readOther(page.session, 'x', 'no events'); } catch (e) { return e.message; } })()")
        self.assertIn("no events of a run", message)


    def test_the_nearest_are_the_same(self) -> None:
        page = self.open(page_of(Run([250, 10, 250], scores=[0.9, 0.9, 0.1], min_scene=0, peak=0).text, "near.html"))
        other = Run([259, 251], scores=[0.9, 0.1], min_scene=0, peak=0)
        page.evaluate(f"page.session.compare(readOther(page.session, 'o', {json.dumps(other.text)}))")
        differences = "(({both, here, there}) => [both, here.map(b => b.at.frame), there.map(b => b.at.frame)])(page.session.differences)"
        self.assertEqual(page.evaluate(differences), [1, [250], []])


class Files(PageCase):
    def corrections(self, page) -> list[dict]:
        return page.evaluate("JSON.parse(page.session.fileText())")["corrections"]

    def test_save_and_load(self) -> None:
        page = self.open(page_of(film().text, "save.html"))
        folder = FOLDER / "downloads"
        page.browser.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder), browserContextId=page.context)
        page.key("n", "c", "Delete")
        page.key("n")
        page.key("ArrowLeft", alt=True)
        page.evaluate("page.session.setPlayhead(2000 * 512 / 1 | 0)")
        page.evaluate("page.session.setPlayhead(ptsOfFrame(page.session.run, page.session.rate, 1700))")
        page.key("a")
        self.assertTrue(page.evaluate("page.session.isUnsaved"))
        page.key("s", control=True)
        path = folder / "film.corrections.json"
        until = time.monotonic() + 10
        while not path.exists() and time.monotonic() < until:
            page.settle()
        file = json.loads(path.read_text())
        self.assertEqual({key: file[key] for key in ("type", "version", "feed", "run", "input")}, {
            "type": "scened_corrections", "version": 1, "feed": "default", "run": "01M8ESWN1V1CJT3WF8FHPA66JK", "input": "film.mp4"})
        instant = lambda frame: {"t": frame / 25, "pts": frame * 512, "time_base": "1/12800"}  # noqa: E731
        self.assertEqual(file["corrections"], [
            {"action": "confirm", "id": "boundary/0/256000"}, {"action": "remove", "id": "boundary/0/512000"},
            {"action": "move", "id": "boundary/0/768000", "to": instant(1499)}, {"action": "add", "at": instant(1700)}])
        self.assertFalse(page.evaluate("page.session.isUnsaved"))

        other = self.open(page_of(film().text, "load.html"))
        root = other.send("DOM.getDocument")["root"]["nodeId"]
        field = other.send("DOM.querySelector", nodeId=root, selector="#load-file")["nodeId"]
        other.send("DOM.setFileInputFiles", files=[str(path)], nodeId=field)
        other.wait("page.session.corrections.marks.size === 3")
        self.assertEqual(self.state(other)["boundaries"], [[500, "Confirmed"], [1499, "Moved"], [1700, "Added"]])
        self.assertEqual(self.corrections(other), file["corrections"], "what was loaded is saved again as it was")
        self.assertFalse(other.evaluate("page.session.isUnsaved"))

    def test_another_threshold_is_written_as_corrections(self) -> None:
        page = self.shared(shared_film())
        page.evaluate("page.session.setSettings({threshold: 600000, peak: 0, minScene: 0})")
        page.evaluate("page.session.add(250 * 512)")
        self.assertEqual([(entry["action"], entry.get("id") or entry["at"]["pts"]) for entry in self.corrections(page)], [
            ("add", 250 * 512), ("remove", "boundary/0/512000")])

    def test_places_of_files(self) -> None:
        """A place without ticks is where its seconds say; what `scened correct` refuses is skipped and named."""
        page = self.shared(shared_film())

        def load(*entries: dict) -> list:
            text = json.dumps({"type": "scened_corrections", "version": 1, "run": "01M8ESWN1V1CJT3WF8FHPA66JK", "corrections": entries})
            return page.evaluate(f"(() => {{ const r = page.session.load({json.dumps(text)}); return [r.unknown, r.outside, [...r.timeBases]]; }})()")

        self.assertEqual(load({"action": "add", "at": {"t": 4.01, "pts": None, "time_base": "1/12800"}}, {"action": "add", "at": {"t": 5.0}}), [0, 0, []])
        self.assertEqual(self.frames(page), [100, 125, *BOUNDARIES])
        self.assertEqual(self.corrections(page)[0]["at"]["pts"], 100 * 512)
        place = {"t": 4.0, "pts": 4000, "time_base": "1/1000"}
        beyond = {"t": 999.0, "pts": 999 * 12800, "time_base": "1/12800"}
        self.assertEqual(load({"action": "add", "at": place}, {"action": "add", "at": beyond}, {"action": "add", "at": {"t": 0, "pts": 0, "time_base": "1/12800"}},
                              {"action": "move", "id": "boundary/0/256000", "to": beyond}), [0, 3, ["1/1000"]])
        self.assertEqual((self.frames(page), self.corrections(page)), (BOUNDARIES, []))
        again = {"t": 20.0, "pts": 256000, "time_base": "1/12800"}
        load({"action": "remove", "id": "boundary/0/256000"}, {"action": "add", "at": again})
        self.assertEqual(self.corrections(page), [{"action": "confirm", "id": "boundary/0/256000"}], "one entry for one place")
        path = FOLDER / "places.json"
        path.write_text(json.dumps({"type": "scened_corrections", "version": 1, "corrections": [{"action": "add", "at": place}, {"action": "add", "at": beyond}]}))
        root = page.send("DOM.getDocument")["root"]["nodeId"]
        field = page.send("DOM.querySelector", nodeId=root, selector="#load-file")["nodeId"]
        page.send("DOM.setFileInputFiles", files=[str(path)], nodeId=field)
        page.wait("find('status').textContent.startsWith('Loaded 0')")
        said = page.evaluate("find('status').textContent")
        self.assertIn("1 place outside every scene was skipped", said)
        self.assertIn("time base 1/1000 were skipped: this run counts in 1/12800", said)

    def test_two_tabs_go_on_from_one_another(self) -> None:
        address = page_of(film(run="01M8ESWN1V1CJT3WF8FHPA66JN").text, "tabs.html")
        first = self.open(address)
        second = first.browser.page(address, beside=first)
        second.settle()
        first.evaluate("page.session.confirm(page.session.boundaries[0])")
        second.wait("page.session.boundaries[0].isReviewed")
        self.assertIn("another tab", second.evaluate("find('status').textContent"))
        second.evaluate("page.session.confirm(page.session.boundaries[1])")
        second.key("]")
        first.wait("page.session.boundaries[1].isReviewed && page.session.settings.threshold === 510000")
        self.assertEqual([state for _, state in self.state(first)["boundaries"]], ["Confirmed", "Confirmed", "To review"])
        self.reload(first, "page.session.boundaries.filter(b => b.isReviewed).length === 2")
        first.evaluate("page.session.become(noCorrections(), settingsOf(page.session.run))")
        second.wait("page.session.boundaries.every(b => !b.isReviewed) && page.session.settings.threshold === 500000")
        self.assertEqual(second.troubles, [])

    def test_files_that_are_none(self) -> None:
        page = self.shared(shared_film())
        for text, says in [("{", "not JSON"), ("[]", "not a corrections file"), ('{"type":"scened_corrections","version":2,"corrections":[]}', "version 2"),
                           ("null", "not a corrections file")]:
            message = page.evaluate(f"(() => {{ try {{ page.session.load({json.dumps(text)}); return ''; }} catch (e) {{ return e.message; }} }})()")
            self.assertIn(says, message)
        read = page.evaluate("""(() => { const r = page.session.load(JSON.stringify({type: 'scened_corrections', version: 1, run: 'x',
            corrections: [{action: 'remove', id: 'boundary/0/7'}, {action: 'burn', id: 'boundary/0/256000'}, null, {action: 'add', at: {t: 1, pts: 1.5}}]}));
            return [r.unknown, r.isOtherRun, page.session.boundaries.length]; })()""")
        self.assertEqual(read, [4, True, 3])

    def test_state_survives_a_reload(self) -> None:
        # A run of its own, so that nothing needs to be cleared before.
        page = self.open(page_of(film(run="01M8ESWN1V1CJT3WF8FHPA66JM").text, "reload.html"))
        page.key("n", "c", "Delete")
        page.key("]")
        before = self.state(page)
        self.reload(page, "page.session.settings.threshold === 510000")
        self.assertEqual(self.state(page)["boundaries"], before["boundaries"])
        self.assertEqual(self.state(page)["threshold"], 510000)
        self.assertIn("beforeunload", page.dialogs, "unsaved work asks before the page is left")
        page.dialogs.clear()
        page.evaluate("page.session.markSaved()")
        page.key("n")
        page.reload()
        self.assertEqual(page.dialogs, [], "saved work does not")

    def test_exports(self) -> None:
        page = self.shared(shared_film())
        page.key("n", "Delete")
        vtt = page.evaluate("webVTT(page.session.run, page.session.scenes, 'a --> b')")
        self.assertEqual(vtt.split("\n\n")[0], "WEBVTT a --\u203a b")
        self.assertIn("\n\n2\n00:00:40.000 --> 00:01:00.000\nScene 2\n", vtt)
        table = page.evaluate("sceneTable(page.session.run, page.session.scenes)").split("\r\n")
        self.assertEqual(table[1], "1,0.000000,40.000000,0,1000,00:00:00:00,00:00:40:00,boundary,0.550000,0,3,4")
        self.assertEqual(table[3], "3,60.000000,80.000000,1500,2000,00:01:00:00,00:01:20:00,end,,6,7,2")


class Runs(PageCase):
    """Runs of every kind open, and say what they are."""

    def notices(self, page) -> str:
        return page.evaluate("find('notices').textContent")

    def figure(self, page, name: str) -> str:
        return page.evaluate(f"[...document.querySelectorAll('#figures div')].find(d => d.firstChild.textContent === {json.dumps(name)}).lastChild.textContent")

    def test_header(self) -> None:
        page = self.open(page_of(film(gaps={4: 50}).text, "header.html"))
        self.assertEqual([self.figure(page, name) for name in ("Length", "Scenes", "Shots", "Median scene", "Model", "Threshold", "Gaps", "Damage")],
                         ["1 min 22 s", "4", "8", "20.0 s", "coherence", "0.50", "1, 2.0 s", "none"])

    def test_nothing_and_one(self) -> None:
        for number, text in enumerate(["", film().text.split("\n")[0] + "\n", Run([100]).text, "no json\n{\"v\":1}\n[]\n"]):
            page = self.open(page_of(text, f"empty-{number}.html"))
            page.key("n", "p", "Delete", "a", "m", "s", "e", "u", "[", "]", " ", "ArrowRight", "x", "d")
            page.settle()
            self.assertEqual(self.frames(page), [])

    def test_unfinished_and_broken(self) -> None:
        lines = film().text.split("\n")
        cut = [line for line in lines if '"type":"stream_end"' not in line and '"type":"watermark"' not in line]
        page = self.open(page_of("\n".join(cut)[:-9], "cut.html"))
        self.assertIn("have no end", self.notices(page))
        page = self.open(page_of("\n".join(cut) + '{"v":1,"type":"bound', "torn.html"))
        self.assertIn("1 line could not be read", self.notices(page))
        page = self.open(page_of(film(ends="damaged").text, "damaged.html"))
        self.assertIn("broke off at 1:20.000", self.notices(page))
        page = self.open(page_of(film(ends="interrupted").text, "stopped.html"))
        self.assertIn("was stopped at 1:20.000", self.notices(page))

    def test_without_scores_the_threshold_only_rises(self) -> None:
        page = self.open(page_of(film(writes_scores=False).text, "plain.html"))
        self.assertIn("--scores", self.notices(page))
        page.key("[")
        self.assertEqual(self.state(page)["threshold"], 500000)
        page.key(*["]"] * 10)
        self.assertEqual(self.frames(page), [500, 1500])
        self.assertTrue(page.evaluate("find('peak').disabled"))

    def test_revisions(self) -> None:
        run = film(ends=None)
        final = next(event for event in run.events if event["type"] == "boundary")
        others = [event for event in run.events if event["type"] != "boundary"]
        early = {**final, "state": "provisional", "rev": 1, "score": 0.6}
        text = "".join(json.dumps(event) + "\n" for event in [
            *others, early, {**early, "rev": 0, "score": 0.3}, {**early, "id": "boundary/0/9", "rev": 0}, {**early, "id": "boundary/0/9", "rev": 1, "state": "retracted"}])
        page = self.open(page_of(text, "revisions.html"))
        self.assertEqual(page.evaluate("[...page.session.run.boundaries.values()].map(b => [b.state, b.score])"), [["provisional", 600000]])

    def test_cues_are_flags(self) -> None:
        run = film()

        def cue(number: int, frame: int, received: int, **fields: object) -> dict[str, object]:
            return {"v": 1, "type": "cue", "seq": 1, "id": f"cue/0/{received}", "at": run.at(frame), "received": run.at(received),
                    "kind": "splice_insert", "event_id": number, "direction": None, "cancelled": False, "segmentation": None,
                    "title": None, **fields}

        advert = {"type_id": 0x30, "type": "provider_advertisement_start"}
        first = cue(1, 500, 400, direction="out", segmentation=advert)
        run.events[1:1] = [first, cue(2, 1500, 401, direction="in"), cue(3, 1000, 402, kind="chapter", title="One\u202e"),
                           first, cue(4, 1900, 403), cue(4, 404, 404, cancelled=True)]
        page = self.open(page_of(run.text, "cues.html"))
        # In order of time, each once, and without what was cancelled.
        self.assertEqual(page.evaluate("page.session.run.cues.map(c => [c.at.frame, cueText(c)])"),
                         [[500, "out: provider advertisement start"], [1000, "One\ufffd"], [1500, "in: splice insert"]])
        # Each has its words, for which there is room.
        marks = page.evaluate("""(() => {
            const calls = [];
            const context = page.timeline.canvas.getContext("2d");
            const real = context.fillText;
            context.fillText = (text, ...rest) => { calls.push(text); real.call(context, text, ...rest); };
            page.timeline.draw();
            context.fillText = real;
            return calls.filter((text) => /provider|One|splice/.test(text)); })()""")
        self.assertEqual(marks, ["out: provider advertisement start", "One\ufffd", "in: splice insert"])

    def test_novelty_is_a_flag(self) -> None:
        run = film()

        def novelty(frame: int, state: str) -> dict[str, object]:
            return {"v": 1, "type": "novelty", "seq": 1, "id": f"novelty/0/{frame}", "at": run.at(frame), "state": state, "level": 6.4, "limit": 5.9}

        run.events[1:1] = [novelty(500, "new"), novelty(900, "usual"), novelty(500, "new"), novelty(950, "odd")]
        page = self.open(page_of(run.text, "novelty.html"))
        self.assertEqual(page.evaluate("page.session.run.cues.map(c => [c.at.frame, cueText(c)])"), [[500, "unusual"], [900, "usual again"]])
        fills = page.evaluate("""(() => {
            const fills = [];
            const context = page.timeline.canvas.getContext("2d");
            const real = context.fill;
            context.fill = (...rest) => { fills.push(context.fillStyle === page.timeline.colors.warn); real.apply(context, rest); };
            drawCues(page.timeline, context, page.timeline.width);
            delete context.fill;
            return fills; })()""")
        # The chips of their words are not filled so.
        self.assertEqual((fills[0], fills.count(True)), (True, 1))

    def test_reasons(self) -> None:
        run = film()
        score = next(event for event in run.events if event["type"] == "score" and event["at"]["frame"] == 500)
        score["reasons"] = {"logits": {"segmentation": 1.94, "lengths": -0.25, "tempo": 0, "transition": 1},
                            "alike": {"left_part": 0, "right_part": 3, "distance": 0.318}}
        page = self.open(page_of(run.text, "reasons.html"))
        page.key("n")
        text = page.evaluate("find('detail-text').textContent")
        self.assertIn("two places +1.9, lengths of the shots \u22120.3, tempo +0.0, transition +1.0", text)
        self.assertIn("0:00.000 and 0:30.000, distance 0.32", text)
        page.key("n")
        self.assertNotIn("two places", page.evaluate("find('detail-text').textContent"), "only where somebody asked")

    def test_probabilities(self) -> None:
        run = film()
        score = next(event for event in run.events if event["type"] == "score" and event["at"]["frame"] == 500)
        score["probability"] = 0.624
        boundary = [event for event in run.events if event["type"] == "boundary"][1]
        boundary["probability"] = 0.31
        page = self.open(page_of(run.text, "probabilities.html"))
        for text in ("62 %", "31 %", None):
            page.key("n")
            shown = page.evaluate("find('detail-text').textContent")
            if text is None:
                self.assertNotIn("Probability", shown, "only where there is one")
            else:
                self.assertIn(f"Probability{text}", shown)

    def test_hostile_names(self) -> None:
        name = "</script><img src=x onerror=\"window.hit=1\"><!--<script>\u202egpj.exe\u2066 {{CODE}} $& \\u003c"
        run = film(name=name)
        run.events[0]["feed"] = name
        run.events[0]["model"]["scorer"] = name
        run.events[0]["model_file"] = name
        run.events.insert(3, {"v": 1, "type": "__proto__", "seq": 4, "id": "x"})
        run.events.insert(4, {"v": 1, "type": "gap", "seq": 5, "id": "gap/0/0", "start": run.at(1), "end": run.at(1), "reason": name})
        run.add_blocks((0, 1000, "program"), (1000, 1500, "constructor"))
        run.events += [run.block(1500, 1600, name), run.block(1600, 1700, "ident", name), {**run.block(1700, 1800, "ident"), "kind": [name]}]
        page = self.open(page_of(run.text, "hostile.html", title=name))
        page.key("n", "?")
        self.assertIsNone(page.evaluate("window.hit ?? null"))
        self.assertEqual(page.evaluate("document.querySelectorAll('img').length"), 0)
        shown = page.evaluate("find('title-text').textContent")
        self.assertIn("</script><img", shown)
        self.assertIn("{{CODE}} $&", shown)
        self.assertNotIn("\u202e", shown)
        self.assertNotIn("\u2066", page.evaluate("document.title"))
        # A kind is a word, also one that this page does not know; what is no word is no block.
        self.assertEqual(page.evaluate("page.session.run.blocks.map(b => [b.kind, blockWord(b.kind), b.next])"),
                         [["program", "Program", "constructor"], ["constructor", "Constructor", None], ["ident", "Ident", None]])
        self.assertEqual(page.evaluate("page.session.run.unread"), 2)
        self.assertIn("Constructor", page.evaluate("find('list-body').textContent"))

    def test_damaged_events_break_nothing(self) -> None:
        """Three hundred runs with fields exchanged, lost, and lines out of order: the page draws each of them."""
        page = self.open(page_of("", "fuzz.html"))
        run = film(gaps={4: 50})
        run.events.insert(2, {"v": 1, "type": "cue", "seq": 1, "id": "cue/0/0", "at": run.at(9), "kind": "chapter", "event_id": 1,
                              "direction": "out", "cancelled": False, "segmentation": {"type": "x"}, "title": "y"})
        run.add_blocks((0, 500, "program"), (500, 1000, "adverts"), (1100, 2050, "program"))
        next(event for event in run.events if event["type"] == "scene")["block"] = "program"
        for event in run.events:
            if event["type"] == "score":
                event["reasons"] = {"logits": {"segmentation": 1}, "alike": {"left_part": 0, "right_part": 1, "distance": 0.5}}
        page.evaluate("window.lines = " + json.dumps(run.text.split("\n")[:-1]))
        broken = page.evaluate("""(() => {
            let seed = 12345;
            const chance = (count) => (seed = (seed * 1103515245 + 12345) % 2147483648) % count;
            const junk = [null, -1, 1e300, "", "x", [], {}, true, 0.5, {t: -5, pts: -9}, "</script>", {t: 1, pts: 9007199254740991}];
            const paths = (value, path = []) => value !== null && typeof value === "object"
                ? Object.keys(value).flatMap((key) => [[...path, key], ...paths(value[key], [...path, key])]) : [];
            for (let round = 0; round < 300; round += 1) {
                const events = lines.map((line) => JSON.parse(line));
                for (let change = chance(12); change >= 0; change -= 1) {
                    const event = events[chance(events.length)];
                    const all = paths(event);
                    if (all.length === 0) continue;
                    const path = all[chance(all.length)];
                    const place = path.slice(0, -1).reduce((value, key) => value?.[key], event);
                    if (place === null || typeof place !== "object") continue;
                    if (chance(4) === 0) delete place[path.at(-1)]; else place[path.at(-1)] = junk[chance(junk.length)];
                    if (chance(5) === 0) events.splice(chance(events.length), 1);
                    if (chance(5) === 0) events.push(...events.splice(chance(events.length), 1));
                }
                try {
                    const { session } = page;
                    session.run = readRun(events.map((event) => JSON.stringify(event)).join("\\n"));
                    session.settings = settingsOf(session.run);
                    session.corrections = noCorrections();
                    session.rereadRun();
                    session.tell("scenes", "selection", "playhead", "view");
                    session.setSettings({threshold: chance(1000000), peak: chance(2), minScene: chance(20)});
                    session.select(session.boundaries[0] ?? null);
                    page.timeline.fit();
                    page.timeline.draw();
                    fillContactSheet(session, document.createElement("div"));
                    webVTT(session.run, session.scenes, "");
                    sceneTable(session.run, session.scenes);
                    session.load(session.fileText());
                } catch (error) {
                    return `${round}: ${error.stack}`;
                }
            }
            return page.session.run.shots.length > 4 ? null : "no shots"; })()""".replace("\\\\n", "\\n"))
        self.assertIsNone(broken)

    def test_address_goes_to_a_time(self) -> None:
        page = self.open(page_of(film().text, "share.html") + "#t=45.5")
        self.assertEqual(self.state(page)["playhead"], 1137)
        self.assertEqual(self.state(page)["selected"], 1000)

    def test_missing_film(self) -> None:
        page = self.open(page_of(film().text, "absent.html", film="not%20there.mp4"))
        page.wait("!find('film-trouble').hidden")
        self.assertIn("Put not there.mp4 beside this page", page.evaluate("find('film-trouble').textContent"))
        page.troubles.clear()


class Film(PageCase):
    """The player, with a film whose pictures show their own numbers as shades of gray."""

    def setUp(self) -> None:
        super().setUp()
        film_path = FOLDER / "gray.mp4"
        if not film_path.exists():
            subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "color=black:size=64x36:rate=25:duration=4", "-vf",
                            "format=yuv420p,geq=lum='20+2*N':cb=128:cr=128", "-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-bf", "2", "-g", "25",
                            str(film_path)], check=True)
        server = Server()
        self.addCleanup(server.close)
        page_of(Run([30, 30, 40], scores=[0.9, 0.8, 0.1], min_scene=0, peak=0).text, "player.html", film="gray.mp4")
        self.page = self.open(server.address + "/player.html")
        self.page.wait("page.player.isReady")

    def shade(self) -> int:
        """The number of the picture that the player shows, once its seek is over."""
        return self.page.evaluate("""(async () => { const video = find('video');
            for (let tries = 0; tries < 200 && (video.seeking || video.readyState < 2); tries += 1) await new Promise(done => setTimeout(done, 10));
            const canvas = document.createElement('canvas'); canvas.width = 4; canvas.height = 4;
            const context = canvas.getContext('2d'); context.drawImage(video, 0, 0, 4, 4);
            const level = context.getImageData(1, 1, 1, 1).data[0];
            return Math.round((level * 219 / 255 + 16 - 20) / 2); })()""")

    def test_the_picture_at_the_playhead_is_shown(self) -> None:
        self.page.key("n")
        self.assertEqual((self.state(self.page)["playhead"], self.shade()), (30, 30))
        self.page.key("ArrowLeft")
        self.assertEqual(self.shade(), 29)
        self.page.key("n", "ArrowRight", "ArrowRight")
        self.assertEqual((self.state(self.page)["playhead"], self.shade()), (62, 62))
        cues = "[...page.player.track.cues].map(c => [c.startTime, c.text])"
        self.assertEqual(self.page.evaluate(cues), [[0, "Scene 1"], [1.2, "Scene 2"], [2.4, "Scene 3"]])
        self.page.key("p", "Delete")
        self.page.settle()
        self.assertEqual(len(self.page.evaluate(cues)), 2)

    def test_play_and_pause(self) -> None:
        self.page.key("n", "n", " ")
        self.page.wait("page.player.isPlaying && frameAt(page.session.run, page.session.rate, page.session.playhead) > 12")
        self.assertLess(self.state(self.page)["playhead"], 60, "it plays from 2 s before the boundary")
        self.page.key(" ")
        self.assertFalse(self.page.evaluate("page.player.isPlaying"))
        self.page.key("l", "l")
        self.page.wait("page.player.isPlaying && find('video').playbackRate === 2")
        self.page.key("k", "End", "j")
        self.page.wait("frameAt(page.session.run, page.session.rate, page.session.playhead) < 95")
        self.page.key("k")


    def agrees(self) -> None:
        """Page and film show one picture; a busy machine may paint the one before for a moment."""
        until = time.monotonic() + 10
        while (shade := self.shade()) != self.state(self.page)["playhead"] and time.monotonic() < until:
            pass
        self.assertEqual(self.state(self.page)["playhead"], shade)

    def test_after_a_pause_page_and_film_agree(self) -> None:
        for _ in range(4):
            self.page.key(" ")
            self.page.wait("page.player.isPlaying && !find('video').seeking && find('video').currentTime > 0.1")
            self.page.evaluate("new Promise(done => setTimeout(done, 130))")
            self.page.key(" ")
            self.assertFalse(self.page.evaluate("page.player.isPlaying"))
            self.agrees()
            self.assertEqual(self.page.evaluate("page.session.playhead % 512"), 0)
        # So it is where something else than the page stops the film.
        self.page.key(" ")
        self.page.wait("page.player.isPlaying")
        self.page.evaluate("new Promise(done => setTimeout(done, 130))")
        self.page.evaluate("page.session.playhead = 0; find('video').pause()")
        self.page.wait("page.session.playhead > 0")
        self.agrees()

    def test_after_the_end_one_press_plays(self) -> None:
        self.page.evaluate("page.session.setPlayhead(90 * 512)")
        self.page.key("l")
        self.page.wait("find('video').ended")
        self.page.settle()
        self.assertEqual((self.page.evaluate("page.player.shuttle"), self.state(self.page)["playhead"]), (0, 100))
        self.page.key("Home", " ")
        self.page.wait("page.player.isPlaying")
        self.page.key("k")


class Times(PageCase):
    """Picture numbers, timecodes and exported times against what the program wrote."""

    def test_labels_of_events(self) -> None:
        """At every shot's start, the page computes the picture's number and label that the event states."""
        page = self.shared(shared_film())
        counted = 0
        for path in sorted((ROOT / "fixtures/export").glob("*.events.jsonl")) + sorted((ROOT / "fixtures/events").glob("*.jsonl")):
            page.evaluate(f"window.told = readRun({json.dumps(path.read_text(encoding='utf-8'))}); window.rate = rateOf(told)")
            checked = page.evaluate("""told.gaps.length > 0 || !rate ? [] : told.shots.filter(s => s.start.timecode && s.start.frame > 0).map(({start}) =>
                [start.frame, start.timecode, frameAt(told, rate, start.pts), labelOf(rate.firstLabel + start.frame, rate.labels, rate.isDropFrame),
                 start.pts, ptsOfFrame(told, rate, start.frame)])""")
            for frame, label, own_frame, own_label, pts, own_pts in checked:
                self.assertEqual((frame, label), (own_frame, own_label), path.name)
                self.assertAlmostEqual(pts, own_pts, delta=1, msg=path.name)
                counted += 1
        self.assertGreater(counted, 10)

    def test_drop_frame(self) -> None:
        """SMPTE ST 12-1: labels 0 and 1 are dropped each minute but every tenth."""
        page = self.shared(shared_film())
        table = [(1799, 30, "00:00:59;29"), (1800, 30, "00:01:00;02"), (17981, 30, "00:09:59;29"), (17982, 30, "00:10:00;00"), (107892, 30, "01:00:00;00"),
                 (2589408, 30, "00:00:00;00"), (3600, 60, "00:01:00;04"), (35964, 60, "00:10:00;00")]
        for count, labels, label in table:
            self.assertEqual(page.evaluate(f"labelOf({count}, {labels}, true)"), label)
            if count < 2589408:
                self.assertEqual(page.evaluate(f"labelCount('{label}', {labels})"), count)
        self.assertIsNone(page.evaluate("labelCount('00:01:00;00', 30)"))
        self.assertEqual(page.evaluate("[labelOf(2160000 + 26, 25, false), labelCount('01:00:00:24', 25)]"), ["00:00:01:01", 90024])

    def test_chapters_equal_the_programs(self) -> None:
        page = self.shared(shared_film())
        lines = lambda text: [line for line in text.split("\n") if "-->" in line and line[0].isdigit()]  # noqa: E731
        for path in sorted((ROOT / "fixtures/export").glob("*.events.jsonl")):
            golden = path.with_name(path.name.replace(".events.jsonl", ".vtt"))
            text = page.evaluate(f"""(() => {{ const run = readRun({json.dumps(path.read_text(encoding='utf-8'))}); const groups = candidatesOf(run);
                return webVTT(run, currentScenes(run, settingsOf(run), noCorrections(), groups).scenes, ''); }})()""")
            self.assertEqual(lines(text), lines(golden.read_text(encoding="utf-8")), path.name)


class Assembly(PageCase):
    """What the page is made of lets nothing in and asks for nothing."""

    def test_parts(self) -> None:
        style = (report_page.PARTS / "report.css").read_text(encoding="utf-8")
        skeleton = (report_page.PARTS / "report.html").read_text(encoding="utf-8")
        for text in (report_page.code(), style):
            self.assertNotRegex(text, r"</(script|style)|<!--|\r|[^\x00-\x7f]*\x00")
        for text in (report_page.code(), style, skeleton):
            self.assertEqual({address for address in re.findall(r"https?://[^'\" ]+", text)} - {"http://www.w3.org/2000/svg"}, set())
        self.assertNotRegex(skeleton, r"\son\w+=|\sstyle=|javascript:|unsafe")
        listed = (report_page.PARTS / "order.txt").read_text(encoding="utf-8").split()
        self.assertEqual(sorted(listed), sorted(path.name for path in report_page.PARTS.glob("*.js")))

    def test_a_report_asks_for_nothing(self) -> None:
        page = self.open(page_of(film().text, "quiet.html", sheets=1, run=film()))
        page.key("n")
        page.wait("page.session.pictures.bitmaps.size > 0")
        asked = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name).filter(name => !/^(blob|data):/.test(name))")
        self.assertEqual(asked, [])

    def test_the_policy_holds(self) -> None:
        """Inline code and style beyond the page's own do not run."""
        page = self.open(page_of(film().text, "policy.html"))
        self.assertEqual(page.evaluate("""new Promise(done => {
            const seen = [];
            document.addEventListener('securitypolicyviolation', event => { seen.push(event.effectiveDirective); if (seen.length === 3) done(seen.sort()); });
            const script = document.createElement('script'); script.textContent = 'window.hit = 1'; document.body.append(script);
            const style = document.createElement('style'); style.textContent = 'body { display: none }'; document.body.append(style);
            fetch('https://example.org/').catch(() => {});
            setTimeout(() => done(seen.sort()), 3000); })"""), ["connect-src", "script-src-elem", "style-src-elem"])
        self.assertIsNone(page.evaluate("window.hit ?? null"))
        page.troubles.clear()


class ForEverybody(PageCase):
    CONTRAST = (pathlib.Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")

    def test_contrast(self) -> None:
        run = film(gaps={6: 50}, ends="damaged").add_blocks((0, 500, "program"), (500, 1000, "adverts"), (1000, 1500, "trailer"), (1500, 2050, "ident"))
        page = self.open(page_of(run.text, "contrast.html"))
        page.key("n", "c", "Delete", "p")
        page.evaluate("find('filter').value = 'doubtful'; find('filter').dispatchEvent(new Event('change'))")
        for dark in (False, True):
            page.look(dark=dark, still=True)
            for width in (1440, 390):
                page.size(width, 900)
                page.evaluate("find('keys').close(); find('export-menu').open = true; say('Said.')")
                page.settle()
                page.evaluate("document.getAnimations().forEach(each => each.finish())")
                self.assertEqual(page.evaluate("document.documentElement.dataset.theme"), "dark" if dark else "light")
                self.assertEqual(page.evaluate(self.CONTRAST), [], f"dark {dark}, width {width}")
                page.evaluate("find('keys').showModal()")
                self.assertEqual(page.evaluate(self.CONTRAST), [], f"keys, dark {dark}")

    def test_every_control_has_a_name(self) -> None:
        page = self.shared(shared_film())
        page.key("n")
        page.evaluate("find('export-menu').open = true; find('filter-length').hidden = false; find('prune').hidden = false")
        roles = {"button", "checkbox", "slider", "combobox", "spinbutton", "textbox", "link", "image", "table", "region", "dialog", "DisclosureTriangle"}
        nodes = page.send("Accessibility.getFullAXTree")["nodes"]
        seen = [node for node in nodes if not node.get("ignored") and node["role"]["value"] in roles]
        self.assertGreater(len(seen), 30)
        self.assertEqual([node["role"]["value"] for node in seen if not node.get("name", {}).get("value")], [])

    def test_tab_reaches_all_and_focus_is_seen(self) -> None:
        page = self.shared(shared_film())
        reached = set()
        for _ in range(60):
            page.key("Tab")
            name, outline = page.evaluate("[document.activeElement.id || document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]")
            reached.add(name)
            if name not in ("BODY", "HTML"):
                self.assertNotEqual(outline, "none", name)
        self.assertLessEqual({"load", "theme", "show-keys", "play", "filter", "order", "threshold", "min-scene", "peak", "zoom-in", "track"}, reached)

    def test_no_sideways_scrolling(self) -> None:
        page = self.open(page_of(film().text, "width.html"))
        page.key("n")
        for width in (320, 390, 760, 761, 800, 1180, 1181, 1280, 1440):
            page.size(width, 844)
            page.settle()
            crossing = page.evaluate("""[...document.querySelectorAll('button, select, input')].filter(each => each.offsetParent !== null).filter(each => {
                const box = each.getBoundingClientRect(); return box.right > innerWidth + 1 || each.scrollWidth > each.clientWidth + 2; }).map(each => each.id)""")
            self.assertEqual(crossing, [], f"controls that stick out, or whose text does, at {width}")
            self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), width)

    def test_contact_sheet(self) -> None:
        page = self.shared(shared_film())
        page.pdf(FOLDER / "print.pdf")
        self.assertTrue((FOLDER / "print.pdf").read_bytes().startswith(b"%PDF"))
        self.assertEqual(page.evaluate("find('contact-sheet').children.length"), 0, "the sheet is gone after printing")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(page.evaluate("find('contact-sheet').children.length"), 4)


class Large(PageCase):
    def test_two_thousand_shots(self) -> None:
        run = Run([75 + 13 * (index % 17) for index in range(2000)], seed=7)
        address = page_of(run.text, "large.html", sheets=40, run=run)
        self.assertLess((FOLDER / "large.html").stat().st_size, 30_000_000)
        page = self.open("about:blank")
        page.send("Page.addScriptToEvaluateOnNewDocument", source="""
            window.long = []; new PerformanceObserver(list => { for (const e of list.getEntries()) window.long.push(Math.round(e.duration)); })
                .observe({type: 'longtask', buffered: true});""")
        opened = 2000.0
        # The machine may be busy with something else: the first of three tries that is fast enough counts.
        for _ in range(3):
            page.open(address)
            page.settle()
            opened = min(opened, page.evaluate("performance.now()"))
            if opened < 2000:
                break
        page.evaluate("window.long.length = 0")
        page.trace()
        self.scroll_and_drag(page)
        page.settle()
        # On a busy machine a task waits in the middle; what it works does not change.
        worked = page.longest_task()
        lasted = max(page.evaluate("window.long") + [0])
        size = (FOLDER / "large.html").stat().st_size / 1e6
        print(f"2,000 shots, {size:.1f} MB: open after {opened:.0f} ms; longest task: {worked:.0f} ms of work, {lasted or 'under 50'} ms in all")
        self.assertLess(opened, 2000)
        self.assertLessEqual(worked, 100)

    def test_idle_it_draws_nothing(self) -> None:
        """More sheets in sight than are held at a time: each is decoded once, and then there is rest."""
        run = Run([40 + 13 * (index % 7) for index in range(2000)], seed=3)
        page = self.open(page_of(run.text, "idle.html", sheets=40, run=run))
        page.evaluate("page.session.setSettings({minScene: 90})")
        page.evaluate("""(() => { window.draws = 0; const draw = page.timeline.draw.bind(page.timeline);
            page.timeline.draw = () => { window.draws += 1; draw(); }; })()""")
        page.settle()
        page.wait("page.session.pictures.loading.size === 0", 60)
        page.settle()
        page.settle()
        self.assertGreater(page.evaluate("new Set([...page.session.pictures.cuttings.keys()].map(pts => page.session.pictures.places.get(pts).sheet)).size"), 16)
        self.assertLessEqual(page.evaluate("page.session.pictures.bitmaps.size"), 8)
        page.evaluate("window.draws = 0")
        page.evaluate("new Promise(done => setTimeout(done, 1000))")
        self.assertEqual(page.evaluate("[window.draws, page.session.pictures.loading.size]"), [0, 0])

    def scroll_and_drag(self, page) -> None:
        page.evaluate("""(async () => { for (let top = 0; top < 12000; top += 400) { find('rows').scrollTop = top;
            await new Promise(done => requestAnimationFrame(done)); } })()""")
        track = page.box("#track")
        x, y = track["x"] + 500, track["y"] + page.evaluate("page.timeline.scoreY(500000)")
        page.drag((x, y), (x, y + 12), steps=12)
        page.drag((x, track["y"] + 10), (x + 300, track["y"] + 10), steps=6)
        page.key("+", "+", "+", "n", "n", "c", "Delete", "u")
        self.assertGreater(len(self.frames(page)), 50)


if __name__ == "__main__":
    unittest.main()
