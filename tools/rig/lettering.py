"""Words for composed films: random letters in a real typeface, as the share of each pixel that they cover."""
import functools

import numpy as np
from PIL import Image, ImageDraw, ImageFont

LETTERS = "eeeeetttaaaoooiiinnnsssrrrhhldcumfpgwybvkABDEFGHKLMNPRSTVWZ0123456789"


@functools.lru_cache(maxsize=64)
def typeface(size):
    return ImageFont.load_default(size)


def word(random):
    return "".join(LETTERS[int(random.integers(len(LETTERS)))] for _ in range(int(random.integers(2, 10))))


def lettering(random, width, height, size, lines, left=0.05, top=0.1, right=0.95, centerd=False):
    """Lines of words from `left` to `right` and from `top` down, shares of the picture: float (height, width, 1)."""
    mask = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(mask)
    face = typeface(max(6, size))
    if centerd:
        top = max(0.02, 0.5 - lines * size * 0.65 / height)
    for line in range(lines):
        text = word(random)
        for _ in range(8):
            longer = text + " " + word(random)
            if draw.textlength(longer, font=face) > (right - left) * width or random.random() < 0.12:
                break
            text = longer
        x = (width - draw.textlength(text, font=face)) / 2 if centerd else left * width
        draw.text((x, top * height + line * size * 1.3), text, font=face, fill=255)
    return np.asarray(mask, np.float32)[..., None] / 255
