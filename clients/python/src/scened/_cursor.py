"""Where a reader of a service is: cursors, and the file that keeps them."""

from __future__ import annotations

import fcntl
import os
import re
from typing import Optional

from ._options import Path
from .errors import CursorInUse, LiveError

_CURSOR = re.compile(r"(?:([A-Za-z0-9._-]+)=)?([0-9A-HJKMNP-TV-Z]{26}):([0-9]{1,16})")


class Places:
    """The place in each feed: the run, and the last `seq` that was taken in it.

    Its text is what `scened events --after` takes: `news=run:seq,hall=run:seq`, or `run:seq` of the only feed.
    """

    def __init__(self, text: str = "") -> None:
        self._cursors: dict[str, str] = {}
        for part in text.split(",") if text else []:
            match = _CURSOR.fullmatch(part)
            if not match:
                raise ValueError(f"{part[:80]!r} is no cursor; a cursor is FEED=RUN:SEQ, as scened writes it")
            self._cursors[match[1] or ""] = f"{match[2]}:{match[3]}"

    def __bool__(self) -> bool:
        return bool(self._cursors)

    def __str__(self) -> str:
        return ",".join(
            f"{feed}={cursor}" if feed else cursor for feed, cursor in sorted(self._cursors.items())
        )

    def items(self) -> list[tuple[str, str]]:
        """Feeds and their cursors."""
        return sorted(self._cursors.items())

    def copy(self) -> Places:
        """The same places, independent of these."""
        made = Places()
        made._cursors = dict(self._cursors)
        return made

    def place(self, feed: str) -> Optional[str]:
        """The place in a feed; None where there is none."""
        return self._cursors.get(feed, self._cursors.get(""))

    def move(self, feed: str, cursor: str) -> None:
        """Sets the place in a feed. A place without a name was that of the only feed."""
        self._cursors.pop("", None)
        self._cursors[feed] = cursor

    def has(self, feed: str, cursor: str) -> bool:
        """Whether an event at this cursor was taken already: same run, and no higher number."""
        known = self.place(feed)
        if known is None:
            return False
        (known_run, known_seq), (run, seq) = known.split(":"), cursor.split(":")
        return run == known_run and int(seq) <= int(known_seq)


class CursorFile:
    """A file with the places of one reader, replaced as a whole and flushed to disk with each change."""

    def __init__(self, path: Path) -> None:
        self._path = os.path.abspath(os.fsdecode(os.fspath(path)))
        try:
            self._folder = os.open(os.path.dirname(self._path), os.O_RDONLY | os.O_DIRECTORY)
            self._lock = os.open(self._path + ".lock", os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise LiveError(f"the cursor file {self._path!r} cannot be kept: {error.strerror}") from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.close()
            raise CursorInUse(
                f"another reader uses the cursor file {self._path!r}; end it, or give each reader a file of its own"
            ) from None

    def load(self) -> Optional[Places]:
        """What the file holds; None where there is none yet."""
        try:
            with open(self._path, encoding="ascii") as file:
                text = file.read(1 << 20).strip()
            return Places(text) if text else None
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise LiveError(
                f"the cursor file {self._path!r} cannot be read ({reason}); mend it, or remove it to begin anew"
            ) from None

    def save(self, places: Places) -> None:
        """Returns once the places are on disk. Else raises `LiveError`, and the file is as it was."""
        fresh = self._path + ".new"
        try:
            # A file object: it writes the rest where the system took a part, or raises.
            with open(fresh, "wb") as file:
                file.write(f"{places}\n".encode("ascii"))
                file.flush()
                os.fsync(file.fileno())
            os.replace(fresh, self._path)
            os.fsync(self._folder)
        except OSError as error:
            raise LiveError(f"the cursor file {self._path!r} cannot be written: {error.strerror}") from None

    def close(self) -> None:
        """Lets other readers use the file."""
        for descriptor in (self._lock, self._folder):
            if descriptor >= 0:
                os.close(descriptor)
        self._lock = self._folder = -1
