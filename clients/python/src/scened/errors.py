"""What goes wrong, as exceptions. `ScenedError` is the base of all of them."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from .events import Event


class ScenedError(Exception):
    """The base of all errors of this package."""


class ProgramNotFound(ScenedError):
    """The `scened` program is missing or cannot be executed."""


class ProgramError(ScenedError):
    """The program ended with an error.

    status: its exit status; 128 plus the signal where a signal ended it.
    message: its own line about what is wrong and what to do. Passwords of addresses are replaced by `***`.
    found: what `scenes` had found until then. Iterating over events has given them already; it is empty there.
    """

    def __init__(self, status: int, message: str, found: Sequence[Event] = ()) -> None:
        super().__init__(status, message, found)
        self.status = status
        self.message = message
        self.found: tuple[Event, ...] = tuple(found)

    def __str__(self) -> str:
        return f"{self.message} (exit status {self.status})"


class UsageError(ProgramError):
    """The program refuses an option or a value (status 64)."""


class InputError(ProgramError):
    """The input cannot be opened, or holds no usable video; or the model cannot be used (status 65 and 66)."""


class DamagedInput(ProgramError):
    """The input broke off (status 74). Everything up to there has been found."""


class EventError(ScenedError):
    """A line that this package cannot read: it is no event, or of a later version of the events."""


class LiveError(ScenedError):
    """A running service cannot be followed."""


class ServiceUnavailable(LiveError):
    """Nobody answers at the address."""


class ServiceRefused(LiveError):
    """The service answers and refuses; the message is its reason."""


class CursorInUse(LiveError):
    """Another reader uses the same cursor file."""


_BY_STATUS: dict[int, type[ProgramError]] = {
    64: UsageError,
    65: InputError,
    66: InputError,
    74: DamagedInput,
}


def program_error(status: int, message: Optional[str], found: Sequence[Event] = ()) -> ProgramError:
    """The error for an exit status as `subprocess` gives it: negative for a signal."""
    if status < 0:
        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = f"signal {-status}"
        status, message = 128 - status, message or f"the program was ended by {name}"
    kind = _BY_STATUS.get(status, ProgramError)
    return kind(status, message or "the program gave no reason", found)
