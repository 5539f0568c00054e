"""What the tools share: where things lie, and how a command line begins."""
import argparse
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = str(ROOT / ".build/release/scened")


def command_line(description, program=True):
    """A parser that shows `description` as it stands; with the option `--scened`, unless `program` is false."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    if program:
        parser.add_argument("--scened", metavar="PROGRAM", default=PROGRAM, help="default: .build/release/scened of this checkout")
    return parser

def make(path, *command):
    """Runs a command that writes `path`, unless it is there; gives the path back."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([str(word) for word in command], check=True, stdin=subprocess.DEVNULL)
    return path
