"""The wheel, the readme, and the types."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import shutil
import subprocess
import sys
import threading
import unittest
import zipfile
from pathlib import Path

import scened

from .support import CLIENT, CLIPS, ProgramTestCase, scratch
from .test_live import SocketScript, envelope


class WheelTests(unittest.TestCase):
    def build(self) -> Path:
        folder = scratch(self)
        subprocess.run(
            [sys.executable, str(CLIENT / "build"), str(folder)], check=True, stdout=subprocess.DEVNULL
        )
        return folder

    def test_wheel(self) -> None:
        first, second = self.build(), self.build()
        names = sorted(path.name for path in first.iterdir())
        stem = f"scened-{scened.__version__}"
        self.assertEqual(names, [f"{stem}-py3-none-any.whl", f"{stem}.tar.gz"])
        for name in names:
            self.assertEqual(
                (first / name).read_bytes(), (second / name).read_bytes(), f"{name} is reproducible"
            )
        wheel = first / names[0]
        with zipfile.ZipFile(wheel) as archive:
            contents = {name: archive.read(name) for name in archive.namelist()}
        self.assertIn("scened/py.typed", contents)
        recorded = {
            row[0]: row[1:] for row in csv.reader(io.StringIO(contents[f"{stem}.dist-info/RECORD"].decode()))
        }
        self.assertEqual(set(recorded), set(contents))
        for name, (digest, size) in recorded.items():
            if digest:
                found = (
                    base64.urlsafe_b64encode(hashlib.sha256(contents[name]).digest()).rstrip(b"=").decode()
                )
                self.assertEqual((digest, size), (f"sha256={found}", str(len(contents[name]))), name)
        # A wheel of pure Python can be imported as it stands, also by isolated Python.
        code = f"import sys; sys.path.insert(0, {str(wheel)!r}); import scened; print(scened.__file__, scened.__version__)"
        told = subprocess.run(
            [sys.executable, "-I", "-c", code], stdout=subprocess.PIPE, check=True, text=True
        ).stdout
        self.assertIn(f"{wheel}/scened/__init__.py {scened.__version__}", told)

    def test_source_archive_builds_the_same_wheel(self) -> None:
        first, unpacked = self.build(), scratch(self)
        shutil.unpack_archive(str(next(first.glob("*.tar.gz"))), str(unpacked))
        code = "import sys; sys.path.insert(0, 'backend'); import scened_backend; scened_backend.build_wheel(sys.argv[1])"
        again = scratch(self)
        folder = next(unpacked.iterdir())
        subprocess.run([sys.executable, "-c", code, str(again)], cwd=folder, check=True)
        wheel = next(first.glob("*.whl"))
        self.assertEqual((again / wheel.name).read_bytes(), wheel.read_bytes())

    @unittest.skipUnless(shutil.which("mypy"), "mypy is not installed")
    def test_types(self) -> None:
        told = subprocess.run(["mypy", "--strict"], cwd=CLIENT, stdout=subprocess.PIPE, text=True)
        self.assertEqual(told.returncode, 0, told.stdout)


class ReadmeTests(ProgramTestCase):
    """The blocks of the readme do what they say, in a folder with a film, a damaged film and a service."""

    def test_version_is_the_program_s(self) -> None:
        told = subprocess.run(
            [self.program, "--version"], stdout=subprocess.PIPE, check=True, text=True
        ).stdout
        self.assertEqual(
            told.split()[1], scened.__version__, "src/scened/_version.py must follow the program"
        )

    def test_blocks(self) -> None:
        blocks = re.findall(r"```python\n(.*?)```", (CLIENT / "README.md").read_text("utf-8"), re.DOTALL)
        self.assertEqual(len(blocks), 5)
        shutil.copy(CLIPS / "cuts.mp4", self.folder / "film.mp4")
        broken = (CLIPS / "cuts.mp4").read_bytes()
        (self.folder / "damaged.ts").write_bytes(broken[: len(broken) * 3 // 4])
        service = SocketScript(self, [[envelope(1) + "\n", None]])
        (self.folder / "events.sock").symlink_to(service.path)
        code = "import sys; sys.path.insert(0, sys.argv[1])\n"
        for block, word in zip(blocks[:4], ["0 0.0 11.6", "a scene begins at", "", ""]):
            told = subprocess.run(
                [sys.executable, "-c", code + block, str(CLIENT / "src")], cwd=self.folder, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, text=True)  # fmt: skip
            self.assertEqual((told.returncode, told.stderr), (0, ""), block)
            self.assertIn(word, told.stdout)
        self.assertTrue((self.folder / "film.vtt").read_text().startswith("WEBVTT"))
        reader = subprocess.Popen(
            [sys.executable, "-c", code + blocks[4], str(CLIENT / "src")],
            cwd=self.folder,
            stderr=subprocess.PIPE,
        )
        assert reader.stderr
        # It goes on for ever; that it has asked for scenes and gaps is what can be seen.
        limit = threading.Timer(300, reader.kill)
        limit.start()
        while not service.requests and reader.poll() is None:
            threading.Event().wait(0.01)
        reader.terminate()
        said = reader.stderr.read()
        reader.stderr.close()
        limit.cancel()
        self.assertEqual((reader.wait(), said), (-15, b""))
        self.assertEqual(service.requests[0]["types"], ["scene", "gap"])


if __name__ == "__main__":
    unittest.main()
