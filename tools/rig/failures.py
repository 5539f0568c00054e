"""How a tool ends when something that it needs is not there: one line with a remedy, and an exit status.

Statuses are those of the program (docs/reference/exit-status.md): 65 for a file that cannot be used, 66 for one that cannot be
opened, 69 for a package, a program or a service that is not there, 73 for an output that cannot be written. Another program
that fails passes its own status on. What is left is a mistake in the tool, and keeps its traceback, as does everything
with SCENED_TRACEBACK in the environment.
"""
import errno
import json
import os
import pathlib
import subprocess
import sys

# Packages whose name for pip is another than the one that is imported.
PACKAGES = {"PIL": "pillow", "cv2": "opencv-python", "yaml": "pyyaml"}


def explained(kind, error):
    """The line and the status for an exception; None where only a traceback helps."""
    if issubclass(kind, ModuleNotFoundError) and error.name and not error.name.startswith("rig"):
        package = error.name.split(".")[0]
        return f"needs the Python package {package}: python3 -m pip install {PACKAGES.get(package, package)}", 69
    if issubclass(kind, subprocess.CalledProcessError):
        words = list(map(str, error.cmd)) if isinstance(error.cmd, (list, tuple)) else [str(error.cmd)]
        shown = " ".join(words[:6]) + (" ..." if len(words) > 6 else "")
        said = next(filter(None, reversed(text(error.stderr).splitlines())), "")
        # A negative status is a signal, which a shell tells as 128 and its number.
        status = error.returncode if error.returncode > 0 else 128 - error.returncode
        return f"`{shown}` failed with status {status}" + (f": {said}" if said else ": see its message above"), min(status, 255)
    if issubclass(kind, subprocess.TimeoutExpired):
        return f"{error}: run it again on an idle machine", 75
    if issubclass(kind, BrokenPipeError):
        return "a program that it writes to ended early: see its message above", 74
    if issubclass(kind, ConnectionError):
        return f"no connection ({error}): see whether the program at the other side runs", 69
    if issubclass(kind, json.JSONDecodeError):
        return f"a file is not JSON as it should be ({error}): make it again", 65
    if issubclass(kind, OSError) and error.filename is not None:
        return unopened(error)
    return None


def unopened(error):
    path = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes, os.PathLike)) else str(error.filename)
    reason = error.strerror or "failed"
    if error.errno == errno.ENOENT and called(error):
        remedy = "build it (swift build -c release), or name another with --scened" if "/" in path else "install it"
        return f"there is no program {path}: {remedy}", 69
    if error.errno == errno.ENOENT:
        folder = pathlib.Path(path).parent
        return f"{path}: {reason}: " + ("check the name" if folder.exists() else f"there is no folder {folder}"), 66
    return f"{path}: {reason}: check the path and its permissions", 73 if error.errno in (errno.EROFS, errno.ENOSPC) else 66


def called(error):
    """Whether the file of an error was to be run, not read."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_code.co_filename == subprocess.__file__


def text(data):
    return data.decode(errors="replace") if isinstance(data, bytes) else data or ""


def tell(kind, error, trace):
    """The hook for exceptions that nobody handled."""
    # Help needs no package: what stands in the way of the options does not stand in the way of the description.
    if issubclass(kind, ModuleNotFoundError) and {"-h", "--help"} & set(sys.argv[1:]):
        line, _ = explained(kind, error) or ("", 0)
        print(f"{(sys.modules['__main__'].__doc__ or '').strip()}\n\nThe options are shown where its packages are: it {line}")
        raise SystemExit(0)
    found = None if os.environ.get("SCENED_TRACEBACK") else explained(kind, error)
    if found is None:
        sys.__excepthook__(kind, error, trace)
        return
    sys.stdout.flush()
    print(f"{os.path.basename(sys.argv[0])}: {found[0]}", file=sys.stderr)
    raise SystemExit(found[1])


def install():
    sys.excepthook = tell
