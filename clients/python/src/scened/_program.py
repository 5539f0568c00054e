"""Where the program is, and how an input is named to it."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from typing import Any, Optional, Union
from urllib.parse import unquote

from ._options import Path
from .errors import ProgramNotFound

_REMEDY = "install scened, set SCENED to the path of the program, or pass executable="


def find(executable: Optional[Path]) -> Union[str, bytes]:
    """The program: the argument, else the environment variable SCENED, else the first on PATH."""
    named = executable if executable is not None else os.environ.get("SCENED") or None
    if named is None:
        found = shutil.which("scened")
        if found is None:
            raise ProgramNotFound(f"no program 'scened' is on PATH; {_REMEDY}")
        return found
    path = os.fspath(named)
    # A bare name is looked for on PATH, as the shell does.
    if isinstance(path, str) and os.sep not in path:
        path = shutil.which(path) or path
    if not os.path.isfile(path):
        raise ProgramNotFound(f"there is no program {os.fsdecode(path)!r}; {_REMEDY}")
    if not os.access(path, os.X_OK):
        raise ProgramNotFound(f"{os.fsdecode(path)!r} cannot be executed; {_REMEDY}")
    return path


def named(source: Any) -> tuple[Union[str, bytes], Any]:
    """How the command line names an input, and what stands on standard input: None for nothing.

    A text is what the command takes: a path, an address, or - for standard input. A `PathLike` is always a
    file. An open file, pipe or socket is read through standard input. Raises TypeError where it has no
    descriptor, for the program reads it and not this process.
    """
    if isinstance(source, os.PathLike):
        path = os.fspath(source)
        if isinstance(path, bytes):
            return (b"./" + path if path == b"-" or b":" in path and path[:1] != b"/" else path), None
        return ("./" + path if path == "-" or ":" in path and path[:1] != "/" else path), None
    if isinstance(source, (str, bytes)):
        return source, (_readable(sys.stdin) if source in ("-", b"-") else None)
    if hasattr(source, "fileno"):
        return "-", _readable(source)
    raise TypeError(f"an input is a path, an address or an open file, not {type(source).__name__}")


def _readable(file: Any) -> Any:
    """An open file that another process can read, too."""
    try:
        file.fileno()
    except (AttributeError, io.UnsupportedOperation):
        raise TypeError(
            f"{type(file).__name__} has no file descriptor, which the program needs to read it; "
            "write what it holds to a file or a pipe"
        ) from None
    return file


_ADDRESS = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*@)?([^/?#]*)([^?#]*)(\?[^#]*)?")


class Mask:
    """Replaces the secrets of an address by `***`: user and password, and the query."""

    def __init__(self, source: Any) -> None:
        text = os.fsdecode(source) if isinstance(source, (str, bytes)) else ""
        match = _ADDRESS.match(text)
        secrets: set[str] = set()
        self.shown = text
        if match:
            scheme, user, host, path, query = match.groups()
            self.shown = f"{scheme}://{'***@' if user else ''}{host}{path}{'?***' if query else ''}"
            if user:
                secrets |= {user[:-1], *user[:-1].split(":", 1)[1:]}
            if query:
                secrets |= {query[1:], *(pair.partition("=")[2] for pair in query[1:].split("&"))}
        secrets |= {unquote(one) for one in secrets}
        # A value as short as a yes or a number is no secret, and would tear words apart.
        self._secrets = sorted((one for one in secrets if len(one) > 3), key=len, reverse=True)

    def __call__(self, text: Optional[str]) -> Optional[str]:
        for secret in self._secrets if text else ():
            text = text.replace(secret, "***") if text else text
        return text
