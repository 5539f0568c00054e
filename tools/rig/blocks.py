"""Blocks of a channel (program, adverts, trailer, ident) out of evidence: the reference for `BlockSegmentation`.

Evidence is a list of tuples, times in seconds from the first picture:

    ("cut", t) ("aspect", t) ("black", from, to) ("silence", from, to) ("cue_out", t, seconds or None) ("cue_in", t)
    ("mark", from, to, probability) ("loudness", from, to, LUFS) ("music", from, to, share)
    ("recurrence", from, to, probability)

`segment` decides each second with what is known `delay` seconds behind it, as a stream would. docs/explanation/blocks.md
says how it works, and why.
"""
import math

import numpy as np

KINDS = ("program", "adverts", "trailer", "ident")
PROGRAM = 0
AGES = (120, 90, 90, 20)
OFFSETS = np.concatenate([[0], np.cumsum(AGES)])
STATES = int(OFFSETS[-1])
KIND_OF = np.repeat(np.arange(4), AGES)
NEXT = np.array([[0, 0.5, 0.15, 0.35], [0.09, 0.8, 0.05, 0.06], [0.25, 0.35, 0.25, 0.15], [0.45, 0.45, 0.1, 0]])
OUT = np.array([[0, 1, 1, 1], [0, 0, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0]])
BACK = OUT.T
FIRST = np.array([0.7, 0.2, 0.05, 0.05])
MARKED = np.array([0.95, 0.05, 0.5, 0.3])
MARK_CHANGE = 1 / 600
ADVERT_LENGTHS = {5: 0.4, 10: 1.5, 15: 2, 20: 2.5, 25: 0.6, 30: 3, 40: 0.5, 45: 0.6, 60: 0.5}
TRAILER_LENGTHS = {10: 1, 15: 1, 20: 2, 30: 2}
STEP_SECONDS, STEP_FEWEST = 8, 4
BESIDE = 0.12

WEIGHTS = dict(
    loudness=(0, 3, 3, 2), loudness_spread=4.0, of_loudness=0.2,
    cuts=(0, 0.5, 0.45, 0.2), cuts_more=(1, 1.6, 1.5, 0), of_cuts=0.2,
    music=(0.35, 0.35, 0.35, 0.8), of_music=0.1,
    recurrence=(0.02, 0.35, 0.35, 0.8), of_recurrence=0.2,
    mark_seen=(0.05, 0.95), of_mark=0.5,
    edges_cut=0.97, black=2.5, silence=1.5, black_and_silence=1.0, aspect=2.5, step=0.3,
    cue=(7.0, 4.2, 2.1), inside_cue=0.1, behind_cue=0.05)


def lengths(usual, low, high, share, count):
    result = np.zeros(count)
    for length, weight in usual.items():
        for offset, part in ((-1, 0.2), (0, 0.6), (1, 0.2)):
            if length + offset <= count:
                result[length + offset - 1] += (1 - share) * part * weight / sum(usual.values())
    result[low - 1:high] += share / (high - low + 1)
    return result


def endings_of(probabilities, last):
    rest, result = probabilities.sum(), []
    for probability in probabilities:
        result.append(min(probability / rest, 0.98) if rest > 1e-9 else 0.3)
        rest -= probability
    result[-1] = last
    return result


ENDINGS = np.array(
    [1e-4] * 60 + [1 / 600] * 60 + endings_of(lengths(ADVERT_LENGTHS, 3, 90, 0.15, AGES[1]), 0.1)
    + endings_of(lengths(TRAILER_LENGTHS, 6, 60, 0.5, AGES[2]), 0.1) + endings_of(lengths({}, 2, 12, 1, AGES[3]), 0.3))


class Usual:
    """The median loudness of a channel's seconds; half of the weight is of the last ten minutes."""

    def __init__(self):
        self.weights = np.zeros(141)

    def push(self, loudness):
        if loudness > -70:
            self.weights *= 0.998845
            self.weights[min(int((loudness + 70) // 0.5), 140)] += 1

    def median(self):
        total = self.weights.sum()
        if total < 30:
            return None
        return -70 + 0.5 * (int(np.argmax(np.cumsum(self.weights) >= total / 2)) + 0.5)


class UsualCuts:
    """Cuts a second, one in five before anything is seen; half of the weight is of the last ten minutes."""

    def __init__(self):
        self.total, self.weight = 12.0, 60.0

    def push(self, cuts):
        self.total = self.total * 0.998845 + cuts
        self.weight = self.weight * 0.998845 + 1

    def rate(self):
        return min(max(self.total / self.weight, 0.05), 0.6)


def edge(time):
    return math.floor(time + 0.5)


def grid(evidence, count):
    """Arrays of `count` seconds; nan where nothing is known."""
    result = {name: np.zeros(count) for name in ("cut", "cuts", "black", "silence", "aspect")}
    means = {name: np.zeros((2, count)) for name in ("mark", "loudness", "music", "recurrence")}
    for name, at, *rest in evidence:
        if name in means:
            for index in range(max(0, math.floor(at)), min(count, math.ceil(rest[0]))):
                overlap = min(rest[0], index + 1) - max(at, index)
                means[name][:, index] += overlap * rest[1], overlap
        elif name in ("black", "silence"):
            result[name][max(0, edge(at)):edge(rest[0]) + 1] = 1
        elif name in ("cut", "aspect"):
            if 0 <= edge(at) < count:
                result[name][edge(at)] = 1
            if name == "cut" and 0 <= at < count:
                result["cuts"][math.floor(at)] += 1
    for name, (total, weight) in means.items():
        result[name] = np.where(weight > 0, total / np.maximum(weight, 1e-12), np.nan)
    usual_cuts, rate = UsualCuts(), np.zeros(count)
    for index, cuts in enumerate(result["cuts"]):
        rate[index] = usual_cuts.rate()
        usual_cuts.push(cuts)
    result["rate"] = rate
    usual, relative, step = Usual(), np.full(count, np.nan), np.full(count, np.nan)
    for index, loudness in enumerate(result["loudness"]):
        median = usual.median()
        if np.isfinite(loudness):
            if median is not None:
                relative[index] = loudness - median
            usual.push(loudness)
        sides = [result["loudness"][index:index + STEP_SECONDS], result["loudness"][max(0, index - STEP_SECONDS):index]]
        sides = [side[np.isfinite(side)] for side in sides]
        if min(len(side) for side in sides) >= STEP_FEWEST:
            step[index] = sides[0].mean() - sides[1].mean()
    result.update(relative=relative, step=step)
    # What the stream's maker says.
    out, back, announced = np.zeros(count), np.zeros(count), np.zeros(count)
    cues = sorted((edge(at), name, rest) for name, at, *rest in evidence if name.startswith("cue_"))
    for at, name, rest in cues:
        target = out if name == "cue_out" else back
        for distance in range(-2, 3):
            if 0 <= at + distance < count:
                target[at + distance] = max(target[at + distance], (1, 0.6, 0.3)[abs(distance)])
        announced[max(0, at):] = 0
        length = min(max(round(rest[0]), 1), 900) if name == "cue_out" and rest[0] is not None else 240
        announced[max(0, at):max(0, at + length)] = 1 if name == "cue_out" else -1
    result.update(out=out, back=back, announced=announced)
    return result


def likelihoods(seconds, w=WEIGHTS):
    """Factors (count, 4) for kinds, (count, 2) for the mark, (count,) for edges, (count, 4, 4) for steps."""
    known = {name: np.isfinite(values) for name, values in seconds.items()}
    full = {name: np.nan_to_num(values) for name, values in seconds.items()}
    kinds = np.zeros((len(full["cut"]), 4))
    for kind in range(4):
        distance = np.clip((full["relative"] - w["loudness"][kind]) / w["loudness_spread"], -3, 3)
        kinds[:, kind] += np.where(known["relative"], -w["of_loudness"] / 2 * distance ** 2, 0)
        rate = np.maximum(w["cuts"][kind], w["cuts_more"][kind] * full["rate"])
        kinds[:, kind] += w["of_cuts"] * (np.minimum(full["cuts"], 3) * np.log(rate) - rate)
        for name in ("music", "recurrence"):
            share = w[name][kind]
            seen = np.log(full[name] * share + (1 - full[name]) * (1 - share))
            kinds[:, kind] += np.where(known[name], w["of_" + name] * seen, 0)
    kinds[:, PROGRAM] -= w["inside_cue"] * (full["announced"] > 0)
    kinds[:, 1] -= w["behind_cue"] * (full["announced"] < 0)
    marks = np.stack([np.where(known["mark"], w["of_mark"] * np.log(full["mark"] * seen + (1 - full["mark"]) * (1 - seen)), 0)
                      for seen in w["mark_seen"]], axis=1)
    edges = np.log(np.where(full["cut"] > 0, w["edges_cut"] / full["rate"], (1 - w["edges_cut"]) / (1 - full["rate"])))
    edges = edges + w["black"] * full["black"] + w["silence"] * full["silence"] + w["aspect"] * full["aspect"]
    edges += w["black_and_silence"] * full["black"] * full["silence"]
    edges += w["step"] * np.clip(np.abs(full["step"]) - 2, 0, 5)
    steps = NEXT * np.exp(edges)[:, None, None]
    # Messages stand around adverts, or around the whole break.
    steps *= np.exp(w["cue"][0] * full["out"][:, None, None] * OUT + w["cue"][0] * full["back"][:, None, None] * BACK)
    return np.exp(kinds), np.exp(marks), steps


def posteriors(seconds, delay=90, w=WEIGHTS):
    """The probability of each kind (count, 4) at each second, decided `delay` seconds later; None: at the end."""
    kinds, marks, steps = likelihoods(seconds, w)
    count = len(kinds)
    weights = marks[:, :, None] * kinds[:, KIND_OF][:, None, :]
    starts, lasts = OFFSETS[:-1], OFFSETS[1:] - 1
    shares = np.stack([1 - MARKED, MARKED])

    def change(values):
        program = values[:, :AGES[PROGRAM]]
        values[:, :AGES[PROGRAM]] = (1 - MARK_CHANGE) * program + MARK_CHANGE * program[::-1]

    forward = np.zeros((count, 2, STATES))
    forward[0] = shares[:, KIND_OF] * (FIRST / AGES)[KIND_OF] * weights[0]
    forward[0] /= forward[0].sum()
    for index in range(1, count):
        former, values = forward[index - 1], forward[index]
        ends = np.add.reduceat((former * ENDINGS).sum(axis=0), starts)
        stays = former * (1 - ENDINGS)
        values[:, 1:] = stays[:, :-1]
        values[:, starts] = 0
        values[:, lasts] += stays[:, lasts]
        change(values)
        values[:, starts] += shares * (ends @ steps[index])
        values *= weights[index]
        values /= values.sum()

    following = np.minimum(np.arange(STATES) + 1, lasts[KIND_OF])

    def earlier(later, at):
        """What the seconds before `at` know of it and of what follows, from what `at` knows of what follows."""
        weighted = later * weights[at]
        begun = (weighted[:, :, starts] * shares).sum(axis=1)
        program = weighted[:, :, :AGES[PROGRAM]]
        going = weighted.copy()
        going[:, :, :AGES[PROGRAM]] = (1 - MARK_CHANGE) * program + MARK_CHANGE * program[:, ::-1]
        ending = np.einsum("nij,nj->ni", steps[at], begun)[:, KIND_OF]
        values = (1 - ENDINGS) * going[:, :, following] + (ENDINGS * ending)[:, None, :]
        return values / values.max(axis=(1, 2), keepdims=True)

    backward = np.ones((count, 2, STATES))
    if delay is None:
        for index in range(count - 1, 0, -1):
            backward[index - 1] = earlier(backward[index:index + 1], [index])[0]
    else:
        # Each second with its own end; all of them step back together.
        for back in range(min(delay - STEP_SECONDS, count - 1), 0, -1):
            for first in range(0, count - back, 512):
                chunk = np.arange(first, min(first + 512, count - back))
                backward[chunk] = earlier(backward[chunk], chunk + back)
    result = np.add.reduceat((forward * backward).sum(axis=1), starts, axis=1)
    return result / result.sum(axis=1, keepdims=True)


def segment(evidence, end, delay=90, w=WEIGHTS, without=()):
    """Blocks (start, end, kind, probability), from evidence up to `end`, leaving out the kinds `without`."""
    evidence = [item for item in evidence if item[0] not in without]
    count = math.ceil(end - 1e-9)
    seconds = grid(evidence, count)
    probabilities = posteriors(seconds, delay, w)
    cuts = [0.0] + sorted(item[1] for item in evidence if item[0] == "cut")
    beside = {name: [item[1:3] for item in evidence if item[0] == name] for name in ("black", "silence")}

    marks = sorted(item[1:] for item in evidence if item[0] == "mark")
    beside["mark"] = [(two[0], two[0]) for one, two in zip(marks, marks[1:]) if abs(two[0] - one[1]) <= BESIDE and abs(two[2] - one[2]) > 0.5]
    cues = [item[1] for item in evidence if item[0].startswith("cue_")]

    def best(edge):
        near = [cue for cue in cues if abs(cue - edge) <= 2]
        time = min(near, key=lambda cue: abs(cue - edge)) if near else edge

        def cost(cut):
            near = {name: any(low - BESIDE <= cut <= high + BESIDE for low, high in spans) for name, spans in beside.items()}
            return abs(cut - time) - near["black"] - 0.5 * near["silence"] - 0.5 * near["mark"]
        near = [cut for cut in cuts if abs(cut - edge) <= 2]
        return min(near, key=cost) if near else float(edge)

    blocks, start, kind, total, number = [], 0.0, None, np.zeros(4), 0
    for index, row in enumerate(probabilities):
        now = int(np.argmax(row))
        # An edge that lies no later than the block's own start is not one yet.
        if kind is None:
            kind = now
        elif now != kind and best(index) > start:
            at = best(index)
            blocks.append((start, at, KINDS[kind], total[kind] / number))
            start, kind, total, number = at, now, np.zeros(4), 0
        total, number = total + row, number + 1
    if end > start:
        blocks.append((start, end, KINDS[kind], total[kind] / max(number, 1)))
    return blocks
