"""A request that one thread makes and another waits for."""

from __future__ import annotations

import contextlib
import threading


class Request:
    """Can be made once, from another thread or from a signal handler of the thread that waits.

    `threading.Event` cannot: its `set` takes a lock that its `wait` holds for a moment, and a handler that
    comes then waits for the code that it has interrupted.
    """

    def __init__(self) -> None:
        #: Whether it was made.
        self.is_made = False
        # Held until then. Letting go of it takes no lock.
        self._held = threading.Lock()
        self._held.acquire()

    def make(self) -> None:
        """Ends the wait. Any number of times."""
        self.is_made = True
        # It was let go of before.
        with contextlib.suppress(RuntimeError):
            self._held.release()

    def wait(self, seconds: float) -> None:
        """Returns after so many seconds, or as soon as it is made. For one thread."""
        if not self.is_made:
            self._held.acquire(timeout=seconds)
