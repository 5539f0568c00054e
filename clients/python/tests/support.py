"""What the tests share: the program, committed films, and programs that play the part of scened."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

CLIENT = Path(__file__).resolve().parent.parent
REPOSITORY = CLIENT.parent.parent
CLIPS = REPOSITORY / "fixtures" / "clips"
FILM = CLIPS / "cuts.mp4"


class ProgramTestCase(unittest.TestCase):
    """Runs the built program, which the environment variable SCENED names."""

    program = os.environ.get("SCENED", "")

    def setUp(self) -> None:
        if not self.program:
            self.skipTest("SCENED names no built program")
        self.folder = scratch(self)


def scratch(test: unittest.TestCase) -> Path:
    """A folder that goes with the test."""
    folder = Path(tempfile.mkdtemp(prefix="scened-python-"))
    test.addCleanup(shutil.rmtree, folder, ignore_errors=True)
    return folder


def fake(test: unittest.TestCase, script: str) -> Path:
    """A program in Python in the place of scened. `emit(seq)` writes a watermark."""
    start = f"""\
        #!{sys.executable} -SE
        import json, os, signal, sys, time
        def emit(seq, **more):
            at = dict(t=float(seq), pts=seq, time_base="1/1", frame=seq, timecode=None)
            line = dict(v=1, type="watermark", seq=seq, id="watermark/0/%d" % seq, at=at)
            print(json.dumps(dict(line, **more)), flush=True)
        """
    path = scratch(test) / "scened"
    path.write_text(textwrap.dedent(start) + textwrap.dedent(script))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def is_gone(pid: int) -> bool:
    """No such process, not even one that nobody waited for."""
    return not Path(f"/proc/{pid}").exists()
