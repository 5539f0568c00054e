"""Builds the wheel and the source archive of this package with the standard library alone (PEP 517, PEP 660).

The same sources give the same bytes: members are sorted and dated SOURCE_DATE_EPOCH, or 1980.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import re
import tarfile
import time
import zipfile
from pathlib import Path
from typing import Any, Optional

_ROOT = Path(__file__).resolve().parent.parent
_PACKAGE = _ROOT / "src" / "scened"
_TAG = "py3-none-any"
_OLDEST = 315532800  # 1980-01-01, the first day that zip knows.


def _field(name: str) -> str:
    """A text of [project]. Python 3.9 has no reader of TOML, and this file is ours."""
    match = re.search(rf'^{name} = "([^"]*)"$', (_ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    if not match:
        raise SystemExit(f'pyproject.toml has no line {name} = "..."')
    return match[1]


def _version() -> str:
    match = re.search(r'__version__ = "([^"]+)"', (_PACKAGE / "_version.py").read_text("utf-8"))
    if not match:
        raise SystemExit("src/scened/_version.py names no version")
    return match[1]


def _metadata() -> str:
    project = (_ROOT / "pyproject.toml").read_text("utf-8")
    listed = re.search(r"^classifiers = \[(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    classifiers = re.findall(r'"([^"]+)"', listed[1]) if listed else []
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {_field('name')}",
        f"Version: {_version()}",
        f"Summary: {_field('description')}",
        f"License-Expression: {_field('license')}",
        "License-File: LICENSE",
        f"Requires-Python: {_field('requires-python')}",
        *(f"Classifier: {one}" for one in classifiers),
        "Description-Content-Type: text/markdown",
    ]
    return "\n".join(lines) + "\n\n" + (_ROOT / "README.md").read_text("utf-8")


def _license() -> bytes:
    """The source archive holds a copy; in the repository the license stands at the top."""
    for folder in (_ROOT, _ROOT.parent.parent):
        if (folder / "LICENSE").is_file():
            return (folder / "LICENSE").read_bytes()
    raise SystemExit("LICENSE is missing; build from a checkout, or from the source archive")


def _date() -> int:
    return max(_OLDEST, int(os.environ.get("SOURCE_DATE_EPOCH", _OLDEST)))


def _sources() -> dict[str, bytes]:
    files = sorted([*_PACKAGE.glob("*.py"), _PACKAGE / "py.typed"])
    return {f"scened/{path.name}": path.read_bytes() for path in files}


def _write_wheel(folder: str, contents: dict[str, bytes]) -> str:
    stem = f"scened-{_version()}"
    info = f"{stem}.dist-info"
    contents = {
        **contents,
        f"{info}/METADATA": _metadata().encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: scened\nRoot-Is-Purelib: true\nTag: {_TAG}\n".encode(),
        f"{info}/licenses/LICENSE": _license(),
    }
    record = ""
    for name, data in contents.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={digest},{len(data)}\n"
    contents[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    name = f"{stem}-{_TAG}.whl"
    with zipfile.ZipFile(Path(folder) / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in contents.items():
            entry = zipfile.ZipInfo(member, time.gmtime(_date())[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)
    return name


def build_wheel(
    wheel_directory: str,
    config_settings: Optional[dict[str, Any]] = None,
    metadata_directory: Optional[str] = None,
) -> str:
    """PEP 517: the wheel."""
    return _write_wheel(wheel_directory, _sources())


def build_editable(
    wheel_directory: str,
    config_settings: Optional[dict[str, Any]] = None,
    metadata_directory: Optional[str] = None,
) -> str:
    """PEP 660: a wheel that leads to the sources."""
    return _write_wheel(wheel_directory, {"__editable__.scened.pth": f"{_PACKAGE.parent}\n".encode()})


def build_sdist(sdist_directory: str, config_settings: Optional[dict[str, Any]] = None) -> str:
    """PEP 517: the source archive."""
    stem = f"scened-{_version()}"
    contents = {
        "LICENSE": _license(),
        "PKG-INFO": _metadata().encode(),
        "README.md": (_ROOT / "README.md").read_bytes(),
        "backend/scened_backend.py": Path(__file__).read_bytes(),
        "pyproject.toml": (_ROOT / "pyproject.toml").read_bytes(),
        **{f"src/{name}": data for name, data in _sources().items()},
    }
    name = f"{stem}.tar.gz"
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for member, data in contents.items():
            entry = tarfile.TarInfo(f"{stem}/{member}")
            entry.size, entry.mtime, entry.mode = len(data), _date(), 0o644
            archive.addfile(entry, io.BytesIO(data))
    with open(Path(sdist_directory) / name, "wb") as file:
        with gzip.GzipFile("", "wb", fileobj=file, mtime=_date()) as packed:
            packed.write(raw.getvalue())
    return name
