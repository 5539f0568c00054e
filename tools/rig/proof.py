"""Proves the truth of a composed stretch against what a decoder makes of the file: for `tools/scenes/compose-day`."""

import collections
import subprocess

import numpy as np
from PIL import Image

from rig import sounds
from rig.agreement import disagreements
from rig.continuity import FPS, Stock
from rig.places import HEIGHT, WIDTH
from rig.splices import read

# Pictures are compared at this size: what encoding does to them is gone.
SMALL = (32, 18)
# A change like that of a cut: a mean difference of so many 8-bit steps, so many times that of the changes beside it.
STEEP, LONELY = 8.0, 3.0
# Mean difference up to which two pictures of one advert are alike, 8-bit steps.
ALIKE = 8.0


def note_loudness(spans, powers, key="loudness"):
    """Notes the loudness of each span by whole steps of 100 ms in it; none where it has no step, or is silent."""
    for span in spans:
        first, last = int(np.ceil(span["start"] * 10 - 1e-6)), int(span["end"] * 10 + 1e-6)
        value = sounds.loudness(powers[first:last])
        span[key] = None if value is None else round(value, 2)


def decoded(path, filters, size):
    """The pictures of a file, one after the other, as rows of bytes."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(path), "-an", "-fps_mode", "passthrough", "-vf", filters]
    decoder = subprocess.Popen([*command, "-f", "rawvideo", "-"], stdout=subprocess.PIPE)
    while data := decoder.stdout.read(size):
        if len(data) < size:
            break
        yield np.frombuffer(data, np.uint8)
    if decoder.wait() or data:
        raise SystemExit(f"compose-day: {path} cannot be decoded")


class Pictures:
    """What is kept of a film's pictures: how much each differs from the one before, how bright it is, and a few themselves."""

    def __init__(self, path, wanted):
        steps, lights, self.kept, before = [], [], {}, None
        width, height = SMALL
        for at, data in enumerate(decoded(path, f"scale={width}:{height}:flags=area,format=rgb24", width * height * 3)):
            picture = data.reshape(height, width, 3).astype(np.int16)
            if before is not None:
                steps.append(np.abs(picture - before).mean())
            lights.append(picture.mean())
            if at in wanted:
                self.kept[at] = picture
            before = picture
        # steps[i] leads from picture i to the next.
        self.steps, self.lights = np.array(steps, np.float32), np.array(lights, np.float32)

    def around(self, step, reach=2):
        """The largest of the steps beside one."""
        return max([self.steps[at] for at in range(step - reach, step + reach + 1) if at != step and 0 <= at < len(self.steps)], default=0)


def prove(path, truth, edges=None, sound=None):
    """Decodes a stretch and compares it with its truth. Returns facts and faults, in words.

    `edges` holds for each cut the pictures on both sides as they were composed, `sound` the first seconds of the sound as they
    were; without them, the truth is compared with what is seen and heard alone.
    """
    faults, facts = disagreements(truth), []
    wanted = {at for cut in edges or () for at in (cut - 1, cut)}
    wanted |= {(item["start_frame"] + item["end_frame"]) // 2 for item in truth["adverts"]}
    pictures = Pictures(path, wanted)
    if len(pictures.lights) != truth["frames"]:
        faults.append(f"{len(pictures.lights)} pictures, not {truth['frames']}")
    prove_cuts(pictures, truth, edges, facts, faults)
    prove_dark_and_still(pictures, truth, facts, faults)
    prove_adverts(pictures, truth, facts, faults)
    if truth["cues"]:
        prove_cues(path, truth, facts, faults)
    prove_sound(path, truth, sound, facts, faults)
    facts.append(prove_mark(path, truth, truth["logo"]["box"], faults))
    return facts, faults


def prove_cuts(pictures, truth, edges, facts, faults):
    """Cuts are where the pictures change, and a change like that of a cut lies nowhere else."""
    wrong = 0
    for cut in truth["cuts"]:
        if cut > len(pictures.steps):
            continue
        if edges is not None:
            if cut not in edges:
                wrong += 1
                faults.append(f"cut {cut} was not composed")
                continue
            before, after = edges[cut]
            film = pictures.kept
            here = [np.abs(film[cut - back] - side).mean() for back, side in ((0, after), (1, before))]
            across = [np.abs(film[cut - back] - side).mean() for back, side in ((0, before), (1, after))]
            if not (here[0] < across[0] and here[1] < across[1]):
                wrong += 1
                faults.append(
                    f"cut {cut}: the pictures beside it are others ({here[0]:.1f} {here[1]:.1f} against {across[0]:.1f} {across[1]:.1f})"
                )
        elif pictures.steps[cut - 1] < max(2.5, pictures.around(cut - 1)) * 0.6:
            wrong += 1
    # Some cuts fall into fast motion.
    if edges is None and wrong > 0.02 * len(truth["cuts"]):
        faults.append(f"{wrong} cuts are not at the steepest change near them")
    facts.append(
        f"{len(truth['cuts']) - wrong} of {len(truth['cuts'])} cuts at their pictures"
        + ("" if edges is not None else " (steepest change near)")
    )
    told = set(truth["cuts"])
    for item in truth["gradual"] + truth["distractors"]:
        told |= set(range(item["start"], item["end"] + 2))
    # Takes of films have flashes and blows of their own; those in adverts are not told.
    films = [(item["start_frame"], item["end_frame"]) for item in truth["scenes"] if "takes" in item]
    steep = [at + 1 for at, step in enumerate(pictures.steps) if step > STEEP and step > LONELY * pictures.around(at)]
    steep = [at for at in steep if at in told or not any(first < at <= last for first, last in films)]
    others = [at for at in steep if at not in told]
    if len(others) > 0.01 * len(steep):
        faults += [f"picture {at} changes like a cut, and is none" for at in others]
    facts.append(f"{len(steep) - len(others)} of {len(steep)} steep changes are cuts, transitions or distractors")


def prove_dark_and_still(pictures, truth, facts, faults):
    dark = 0
    for item in truth["black"]:
        part, limit = pictures.lights[item["start_frame"] : item["end_frame"] + 1], 12 if item["logo"] else 4
        dark += len(part) > 0 and part.max() < limit
        if len(part) and part.max() >= limit:
            faults.append(f"black {item['start_frame']}...{item['end_frame']} is not black")
    facts.append(f"{dark} of {len(truth['black'])} black ranges")
    still = sum(
        pictures.steps[item["start_frame"] + 1 : item["end_frame"] - 1].max(initial=0) < 1.5 for item in truth["stills"])
    facts.append(f"{still} of {len(truth['stills'])} still shots")
    if still < len(truth["stills"]):
        faults.append(f"{len(truth['stills']) - still} still shots move")
    # Where nothing is seen, the truth says so.
    inside = np.zeros(len(pictures.lights), bool)
    for item in truth["gradual"]:
        inside[item["start"] : item["end"] + 1] = True
    unseen = np.flatnonzero((pictures.lights < 1) & ~inside)
    if len(unseen):
        faults.append(f"picture {unseen[0]} is black outside of transitions")


def prove_adverts(pictures, truth, facts, faults):
    """Adverts of one number look alike half-way through."""
    seen, alike = {}, 0
    for item in truth["adverts"]:
        if item["end_frame"] == truth["frames"] - 1:
            continue
        picture = pictures.kept.get((item["start_frame"] + item["end_frame"]) // 2)
        first = seen.setdefault(item["advert"], picture)
        if first is picture or picture is None:
            continue
        alike += 1
        if np.abs(first - picture).mean() > ALIKE:
            faults.append(f"advert {item['advert']} at {item['start']:.0f} s looks unlike the same before")
    facts.append(f"{len(seen)} adverts, {alike} times one again")


def prove_cues(path, truth, facts, faults):
    sent = sorted((cue for cue in truth["cues"] if cue["sent"] is not None), key=lambda cue: cue["sent"])
    found = read(path)
    say = lambda event, out, at, time: f"{'out' if out else 'back'} {event} for {at:.2f} s at {time:.2f} s"
    same = [
        cue["event"] == one.event and cue["out"] == one.out and one.at is not None and abs(cue["at"] - one.at) < 1e-3
        and abs(cue["sent"] - one.sent) < 2e-3 for cue, one in zip(sent, found)]
    for cue, is_same in zip(sent, same):
        if not is_same:
            faults.append(f"the stream does not hold the cue {say(cue['event'], cue['out'], cue['at'], cue['sent'])}")
    if len(found) != len(sent):
        faults.append(f"{len(found)} cues in the stream, not {len(sent)}")
    facts.append(f"{sum(same)} of {len(sent)} cues as they stand in the stream")


def prove_sound(path, truth, sound, facts, faults):
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
    powers, levels, heard, rest = [], [], [], np.zeros((max(0, -early), 2), np.float32)
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
            levels.append(np.abs(piece[:whole]).max(axis=1).reshape(-1, 48).max(axis=1).astype(np.float16))
            if sound is not None and sum(map(len, heard)) < len(sound):
                heard.append(piece[:whole, 0].copy())
        rest = piece[whole:]
        if not data:
            break
    if decoder.wait() or not powers:
        raise SystemExit(f"compose-day: the sound of {path} cannot be decoded")
    powers, levels = np.concatenate(powers), np.concatenate(levels)
    if sound is not None and np.abs(sound).max() > 0.01:
        late = lag(sound, np.concatenate(heard))
        facts.append(f"sound lies {late / sounds.RATE * 1000:+.2f} ms from where it was composed")
        if abs(late) > sounds.RATE / 1000:
            faults.append(f"sound lies {late / sounds.RATE * 1000:+.1f} ms from where it was composed")
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
    # What is heard, as far as its loudness tells.
    spans = [dict(item) for item in truth["sound"] if item["end"] - item["start"] > 1]
    note_loudness(spans, powers, "heard")
    for item in spans:
        # What is hardly heard is not kept so exactly by the encoder.
        is_heard = (item.get("loudness") or -70) > -45 and item["heard"] is not None
        if is_heard and abs(item["loudness"] - item["heard"]) > 1:
            faults.append(f"sound at {item['start']:.2f} s is at {item['heard']:.1f} LUFS, not {item['loudness']:.1f}")
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
        + (f"; sound begins again {np.median(shifts):.0f} ms (median; earliest {min(shifts)} ms) after the picture" if shifts else "")
    )
    # What comes behind a silence may fade in, but of many something is heard at once.
    if len(shifts) >= 5 and not -6 <= min(shifts) <= 6:
        faults.append(f"sound begins again {min(shifts)} ms after the picture at the earliest")


def lag(composed, heard):
    """Samples by which sound that is heard lies behind what was composed."""
    count = min(len(composed), len(heard))
    size = 1 << (2 * count - 1).bit_length()
    both = np.fft.irfft(np.fft.rfft(heard[:count], size) * np.conj(np.fft.rfft(composed[:count], size)), size)
    best = int(np.argmax(both))
    return best if best < size // 2 else best - size


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
    sums, counts = {}, collections.Counter()
    spans = [(-(-block["start_frame"] // FPS), block["end_frame"] // FPS + 1) for block in truth["blocks"]]
    for second, data in enumerate(decoded(path, f"framestep={FPS},crop={width}:{height}:{x}:{y},format=gray", width * height)):
        for number, (first, last) in enumerate(spans):
            if first <= second < last:
                sums[number] = sums.get(number, 0) + data.reshape(height, width).astype(np.float32)
                counts[number] += 1
    seen, least, most = collections.Counter(), 1.0, 0.0
    for number, block in enumerate(truth["blocks"]):
        if counts[number] < 5:
            continue
        found = gradients(sums[number] / counts[number])
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
