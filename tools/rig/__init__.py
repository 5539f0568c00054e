"""What the tools share: where things lie, how a command line begins, and how a tool ends that cannot go on (rig.failures).

A tool imports this package before those that may be missing, so that its --help needs none of them.
"""
import argparse
import contextlib
import hashlib
import os
import pathlib
import subprocess
import tempfile

from rig import failures

failures.install()

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = str(ROOT / ".build/release/scened")


def command_line(description, program=True):
    """A parser that shows `description` as it stands; with the option `--scened`, unless `program` is false."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    if program:
        parser.add_argument("--scened", metavar="PROGRAM", default=PROGRAM, help="default: .build/release/scened of this checkout")
    return parser


def present(path):
    """The path, of which something is there; else an OSError, before work begins that would wait for it."""
    os.stat(path)
    return path


def known(parser, names, choices):
    """Names of the command line, all of `choices`; another one is an error of usage."""
    for name in names:
        if name not in choices:
            parser.error(f"unknown: {name}; there are {', '.join(choices)}")
    return names


def named(path):
    """A file's name without its ending, with a digest of its bytes: a name for what is made with it."""
    path = pathlib.Path(path)
    return f"{path.stem}-{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"


@contextlib.contextmanager
def whole(path):
    """A path beside `path`, with the same ending, to write to. What is written becomes `path` when the block ends; work that is
    broken off leaves nothing."""
    path = pathlib.Path(path)
    part = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def make(path, *command):
    """Runs a command that writes `path`, unless it is there; gives the path back."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path) as part:
            words = [str(part) if str(word) == str(path) else str(word) for word in command]
            subprocess.run(words, check=True, stdin=subprocess.DEVNULL)
    return path


@contextlib.contextmanager
def kept(folder, prefix):
    """The folder that the user wants to keep, made if need be; else one that goes when the block ends."""
    with contextlib.ExitStack() as stack:
        place = pathlib.Path(folder or stack.enter_context(tempfile.TemporaryDirectory(prefix=prefix))).absolute()
        place.mkdir(parents=True, exist_ok=True)
        yield place
