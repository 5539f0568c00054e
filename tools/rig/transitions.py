"""Transition packages for `tools/shots/compose-shots --real`: zooms, spins, whip pans, glitches, irises, stingers...

Each function takes a random generator and float pictures (count, height, width, 3) of the old and of the new shot and
gives as many mixed ones. None of these is the old or the new shot alone, except where a slow start or end leaves a
picture as it was: `trimmed` finds those.

KINDS says how often each kind comes, its shortest and longest length at 25 pictures per second, and what makes it.
"""
import numpy as np
from PIL import Image

from rig import joins
from rig.lettering import lettering

# Mean difference, 8-bit steps, below which a mixed picture is the shot alone.
VISIBLE_MIX = 0.3


def smooth(time):
    time = np.clip(time, 0, 1)
    return 3 * time ** 2 - 2 * time ** 3


def times(count):
    """The times of the mixed pictures, strictly between 0 and 1."""
    return (np.arange(count) + 1) / (count + 1)


def mirrored(picture):
    """A picture among its mirror images, nine in all, for views that reach over its edges."""
    height, width, _ = picture.shape
    return Image.fromarray(np.pad(np.clip(picture, 0, 255).astype(np.uint8),
                                  ((height, height), (width, width), (0, 0)), mode="symmetric"))


def view(nine, zoom, angle=0.0, right=0.0, down=0.0):
    """The picture in the middle of `nine`, enlarged, turned and moved: float (height, width, 3)."""
    width, height = nine.width // 3, nine.height // 3
    cosine, sine = np.cos(angle) / zoom, np.sin(angle) / zoom
    x, y = nine.width / 2 + right * width, nine.height / 2 + down * height
    affine = (cosine, -sine, x - cosine * width / 2 + sine * height / 2,
              sine, cosine, y - sine * width / 2 - cosine * height / 2)
    return np.asarray(nine.transform((width, height), Image.AFFINE, affine, Image.BILINEAR), np.float32)


def fade(random, old, new, color=0.0):
    """Through one color: evenly, half way only, or with a hard start of the new or a hard end of the old shot."""
    count = len(old)
    mode = random.choice(["even", "half", "half", "hard start", "hard end"], p=[0.4, 0.15, 0.15, 0.2, 0.1])
    curve = joins.easing(random)
    hold = int(min(random.integers(2, 9), count // 3))
    old_share, new_share = np.zeros(count), np.zeros(count)
    if mode == "even":
        hold = int(random.integers(0, max(1, count // 3) + 1))
        down = max(1, (count - hold) // 2)
        old_share[:down] = 1 - curve(np.arange(1, down + 1) / (down + 0.5))
        up = count - down - hold
        new_share[down + hold:] = curve((np.arange(up) + 0.5) / max(up, 1))
    elif mode == "half":
        level, bottom = random.uniform(0.3, 0.6), random.uniform(0.0, 0.4)
        down = count if random.random() < 0.4 else max(2, int(count * random.uniform(0.4, 0.8)))
        old_share[:down] = 1 - (1 - level) * curve(np.arange(1, down + 1) / down)
        up = count - down
        new_share[down:] = bottom + (1 - bottom) * curve(np.arange(up) / max(up, 1))
    elif mode == "hard start":
        old_share[:count - hold] = 1 - curve(np.arange(1, count - hold + 1) / (count - hold))
    else:
        new_share[hold:] = curve(np.arange(count - hold) / (count - hold))
    old_share, new_share = (share.astype(np.float32)[:, None, None, None] for share in (old_share, new_share))
    return old * old_share + new * new_share + np.float32(color) * (1 - old_share - new_share)


def fade_white(random, old, new):
    return fade(random, old, new, 255.0)


def distance(random, height, width):
    """How far each pixel lies from a center, in heights; and the greatest such distance."""
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = random.uniform(0.3, 0.7, 2) if random.random() < 0.4 else (0.5, 0.5)
    far = np.hypot((xs - x * width) / height, ys / height - y)
    if random.random() < 0.15:
        far = np.abs(xs - x * width) / height + np.abs(ys / height - y)
    return far, float(far.max())


def iris(random, old, new):
    """A circle closes on the old shot, pictures stay black, and the new shot opens in a circle or starts hard."""
    count, height, width, _ = old.shape
    far, most = distance(random, height, width)
    soft = float(random.choice([0.01, 0.03, 0.2]))
    mode = random.choice(["close", "close and open", "open"], p=[0.4, 0.4, 0.2])
    hold = int(min(random.integers(2, 9), count // 3))
    close = {"close": count - hold, "open": 0}.get(mode, (count - hold) // 2)
    opening = count - hold - close if mode != "close" else 0
    curve = joins.easing(random)
    result = np.zeros_like(old)
    for index in range(close):
        radius = (most + soft) * (1 - curve((index + 1) / close)) - soft
        result[index] = old[index] * np.clip((radius - far) / soft + 0.5, 0, 1)[..., None]
    for step in range(opening):
        index = count - opening + step
        radius = (most + soft) * curve((step + 0.5) / opening) - soft / 2
        result[index] = new[index] * np.clip((radius - far) / soft + 0.5, 0, 1)[..., None]
    return result


def wipe(random, old, new):
    shape = random.choice([None, "clock", "iris", "blinds", "diamond", "barn", "box"], p=[0.4, 0.13, 0.17, 0.1, 0.06, 0.08, 0.06])
    return joins.wipe(random, old, new, shape)


def zoom(random, old, new):
    """The camera flies through the old picture, or backs out of it, and the new one arrives from small or large."""
    inwards = random.random() < 0.7
    reach = random.uniform(2.5, 6)
    begin = random.choice([random.uniform(0.35, 0.7), random.uniform(1.5, 3)], p=[0.7, 0.3]) if inwards else random.uniform(1.5, 4)
    switch, width = random.uniform(0.4, 0.6), random.uniform(0.08, 0.4)
    angle = random.uniform(-0.5, 0.5) if random.random() < 0.2 else 0.0
    result = np.empty_like(old)
    for index, time in enumerate(times(len(old))):
        weight = np.float32(np.clip((time - switch) / width + 0.5, 0, 1))
        parts = []
        for picture, share, is_old in ((old[index], 1 - weight, True), (new[index], weight, False)):
            if share == 0:
                continue
            nine = mirrored(picture)
            views = []
            for step in (-0.35, 0.0, 0.35):
                at = np.clip(time + step / (len(old) + 1), 0, 1)
                if is_old:
                    size = (reach if inwards else 1 / 2.8) ** (smooth(at) if inwards else at ** 2)
                    turn = angle * at ** 2
                else:
                    size, turn = begin ** (1 - smooth(at)), -angle * (1 - at) ** 2
                views.append(view(nine, max(size, 0.35), turn))
            parts.append(share * np.mean(views, axis=0))
        result[index] = sum(parts)
    return result


def spin(random, old, new):
    """The old picture spins away in a blur and the new one spins to rest."""
    turns = random.uniform(0.8, 3.2) * random.choice([-1, 1])
    grow = random.uniform(1.0, 2.0)
    width = random.uniform(0.05, 0.3)
    result = np.empty_like(old)
    for index, time in enumerate(times(len(old))):
        weight = np.float32(np.clip((time - 0.5) / width + 0.5, 0, 1))
        parts = []
        for nine, share, first in ((old[index], 1 - weight, True), (new[index], weight, False)):
            if share == 0:
                continue
            nine = mirrored(nine)
            moments = np.clip(time + np.array([-0.4, -0.2, 0, 0.2, 0.4]) / (len(old) + 1), 0, 1)
            paths = [at ** 2.2 if first else -(1 - at) ** 2.2 for at in moments]
            parts.append(share * np.mean([view(nine, grow ** abs(path), turns * path * 2) for path in paths], axis=0))
        result[index] = sum(parts)
    return result


def whip(random, old, new):
    """A fast pan, blurred by its motion, runs from the old picture to the new one."""
    if random.random() < 0.25:
        swapped = (0, 2, 1, 3)
        return whip_across(random, old.transpose(swapped), new.transpose(swapped)).transpose(swapped)
    return whip_across(random, old, new)


def whip_across(random, old, new):
    backwards = random.random() < 0.5
    if backwards:
        old, new = old[:, :, ::-1], new[:, :, ::-1]
    count, _, width, _ = old.shape
    tiles = int(random.integers(2, 5))
    power = random.uniform(1.0, 2.0)
    path = lambda time: smooth(np.clip(time, 0, 1)) ** power * tiles * width
    result = np.empty_like(old)
    for index in range(count):
        strip = [old[index]]
        for tile in range(1, tiles):
            source = old[index] if tile <= (tiles - 1) / 2 else new[index]
            strip.append(source[:, ::-1] if (tile if source is old[index] else tiles - tile) % 2 else source)
        strip = np.concatenate(strip + [new[index]], axis=1)
        moments = (index + 1 + np.linspace(-0.45, 0.45, 9)) / (count + 1)
        offsets = np.round(path(moments)).astype(int)
        result[index] = np.mean([strip[:, offset:offset + width] for offset in offsets], axis=0)
    return result[:, :, ::-1] if backwards else result


def glitch(random, old, new):
    """Blocks of both pictures, shifted rows and colors that part: for some pictures nothing is whole."""
    count, height, width, _ = old.shape
    result = np.empty_like(old)
    for index, time in enumerate(times(count)):
        is_new = random.random() < smooth(time)
        base, other = (new[index], old[index]) if is_new else (old[index], new[index])
        picture = base.copy()
        strength = 0.5 + np.sin(np.pi * time)
        for _ in range(int(random.integers(3, 14))):
            h, w = int(random.integers(3, height // 3)), int(random.integers(8, width))
            y, x = int(random.integers(0, height - h)), int(random.integers(0, width - w + 1))
            source = other if random.random() < 0.6 else base
            shift = int(random.normal(0, 20 * strength))
            picture[y:y + h, x:x + w] = np.roll(source[y:y + h], shift, axis=1)[:, x:x + w]
        for _ in range(int(random.integers(1, 6))):
            y, h = int(random.integers(0, height - 4)), int(random.integers(2, 24))
            picture[y:y + h] = np.roll(picture[y:y + h], int(random.normal(0, 25 * strength)), axis=1)
        shifts = np.round(random.normal(0, 6 * strength, 2)).astype(int)
        shifts[np.abs(shifts) < 3] = 3
        picture[..., 0] = np.roll(picture[..., 0], shifts[0], axis=1)
        picture[..., 2] = np.roll(picture[..., 2], -shifts[1], axis=1)
        if random.random() < 0.2:
            picture = picture * random.uniform(0.4, 1.6)
        if random.random() < 0.1:
            picture = 255 - picture
        result[index] = np.clip(picture, 0, 255)
    return result


def glow_field(height, width, time, blobs):
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32) / height
    field = np.zeros((height, width), np.float32)
    for x, y, dx, dy, size in blobs:
        field += np.exp(-(((xs - x - dx * time) ** 2 + (ys - y - dy * time) ** 2) / size ** 2))
    return field[..., None]


def light_leak(random, old, new):
    """Coloured light spills over the picture; under its brightest moment the old shot dissolves into the new one."""
    count, height, width, _ = old.shape
    color = np.array([255, random.uniform(90, 220), random.uniform(20, 140)], np.float32)
    if random.random() < 0.25:
        color = color[random.permutation(3)]
    aspect = width / height
    blobs = [(random.uniform(-0.3, aspect), random.uniform(0, 1), random.normal(0, 1.2), random.normal(0, 0.4),
              random.uniform(0.4, 1.1)) for _ in range(int(random.integers(2, 5)))]
    share = random.uniform(0.25, 0.6)
    strength = random.uniform(0.9, 1.9)
    result = np.empty_like(old)
    for index, time in enumerate(times(count)):
        weight = np.float32(smooth((time - 0.5) / share + 0.5))
        light = np.sin(np.pi * time) ** 1.5 * strength
        glow = np.clip(light * (0.1 + glow_field(height, width, time, blobs)), 0, 1)
        mixed = old[index] * (1 - weight) + new[index] * weight
        result[index] = mixed + (color - mixed) * glow * 0.6 + (255 - np.clip(mixed, 0, 255)) * glow * 0.4 * color / 255
    return np.clip(result, 0, 255)


def flash(random, old, new):
    """Light bursts over the old shot and falls off the new one."""
    count = len(old)
    color = np.full(3, 255, np.float32) if random.random() < 0.75 else random.uniform(150, 255, 3).astype(np.float32)
    peak = max(1, int(round(count * random.uniform(0.2, 0.6))))
    result = np.empty_like(old)
    for index in range(count):
        if index < peak:
            result[index] = old[index] + (color - old[index]) * np.float32((index + 1) / peak)
        else:
            result[index] = new[index] + (color - new[index]) * np.float32((1 - (index - peak + 1) / (count - peak + 1)) ** 1.5)
    return result


def stinger(random, old, new):
    """A graphic with a logo sweeps over the picture; when it has passed, the new shot is there."""
    count, height, width, _ = old.shape
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    slant = random.uniform(-0.8, 0.8)
    along = (xs + slant * (ys - height / 2)) / width
    if random.random() < 0.25:
        along = (ys + slant * (xs - width / 2) * 0.3) / height
    along = (along - along.min()) / (along.max() - along.min())
    along = along if random.random() < 0.5 else 1 - along
    plate, stripe, ink = random.uniform(0, 255, (3, 3)).astype(np.float32)
    band = random.uniform(0.04, 0.15)
    cover = random.uniform(0.4, 0.6)
    logo = lettering(random, width, height, size=int(random.integers(18, 40)), lines=1, centerd=True)
    disc = np.hypot(xs - width / 2, ys - height / 2) < random.uniform(0.2, 0.42) * height
    result = np.empty_like(old)
    for index, time in enumerate(times(count)):
        lead, trail = smooth(time / cover) * (1 + band), smooth((time - 1 + cover) / cover) * (1 + band) - band
        picture = np.where((along < trail)[..., None], new[index], old[index])
        graphic = np.broadcast_to(plate, picture.shape).copy()
        graphic[disc] = stripe
        graphic = graphic * (1 - logo) + ink * logo
        edge = (np.abs(along - lead) < band) | (np.abs(along - trail) < band)
        graphic[edge] = stripe
        covered = ((along < lead) & (along > trail))[..., None]
        result[index] = np.where(covered, graphic, picture)
    return result


def page(random, old, new):
    """The old picture turns over like a page; its back is pale, and the new one lies under it."""
    if random.random() < 0.5:
        return page(random, old[:, :, ::-1], new[:, :, ::-1])[:, :, ::-1]
    count, height, width, _ = old.shape
    ys, xs = np.mgrid[0:height, 0:width]
    slant = random.uniform(-0.5, 0.5)
    curve = joins.easing(random)
    result = np.empty_like(old)
    reach = abs(slant) * height / 2
    for index, time in enumerate(times(count)):
        fold = width + reach - curve(time) * (width + 2 * reach) + slant * (ys - height / 2)
        back = 2 * fold - xs
        mirror = np.clip(back, 0, width - 1).astype(int)
        shade = np.clip((xs - fold) / 12, 0, 1)[..., None] * 0.45 + 0.55
        picture = np.where((xs > fold)[..., None], new[index] * shade, old[index])
        pale = 150 + 0.35 * old[index][ys, mirror] - 40 * np.clip(1 - np.abs(fold - xs) / 10, 0, 1)[..., None]
        result[index] = np.where(((xs <= fold) & (back < width))[..., None], pale, picture)
    return result


def split(random, old, new):
    """The old picture shrinks to one half of a split screen, the new one fills the other half and then all."""
    count, height, width, _ = old.shape
    ground = random.uniform(0, 255, 3).astype(np.float32)
    upright = random.random() < 0.3
    whole = np.array([0, 0, 1, 1.0])
    left, right = np.array([0.02, 0.26, 0.49, 0.74]), np.array([0.51, 0.26, 0.98, 0.74])
    if random.random() < 0.4:
        left, right = np.array([0, 0, 0.495, 1.0]), np.array([0.505, 0, 1, 1.0])
    away = right + np.array([1, 0, 1, 0]) * 0.5
    if upright:
        left, right, away = (rectangle[[1, 0, 3, 2]] for rectangle in (left, right, away))
    together = random.uniform(0.35, 0.5)
    result = np.empty_like(old)
    for index, time in enumerate(times(count)):
        first, second = smooth(time / together), smooth((time - 1 + together) / together)
        canvas = Image.new("RGB", (width, height), tuple(int(value) for value in ground))
        for picture, rectangle in ((old[index], whole + (left - whole) * first),
                                   (new[index], away + (right - away) * first + (whole - right) * second)):
            x0, y0, x1, y1 = np.round(rectangle * [width, height, width, height]).astype(int)
            image = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
            # The middle of the picture that has the panel's shape.
            scale = max((x1 - x0) / width, (y1 - y0) / height)
            w, h = (x1 - x0) / scale, (y1 - y0) / scale
            box = ((width - w) / 2, (height - h) / 2, (width + w) / 2, (height + h) / 2)
            canvas.paste(image.resize((x1 - x0, y1 - y0), Image.BILINEAR, box=box), (x0, y0))
        result[index] = np.asarray(canvas)
    return result


# Odds, shortest and longest length at 25 pictures per second, and what makes the mixed pictures.
KINDS = {
    "dissolve": (0.36, 8, 60, joins.dissolve), "fade_black": (0.16, 10, 60, fade),
    "fade_white": (0.03, 10, 40, fade_white), "wipe": (0.09, 6, 30, wipe), "push": (0.08, 6, 25, joins.slide),
    "iris": (0.04, 10, 40, iris), "zoom": (0.05, 6, 20, zoom), "spin": (0.02, 6, 20, spin),
    "whip": (0.04, 6, 16, whip), "glitch": (0.04, 6, 12, glitch), "light_leak": (0.02, 10, 30, light_leak),
    "flash": (0.02, 4, 10, flash), "stinger": (0.03, 10, 25, stinger), "page": (0.01, 8, 25, page),
    "split": (0.01, 14, 36, split),
}


def choose(random, pace):
    """A kind and a length in pictures; `pace` is 1 at 25 pictures per second."""
    odds = np.array([odds for odds, *_ in KINDS.values()])
    kind = list(KINDS)[int(random.choice(len(KINDS), p=odds / odds.sum()))]
    _, low, high, _ = KINDS[kind]
    return kind, max(3, int(round(np.exp(random.uniform(np.log(low), np.log(high))) * pace)))


def step(one, two):
    """Mean difference of two pictures as 8 bits hold them."""
    return float(np.abs(one.astype(np.uint8).astype(np.float32) - two.astype(np.uint8)).mean())


def trimmed(mixed, old, new):
    """How many pictures at the start are the old shot alone, and how many at the end the new one.

    A slow start of an easing leaves such pictures; they are set to the shot itself. At least one mixed picture stays.
    """
    first, last = 0, len(mixed) - 1
    while first < last and step(mixed[first], old[first]) < VISIBLE_MIX:
        mixed[first] = old[first]
        first += 1
    while last > first and step(mixed[last], new[last]) < VISIBLE_MIX:
        mixed[last] = new[last]
        last -= 1
    return first, len(mixed) - 1 - last


# Hard cuts through odd pictures ---------------------------------------------------------------------------------

ODD_KINDS = ["blend", "blend", "fields", "fields", "flash", "telecine"]


def through_odd(random, last_old, new):
    """Puts one odd picture, or a pair, at the start of the new shot.

    Gives its kind, how many pictures are odd, and how many of them show the old shot rather: the cut is behind those.
    """
    kind = ODD_KINDS[int(random.integers(len(ODD_KINDS)))]
    if kind == "blend":
        share = np.float32(random.uniform(0.25, 0.75))
        new[0] = last_old * (1 - share) + new[0] * share
        return kind, 1, int(share < 0.5)
    if kind == "telecine":
        for index, share in enumerate((0.3, 0.7)):
            new[index] = last_old * np.float32(1 - share) + new[index] * np.float32(share)
        return kind, 2, 1
    if kind == "fields":
        parity = int(random.integers(2))
        new[0][parity::2] = last_old[parity::2]
    else:
        level = 255.0 if random.random() < 0.6 else random.uniform(90, 220)
        opacity = np.float32(1.0 if random.random() < 0.7 else random.uniform(0.6, 0.95))
        new[0] = new[0] * (1 - opacity) + np.float32(level) * opacity
    return kind, 1, 0
