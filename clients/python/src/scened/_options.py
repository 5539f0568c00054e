"""The options of the commands as keyword arguments, and their way onto a command line.

A keyword is the option's long name with `_` for `-`; its value means what `scened COMMAND --help` says. None
leaves an option at its default. Times are seconds, or texts in any form that the program takes.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping
from typing import Any, Optional, TypedDict, Union

Number = Union[int, float]
Seconds = Union[int, float, str]
Path = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]


class ReadingOptions(TypedDict, total=False):
    """How a film is read."""

    speed: Optional[str]
    threads: Optional[int]
    program: Optional[int]
    stream: Optional[int]
    sound: Optional[bool]
    no_audio: Optional[bool]
    audio_stream: Optional[int]
    min_shot: Optional[Seconds]
    feed: Optional[str]


class ShotsOptions(ReadingOptions, total=False):
    """Options of `scened shots`."""

    shots: Optional[Path]
    stats: Optional[Path]
    provisional: Optional[bool]


class DecisionOptions(ReadingOptions, total=False):
    """How scenes are found, and what is told of them."""

    split: Optional[str]
    split_after: Optional[Seconds]
    neighbors: Optional[int]
    deadline: Optional[Seconds]
    threshold: Optional[Number]
    min_scene: Optional[Seconds]
    scenes_per_hour: Optional[Number]
    peak: Optional[int]
    intra_shot: Optional[bool]
    provisional: Optional[bool]
    cues: Optional[bool]
    blocks: Optional[bool]
    block_delay: Optional[Seconds]
    blocks_without: Optional[Union[str, Iterable[str]]]
    index: Optional[Path]
    repeats: Optional[bool]
    seen_threshold: Optional[Number]
    vectors: Optional[bool]
    probe: Optional[Path]
    tags: Optional[Path]
    tag_minimum: Optional[Number]
    surprise: Optional[Path]
    novelty_window: Optional[Seconds]
    novelty_rate: Optional[Number]
    events: Optional[Union[str, Iterable[str]]]
    scores: Optional[bool]
    reasons: Optional[bool]
    calibration: Optional[Path]
    model: Optional[Path]
    similarity: Optional[Union[str, Iterable[str]]]


class SegmentOptions(DecisionOptions, total=False):
    """Options of `scened segment`."""

    shots: Optional[Path]
    genre_shares: Optional[bool]
    embeddings: Optional[Path]
    export: Optional[Union[str, Iterable[str]]]
    report: Optional[Path]


class WatchOptions(DecisionOptions, total=False):
    """Options of `scened watch`."""

    stall_after: Optional[Seconds]
    reconnect_cap: Optional[Seconds]
    heartbeat: Optional[Seconds]
    follow: Optional[bool]
    follow_idle: Optional[Seconds]
    allow_host: Optional[Union[str, Iterable[str]]]


#: The switches of each command that have a `--no-` form.
_WITH_OPPOSITE = {("segment", "provisional"), ("watch", "provisional"), ("segment", "cues"), ("watch", "cues")}
#: Options that take a list in one value, and those that are repeated.
_LISTED = {"events", "blocks_without", "export", "similarity"}
_REPEATED = {"allow_host"}

_KNOWN: dict[str, frozenset[str]] = {
    "segment": SegmentOptions.__optional_keys__,
    "shots": ShotsOptions.__optional_keys__,
    "watch": WatchOptions.__optional_keys__,
}


def arguments(command: str, options: Mapping[str, Any]) -> list[Union[str, bytes]]:
    """The options of a command as arguments. Raises TypeError for a keyword that it does not have."""
    made: list[Union[str, bytes]] = []
    for name, value in options.items():
        if name not in _KNOWN[command]:
            near = difflib.get_close_matches(name, _KNOWN[command], 1)
            hint = (
                f"did you mean {near[0]!r}?"
                if near
                else f"pass arguments=['--{name.replace('_', '-')}', ...]"
            )
            raise TypeError(f"{command}() has no option {name!r}; {hint}")
        option = "--" + name.replace("_", "-")
        if value is None:
            continue
        if getattr(value, "shape", None) == () and hasattr(value, "item"):
            # A scalar of NumPy and its like: the Python value that it holds.
            value = value.item()
        if isinstance(value, bool):
            if value:
                made.append(option)
            elif (command, name) in _WITH_OPPOSITE:
                made.append("--no-" + option[2:])
        elif name in _LISTED and not isinstance(value, str):
            made += [option, ",".join(value)]
        elif name in _REPEATED and not isinstance(value, str):
            for one in value:
                made.append(f"{option}={one}")
        else:
            made.append(_joined(option, value))
    return made


def _joined(option: str, value: Any) -> Union[str, bytes]:
    """`--option=value`, so that a value may begin with a dash."""
    if isinstance(value, (str, bytes, os.PathLike)):
        path = os.fspath(value)
        return option.encode() + b"=" + path if isinstance(path, bytes) else f"{option}={path}"
    if isinstance(value, float):
        # No exponents, and no form that a class of floats of its own prints.
        text = repr(float(value))
        return f"{option}={value:.12f}" if "e" in text else f"{option}={text}"
    return f"{option}={value}"
