"""The commands as functions."""

from __future__ import annotations

import os
import subprocess
import weakref
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Optional, Union

from ._child import Child
from ._options import Path
from ._options import arguments as option_arguments
from ._program import Mask, find, named
from .errors import ProgramError, ProgramNotFound, program_error
from .events import Event, Scene, parse

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import SegmentOptions, ShotsOptions, WatchOptions

Input = Union[Path, "IO[bytes]"]


class Run(Iterator[Event]):
    """A running program and its events, one after the other.

    The program stands still while nobody takes its events. Leaving a `with` block, `close`, or dropping the
    last reference ends it: SIGTERM first, SIGKILL after `grace` seconds; it is always waited for.

    Raises `ProgramError` after the last event if the program failed.
    """

    def __init__(self, command: Sequence[Union[str, bytes]], stdin: Any, mask: Mask, grace: float) -> None:
        self._mask = mask
        self._name = str(command[1])
        try:
            self._child = Child(command, subprocess.DEVNULL if stdin is None else stdin, grace)
        except OSError as error:
            raise ProgramNotFound(f"the program cannot be started: {error.strerror or error}") from None
        self._end = weakref.finalize(self, self._child.end)
        #: Exit status once the program has ended by itself; 128 plus the signal where one ended it.
        self.status: Optional[int] = None

    @property
    def pid(self) -> int:
        """The process id of the program."""
        return self._child.identifier

    def __next__(self) -> Event:
        line = self._child.line() if self._end.alive else None
        while line is not None and not line.strip():
            line = self._child.line()
        if line is not None:
            return parse(line)
        if self._end.alive:
            status, complaint = self._child.wait()
            is_ours = not self._end.alive
            self.close()
            if not is_ours:
                self.status = status if status >= 0 else 128 - status
                if status != 0:
                    raise program_error(status, self._mask(complaint))
        raise StopIteration

    def close(self) -> None:
        """Ends the program; further events are not read."""
        self._end()

    def __enter__(self) -> Run:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "running" if self._end.alive else "ended"
        return f"<scened {self._name} {self._mask.shown!r}, {state}>"


def _start(
    command: str,
    source: Any,
    options: Any,
    extra: Sequence[str],
    executable: Optional[Path],
    verbose: bool,
    grace: float,
) -> Run:
    if isinstance(extra, (str, bytes)):
        raise TypeError("arguments= takes a list of arguments, not one text")
    name, stdin = named(source)
    line = [
        find(executable), command, "--verbose" if verbose and command != "shots" else "--quiet",
        *option_arguments(command, options), *extra, "--", name,
    ]  # fmt: skip
    return Run(line, stdin, Mask(source), grace)


def segment(
    source: Input,
    *,
    arguments: Sequence[str] = (),
    executable: Optional[Path] = None,
    verbose: bool = False,
    grace: float = 5,
    **options: Unpack[SegmentOptions],
) -> Run:
    """All events of a film, as `scened segment` finds them.

    source: a path, an address, - for standard input, or an open file.
    options: those of the command, with `_` for `-`: `min_scene=10, events=["scene", "gap"]`.
    arguments: further arguments of the command, as they stand on its command line.
    executable: path of the program; default: the environment variable SCENED, or `scened` on PATH.
    verbose: log what the program says besides errors, under the logger `scened`.
    grace: seconds from SIGTERM to SIGKILL when the run is closed.
    """
    return _start("segment", source, options, arguments, executable, verbose, grace)


def shots(
    source: Input,
    *,
    arguments: Sequence[str] = (),
    executable: Optional[Path] = None,
    verbose: bool = False,
    grace: float = 5,
    **options: Unpack[ShotsOptions],
) -> Run:
    """The shots of a film alone, as `scened shots` finds them; see `segment` for the arguments."""
    return _start("shots", source, options, arguments, executable, verbose, grace)


def watch(
    source: Input,
    *,
    arguments: Sequence[str] = (),
    executable: Optional[Path] = None,
    verbose: bool = False,
    grace: float = 5,
    **options: Unpack[WatchOptions],
) -> Run:
    """The events of a live feed, for as long as one reads; see `segment` for the arguments.

    The program reconnects by itself. It ends by itself only where a file or pipe ends.
    """
    return _start("watch", source, options, arguments, executable, verbose, grace)


def scenes(
    source: Input,
    *,
    arguments: Sequence[str] = (),
    executable: Optional[Path] = None,
    verbose: bool = False,
    grace: float = 5,
    **options: Unpack[SegmentOptions],
) -> list[Scene]:
    """The scenes of a film, once it is read: `scene.start.t` and `scene.end.t` are seconds.

    See `segment` for the arguments, of which `events` is not one here. A `ProgramError` has in `found` the
    scenes that were found before it.
    """
    given = {os.fsdecode(one).partition("=")[0] for one in arguments}
    if options.get("events") is not None or given & {"--events", "--types"}:
        raise TypeError("scenes() gives scenes alone and takes no 'events'; segment() gives others")
    chosen: Any = {**options, "events": "scene"}
    found: list[Scene] = []
    with _start("segment", source, chosen, arguments, executable, verbose, grace) as run:
        try:
            found += (event for event in run if isinstance(event, Scene))
        except ProgramError as error:
            raise type(error)(error.status, error.message, found) from None
    return found


def export(
    events: Iterable[Event],
    *,
    to: str,
    title: Optional[str] = None,
    arguments: Sequence[str] = (),
    executable: Optional[Path] = None,
) -> str:
    """Events of `segment` as chapters or a cut list: `to` is a format of `scened export`, such as webvtt.

    All events are taken, or at least those of the types stream_start, scene and stream_end.
    """
    program = find(executable)
    text = "".join(event.line + "\n" for event in events)
    line = [program, "export", "-", "--to", to, *([] if title is None else [f"--title={title}"]), *arguments]
    try:
        done = subprocess.run(
            line, input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False
        )
    except OSError as error:
        raise ProgramNotFound(f"the program cannot be started: {error.strerror or error}") from None
    if done.returncode != 0:
        said = [one for one in done.stderr.decode("utf-8", "replace").splitlines() if one.strip()]
        first = next(
            (one for one in said if one.startswith(("scened: ", "Error: "))), said[-1] if said else ""
        )
        raise program_error(done.returncode, first.partition(": ")[2] or None)
    return done.stdout.decode("utf-8")
