"""Sound for `tools/scenes/compose-day`: voices, music, ambience, and the mixer that joins them.

Every sound is generated from a key, a tuple of whole numbers: the same key gives the same sound. A clip is float32 of
shape (samples, 1 or 2) at RATE, at a loudness of CLIP_LUFS; clips are read around their end, so that they last as long
as needed. Loudness is that of ITU-R BS.1770-4, with its gates, except that nothing here measures true peaks.

A voice is a train of harmonics under moving formants. Its syllables come at 3.5 to 5 a second, as in speech, whose
envelope moves most at about 4 Hz (Houtgast and Steeneken 1985). It says nothing.
"""

import functools

import numpy as np

RATE = 48000
CLIP_LUFS = -23.0
STEP = RATE // 10  # Loudness is measured in steps of 100 ms; a block of BS.1770 is four of them.

# Kinds of clips, the first number of a key.
VOICE, MUSIC, AMBIENCE, JINGLE = range(4)

VOICE_RATE = 16000
# First three formants of vowels, Hz (Peterson and Barney 1952, men, rounded).
VOWELS = np.array(
    [
        (270, 2290, 3010),
        (390, 1990, 2550),
        (530, 1840, 2480),
        (660, 1720, 2410),
        (730, 1090, 2440),
        (570, 840, 2410),
        (440, 1020, 2240),
        (300, 870, 2240),
        (640, 1190, 2390),
        (490, 1350, 1690),
    ]
)


def biquad_power(frequencies, b, a):
    z = np.exp(-2j * np.pi * frequencies / RATE)
    return np.abs((b[0] + b[1] * z + b[2] * z * z) / (a[0] + a[1] * z + a[2] * z * z)) ** 2


@functools.lru_cache(maxsize=8)
def weighting(count):
    """The K weighting of BS.1770 as an amplitude for each frequency of a real transform of `count` samples."""
    frequencies = np.fft.rfftfreq(count, 1 / RATE)
    shelf = biquad_power(
        frequencies, (1.53512485958697, -2.69169618940638, 1.19839281085285), (1, -1.69065929318241, 0.73248077421585)
    )
    high = biquad_power(frequencies, (1, -2, 1), (1, -1.99004745483398, 0.99007225036621))
    return np.sqrt(shelf * high).astype(np.float32)


def step_powers(samples):
    """The weighted power, summed over channels, of each whole step of 100 ms."""
    count = len(samples) // STEP * STEP
    if not count:
        return np.zeros(0)
    weighted = np.fft.irfft(np.fft.rfft(samples[:count], axis=0) * weighting(count)[:, None], count, axis=0)
    power = (weighted**2).sum(axis=1).reshape(-1, STEP).mean(axis=1)
    # One channel is heard from both sides.
    return power * (2 if samples.shape[1] == 1 else 1)


def loudness(powers):
    """The gated loudness, in LUFS, of steps as `step_powers` gives them; None where nothing passes the gates."""
    powers = np.asarray(powers)
    if len(powers) < 4:
        blocks = powers.mean(keepdims=True) if len(powers) else powers
    else:
        blocks = np.convolve(powers, np.ones(4) / 4, "valid")
    level = lambda power: -0.691 + 10 * np.log10(np.maximum(power, 1e-12))
    blocks = blocks[level(blocks) > -70]
    if not len(blocks):
        return None
    blocks = blocks[level(blocks) > level(blocks.mean()) - 10]
    return float(level(blocks.mean()))


def leveled(samples):
    samples = samples[:, None] if samples.ndim == 1 else samples
    measured = loudness(step_powers(samples))
    gain = 10 ** ((CLIP_LUFS - measured) / 20) if measured is not None else 0.0
    return (samples * gain).astype(np.float32)


def resampled(samples, rate):
    """Samples of `rate` at RATE, by their spectrum."""
    count = len(samples) * RATE // rate
    spectrum = np.fft.rfft(samples)
    return np.fft.irfft(spectrum, count) * (count / len(samples))


@functools.lru_cache(maxsize=80)
def clip(key):
    """The sound of a key: (kind, number, ...)."""
    random = np.random.default_rng([20, *key])
    return leveled({VOICE: speech, MUSIC: music, AMBIENCE: ambience, JINGLE: jingle}[key[0]](random, key))


def noise(random, count, tilt, rate=RATE, low=20.0, high=20000.0):
    """Noise whose power falls by `tilt` powers of the frequency between two corners; its end fits its start."""
    frequencies = np.fft.rfftfreq(count, 1 / rate)
    shape = np.maximum(frequencies, low) ** (-tilt / 2)
    shape *= 1 / (1 + (frequencies / high) ** 4) * (frequencies > 0.5 * low)
    spectrum = shape * np.exp(2j * np.pi * random.random(len(frequencies)))
    result = np.fft.irfft(spectrum, count)
    return result / (np.sqrt((result**2).mean()) + 1e-12)


def syllable(random, pitch, count, formants, ends):
    """One voiced syllable: harmonics of a moving pitch whose strengths glide from one vowel to the next."""
    pitches = pitch * np.linspace(*ends, count)
    phase = 2 * np.pi * np.cumsum(pitches) / VOICE_RATE
    harmonics = np.arange(1, max(3, int(3900 / pitch)))
    at = harmonics * pitch
    strengths = []
    for row in formants:
        strength = sum(
            weight / (1 + ((at - center) / width) ** 2)
            for center, width, weight in zip(row, (70, 100, 140), (1.0, 0.55, 0.3))
        )
        strengths.append(strength * harmonics**-0.4)
    glide = np.linspace(0, 1, count)[:, None]
    voiced = np.sin(phase[:, None] * harmonics) * (strengths[0] * (1 - glide) + strengths[1] * glide)
    # Quick to rise, slower to fall.
    time = np.linspace(0, 1, count)
    return voiced.sum(axis=1) * np.minimum(1, time / 0.18) * np.minimum(1, (1 - time) / 0.45) ** 0.8


def speech(random, key):
    """About 20 s of a voice: phrases of syllables, with pauses between them."""
    voice = np.random.default_rng([21, *key[1:]])
    pitch = voice.uniform(90, 135) if voice.random() < 0.5 else voice.uniform(165, 230)
    scale = (0.95 if pitch < 150 else 1.13) * voice.uniform(0.93, 1.07)
    pace = voice.uniform(3.6, 5.0)
    total = 20 * VOICE_RATE
    result = np.zeros(total)
    at = int(0.1 * VOICE_RATE)
    while at < total - 2 * VOICE_RATE:
        syllables = int(random.integers(5, 15))
        vowel = VOWELS[random.integers(len(VOWELS))] * scale
        for index in range(syllables):
            if at > total - VOICE_RATE:
                break
            length = int(VOICE_RATE / pace * random.uniform(0.7, 1.35) * (1.4 if index == syllables - 1 else 1))
            following = VOWELS[random.integers(len(VOWELS))] * scale
            onset = int(length * random.uniform(0.1, 0.35))
            sinks = 1.12 - 0.28 * index / syllables
            accent = random.normal(0, 0.06)
            level = random.uniform(0.55, 1.0) * (1.1 - 0.3 * index / syllables)
            body = syllable(
                random, pitch * (sinks + accent), length - onset, (vowel, following), (1.03, random.uniform(0.88, 1.0))
            )
            result[at + onset : at + length] += level * body
            draw = random.random()
            if draw < 0.4:
                # A fricative.
                hiss = noise(random, onset + 2, -1, VOICE_RATE, 1500, random.uniform(3500, 7500))[:onset]
                result[at : at + onset] += 0.2 * level * hiss * np.sin(np.linspace(0, np.pi, onset))
            elif draw < 0.75:
                # A plosive: a gap, then a burst.
                burst = min(onset, int(0.015 * VOICE_RATE))
                result[at + onset - burst : at + onset] += (
                    0.5 * level * random.normal(0, 1, burst) * np.linspace(1, 0, burst)
                )
            vowel = following
            at += length
        at += int(VOICE_RATE * np.clip(random.lognormal(-1.0, 0.5), 0.15, 1.2))
    result = result[: min(at, total)]
    return resampled(result[: len(result) // 160 * 160], VOICE_RATE)


# Bars come back, and so do their notes.
@functools.lru_cache(maxsize=64)
def note(frequency, count, harmonics, decay, attack=0.005):
    time = np.arange(count) / RATE
    wave = sum(
        np.sin(2 * np.pi * frequency * (n + 1) * time) * share
        for n, share in enumerate(harmonics)
        if frequency * (n + 1) < 16000
    )
    return wave * np.minimum(1, time / attack) * np.exp(-time / decay) * np.minimum(1, (count - np.arange(count)) / 400)


MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
PROGRESSIONS = [(0, 4, 5, 3), (0, 3, 4, 4), (5, 3, 0, 4), (0, 5, 3, 4), (0, 0, 3, 4), (1, 4, 0, 0), (0, 2, 3, 4)]


def music(random, key):
    """Eight bars: chords, bass, broken chords, and drums where the third number of the key is 1 (fast music)."""
    fast = len(key) > 2 and key[2] == 1
    beat = int(RATE * 60 / (random.uniform(105, 140) if fast else random.uniform(62, 96)))
    scale = MAJOR if random.random() < (0.8 if fast else 0.45) else MINOR
    root = 110 * 2 ** (random.integers(12) / 12)
    tone = lambda degree: root * 2 ** (degree // 7 + scale[degree % 7] / 12)
    bars, progression = 8, PROGRESSIONS[int(random.integers(len(PROGRESSIONS)))]
    result = np.zeros((bars * 4 * beat, 2))
    pad = np.array([1, 0.5, 0.35, 0.2, 0.1])[: int(random.integers(2, 6))]
    pluck = random.uniform(0.15, 0.6, 6) * 0.8 ** np.arange(6)
    broken = random.permutation([0, 2, 4, 7, 4, 2, 7, 9])
    every = 1 if fast else int(random.choice([1, 2]))

    def add(at, wave, pan, level):
        end = min(len(result), at + len(wave))
        result[at:end] += level * wave[: end - at, None] * [1 - pan, pan]

    for bar in range(bars):
        degree, start = progression[bar % 4], bar * 4 * beat
        for voice, step in enumerate((0, 2, 4)):
            add(start, note(2 * tone(degree + step), 4 * beat, tuple(pad), 6.0, 0.15), 0.3 + 0.2 * voice, 0.16)
        for number in range(4 if fast else 2):
            add(
                start + number * (beat if fast else 2 * beat),
                note(tone(degree) / 2, beat * (1 if fast else 2), (1, 0.6, 0.3), 0.5),
                0.5,
                0.5,
            )
        for number in range(0, 8, every):
            add(
                start + number * beat // 2,
                note(4 * tone(degree + int(broken[number])), beat, tuple(pluck), 0.25),
                0.25 + 0.5 * (number % 2),
                0.16,
            )
        if fast:
            for number in range(4):
                time = np.arange(int(0.2 * RATE)) / RATE
                if number % 2 == 0:
                    kick = np.sin(2 * np.pi * (45 * time + 9 * (1 - np.exp(-time / 0.03)))) * np.exp(-time / 0.08)
                    add(start + number * beat, kick, 0.5, 1.0)
                else:
                    add(start + number * beat, random.normal(0, 1, len(time)) * np.exp(-time / 0.05), 0.5, 0.22)
                for half in range(2):
                    hat = np.diff(random.normal(0, 1, int(0.05 * RATE)), prepend=0)
                    add(
                        start + number * beat + half * beat // 2,
                        hat * np.exp(-np.arange(len(hat)) / RATE / 0.015),
                        0.6,
                        0.09,
                    )
    return result


def jingle(random, key):
    """A short melody over one chord that rings out: the same for the same key. The third number is its length in ms."""
    count = key[2] * RATE // 1000
    root, scale = 220 * 2 ** (random.integers(12) / 12), MAJOR
    result = np.zeros((count, 2))
    notes = int(random.integers(4, 7))
    degrees = [0, 2, 4, 7, 9, 11]
    gap = int(count * random.uniform(0.08, 0.13))
    colors = random.uniform(0.1, 0.7, 7) * 0.75 ** np.arange(7)
    for index in range(notes):
        degree = int(random.choice(degrees)) if index < notes - 1 else 7
        at = index * gap
        wave = note(2 * root * 2 ** (degree // 7 + scale[degree % 7] / 12), count - at, tuple(colors), 0.2 * count / RATE)
        result[at:] += wave[:, None] * [0.4 + 0.2 * (index % 2), 0.6 - 0.2 * (index % 2)]
    at = (notes - 1) * gap
    for degree in (0, 2, 4):
        wave = note(root * 2 ** (scale[degree] / 12), count - at, (1, 0.5, 0.3, 0.15), 0.35 * count / RATE, 0.02)
        result[at:] += 0.5 * wave[:, None]
    fade = int(0.25 * RATE)
    result[-fade:] *= np.linspace(1, 0, fade)[:, None]
    return result


def ambience(random, key):
    """12 s of a place: colored noise on both sides, and what belongs to it. The third number of the key: 1 outside."""
    count, outside = 12 * RATE, len(key) > 2 and key[2] == 1
    tilt = random.uniform(0.6, 1.6) if outside else random.uniform(1.3, 2.4)
    high = np.exp(random.uniform(np.log(900), np.log(9000)))
    result = np.stack([noise(random, count, tilt, low=random.uniform(30, 120), high=high) for _ in range(2)], axis=1)
    turn = 2 * np.pi * np.arange(count) / count
    # Wind and traffic come and go.
    swell = sum(np.sin(turn * cycle + random.uniform(0, 6.3)) for cycle in random.integers(1, 9, 3))
    result *= np.exp((0.28 if outside else 0.06) * swell)[:, None]
    draw = random.random()
    if not outside and draw < 0.6:
        # Mains hum, or a machine.
        base = 50 if random.random() < 0.6 else random.integers(60, 240)
        hum = sum(np.sin(2 * np.pi * base * n * np.arange(count) / RATE) / n for n in (1, 2, 3, 4))
        result += random.uniform(0.15, 0.9) * hum[:, None]
    elif not outside and draw < 0.8:
        # A clock.
        tick = random.normal(0, 1, 600) * np.exp(-np.arange(600) / 90)
        for at in range(0, count - RATE, RATE // 2):
            result[at : at + 600] += 1.2 * tick[:, None]
    elif outside and draw < 0.5:
        # Birds.
        for _ in range(int(random.integers(6, 26))):
            length = int(random.uniform(0.05, 0.22) * RATE)
            at, time = int(random.integers(count - length)), np.arange(length) / RATE
            base, sweep = random.uniform(2200, 6000), random.uniform(-6000, 6000)
            chirp = np.sin(2 * np.pi * (base * time + 0.5 * sweep * time**2)) * np.sin(np.linspace(0, np.pi, length))
            result[at : at + length] += random.uniform(0.2, 0.9) * chirp[:, None] * random.dirichlet([2, 2])
    elif outside and draw < 0.8:
        # Cars pass.
        for _ in range(int(random.integers(2, 6))):
            length = int(random.uniform(2, 5) * RATE)
            at = int(random.integers(count - length))
            car = noise(random, length, 1.6, low=60, high=1500) * np.sin(np.linspace(0, np.pi, length)) ** 3
            pan = np.linspace(0, 1, length) if random.random() < 0.5 else np.linspace(1, 0, length)
            result[at : at + length] += 2.2 * car[:, None] * np.stack([pan, 1 - pan], axis=1)
    return result


class Mixer:
    """Events on buses, rendered piece by piece. Times are in seconds of the program.

    A bus is one block of the day: it has a loudness to reach, and may be driven into saturation as adverts are.
    """

    PIECE = 10 * RATE

    def __init__(self, total):
        self.total = int(round(total * RATE))
        self.events, self.buses, self.mutes = [], [], []

    def bus(self, target, drive=0.0):
        self.buses.append({"target": target, "drive": drive, "gain": 1.0, "events": []})
        return len(self.buses) - 1

    def add(self, bus, key, start, end, level=0.0, offset=0, fades=(0.02, 0.02), kind=None, **facts):
        """Plays a clip from `start` to `end`, `level` LU above the loudness of clips, from `offset` seconds into it."""
        start, end = max(0.0, start), min(self.total / RATE, end)
        if end - start < 0.02:
            return
        event = {
            "key": key,
            "first": int(round(start * RATE)),
            "last": int(round(end * RATE)),
            "gain": 10 ** (level / 20),
            "offset": int(offset * RATE),
            "fades": [int(f * RATE) for f in fades],
            "kind": kind,
            "start": start,
            "end": end,
            "bus": bus,
            **facts,
        }
        self.events.append(event)
        self.buses[bus]["events"].append(event)

    def mute(self, start, end):
        self.mutes.append((int(round(start * RATE)), int(round(end * RATE))))

    def bus_piece(self, bus, first, count):
        result = None
        for event in bus["events"]:
            low, high = max(first, event["first"]), min(first + count, event["last"])
            if low >= high:
                continue
            if result is None:
                result = np.zeros((count, 2), np.float32)
            sound = clip(event["key"])
            at = (low - event["first"] + event["offset"]) % len(sound)
            if at + high - low <= len(sound):
                part = sound[at : at + high - low] * np.float32(event["gain"])
            else:
                part = sound[np.arange(at, at + high - low) % len(sound)] * np.float32(event["gain"])
            fade_in, fade_out = event["fades"]
            if fade_in and low - event["first"] < fade_in:
                part *= np.clip((np.arange(low, high) - event["first"] + 0.5) / fade_in, 0, 1).astype(np.float32)[
                    :, None
                ]
            if fade_out and event["last"] - high < fade_out:
                part *= np.clip((event["last"] - np.arange(low, high) - 0.5) / fade_out, 0, 1).astype(np.float32)[
                    :, None
                ]
            result[low - first : high - first] += part
        if result is not None and bus["drive"]:
            result = np.tanh(result * np.float32(bus["drive"])) / np.float32(bus["drive"])
        return result

    def pieces(self):
        """All of the sound, in order: float32 (samples, 2) of at most ten seconds each."""
        for first in range(0, self.total, self.PIECE):
            count = min(self.PIECE, self.total - first)
            mixed = np.zeros((count, 2), np.float32)
            for bus in self.buses:
                piece = self.bus_piece(bus, first, count)
                if piece is not None:
                    mixed += piece * np.float32(bus["gain"])
            for begin, end in self.mutes:
                if begin < first + count and end > first:
                    mixed[max(0, begin - first) : max(0, end - first)] = 0
            # A limiter: nothing clips.
            over = np.abs(mixed) > 0.7
            mixed[over] = np.sign(mixed[over]) * (0.7 + 0.27 * np.tanh((np.abs(mixed[over]) - 0.7) / 0.27))
            yield mixed

    def settle(self):
        """Sets each bus to the loudness that it is to reach."""
        for bus in self.buses:
            if not bus["events"]:
                continue
            first = min(event["first"] for event in bus["events"])
            last = max(event["last"] for event in bus["events"])
            powers = []
            for begin in range(first, last, self.PIECE):
                piece = self.bus_piece(bus, begin, min(self.PIECE, last - begin))
                if piece is not None:
                    powers.append(step_powers(piece))
            measured = loudness(np.concatenate(powers)) if powers else None
            if measured is not None:
                bus["gain"] = 10 ** ((bus["target"] - measured) / 20)
