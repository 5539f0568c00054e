"""Connections to a running service: its Unix socket, or server-sent events over HTTP."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
from collections.abc import Sequence
from typing import Any, NamedTuple, Optional, Union
from urllib.parse import urlencode, urlsplit

from ._cursor import Places
from .errors import LiveError, ServiceRefused, ServiceUnavailable

#: Seconds without a byte after which an HTTP connection counts as dead; the service writes every 15 seconds.
_SILENCE = 45


class Message(NamedTuple):
    """What a service says: an event at its cursor, or (line None) where feeds stand."""

    places: dict[str, str]
    line: Optional[str]


class Wanted(NamedTuple):
    """What a reader asks for."""

    feeds: Sequence[str]
    types: Sequence[str]


class Busy(ServiceUnavailable):
    """The service has too many readers just now."""


def _refused(reason: str) -> LiveError:
    return (
        Busy(reason)
        if reason.startswith("too many readers")
        else ServiceRefused(f"the service refuses: {reason}")
    )


def _message(text: str) -> Optional[Message]:
    """Reads a line of the socket, or the data of a server-sent event. Raises where it is a refusal."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    if "event" in found and "cursor" in found:
        # The event's own text, for `Event.line`: the envelope's last field.
        line = text[text.index('"event":') + 8 :].rstrip()[:-1]
        return Message({str(found["feed"]): str(found["cursor"])}, line)
    kind = found.get("type")
    if kind == "error":
        raise _refused(str(found.get("reason", "no reason is given")))
    if kind == "cursor_expired":
        return Message({str(found["feed"]): str(found["oldest"])}, text)
    if kind == "cursor" and found.get("cursor"):
        return Message(dict(Places(str(found["cursor"])).items()), None)
    return None


class SocketService:
    """The Unix socket (`socket.listen` in the configuration)."""

    def __init__(self, path: Union[str, bytes]) -> None:
        self.name = os.fsdecode(path)
        self._path = path

    def connect(self, wanted: Wanted, after: str) -> SocketConnection:
        """Asks for events. Raises `ServiceUnavailable` where nobody listens."""
        connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connected.connect(self._path)
            request: dict[str, Any] = {"after": after, "envelope": True, "hello": True}
            if wanted.feeds:
                request["feeds"] = list(wanted.feeds)
            if wanted.types:
                request["types"] = list(wanted.types)
            connected.sendall(json.dumps(request).encode() + b"\n")
        except OSError as error:
            connected.close()
            raise ServiceUnavailable(
                f"nobody answers at '{self.name}' ({error.strerror or error}); is the service running, and does "
                "its configuration name this socket?"
            ) from None
        return SocketConnection(connected)


class SocketConnection:
    """An open connection to the Unix socket."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._file = connected.makefile("rb")

    def next(self) -> Optional[Message]:
        """The next message; None once the service has closed the connection."""
        while True:
            try:
                line = self._file.readline()
            except (OSError, ValueError):
                return None
            if not line.endswith(b"\n"):
                return None
            message = _message(line.decode("utf-8", "replace"))
            if message:
                return message

    def interrupt(self) -> None:
        """Makes `next` return None, also in another thread."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Lets go of the connection."""
        self.interrupt()
        with contextlib.suppress(OSError, ValueError):
            self._file.close()
        self._socket.close()


class HTTPService:
    """The page of server-sent events (`http.listen`, with `http.events` or `http.token`)."""

    def __init__(self, url: str, token: Optional[str]) -> None:
        parts = urlsplit(url)
        if not parts.hostname or parts.username is not None:
            raise ValueError("a service's address is http://HOST:PORT; pass a token as token=")
        self._is_secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port
        self._path = parts.path if parts.path not in ("", "/") else "/v1/events"
        self._token = token
        self.name = f"{parts.scheme}://{parts.netloc}"

    def connect(self, wanted: Wanted, after: str) -> HTTPConnection:
        """Asks for events. Raises `ServiceUnavailable` where nobody listens."""
        kind = http.client.HTTPSConnection if self._is_secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=_SILENCE)
        query = [("feed", feed) for feed in wanted.feeds]
        if wanted.types:
            query.append(("types", ",".join(wanted.types)))
        headers = {"Accept": "text/event-stream"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            target = f"{self._path}?{urlencode([*query, ('after', after), ('envelope', 'true')])}"
            connection.request("GET", target, headers=headers)
            held = connection.sock
            answer = connection.getresponse()
            if answer.status != 200:
                reason = answer.read(4096).decode("utf-8", "replace").strip()
                connection.close()
                # 5xx: a proxy without its service, or too many readers.
                if answer.status >= 500:
                    raise Busy(f"{self.name} answers {answer.status}: {reason[:200]}")
                raise _refused(reason.splitlines()[0] if reason else f"status {answer.status}")
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise ServiceUnavailable(
                f"{self.name} does not answer ({reason}); is the service running, and does it listen there?"
            ) from None
        return HTTPConnection(connection, held, answer)


class HTTPConnection:
    """An open stream of server-sent events."""

    def __init__(
        self, connection: http.client.HTTPConnection, held: socket.socket, answer: http.client.HTTPResponse
    ) -> None:
        self._connection, self._socket, self._answer = connection, held, answer

    def next(self) -> Optional[Message]:
        """The next message; None once the stream has ended or fallen silent."""
        identity, data = "", []
        while True:
            try:
                raw = self._answer.readline()
            except (OSError, ValueError, http.client.HTTPException, AttributeError):
                return None
            if not raw.endswith(b"\n"):
                return None
            line = raw.decode("utf-8", "replace").rstrip("\r\n")
            if line:
                name, _, value = line.partition(":")
                value = value[1:] if value.startswith(" ") else value
                if name == "id":
                    identity = value
                elif name == "data":
                    data.append(value)
                continue
            message = _message("\n".join(data)) if data else None
            if message:
                return message
            if identity and not data:
                with contextlib.suppress(ValueError):
                    return Message(dict(Places(identity).items()), None)
            identity, data = "", []

    def interrupt(self) -> None:
        """Makes `next` return None, also in another thread."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Lets go of the connection."""
        self.interrupt()
        with contextlib.suppress(OSError, ValueError):
            self._answer.close()
        self._connection.close()
        self._socket.close()
