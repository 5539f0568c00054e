"""A child process whose standard output is read line by line, at the reader's pace."""

from __future__ import annotations

import errno
import logging
import os
import select
import subprocess
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Any, Optional, Union

from .errors import EventError

_log = logging.getLogger("scened")

#: Bytes that are taken at once; what is beyond waits in the pipe, and the program with it.
_CHUNK = 1 << 16
#: Longest line of an event, as docs/reference/events.md has it.
_LONGEST = 64 << 20


class Child:
    """The running program. Not for use outside of this package.

    Only `line` reads, and only while it is called, so a program whose lines nobody takes stands still once
    the pipe is full. `end` may be called from any thread, and more than once.
    """

    def __init__(self, command: Sequence[Union[str, bytes]], stdin: Any, grace: float) -> None:
        self._grace = grace
        self._process = subprocess.Popen(
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, close_fds=True
        )
        assert self._process.stdout is not None and self._process.stderr is not None
        self._out, self._err = self._process.stdout, self._process.stderr
        self._lock = threading.RLock()
        self._buffer = bytearray()
        self._searched = 0
        self._said: deque[str] = deque(maxlen=64)
        self._said_rest = b""
        self._open = {self._out.fileno(), self._err.fileno()}
        self._is_ended = False
        for descriptor in self._open:
            os.set_blocking(descriptor, False)

    @property
    def identifier(self) -> int:
        """The process id."""
        return self._process.pid

    def line(self) -> Optional[bytes]:
        """The next line without its newline; None once the output is over or the child was ended."""
        with self._lock:
            while not self._is_ended:
                newline = self._buffer.find(b"\n", self._searched)
                if newline >= 0:
                    found = bytes(self._buffer[:newline])
                    del self._buffer[: newline + 1]
                    self._searched = 0
                    return found
                self._searched = len(self._buffer)
                if self._out.fileno() not in self._open:
                    return None
                if self._searched > _LONGEST:
                    raise EventError("the program wrote a line of more than 64 MiB, which is no event")
                self._take(None)
            return None

    def wait(self) -> tuple[int, Optional[str]]:
        """Exit status as `subprocess` gives it, and the program's line about what is wrong."""
        with self._lock:
            while self._process.poll() is None and not self._is_ended:
                self._take(0.02)
            if not self._is_ended:
                self._take(0)
        status = self._process.wait()
        return status, self._complaint()

    def end(self) -> None:
        """Ends the process if it still runs: by SIGTERM, and by SIGKILL once the grace is over. Takes no more."""
        if self._is_ended:
            return
        self._is_ended = True
        # Another thread may be in `line`, or in `wait`.
        is_mine = self._lock.acquire(blocking=False)
        try:
            if self._process.poll() is None:
                self._process.terminate()
                deadline = time.monotonic() + self._grace
                while self._process.poll() is None and time.monotonic() < deadline:
                    # What it writes at its end must find room.
                    if is_mine and self._open:
                        self._take(0.01)
                        self._buffer.clear()
                    elif not is_mine:
                        # The other thread leaves `line` with what it reads next.
                        is_mine = self._lock.acquire(timeout=0.005)
                    else:
                        time.sleep(0.005)
                if self._process.poll() is None:
                    self._process.kill()
            self._process.wait()
        finally:
            if not is_mine:
                self._lock.acquire()
            self._open.clear()
            self._out.close()
            self._err.close()
            self._lock.release()

    def _take(self, seconds: Optional[float]) -> None:
        """Waits until there is something to read, at most so long, and reads it."""
        waiter = select.poll()
        for descriptor in self._open:
            waiter.register(descriptor, select.POLLIN)
        if not self._open:
            time.sleep(min(seconds or 0, 0.02))
            return
        for descriptor, _ in waiter.poll(None if seconds is None else seconds * 1000):
            if descriptor not in self._open:
                continue
            try:
                data = os.read(descriptor, _CHUNK)
            except BlockingIOError:
                continue
            except OSError as error:
                if error.errno != errno.EINTR:
                    data = b""
                else:
                    continue
            if not data:
                self._open.discard(descriptor)
            elif descriptor == self._out.fileno():
                self._buffer += data
            else:
                self._hear(data)

    def _hear(self, data: bytes) -> None:
        *lines, self._said_rest = (self._said_rest + data).split(b"\n")
        self._said_rest = self._said_rest[-_CHUNK:]
        for line in lines:
            text = line.decode("utf-8", "replace").strip()
            if text:
                self._said.append(text)
                _log.info("%s", text)

    def _complaint(self) -> Optional[str]:
        """The line of standard error that says what is wrong."""
        lines = [*self._said, self._said_rest.decode("utf-8", "replace").strip()]
        for start in ("scened: ", "Error: "):
            for line in reversed(lines):
                if line.startswith(start):
                    return line[len(start) :]
        return next((line for line in reversed(lines) if line), None)
