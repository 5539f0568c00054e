"""A reader of a running service that knows what it has taken."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import NamedTuple, Optional, Union
from urllib.parse import urlsplit

from ._cursor import CursorFile, Places
from ._options import Path
from ._request import Request
from ._service import (
    Busy,
    HTTPConnection,
    HTTPService,
    Message,
    SocketConnection,
    SocketService,
    Wanted,
)  # fmt: skip
from .errors import LiveError, ServiceUnavailable
from .events import CursorExpired, Event, parse


#: Seconds between two writes of the cursor file for places behind events that are not wanted.
_REST = 10


class Delivery(NamedTuple):
    """An event with the feed that it is of, and its place there."""

    feed: str
    event: Event
    cursor: str


class Live(Iterator[Delivery]):
    """Follows the events of a running `scened run`, across restarts of either side.

    address: the path of the service's Unix socket, or http://HOST:PORT.
    feeds, types: names of feeds and types of events; default: all.
    after: where to begin the first time: "now", "start" (the oldest event that is kept), or a cursor.
    cursor_file: keeps the place on disk. A reader that comes back with the same file begins after the last
        event that was acknowledged, whatever `after` says.
    auto_acknowledge: asking for the next event acknowledges the one before. Else call `acknowledge`.
    token: for a service with `http.token`.
    wait: wait for a service that does not run yet. Without it, the first connection must succeed; a
        connection that breaks later is opened again in either case.

    No event is lost, and none is given again once `acknowledge` has returned: it returns when the place is on
    disk. A reader that is killed between an event and its acknowledgment gets that event once more.
    """

    def __init__(
        self,
        address: Union[str, os.PathLike[str]],
        *,
        feeds: Union[str, Iterable[str]] = (),
        types: Union[str, Iterable[str]] = (),
        after: str = "now",
        cursor_file: Optional[Path] = None,
        auto_acknowledge: bool = True,
        token: Optional[str] = None,
        wait: bool = False,
    ) -> None:
        self._wanted = Wanted(_list(feeds), _list(types))
        text = os.fspath(address)
        self._service: Union[SocketService, HTTPService]
        if not isinstance(address, os.PathLike) and urlsplit(text).scheme in ("http", "https"):
            self._service = HTTPService(text, token)
        else:
            self._service = SocketService(text[5:] if text.startswith("unix:/") else text)
        self._start = after
        self._given = Places("" if after in ("now", "start") else after)
        self._auto = auto_acknowledge
        self._wait = wait
        self._stop = Request()
        self._connection: Union[SocketConnection, HTTPConnection, None] = None
        self._was_connected = False
        self._last: Optional[Delivery] = None
        self._is_closed = False
        self._rested = float("-inf")
        #: The file has all of `_acknowledged`.
        self._is_kept = True
        self._file = CursorFile(cursor_file) if cursor_file is not None else None
        try:
            kept = self._file.load() if self._file else None
        except BaseException:
            self.close()
            raise
        if kept:
            self._given = kept
        self._acknowledged = self._given.copy()

    @property
    def cursor(self) -> str:
        """The place after all that was acknowledged; pass it as `after` to begin there. Empty before any."""
        return str(self._acknowledged)

    def acknowledge(self, delivery: Optional[Delivery] = None) -> None:
        """This event, and all before it in its feed, are done with. Default: the last one that was given.

        Returns once the place is on disk, where there is a cursor file. Where that fails, it raises
        `LiveError`, nothing is acknowledged, and the same call tries again.
        """
        done = delivery or self._last
        if done is None:
            return
        if self._is_closed:
            raise LiveError("this reader is closed; acknowledge events before")
        places = self._acknowledged.copy()
        is_new = not places.has(done.feed, done.cursor)
        if is_new:
            places.move(done.feed, done.cursor)
        if is_new or not self._is_kept:
            self._keep(places)
        if delivery is None:
            self._last = None

    def _keep(self, places: Places) -> None:
        """These are the acknowledged places once they are on disk; not before."""
        if self._file:
            self._file.save(places)
        self._acknowledged, self._is_kept = places, True

    def __next__(self) -> Delivery:
        if self._is_closed:
            raise StopIteration
        if self._auto:
            self.acknowledge()
        while not self._stop.is_made:
            message = self._message()
            if message is None:
                continue
            if message.line is None:
                self._stand(message)
                continue
            ((feed, cursor),) = message.places.items()
            event = parse(message.line)
            if isinstance(event, CursorExpired):
                # What was acknowledged is gone; the numbers behind `oldest` may have been used before.
                self._acknowledged.move(feed, cursor)
                self._is_kept = False
            elif self._given.has(feed, cursor):
                continue
            self._given.move(feed, cursor)
            self._last = Delivery(feed, event, cursor)
            return self._last
        raise StopIteration

    def _message(self) -> Optional[Message]:
        """The next message; None where the connection has just ended or this reader is stopped."""
        connection = self._connection or self._connect()
        if connection is None:
            return None
        try:
            message = connection.next()
        except Busy:
            self._disconnect(random.uniform(0.5, 2))
            if not self._wait and not self._was_connected:
                raise
            return None
        except BaseException:
            # Ctrl-C, or a refusal: what is in the buffers may be half a line.
            self._disconnect(0)
            raise
        if message is None:
            # A service that takes connections and closes them at once must not be asked all the time.
            self._disconnect(random.uniform(0.1, 0.2))
        else:
            self._was_connected = True
        return message

    def _stand(self, message: Message) -> None:
        """The service says where feeds are read on: with `now`, the place to come back to; later, the place behind
        events of types that are not wanted."""
        for name, cursor in message.places.items():
            # The `id` of a stream of one feed does not name it.
            feed = name or (self._wanted.feeds[0] if self._wanted.feeds else "")
            if self._given.has(feed, cursor):
                continue
            # What was given before and is not acknowledged comes first.
            is_done = self._given.place(feed) == self._acknowledged.place(feed)
            self._given.move(feed, cursor)
            if is_done:
                self._acknowledged.move(feed, cursor)
                self._is_kept = False
        now = time.monotonic()
        if not self._is_kept and now - self._rested >= _REST:
            self._keep(self._acknowledged)
            self._rested = now

    def _connect(self) -> Union[SocketConnection, HTTPConnection, None]:
        """Opens a connection; waits for the service where that is wanted. None once this reader is stopped."""
        pause = 0.2
        while not self._stop.is_made:
            try:
                opened = self._service.connect(self._wanted, str(self._given) or self._start)
                self._connection = opened
                # The socket says whether it takes a reader with its first line, HTTP with its status.
                self._was_connected |= isinstance(opened, HTTPConnection)
                # `stop` cannot have interrupted a connection that it did not see.
                return None if self._stop.is_made else opened
            except (ServiceUnavailable, Busy):
                if not self._wait and not self._was_connected:
                    raise
            self._stop.wait(random.uniform(0.1, pause))
            pause = min(pause * 2, 5)
        return None

    def _disconnect(self, pause: float) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None
        self._stop.wait(pause)

    def stop(self) -> None:
        """Ends the loop that reads: from another thread, or a signal handler. The event in hand counts as usual."""
        self._stop.make()
        connection = self._connection
        if connection:
            connection.interrupt()

    def close(self) -> None:
        """Lets go of the connection and of the cursor file, in the thread that reads. Acknowledges nothing."""
        self._stop.make()
        self._disconnect(0)
        if self._file:
            self._file.close()
        self._is_closed = True

    def __enter__(self) -> Live:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<scened live {self._service.name!r}, acknowledged {self.cursor or 'nothing'}>"


def _list(names: Union[str, Iterable[str]]) -> list[str]:
    return names.split(",") if isinstance(names, str) and names else list(names)
