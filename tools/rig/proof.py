"""Proves the truth of a composed stretch against what a decoder makes of the file: for `tools/scenes/compose-day`."""

import collections
import subprocess

import numpy as np
from PIL import Image

from rig import sounds
from rig.continuity import FPS, Stock
from rig.places import HEIGHT, WIDTH

# Pictures are compared at this size: what encoding does to them is gone.
SMALL = (32, 18)


def note_loudness(spans, powers, key="loudness"):
    """Notes the loudness of each span by whole steps of 100 ms in it; none where it has no step, or is silent."""
    for span in spans:
        first, last = int(np.ceil(span["start"] * 10 - 1e-6)), int(span["end"] * 10 + 1e-6)
        value = sounds.loudness(powers[first:last])
        span[key] = None if value is None else round(value, 2)


def prove(path, truth, edges=None):
    """Decodes a stretch and compares it with its truth. Returns facts and faults, in words."""
    faults, facts = [], []
    frames, size = truth["frames"], SMALL[0] * SMALL[1] * 3
    box = truth["logo"]["box"]
    decoder = subprocess.Popen(
        [
            "ffmpeg",
            "-v",
            "error",
            "-nostdin",
            "-i",
            path,
            "-an",
            "-fps_mode",
            "passthrough",
            "-vf",
            f"scale={SMALL[0]}:{SMALL[1]}:flags=area,format=rgb24",
            "-f",
            "rawvideo",
            "-",
        ],
        stdout=subprocess.PIPE,
    )
    film = np.frombuffer(decoder.stdout.read(), np.uint8)
    if decoder.wait() or len(film) % size:
        raise SystemExit(f"compose-day: {path} cannot be decoded")
    film = film.reshape(-1, SMALL[1], SMALL[0], 3).astype(np.int16)
    if len(film) != frames:
        faults.append(f"{len(film)} pictures, not {frames}")
    step = np.abs(np.diff(film, axis=0)).mean((1, 2, 3))
    wrong = 0
    for cut in truth["cuts"]:
        if cut >= len(film):
            continue
        if edges is not None:
            before, after = edges[cut]
            here = [np.abs(film[cut - back] - side).mean() for back, side in ((0, after), (1, before))]
            across = [np.abs(film[cut - back] - side).mean() for back, side in ((0, before), (1, after))]
            if not (here[0] < across[0] and here[1] < across[1]):
                wrong += 1
                faults.append(
                    f"cut {cut}: the pictures beside it are others ({here[0]:.1f} {here[1]:.1f} against {across[0]:.1f} {across[1]:.1f})"
                )
        elif (
            step[cut - 1]
            < max(2.5, *(step[at] for at in (cut - 3, cut - 2, cut, cut + 1) if 0 <= at < len(step)), 0) * 0.6
        ):
            wrong += 1
    if edges is None and wrong > 0.02 * len(truth["cuts"]):
        faults.append(f"{wrong} cuts are not at the steepest change near them")
    facts.append(
        f"{len(truth['cuts']) - wrong} of {len(truth['cuts'])} cuts at their pictures"
        + ("" if edges is not None else " (steepest change near)")
    )
    dark = 0
    for item in truth["black"]:
        part = film[item["start_frame"] : item["end_frame"] + 1]
        limit = 12 if item["logo"] else 4
        dark += len(part) > 0 and part.mean((1, 2, 3)).max() < limit
        if len(part) and part.mean((1, 2, 3)).max() >= limit:
            faults.append(f"black {item['start_frame']}...{item['end_frame']} is not black")
    facts.append(f"{dark} of {len(truth['black'])} black ranges")
    still = sum(step[item["start_frame"] + 1 : item["end_frame"] - 1].max(initial=0) < 1.5 for item in truth["stills"])
    facts.append(f"{still} of {len(truth['stills'])} still shots")
    if still < len(truth["stills"]):
        faults.append(f"{len(truth['stills']) - still} still shots move")

    decoder = subprocess.Popen(
        [
            "ffmpeg",
            "-v",
            "error",
            "-nostdin",
            "-i",
            path,
            "-vn",
            "-f",
            "f32le",
            "-ar",
            str(sounds.RATE),
            "-ac",
            "2",
            "-",
        ],
        stdout=subprocess.PIPE,
    )
    # Sound begins where the container says: its distance from the first picture.
    begins = []
    for stream in ("v:0", "a:0"):
        asked = subprocess.run(
            [
                "ffprobe",
                "-v",
                "error",
                "-select_streams",
                stream,
                "-show_entries",
                "stream=start_time",
                "-of",
                "csv=p=0",
                path,
            ],
            stdout=subprocess.PIPE,
            text=True,
        ).stdout.split()
        begins.append(float(asked[0].strip(",")))
    early = int(round((begins[0] - begins[1]) * sounds.RATE))
    powers, levels, rest = [], [], np.zeros((max(0, -early), 2), np.float32)
    skip = max(0, early)
    while True:
        data = decoder.stdout.read(8 * 10 * sounds.RATE)
        piece = np.concatenate([rest, np.frombuffer(data, np.float32).reshape(-1, 2)])
        if skip:
            dropped = min(skip, len(piece))
            piece, skip = piece[dropped:], skip - dropped
        whole = len(piece) // sounds.STEP * sounds.STEP
        if whole:
            powers.append(sounds.step_powers(piece[:whole]))
            levels.append(np.abs(piece[:whole]).max(axis=1).reshape(-1, 48).max(axis=1))
        rest = piece[whole:]
        if not data:
            break
    decoder.wait()
    powers, levels = np.concatenate(powers), np.concatenate(levels)
    measured = {"blocks": [dict(block) for block in truth["blocks"]]}
    note_loudness(measured["blocks"], powers, "heard")
    by_kind, worst = collections.defaultdict(list), 0.0
    for block in measured["blocks"]:
        if block.get("loudness") is not None and block["heard"] is not None:
            by_kind[block["kind"]].append(block["heard"])
            worst = max(worst, abs(block["loudness"] - block["heard"]))
    facts.append(
        "loudness "
        + ", ".join(f"{kind} {np.mean(values):.1f}" for kind, values in sorted(by_kind.items()))
        + f" LUFS; worst difference from the truth {worst:.2f} LU"
    )
    if worst > 1:
        faults.append(f"loudness differs by {worst:.1f} LU")
    if by_kind["adverts"] and min(by_kind["adverts"]) < max(by_kind["program"]) + 2.5:
        faults.append("adverts are not 2.5 LU above programs")
    quiet, shifts = 0, []
    for item in truth["silences"]:
        first, last = int(item["start"] * 1000), int(item["end"] * 1000)
        level = levels[first + 25 : last - 25].max(initial=0)
        quiet += level < 0.002
        if level >= 0.002:
            faults.append(f"silence at {item['start']:.2f} s is at {20 * np.log10(level):.0f} dBFS")
        # Where sound begins again.
        loud = np.flatnonzero(levels[first + 25 : last + 400] >= 0.003)
        if len(loud) and loud[0] + first + 25 > last - 30:
            shifts.append(loud[0] + first + 25 - last)
    facts.append(
        f"{quiet} of {len(truth['silences'])} silences"
        + (
            f"; sound begins again {np.median(shifts):.0f} ms (median; earliest {min(shifts)} ms) after the picture"
            if shifts
            else ""
        )
    )
    facts.append(prove_mark(path, truth, box, faults))
    return facts, faults


def prove_mark(path, truth, box, faults):
    """Compares the mark's corner, in the mean of each block once a second, with the mark that this seed's channel has."""
    x, y, right, low = box
    # What a decoder can cut out exactly begins and ends at even pixels.
    x, y, width, height = x & ~1, y & ~1, (right - (x & ~1) + 1) & ~1, (low - (y & ~1) + 1) & ~1
    shown = Image.new("RGB", (WIDTH, HEIGHT), (128, 128, 128))
    stock = Stock(truth["split"], truth["seed"], [])
    shown.paste(stock.mark, stock.mark_at, stock.mark)
    gradients = lambda picture: np.concatenate([np.diff(picture, axis=0).ravel(), np.diff(picture, axis=1).ravel()])
    pattern = gradients(np.asarray(shown.convert("L").crop((x, y, x + width, y + height)), np.float32))
    decoder = subprocess.run(
        [
            "ffmpeg",
            "-v",
            "error",
            "-nostdin",
            "-i",
            path,
            "-an",
            "-vf",
            f"framestep={FPS},crop={width}:{height}:{x}:{y},format=gray",
            "-f",
            "rawvideo",
            "-",
        ],
        stdout=subprocess.PIPE,
        check=True,
    )
    corner = np.frombuffer(decoder.stdout, np.uint8)
    corner = corner[: len(corner) // (width * height) * width * height].reshape(-1, height, width).astype(np.float32)
    seen, least, most = collections.Counter(), 1.0, 0.0
    for block in truth["blocks"]:
        first, last = -(-block["start_frame"] // FPS), block["end_frame"] // FPS + 1
        if last - first < 5:
            continue
        found = gradients(corner[first:last].mean(axis=0))
        likeness = float(found @ pattern / (np.linalg.norm(found) * np.linalg.norm(pattern) + 1e-6))
        seen[block["logo"], likeness > 0.5] += 1
        least, most = (min(least, likeness), most) if block["logo"] else (least, max(most, likeness))
        if block["logo"] != (likeness > 0.5):
            faults.append(
                f"the mark is {'not seen' if block['logo'] else 'seen'} in block {block['start']:.0f}...{block['end']:.0f} s (likeness {likeness:.2f})"
            )
    marked, others = (seen[kind, True] + seen[kind, False] for kind in (True, False))
    return (
        f"the mark is seen in {seen[True, True]} of {marked} blocks that have it, in {seen[False, True]} of {others} others"
        f" (likeness {least:.2f} at least, {most:.2f} at most)"
    )
