"""Scenes of films and live video, found by the program `scened`.

import scened

for scene in scened.scenes("film.mp4"):
    print(scene.index, scene.start.t, scene.end.t)
"""

from ._commands import Run, export, scenes, segment, shots, watch
from ._version import __version__
from .errors import (
    CursorInUse,
    DamagedInput,
    EventError,
    InputError,
    LiveError,
    ProgramError,
    ProgramNotFound,
    ScenedError,
    ServiceRefused,
    ServiceUnavailable,
    UsageError,
)  # fmt: skip
from .events import (
    Alike,
    Block,
    BlockReasons,
    Boundary,
    Counts,
    Cue,
    CursorExpired,
    Cut,
    Degraded,
    Event,
    FeedState,
    Gap,
    GenreShare,
    Heartbeat,
    Instant,
    KindLogits,
    Logits,
    Media,
    Model,
    Novelty,
    Part,
    PictureRange,
    Reasons,
    Recovered,
    Scene,
    Score,
    Seen,
    Segmentation,
    SentenceTag,
    Shot,
    Sighting,
    Sound,
    SoundEntry,
    StartLogits,
    StreamChange,
    StreamEnd,
    StreamStart,
    Tag,
    Transition,
    UnknownEvent,
    Upid,
    Watermark,
    parse,
    read,
)  # fmt: skip
from .live import Delivery, Live

__all__ = [
    "Alike", "Block", "BlockReasons", "Boundary", "Counts", "Cue", "CursorExpired", "CursorInUse", "Cut", "DamagedInput", "Degraded",
    "Delivery", "Event", "EventError", "FeedState", "Gap", "GenreShare", "Heartbeat", "InputError", "Instant", "KindLogits", "Live",
    "LiveError", "Logits", "Media", "Model", "Novelty", "Part", "PictureRange", "ProgramError", "ProgramNotFound", "Reasons", "Recovered",
    "Run", "Scene", "ScenedError", "Score", "Seen", "Segmentation", "SentenceTag", "ServiceRefused", "ServiceUnavailable", "Shot",
    "Sighting", "Sound", "SoundEntry", "StartLogits", "StreamChange", "StreamEnd", "StreamStart", "Tag", "Transition", "UnknownEvent", "Upid",
    "UsageError", "Watermark", "__version__", "export", "parse", "read", "scenes", "segment", "shots",
    "watch",
]  # fmt: skip
