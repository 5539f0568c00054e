"""Wipes of any shape and slides, for tools/shots/compose-shots: how one picture takes another one's place.

A wipe is a map that says when each pixel turns; a slide moves the new picture in, the old one out, or both. All take
float pictures (count, height, width, 3) of the old and the new shot and give as many mixed ones.
"""
import numpy as np

# Half of all wipes are the plain ones that every editing program begins with.
SHAPES = ["straight", "clock", "iris", "box", "diamond", "barn", "blinds", "mosaic", "cloud"]
SHAPE_ODDS = [0.5, 0.09, 0.09, 0.06, 0.05, 0.09, 0.05, 0.03, 0.04]


def easing(random):
    """How a transition gathers speed: a function from time 0...1 to progress 0...1."""
    curves = [
        lambda t: t, lambda t: t, lambda t: 3 * t ** 2 - 2 * t ** 3, lambda t: t ** 2, lambda t: 1 - (1 - t) ** 2,
        lambda t: t ** 3 * (t * (6 * t - 15) + 10), lambda t: 1 - (1 - t) ** 3,
    ]
    return curves[int(random.integers(len(curves)))]


def turning_times(random, height, width, shape=None):
    """The time 0...1 at which each pixel turns, (height, width); of one of SHAPES, a random one if not given."""
    shape = shape or SHAPES[int(random.choice(len(SHAPES), p=SHAPE_ODDS))]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    x = (xs + 0.5) / width
    y = (ys + 0.5) / height
    centre = random.uniform(0.35, 0.65, 2) if random.random() < 0.4 else np.array([0.5, 0.5])
    u, v = (x - centre[0]) * width / height, y - centre[1]
    if shape == "straight":
        angle = random.uniform(0, 2 * np.pi) if random.random() < 0.4 else np.pi / 2 * random.integers(4)
        when = u * np.cos(angle) + v * np.sin(angle)
    elif shape == "clock":
        when = (np.arctan2(v, u) + random.uniform(0, 2 * np.pi)) % (2 * np.pi)
    elif shape == "iris":
        when = np.hypot(u, v)
    elif shape == "box":
        when = np.maximum(np.abs(x - centre[0]), np.abs(v))
    elif shape == "diamond":
        when = np.abs(u) + np.abs(v)
    elif shape == "barn":
        when = np.abs(x - centre[0]) if random.random() < 0.5 else np.abs(v)
    elif shape == "blinds":
        along = x if random.random() < 0.5 else y
        when = along * int(random.integers(2, 9)) % 1
    elif shape == "mosaic":
        size = int(random.choice([6, 12, 18]))
        cells = random.uniform(0, 1, (height // size + 1, width // size + 1))
        when = cells.repeat(size, 0).repeat(size, 1)[:height, :width]
    else:
        when = sum(
            np.sin(random.uniform(2, 12) * u + random.uniform(2, 12) * v + random.uniform(0, 6.3)) for _ in range(4))
        when = when.ravel().argsort().argsort().reshape(height, width).astype(np.float32)
    when = when - when.min()
    when = when / when.max()
    return 1 - when if random.random() < 0.5 else when


def wipe(random, old, new, shape=None):
    """The new picture replaces the old one pixel by pixel; the border is hard, soft, or a line of one colour."""
    count, height, width, _ = old.shape
    when = turning_times(random, height, width, shape)[..., None]
    curve = easing(random)
    soft = 0.004 if random.random() < 0.45 else float(np.exp(random.uniform(np.log(0.01), np.log(0.35))))
    line = random.uniform(0.01, 0.05) if random.random() < 0.12 else 0
    colour = random.uniform(0, 255, 3)
    result = np.empty_like(old)
    for index in range(count):
        progress = curve((index + 1) / (count + 1)) * (1 + soft)
        mask = np.clip((progress - when) / soft, 0, 1)
        result[index] = old[index] * (1 - mask) + new[index] * mask
        if line:
            result[index] = np.where(np.abs(progress - soft / 2 - when) < line / 2, colour, result[index])
    return result


def slide(random, old, new):
    """The new picture pushes the old one out, covers it, or is uncovered by it."""
    count, height, width, _ = old.shape
    mode = ["push", "push", "cover", "uncover"][int(random.integers(4))]
    side = int(random.integers(4))
    curve = easing(random)
    gap = int(random.uniform(0.01, 0.06) * width) if random.random() < 0.15 else 0
    colour = random.uniform(0, 255, 3).astype(np.float32)
    blurred = random.random() < 0.3
    result = np.empty_like(old)
    for index in range(count):
        times = [(index + 0.6 + 0.2 * part) / (count + 1) for part in range(5)] if blurred else [(index + 1) / (count + 1)]
        result[index] = np.mean(
            [slid(old[index], new[index], mode, side, curve(time), gap, colour) for time in times], axis=0)
    return result


def slid(old, new, mode, side, progress, gap, colour):
    """One picture of a slide; the new picture comes from the right, the left, below or above."""
    if side >= 2:
        return slid(old.swapaxes(0, 1), new.swapaxes(0, 1), mode, side - 2, progress, gap, colour).swapaxes(0, 1)
    if side == 1:
        return slid(old[:, ::-1], new[:, ::-1], mode, 0, progress, gap, colour)[:, ::-1]
    width = old.shape[1]
    shift = int(round(progress * width))
    result = np.empty_like(old)
    border = width - shift
    result[:, :border] = old[:, :border] if mode == "cover" else old[:, shift:]
    result[:, border:] = new[:, border:] if mode == "uncover" else new[:, :shift]
    result[:, max(0, border - gap):border] = colour
    return result


def dissolve(random, old, new):
    """A dissolve with any easing; some mix light rather than coded values."""
    count = len(old)
    curve = easing(random) if random.random() < 0.5 else lambda t: t
    gamma = random.uniform(1.5, 2.4) if random.random() < 0.3 else 1.0
    result = np.empty_like(old)
    for index in range(count):
        weight = curve((index + 1) / (count + 1))
        if gamma == 1:
            result[index] = old[index] * (1 - weight) + new[index] * weight
        else:
            light = [np.clip(picture, 0, 255) ** np.float32(gamma) for picture in (old[index], new[index])]
            result[index] = (light[0] * (1 - weight) + light[1] * weight) ** np.float32(1 / gamma)
    return result
