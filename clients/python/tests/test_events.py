"""The dataclasses say what the schema says, and the reader takes what later programs may write."""

from __future__ import annotations

import dataclasses
import json
import typing
import unittest
from fractions import Fraction
from typing import Any

import scened
from scened import events

from .support import REPOSITORY

SCHEMA: Any = json.loads((REPOSITORY / "schema" / "events.schema.json").read_text("utf-8"))["$defs"]
NESTED = {
    "instant": scened.Instant, "transition": scened.Transition, "part": scened.Part,
    "segmentation": scened.Segmentation, "upid": scened.Upid,
    "block_reasons": scened.BlockReasons, "kind_logits": scened.KindLogits, "start_logits": scened.StartLogits,
    "seen": scened.Seen, "sighting": scened.Sighting, "tag": scened.Tag, "sentence_tag": scened.SentenceTag,
    "genre_share": scened.GenreShare,
    "sound": scened.Sound, "sound_entry": scened.SoundEntry,
    "reasons": scened.Reasons, "logits": scened.Logits, "alike": scened.Alike,
}  # fmt: skip


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with the properties of the one that it refers to."""
    base = resolved(SCHEMA[schema["$ref"].split("/")[-1]]) if "$ref" in schema else {}
    merged = {**base, **schema}
    merged["properties"] = {**base.get("properties", {}), **schema.get("properties", {})}
    merged["required"] = base.get("required", []) + schema.get("required", [])
    return merged


def takes_null(schema: dict[str, Any]) -> bool:
    kinds = schema.get("type")
    return (
        "null" in (kinds if isinstance(kinds, list) else [kinds])
        or None in schema.get("enum", [])
        or any(takes_null(one) for one in schema.get("oneOf", []))
    )


class SchemaTests(unittest.TestCase):
    def check(self, kind: Any, schema: dict[str, Any]) -> None:
        """Same fields, same of them required, same of them null."""
        hints = typing.get_type_hints(kind)
        fields = {field.name: field for field in dataclasses.fields(kind) if field.name != "line"}
        self.assertEqual(set(fields), set(schema["properties"]), kind)
        required = {name for name, field in fields.items() if field.default is dataclasses.MISSING}
        self.assertEqual(required, set(schema["required"]), kind)
        for name, property_ in schema["properties"].items():
            full = resolved(property_)
            is_optional = type(None) in typing.get_args(hints[name]) and name != "options"
            if name in required:
                self.assertEqual(is_optional, takes_null(full), f"{kind.__name__}.{name}")

    def test_every_type_has_its_class(self) -> None:
        types = [one["$ref"].split("/")[-1] for one in json.loads(
            (REPOSITORY / "schema" / "events.schema.json").read_text("utf-8"))["oneOf"]]  # fmt: skip
        self.assertEqual(set(events.TYPES), set(types))
        for name in types:
            self.check(events.TYPES[name], resolved(SCHEMA[name]))

    def test_what_events_hold(self) -> None:
        for name, kind in NESTED.items():
            self.check(kind, resolved(SCHEMA[name]))
        start = SCHEMA["stream_start"]["properties"]
        self.check(scened.Media, resolved(start["media"]))
        self.check(scened.Model, resolved(start["model"]))
        self.check(scened.Counts, resolved(SCHEMA["stream_end"]["properties"]["counts"]))


def left_out(value: Any, one: dataclasses.Field[Any]) -> bool:
    """A field that events have on request, and this one has not."""
    return one.default is not dataclasses.MISSING and getattr(value, one.name) == one.default


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            one.name: plain(getattr(value, one.name))
            for one in dataclasses.fields(value)
            if one.name != "line" and not left_out(value, one)
        }
    return [plain(one) for one in value] if isinstance(value, tuple) else value


#: Fields that only runs with blocks have.
ON_REQUEST = ("block", "block_delay_bound", "seen", "vector", "tags", "sentence_tags")


class ReadingTests(unittest.TestCase):
    def test_streams_come_back(self) -> None:
        types: set[str] = set()
        for path in sorted((REPOSITORY / "fixtures" / "export").glob("*.jsonl")):
            for event in scened.read(path.read_bytes().splitlines()):
                # What is on request, and says nothing here, may be left out or null.
                raw = event.raw
                for name in ON_REQUEST:
                    if raw.get(name, 0) is None:
                        del raw[name]
                self.assertEqual(plain(event), raw, path)
                self.assertNotIsInstance(event, scened.UnknownEvent)
                types.add(event.type)
        self.assertGreater(len(types), 6)

    def test_sound_of_a_part(self) -> None:
        page = (REPOSITORY / "docs" / "reference" / "events.md").read_text("utf-8")
        shot = next(line for line in page.splitlines() if line.startswith('{"v":1,"type":"shot"'))
        sound = next(line for line in page.splitlines() if line.startswith('{"coverage"'))
        event = scened.parse(shot.replace("}]}]}", '}],"sound":' + sound + "}]}"))
        assert isinstance(event, scened.Shot) and event.parts[0].sound is not None
        self.assertEqual(plain(event.parts[0].sound), json.loads(sound))
        self.assertEqual(event.parts[0].sound.entry, scened.SoundEntry(9.44, -6.12, 11.03, False))

    def test_blocks(self) -> None:
        page = (REPOSITORY / "docs" / "reference" / "events.md").read_text("utf-8")
        lines = {json.loads(line)["type"]: line for line in page.splitlines() if line.startswith('{"v"')}
        block = scened.parse(lines["block"])
        assert isinstance(block, scened.Block)
        self.assertEqual((block.kind, block.next, block.duration), ("adverts", "program", 25.0))
        zeros = dict.fromkeys(("cut", "black", "silence", "bars", "loudness", "cues"), 0.0)
        of_kind = dict.fromkeys(("mark", "loudness", "tempo", "music", "recurrence", "cues"), 1.5)
        for start in (zeros, None):
            reasons = {"against": "program", "kind": of_kind, "start": start}
            told = scened.parse(json.dumps({**block.raw, "reasons": reasons}))
            assert isinstance(told, scened.Block)
            self.assertEqual(plain(told.reasons), reasons)
        restarted = scened.parse(json.dumps({**block.raw, "probability": None, "next": None}))
        assert isinstance(restarted, scened.Block)
        self.assertEqual((restarted.probability, restarted.next), (None, None))
        for found in ("adverts", None):
            scene = scened.parse(json.dumps({**json.loads(lines["scene"]), "block": found}))
            assert isinstance(scene, scened.Scene)
            self.assertEqual(scene.block, found)
        sighting = {"score": 0.99, "recording": None, "scene": 2, "start": 1.0, "end": 2.5, "aired": None}
        past = {**sighting, "recording": "monday", "aired": "2026-01-02T20:15:01.000Z"}
        for seen in ({"times": 2, "best": past, "last": sighting}, {"times": 0, "best": None, "last": None}):
            scene = scened.parse(json.dumps({**json.loads(lines["scene"]), "seen": seen, "vector": "ADwAAA=="}))
            assert isinstance(scene, scened.Scene) and scene.seen is not None
            self.assertEqual((plain(scene.seen), scene.vector), (seen, "ADwAAA=="))
        tags = [{"label": "snow", "probability": 0.75}, {"label": "night", "probability": 0.5}]
        for found in (tags, []):
            scene = scened.parse(json.dumps({**json.loads(lines["scene"]), "tags": found}))
            assert isinstance(scene, scened.Scene)
            self.assertEqual(plain(scene.tags), found)
        sentences = [{"name": "snow", "share": 0.75, "cosine": 0.28}, {"name": "other", "share": 0.25, "cosine": -0.1}]
        for found in (sentences, []):
            scene = scened.parse(json.dumps({**json.loads(lines["scene"]), "sentence_tags": found}))
            assert isinstance(scene, scened.Scene)
            self.assertEqual(plain(scene.sentence_tags), found)
        without = scened.parse(lines["scene"])
        assert isinstance(without, scened.Scene)
        self.assertIsNone(without.block)
        for more, bound in [({}, None), ({"block_delay_bound": 96.5}, 96.5)]:
            start = scened.parse(json.dumps({**json.loads(lines["stream_start"]), **more}))
            assert isinstance(start, scened.StreamStart)
            self.assertEqual(start.block_delay_bound, bound)

    def test_examples_of_the_page(self) -> None:
        page = (REPOSITORY / "docs" / "reference" / "events.md").read_text("utf-8")
        lines = [line for line in page.splitlines() if line.startswith('{"v"')]
        self.assertGreater(len(lines), 10)
        for event in scened.read(lines):
            self.assertEqual({key: plain(getattr(event, key)) for key in event.raw}, event.raw)

    def test_what_is_new_is_taken(self) -> None:
        line = (
            '{"v":1,"type":"watermark","seq":6,"id":"w/0/1","at":{"t":1,"pts":1,"time_base":"1/25","frame":null,'
            '"timecode":null,"depth":[1]},"mood":"calm"}'
        )
        event = scened.parse(line)
        assert isinstance(event, scened.Watermark)
        self.assertEqual(
            (event.at.time_base, float(event.at), event.raw["mood"]), (Fraction(1, 25), 1.0, "calm")
        )
        other = scened.parse('{"v":1,"type":"chapter","seq":7,"id":"chapter/0/1","title":"One"}\n')
        assert isinstance(other, scened.UnknownEvent)
        self.assertEqual((other.seq, other.raw["title"]), (7, "One"))

    def test_what_is_no_event_is_refused(self) -> None:
        good = '"type":"watermark","seq":6,"id":"w/0/1"'
        at = '"at":{"t":1,"pts":1,"time_base":"1/25","frame":null,"timecode":null}'
        for line, word in [
            ("", "no event"), ("scene 1", "no event"), ("[]", "no event"), ("{}", "no event"), ("[" * 99999, "no event"),
            ('{"v":2,"type":"watermark"}', "version 2"), ("{" + good + "}", "no event"),
            ('{"v":1,' + good + "}", "'at'"), ('{"v":1,' + good + ',"at":3}', "3 is no dict"),
            ('{"v":1,' + good + "," + at.replace('"t":1', '"t":"x"') + "}", "'x' is no float"),
            ('{"v":1,' + good + "," + at.replace("1/25", "1/0") + "}", "Fraction"),
        ]:  # fmt: skip
            with self.subTest(line[:60]), self.assertRaisesRegex(scened.EventError, word):
                scened.parse(line)


if __name__ == "__main__":
    unittest.main()
