"""The events of scened as frozen dataclasses, and their reader.

The classes mirror `schema/events.schema.json`, and `docs/reference/events.md` says what each event promises.
Words such as `state` or `kind` are plain strings: a later program may know more of them. Fields that this
package does not know are kept in `raw`, and types that it does not know become `UnknownEvent`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Callable, Optional, Union, get_args, get_origin, get_type_hints

from .errors import EventError

#: The version of the event grammar that this package reads.
VERSION = 1


@dataclass(frozen=True)
class Instant:
    """A moment of the stream."""

    #: Seconds since the first picture.
    t: float
    #: Presentation time in ticks of `time_base`; None where only seconds are known.
    pts: Optional[int]
    #: Seconds per tick.
    time_base: Fraction
    #: Pictures before this one; None once pictures were lost.
    frame: Optional[int]
    #: SMPTE timecode; None where the rate is unknown or varies.
    timecode: Optional[str]

    def __float__(self) -> float:
        return self.t


@dataclass(frozen=True)
class PictureRange:
    """First and last picture of a gradual transition."""

    first: Instant
    last: Instant


@dataclass(frozen=True)
class Transition:
    """How a shot gives way to the next."""

    #: start, cut, fade_black, fade_white, dissolve, wipe, push or gradual.
    kind: str
    #: None for a hard cut.
    range: Optional[PictureRange]
    score: float


@dataclass(frozen=True)
class SoundEntry:
    """The sound where a part begins: a second on either side."""

    #: Distance of the mean spectra, in dB.
    change: float
    #: Level behind less level before, in dB.
    level_change: float
    #: How far the quietest tenth of a second within 0.5 s lies below the quieter side, in dB.
    dip: float
    #: A tenth of a second within 0.5 s is silent.
    silent: bool


@dataclass(frozen=True)
class Sound:
    """What a part sounds like, all channels mixed to one."""

    #: Share of the part whose sound is known; all else is of that share.
    coverage: float
    #: Mean power in dB.
    level: float
    #: The same with K-weighting, in LUFS of the mix.
    loudness: float
    #: Share that is silent.
    silence: float
    #: Depth of fluctuations of 3 to 6 Hz; None where no whole second is heard.
    modulation: Optional[float]
    #: Share of the steps of 0.1 s in which the spectrum stays; None where nothing is heard.
    steadiness: Optional[float]
    #: Mean level in dB of each band on the mel scale.
    bands: tuple[float, ...]
    #: None after a gap, at the start, and where too little is known on a side.
    entry: Optional[SoundEntry]


@dataclass(frozen=True)
class GenreShare:
    """A genre, and what it has of a part."""

    name: str
    #: Among all genres. No probability.
    share: float


@dataclass(frozen=True)
class Part:
    """A piece of a shot."""

    index: int
    start: Instant
    end: Instant
    key_frames: tuple[Instant, ...]
    #: Only with --sound; None where nothing of its sound is known.
    sound: Optional[Sound] = None
    #: In the order of the genres' file; None if nobody asked (`--genre-shares`).
    genres: Optional[tuple[GenreShare, ...]] = None
    #: In nats; None if nobody asked (`--surprise`), and where nothing can be said.
    surprise: Optional[float] = None
    #: Against the archive alone, as surprise.
    novelty: Optional[float] = None


@dataclass(frozen=True)
class Sighting:
    """A known scene that is like one."""

    #: Cosine of the vectors of both.
    score: float
    #: Its name in the index; None for a scene of the same stream.
    recording: Optional[str]
    #: Its number in the recording, from 1.
    scene: int
    #: Seconds from the recording's first picture.
    start: float
    end: float
    #: When it began on air, RFC 3339; None where the index does not say.
    aired: Optional[str]


@dataclass(frozen=True)
class Seen:
    """How often something like a scene was on before, and where."""

    #: Known scenes that score at least the threshold; counting ends at 10000.
    times: int
    #: The most alike; None where there is none.
    best: Optional[Sighting]
    #: The one that was on last; None where there is none.
    last: Optional[Sighting]


@dataclass(frozen=True)
class Tag:
    """A label of a probe."""

    #: As the probe's examples name it.
    label: str
    #: That the scene shows it.
    probability: float


@dataclass(frozen=True)
class SentenceTag:
    """A sentence, and how well it fits a scene."""

    #: As the file of sentences has it.
    name: str
    #: Among all sentences of the file, whose shares add up to 1. No probability.
    share: float
    #: Of the vectors of scene and sentence, -1 to 1.
    cosine: float


@dataclass(frozen=True)
class Upid:
    """An identifier of what is to be seen, as SCTE-35 has it."""

    type: int
    text: Optional[str]
    hex: str


@dataclass(frozen=True)
class Segmentation:
    """What begins or ends at a cue: a segmentation descriptor of SCTE-35."""

    type_id: int
    type: Optional[str]
    number: int
    expected: int
    upids: tuple[Upid, ...]


@dataclass(frozen=True)
class Media:
    """The video stream that is read."""

    container: Optional[str]
    codec: Optional[str]
    width: Optional[int]
    height: Optional[int]
    time_base: Fraction


@dataclass(frozen=True)
class Model:
    """What gives the scores."""

    scorer: str
    encoder: str
    k: int
    digest: Optional[str]
    #: Encoders whose embeddings the scorer compares side by side; None where `encoder` is the only one.
    similarity: Optional[tuple[str, ...]] = None


@dataclass(frozen=True)
class Counts:
    """What a stream held."""

    pictures: int
    damaged_pictures: int
    shots: int
    parts: int
    boundaries: int
    scenes: int
    gaps: int


@dataclass(frozen=True)
class Event:
    """What every event has."""

    v: int
    type: str
    #: Position in its run, from 1.
    seq: int
    #: Name of the event that depends on neither run nor seq: type/timeline/pts.
    id: str
    #: The event as the program wrote it, without newline.
    line: str = field(repr=False, compare=False)

    @property
    def raw(self) -> dict[str, Any]:
        """All fields as JSON has them, also those that this package does not know."""
        parsed: dict[str, Any] = json.loads(self.line)
        return parsed


@dataclass(frozen=True)
class StreamStart(Event):
    """The first event: what was opened, and every option."""

    version: str
    input: str
    feed: str
    run: str
    timeline: int
    start_pts: Optional[int]
    media: Media
    #: Values are texts, numbers, booleans or None; those of `vectors` and `sentence_tags` are objects.
    options: Mapping[str, Union[str, float, bool, None, Mapping[str, Union[str, float, None]]]]
    model: Model
    model_file: Optional[str]
    #: Seconds of media within which boundaries are final; None if unbounded.
    delay_bound: Optional[float]
    detector_lag: float
    decoder_delay: int
    build: Mapping[str, str]
    wall: str
    #: Seconds from where the file starts, as players count, to the first picture; None where they coincide.
    start_offset: Optional[float] = None
    #: The run whose answers a person corrected; None where nobody did.
    corrects: Optional[str] = None
    #: Seconds of media within which blocks are decided; None if unbounded, and where nobody asked for blocks.
    block_delay_bound: Optional[float] = None


@dataclass(frozen=True)
class Shot(Event):
    """A finished shot."""

    index: int
    start: Instant
    end: Instant
    transition: Transition
    parts: tuple[Part, ...]

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end.t - self.start.t


@dataclass(frozen=True)
class Alike:
    """The two parts on both sides of a cut that are most alike."""

    left_part: int
    right_part: int
    distance: float


@dataclass(frozen=True)
class Logits:
    """Evidence that adds up to a score's logit; above 0 it speaks for a boundary."""

    segmentation: float
    lengths: float
    tempo: float
    transition: float


@dataclass(frozen=True)
class Reasons:
    """What moved a score; `logits` is None where a network gave it."""

    logits: Optional[Logits]
    alike: Optional[Alike]


@dataclass(frozen=True)
class Score(Event):
    """How strongly a scene seems to end here; only with `scores=True`."""

    part: int
    shot: int
    at: Instant
    kind: str
    score: float
    #: What share of places like this are boundaries; only with `calibration`.
    probability: Optional[float] = None
    #: What moved it; only with `reasons=True`.
    reasons: Optional[Reasons] = None


@dataclass(frozen=True)
class Cut(Event):
    """A hard cut told early; only of `shots(..., provisional=True)`."""

    at: Instant
    state: str
    rev: int
    score: float


@dataclass(frozen=True)
class Boundary(Event):
    """The end of one scene and the beginning of the next."""

    at: Instant
    #: provisional, final or retracted.
    state: str
    rev: int
    kind: str
    score: float
    threshold: float
    transition: Optional[Transition]
    left_shot: int
    right_shot: int
    right_shots: int
    complete: bool
    #: Seconds of media from the boundary to the picture that decided it.
    delay: float
    #: What share of places like this are boundaries; only with `calibration`.
    probability: Optional[float] = None
    #: confirmed, added, moved or removed by a person; None where nobody looked.
    review: Optional[str] = None


@dataclass(frozen=True)
class Scene(Event):
    """A run of shots that belong together. Both ends are final."""

    index: int
    start: Instant
    #: The first instant that is no longer part of it.
    end: Instant
    #: boundary, gap or end.
    end_reason: str
    #: Score of the boundary that ends it; None where a gap or the end of the stream does.
    score: Optional[float]
    first_shot: int
    last_shot: int
    #: Kind of the block in its middle, as known when the scene was told; None if unknown or not asked for.
    block: Optional[str] = None
    #: Known scenes that are like it; None if nobody can tell, or nobody asked (`--index`, `--repeats`).
    seen: Optional[Seen] = None
    #: What it is found again by: half floats (binary16, little-endian) in base64; only with `--vectors`.
    vector: Optional[str] = None
    #: What a probe says of it, the most probable label first; None if nobody asked (`--probe`).
    tags: Optional[tuple[Tag, ...]] = None
    #: How well sentences fit it, the best first; None if nobody asked (`--tags`, `scened tag`).
    sentence_tags: Optional[tuple[SentenceTag, ...]] = None

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end.t - self.start.t


@dataclass(frozen=True)
class KindLogits:
    """How much each evidence of every second speaks for a kind of block."""

    mark: float
    loudness: float
    tempo: float
    music: float
    recurrence: float
    cues: float


@dataclass(frozen=True)
class StartLogits:
    """How much each evidence speaks for an edge where a block begins."""

    cut: float
    black: float
    silence: float
    bars: float
    loudness: float
    cues: float


@dataclass(frozen=True)
class BlockReasons:
    """What spoke for a block's kind and its start, in logits; only with `--reasons`."""

    #: The kind that was the next likely.
    against: str
    #: Over all seconds of the block, in favor of its kind.
    kind: KindLogits
    #: None where the block begins with the stream or behind a long gap.
    start: Optional[StartLogits]


@dataclass(frozen=True)
class Block(Event):
    """A stretch above scenes: a program, a break, a trailer or an ident; only where blocks are asked for."""

    start: Instant
    #: The first instant that is no longer part of it.
    end: Instant
    #: program, adverts, trailer or ident.
    kind: str
    #: None where the program was restarted within the block.
    probability: Optional[float]
    #: Kind of the block that begins at `end`; None at the end, before a long gap, and at a restart.
    next: Optional[str]
    #: Seconds of media from the end to the picture that decided it.
    delay: float
    #: None unless asked for, and where the program was restarted within the block.
    reasons: Optional[BlockReasons] = None

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end.t - self.start.t


@dataclass(frozen=True)
class Gap(Event):
    """A stretch of time without pictures."""

    start: Instant
    end: Instant
    reason: str
    timeline: int


@dataclass(frozen=True)
class Cue(Event):
    """What the stream says of itself: a message of SCTE-35, or a chapter of the film."""

    #: The instant that the message names; it may lie ahead.
    at: Instant
    #: The picture in front of which the message stood.
    received: Instant
    #: splice_insert, time_signal or chapter.
    kind: str
    event_id: Optional[int]
    #: out: a break begins; in: the program goes on.
    direction: Optional[str]
    duration: Optional[float]
    auto_return: Optional[bool]
    immediate: bool
    cancelled: bool
    segmentation: Optional[Segmentation]
    title: Optional[str]


@dataclass(frozen=True)
class Watermark(Event):
    """Nothing before this instant will change."""

    at: Instant


@dataclass(frozen=True)
class Heartbeat(Event):
    """How a live feed stands."""

    state: str
    reason: Optional[str]
    at: Optional[Instant]
    lag: Optional[float]
    opens: int
    bytes: int
    packets: int
    pictures: int
    wall: str


@dataclass(frozen=True)
class StreamChange(Event):
    """From here on the pictures have another size or codec."""

    at: Instant
    codec: str
    width: int
    height: int


@dataclass(frozen=True)
class Novelty(Event):
    """Something other than usual is on from here, or the usual is on again."""

    at: Instant
    #: new or usual.
    state: str
    #: Mean novelty of the last 32 parts, in nats, and what it went above, or below.
    level: float
    limit: float


@dataclass(frozen=True)
class FeedState(Event):
    """What a live feed shows from here on: normal, black or frozen."""

    at: Instant
    state: str


@dataclass(frozen=True)
class Degraded(Event):
    """The machine cannot keep up: `left_out` names all work that is left out."""

    at: Instant
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Recovered(Event):
    """Less work is left out again; none where `left_out` is empty."""

    at: Instant
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class StreamEnd(Event):
    """The last event: why the stream ended, and what it held."""

    at: Instant
    #: end, damaged or interrupted.
    reason: str
    counts: Counts
    wall: str


@dataclass(frozen=True)
class CursorExpired(Event):
    """Of `Live` alone: events of `feed` after the cursor are no longer kept. `seq` is 0 and `id` empty."""

    feed: str
    #: The cursor before the oldest event that is kept.
    oldest: str


@dataclass(frozen=True)
class UnknownEvent(Event):
    """An event of a type that this package does not know; see `raw`."""


#: The class of each type of event.
TYPES: dict[str, type[Event]] = {
    "stream_start": StreamStart, "shot": Shot, "score": Score, "cut": Cut, "boundary": Boundary, "scene": Scene,
    "block": Block, "gap": Gap, "cue": Cue, "novelty": Novelty, "watermark": Watermark, "heartbeat": Heartbeat,
    "stream_change": StreamChange, "feed_state": FeedState, "degraded": Degraded, "recovered": Recovered,
    "stream_end": StreamEnd,
}  # fmt: skip


def parse(line: Union[str, bytes]) -> Event:
    """Reads one line. Raises `EventError` where it is no event, or one of a later version."""
    text = (line.decode("utf-8", "replace") if isinstance(line, bytes) else line).rstrip("\r\n")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("type"), str) or "v" not in found:
        raise EventError(f"this line is no event of scened: {text[:120]}")
    if found["v"] != VERSION:
        raise EventError(
            f"the program writes events of version {found['v']}, and this package reads version {VERSION}; "
            "install the package that belongs to the program"
        )
    kind: Any = TYPES.get(found["type"], UnknownEvent)
    if found["type"] == "cursor_expired":
        kind = CursorExpired
        found = {"seq": 0, "id": "", **found}
    found["line"] = text
    try:
        event = _converter(kind)(found)
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise EventError(f"a field of this event is missing or wrong ({error}): {text[:120]}") from None
    assert isinstance(event, Event)
    return event


def read(lines: Iterable[Union[str, bytes]]) -> Iterator[Event]:
    """Reads the lines of a file that `scened --output` wrote; empty lines are passed over."""
    for line in lines:
        if line.strip():
            yield parse(line)


@lru_cache(maxsize=256)
def _fraction(text: str) -> Fraction:
    return Fraction(text)


def _scalar(*kinds: type) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        if isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool)):
            return value
        raise TypeError(f"{value!r:.40} is no {kinds[0].__name__}")

    return convert


def _number(value: Any) -> float:
    return float(_scalar(float, int)(value))


def _mapping(value: Any) -> Any:
    return dict(_scalar(dict)(value))


@lru_cache(maxsize=None)
def _converter(hint: Any) -> Callable[[Any], Any]:
    """Makes a value of a type out of what JSON gives."""
    if hint is Fraction:
        return lambda value: _fraction(_scalar(str)(value))
    if hint is float:
        return _number
    if hint in (int, str, bool):
        return _scalar(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        item = _converter(arguments[0])
        return lambda value: tuple(item(one) for one in _scalar(list)(value))
    if origin is Union:
        inner = _converter(arguments[0])
        return lambda value: None if value is None else inner(value)
    if is_dataclass(hint):
        return _dataclass_converter(hint)
    return _mapping


def _dataclass_converter(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    required: list[tuple[str, Callable[[Any], Any]]] = []
    optional: list[tuple[str, Callable[[Any], Any]]] = []
    for one in fields(kind):
        (required if one.default is MISSING else optional).append((one.name, _converter(hints[one.name])))

    def convert(value: Any) -> Any:
        given = _scalar(dict)(value)
        known = {name: read(given[name]) for name, read in required}
        known.update((name, read(given[name])) for name, read in optional if name in given)
        return kind(**known)

    return convert
