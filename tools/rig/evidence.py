"""Evidence about blocks, measured on a film with NumPy: what `tools/scenes/study-blocks` gives `rig.blocks`.

It measures as scened's steps do, at 64 x 36 and 320 x 180 pixels and in tenths of a second of sound; cuts are those that
`scened shots` finds.
"""
import json
import re
import subprocess

import numpy as np

from rig.marks import HEIGHT, WIDTH, StaticMark

RATE = 16000
STEP = RATE // 10


def shots(film, program):
    """(start, end) of each shot, in seconds."""
    lines = subprocess.run([program, "shots", film, "--json", "--quiet", "--threads", "1"], stdout=subprocess.PIPE, check=True, text=True).stdout
    events = map(json.loads, lines.splitlines())
    return [(event["start"]["t"], event["end"]["t"]) for event in events if event["type"] == "shot"]


def decoded(film, filters, size):
    command = ["ffmpeg", "-v", "error", "-nostdin", "-threads", "1", "-i", film, "-an", "-vf", filters + ",format=gray", "-f", "rawvideo", "-"]
    data = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return np.frombuffer(data, np.uint8).reshape(-1, *size)


def runs(flags):
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return list(zip(edges[::2], edges[1::2]))


def of_pictures(film, shots, fps):
    """Black, aspect, mark and recurrence."""
    small = decoded(film, "scale=64:36:flags=area", (36, 64))
    black = np.concatenate([(part > 26).reshape(len(part), -1).sum(1) * 1000 <= 20 * 2304 for part in np.array_split(small, len(small) // 4096 + 1)])
    found = [("black", start / fps, end / fps) for start, end in runs(black)]
    found += aspects(small, shots, fps)
    found += recurrences(small, shots, fps)
    large = decoded(film, f"fps=2,scale={WIDTH}:{HEIGHT}:flags=area", (HEIGHT, WIDTH))
    mark = StaticMark()
    for start, end in shots:
        probability = mark.push(large[min(len(large) - 1, int((start + end) / 2 * 2))])
        if np.isfinite(probability):
            found.append(("mark", start, end, float(probability)))
    return found


def bars(picture):
    dark = picture <= 10
    rows, columns = dark.all(1), dark.all(0)
    if rows.all():
        return None
    top = left = 0
    while top < 18 and rows[top] and rows[35 - top]:
        top += 1
    while left < 32 and columns[left] and columns[63 - left]:
        left += 1
    return np.array([top, left])


def aspects(small, shots, fps):
    told = candidate = None
    found = []
    differ = lambda one, two: np.abs(one - two).max() >= 2
    for start, end in shots:
        places = [int((start + share * (end - start)) * fps) for share in (1 / 6, 1 / 2, 5 / 6)]
        all_bars = [value for value in (bars(small[min(place, len(small) - 1)]) for place in places) if value is not None]
        if not all_bars:
            continue
        now = np.min(all_bars, axis=0)
        if told is None:
            told = now
        elif not differ(now, told):
            candidate = None
        elif candidate is not None and not differ(now, candidate[1]):
            found.append(("aspect", candidate[0]))
            told, candidate = candidate[1], None
        else:
            candidate = start, now
    return found


def signs(picture):
    rows = [slice(row * 36 // 8, (row + 1) * 36 // 8) for row in range(8)]
    columns = [slice(cell * 64 // 9, (cell + 1) * 64 // 9) for cell in range(9)]
    means = np.array([[picture[row, column].mean() for column in columns] for row in rows])
    if np.abs(np.diff(means)).sum() < 64 * 3:
        return None
    return (means[:, :-1] > means[:, 1:]).ravel()


def recurrences(small, shots, fps):
    found, faces, starts, lengths = [], np.zeros((0, 64), bool), [], []
    for start, end in shots:
        face = signs(small[min(len(small) - 1, int((start + end) / 2 * fps))])
        if face is None:
            continue
        old = np.array(starts) <= start - 120
        like = old & ((faces != face).sum(1) <= 4) if len(faces) else old
        equal = like & (np.abs(np.array(lengths) - (end - start)) <= 0.15) if len(faces) else old
        found.append(("recurrence", start, end, 0.95 if equal.any() else 0.4 if like.any() else 0.02))
        faces, starts, lengths = np.vstack([faces, face]), starts + [start], lengths + [end - start]
    return found


def of_sound(film):
    """Loudness, silence, and music as the share of steps in which the spectrum stays."""
    heard = subprocess.run(["ffmpeg", "-v", "info", "-nostdin", "-i", film, "-vn", "-af", "aresample=async=1:first_pts=0,ebur128=framelog=verbose:metadata=1,ametadata=print:key=lavfi.r128.M:file=-",
                            "-f", "null", "-"], check=True, capture_output=True, text=True).stdout
    momentary = np.array([float(value) for value in re.findall(r"r128\.M=(\S+)", heard)])
    if not len(momentary):
        raise SystemExit(f"{film}: ffmpeg's ebur128 told no loudness: take a film with sound, and an ffmpeg that has the filter")
    data = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", film, "-vn", "-af", "aresample=async=1:first_pts=0", "-ac", "1", "-ar", str(RATE), "-f", "f32le", "-"],
                          stdout=subprocess.PIPE, check=True).stdout
    samples = np.frombuffer(data, np.float32)
    steps = samples[:len(samples) // STEP * STEP].reshape(-1, STEP)
    level = 10 * np.log10(np.maximum((steps ** 2).mean(1), 1e-8))
    found = [("silence", start / 10, end / 10) for start, end in runs(level <= -60)]
    # Momentary loudness is of 0.4 s; the fourth value is the first whole one.
    for second in range(len(momentary) // 10):
        part = momentary[10 * second + 3:10 * second + 10]
        part = part[np.isfinite(part) & (part > -70)]
        if len(part):
            found.append(("loudness", float(second), second + 1.0, float(part.mean())))
    found += music(steps, level)
    return found


def music(steps, level):
    spectrum = np.abs(np.fft.rfft(steps * np.hanning(STEP), axis=1)) ** 2 / STEP ** 2
    mel = lambda frequency: 2595 * np.log10(1 + frequency / 700)
    edges = 700 * (10 ** (np.linspace(mel(60), mel(8000), 26) / 2595) - 1)
    at = np.arange(spectrum.shape[1]) * RATE / STEP
    triangles = np.clip(np.minimum((at - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None],
                                   (edges[2:, None] - at) / (edges[2:] - edges[1:-1])[:, None]), 0, 1)
    bands = np.maximum(10 * np.log10(spectrum @ triangles.T + 1e-9), -70)
    stays = (np.diff(bands, axis=0) ** 2).mean(1) <= 9
    heard = (level[1:] > -60) & (level[:-1] > -60)
    found = []
    for second in range(len(steps) // 10 - 1):
        part = slice(10 * second, 10 * second + 10)
        if heard[part].any():
            found.append(("music", float(second), second + 1.0, float(stays[part][heard[part]].mean())))
    return found


def measure(film, program, fps=25):
    """All evidence but messages, and the length in seconds."""
    found = shots(film, program)
    evidence = [("cut", start) for start, _ in found[1:]] + of_pictures(film, found, fps) + of_sound(film)
    return evidence, found[-1][1]
