"""Whether the lists of a composed stretch's truth agree with one another: for `tools/scenes/compose-day`, without decoding."""

from rig.continuity import FPS


def black_range(kind, count):
    """Which pictures of a join are black, [first, past the last): none, all, or those in the middle."""
    if kind == "black":
        return 0, count
    if kind == "fade_out":
        return max(1, count // 2), count
    return None


def disagreements(truth):
    """What cannot be so, in words."""
    faults = []

    def expect(is_so, text):
        if not is_so:
            faults.append(text)

    frames, cuts, ranges = truth["frames"], truth["cuts"], [(item["start"], item["end"] + 1) for item in truth["gradual"]]
    expect(cuts == sorted(set(cuts)) and all(0 < cut < frames for cut in cuts), "cuts are not in order")
    expect(set(truth["jumps"]) <= set(cuts), "a jump is no cut")
    # [first mixed picture, first that shows the new shot alone).
    edges = [edge for pair in ranges for edge in pair]
    expect(edges == sorted(edges) and all(first < last for first, last in ranges), "transitions overlap")
    inside = {at for first, last in ranges for at in range(first, last + 1)}
    expect(not inside & set(cuts), "a cut lies in a transition")
    black = []
    for item, (first, last) in zip(truth["gradual"], ranges):
        dark = black_range(item["kind"], last - first)
        black += [(first + dark[0], first + dark[1] - 1)] if dark else []
    expect([(item["start_frame"], item["end_frame"]) for item in truth["black"]] == black, "black is not that of transitions")
    for item in truth["distractors"]:
        expect(
            0 <= item["start"] <= item["end"] < frames and not any(item["start"] < at <= item["end"] for at in cuts),
            f"{item['kind']} {item['start']}...{item['end']} lies across a cut",
        )

    blocks, scenes = truth["blocks"], truth["scenes"]
    begins, ends = {0, *cuts, *(last for _, last in ranges)}, {frames, *cuts, *(first for first, _ in ranges)}
    for item in scenes:
        name = f"scene {item['start_frame']}...{item['end_frame']}"
        expect(item["start_frame"] in begins and item["end_frame"] + 1 in ends, f"{name} does not lie between transitions")
    for one, two in zip(scenes, scenes[1:]):
        expect(one["end_frame"] < two["start_frame"], f"scene {two['start_frame']} begins before the one before has ended")
    for number, block in enumerate(blocks):
        first, last = block["start_frame"], block["end_frame"]
        of = [item for item in scenes if item["block"] == number]
        expect(
            bool(of) and of[0]["start_frame"] == first and of[-1]["end_frame"] == last,
            f"block {first}...{last} is not that of its scenes",
        )
        expect(
            abs(block["start"] * FPS - first) < 1e-3 and abs(block["end"] * FPS - last - 1) < 1e-3,
            f"block {first}...{last} has other seconds",
        )
    of = [(item["start_frame"], item["end_frame"], item["advert"]) for item in scenes if item["kind"] == "advert"]
    expect([(item["start_frame"], item["end_frame"], item["advert"]) for item in truth["adverts"]] == of,
           "adverts are not the scenes of that kind")
    lengths = {}
    for first, last, advert in of:
        whole = lengths.setdefault(advert, last - first)
        # The last one may be cut off by the end of the stretch.
        expect(whole == last - first or last == frames - 1, f"advert {advert} has two lengths")
    programs = [block for block in blocks if block["kind"] == "program"]
    pauses = [(one["end_frame"] + 1, two["start_frame"] - 1) for one, two in zip(programs, programs[1:])]
    expect([(item["start_frame"], item["end_frame"]) for item in truth["breaks"]] == [p for p in pauses if p[1] - p[0] > 24],
           "breaks do not lie between programs")
    marked = [(block["start_frame"], block["end_frame"]) for block in blocks if block["logo"]]
    expect([(item["start_frame"], item["end_frame"]) for item in truth["logo"]["ranges"]] == marked, "the mark is not that of blocks")
    faults += cue_disagreements(truth)
    faults += sound_disagreements(truth, ranges)
    return faults


def cue_disagreements(truth):
    faults, blocks = [], truth["blocks"]
    points = set()
    for number, block in enumerate(blocks):
        if block["kind"] == "adverts" and number:
            points.add((blocks[number - 1]["end_frame"] + 1, True))
            points |= {(blocks[number + 1]["start_frame"], False)} if number + 1 < len(blocks) else set()
    if truth["cues"] and {(cue["frame"], cue["out"]) for cue in truth["cues"]} != points:
        faults.append("cues do not stand around adverts")
    for cue in truth["cues"]:
        state, sent, at = cue["state"], cue["sent"], cue["at"]
        # A message stands in front of a picture, so up to two pictures later than it was meant to.
        is_so = {"ok": sent is not None and (at - sent > 4 - 2.5 / FPS or sent < 2.5 / FPS),
                 "late": sent is not None and sent > at, "missing": sent is None}[state]
        if not is_so or abs(at * FPS - cue["frame"]) > 1e-3:
            faults.append(f"the cue at {at:.2f} s is not {state}")
    return faults


def sound_disagreements(truth, ranges):
    faults, end = [], 0.0
    joins = [(first / FPS, last / FPS) for first, last in ranges]
    near = lambda one, two: abs(one[0] - two[0]) < 1e-3 and abs(one[1] - two[1]) < 1e-3
    silences = [(item["start"], item["end"]) for item in truth["silences"]]
    for silence in silences:
        if not any(near(silence, join) for join in joins):
            faults.append(f"silence at {silence[0]:.2f} s is not that of a transition")
    for item in truth["sound"]:
        span = item["start"], item["end"]
        if abs(span[0] - end) > 2e-3:
            faults.append(f"sound at {span[0]:.2f} s does not follow what is before")
        end = span[1]
        if item["kinds"] and any(span[0] < last - 1e-3 and span[1] > first + 1e-3 for first, last in silences):
            faults.append(f"sound at {span[0]:.2f} s lies in a silence")
        if not item["kinds"] and any(near(span, join) for join in joins) and not any(near(span, one) for one in silences):
            faults.append(f"silence at {span[0]:.2f} s is not among the silences")
    if abs(end - truth["frames"] / FPS) > 2e-3:
        faults.append("sound does not last as long as the pictures")
    return faults
