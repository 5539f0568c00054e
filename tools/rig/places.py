"""Places, people and cameras for `tools/scenes/compose-day`: views that give any picture of a shot by its number.

A place has a palette, a light and walls: what a camera sees that looks one way. Two walls of one place are what shot
and reverse shot show. A setup is a camera in a place, with the people before it; the shots of a scene come back to its
setups. Pictures are RGB, WIDTH x HEIGHT. Everything comes from whole numbers, as takes do.
"""

import colorsys
import functools

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from rig.takes import SOURCE_HEIGHT, SOURCE_WIDTH, StagedTake, fractal

WIDTH, HEIGHT = 640, 360
# How far a camera may pan or shake past the frame, in pixels on each side.
MARGIN_X, MARGIN_Y = 90, 36
# A wall is painted this large.
WALL_WIDTH, WALL_HEIGHT = 1280, 540


def rgb(hue, saturation, value):
    return tuple(
        int(255 * part) for part in colorsys.hsv_to_rgb(hue % 1, min(1, max(0, saturation)), min(1, max(0, value)))
    )


def grade_table(random, strength=1.0, gain=None):
    """A table for `Image.point`: the light and the color of a scene."""
    gain = gain or float(np.exp(random.normal(0, 0.16 * strength)))
    tint = np.exp(random.normal(0, 0.07 * strength, 3))
    gamma = float(np.exp(random.normal(0, 0.14 * strength)))
    curve = 255 * (np.arange(256) / 255) ** gamma
    return np.clip(curve * (gain * tint)[:, None], 0, 255).round().astype(int).ravel().tolist()


@functools.lru_cache(maxsize=1)
def grains():
    """Film grain around 128, larger than a picture: each picture gets another part of it."""
    noise = np.random.default_rng(41).normal(128, 2.2, (HEIGHT + 64, WIDTH + 96, 1)).round().astype(np.uint8)
    return Image.fromarray(np.repeat(noise, 3, 2))


def grained(picture, index):
    left, top = index * 37 % 96, index * 23 % 64
    return ImageChops.add(picture, grains().crop((left, top, left + WIDTH, top + HEIGHT)), 1, -128)


@functools.lru_cache(maxsize=12)
def wall(place, number):
    """What a camera sees in a place that looks one way: WALL_WIDTH x WALL_HEIGHT."""
    look = np.random.default_rng([30, place])
    outside = look.random() < 0.38
    hue, light = look.random(), look.uniform(0.45, 1.0) if look.random() < 0.8 else look.uniform(0.18, 0.4)
    random = np.random.default_rng([31, place, number])
    picture = landscape(look, random, hue, light) if outside else room(look, random, hue, light)
    grain = fractal(np.random.default_rng([32, place, number]), 320, 135, look.uniform(0.5, 1.0))
    texture = np.asarray(Image.fromarray(grain.astype(np.float32)).resize((WALL_WIDTH, WALL_HEIGHT), Image.BICUBIC))
    slope = np.linspace(*np.exp(look.normal(0, 0.25, 2)), WALL_WIDTH)[None, :]
    shade = (1 + look.uniform(0.04, 0.16) * texture) * slope
    return Image.fromarray(np.clip(np.asarray(picture, np.float32) * shade[..., None], 0, 255).astype(np.uint8))


def is_outside(place):
    return np.random.default_rng([30, place]).random() < 0.38


def room(look, random, hue, light):
    """A wall of a room: paint, floor, windows, doors, pictures, shelves, furniture, lamps."""
    width, height = WALL_WIDTH, WALL_HEIGHT
    paint = rgb(hue, look.uniform(0.05, 0.5), light * look.uniform(0.6, 1))
    floor = rgb(look.random(), look.uniform(0.1, 0.6), light * look.uniform(0.25, 0.7))
    wood = rgb(look.uniform(0.03, 0.12), look.uniform(0.3, 0.8), light * look.uniform(0.2, 0.7))
    cloth = rgb(look.random(), look.uniform(0.2, 0.9), light * look.uniform(0.3, 0.9))
    picture = Image.new("RGB", (width, height), paint)
    draw = ImageDraw.Draw(picture)
    base = int(height * look.uniform(0.72, 0.86))
    if look.random() < 0.3:
        for x in range(0, width, int(look.integers(24, 80))):
            draw.line((x, 0, x, base), fill=tuple(int(0.88 * c) for c in paint), width=int(look.integers(2, 14)))
    draw.rectangle((0, base, width, height), fill=floor)
    draw.rectangle((0, base - 8, width, base), fill=wood)
    sky = rgb(0.57, random.uniform(0.1, 0.4), 1.0 if light > 0.42 else 0.12)
    x = random.uniform(0, 80)
    while x < width - 60:
        kind = random.choice(
            ["window", "door", "frame", "shelf", "sofa", "cupboard", "plant", "lamp", "gap"],
            p=[0.15, 0.08, 0.17, 0.13, 0.12, 0.1, 0.09, 0.06, 0.1],
        )
        w = random.uniform(60, 230)
        if kind == "window":
            top, low = height * 0.12, base - height * random.uniform(0.15, 0.3)
            draw.rectangle((x - 6, top - 6, x + w + 6, low + 6), fill=wood)
            draw.rectangle((x, top, x + w, low), fill=sky)
            draw.line((x + w / 2, top, x + w / 2, low), fill=wood, width=6)
            for side in (x - 30, x + w):
                draw.rectangle((side, top - 14, side + 30, low + 60), fill=cloth)
        elif kind == "door":
            w = 110
            draw.rectangle((x, base - height * 0.6, x + w, base), fill=tuple(int(0.75 * c) for c in wood))
            draw.ellipse((x + w - 20, base - height * 0.3, x + w - 8, base - height * 0.3 + 12), fill=(210, 190, 110))
        elif kind == "frame":
            h, y = random.uniform(40, 140), random.uniform(0.1, 0.3) * height
            draw.rectangle((x, y, x + w, y + h), fill=wood)
            draw.rectangle(
                (x + 6, y + 6, x + w - 6, y + h - 6),
                fill=rgb(random.random(), random.uniform(0.2, 0.9), random.uniform(0.3, 1) * light),
            )
            draw.ellipse(
                (x + w * 0.3, y + h * 0.3, x + w * 0.7, y + h * 0.8),
                fill=rgb(random.random(), 0.6, light * random.random()),
            )
        elif kind == "shelf":
            for level in range(4):
                y = base - 60 - 80 * level
                draw.rectangle((x, y, x + w, y + 8), fill=wood)
                at = x
                while at < x + w - 12:
                    book = random.uniform(7, 20)
                    draw.rectangle(
                        (at, y - random.uniform(30, 62), at + book, y),
                        fill=rgb(random.random(), random.uniform(0.3, 0.9), light * random.uniform(0.25, 0.95)),
                    )
                    at += book + random.choice([1, 2, 20], p=[0.5, 0.4, 0.1])
        elif kind == "sofa":
            draw.rounded_rectangle((x, base - 110, x + w + 60, base + 30), 24, fill=cloth)
            draw.rounded_rectangle(
                (x + 12, base - 55, x + w + 48, base + 20), 16, fill=tuple(int(0.85 * c) for c in cloth)
            )
            w += 60
        elif kind == "cupboard":
            draw.rectangle((x, base - 150, x + w, base + 10), fill=wood)
            draw.line((x + w / 2, base - 146, x + w / 2, base + 6), fill=tuple(int(0.6 * c) for c in wood), width=3)
        elif kind == "plant":
            green = rgb(random.uniform(0.22, 0.4), 0.7, light * random.uniform(0.3, 0.7))
            for _ in range(14):
                draw.line(
                    (x + 40, base - 60, x + 40 + random.normal(0, 50), base - 60 - random.uniform(40, 180)),
                    fill=green,
                    width=9,
                )
            draw.rectangle((x + 16, base - 64, x + 64, base + 6), fill=rgb(0.04, 0.7, light * 0.6))
            w = 90
        elif kind == "lamp":
            draw.line((x + 40, base, x + 40, base - 220), fill=(60, 55, 50), width=5)
            draw.polygon(
                [(x + 10, base - 200), (x + 70, base - 200), (x + 55, base - 260), (x + 25, base - 260)],
                fill=(255, 236, 190),
            )
            w = 80
        x += w + random.uniform(10, 110)
    return picture


def landscape(look, random, hue, light):
    """A view outside: sky, hills, houses or trees, ground."""
    width, height = WALL_WIDTH, WALL_HEIGHT
    sky = np.array(
        [
            rgb(
                look.uniform(0.5, 0.66) if look.random() < 0.75 else look.uniform(0.02, 0.12),
                look.uniform(0.15, 0.75),
                light,
            ),
            rgb(look.uniform(0.0, 0.65), look.uniform(0.05, 0.4), min(1, light * 1.15)),
        ],
        np.float32,
    )
    horizon = int(height * look.uniform(0.4, 0.7))
    slope = np.clip(np.linspace(0, 1, height)[:, None, None] * height / horizon, 0, 1)
    clouds = np.asarray(
        Image.fromarray(fractal(random, 320, 135, 0.9).astype(np.float32)).resize((width, height), Image.BICUBIC)
    )[..., None]
    ground = (
        np.broadcast_to(sky[0] * (1 - slope) + sky[1] * slope, (height, width, 3))
        + np.clip(clouds, 0, 2) * 45 * light * look.random()
    )
    picture = Image.fromarray(np.clip(ground, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    soil = rgb(look.choice([0.08, 0.12, 0.27, 0.33, 0.6]), look.uniform(0.1, 0.7), light * look.uniform(0.3, 0.75))
    for layer in range(int(look.integers(1, 4))):
        points = np.cumsum(random.normal(0, 14, 33))
        tone = tuple(int(c * (0.55 + 0.15 * layer)) for c in soil)
        tops = horizon - 60 + 25 * layer + points - points.mean()
        draw.polygon([(0, height), *zip(np.linspace(0, width, 33), tops), (width, height)], fill=tone)
    draw.rectangle((0, horizon + 30, width, height), fill=soil)
    city = look.random() < 0.5
    stone = look.random(), look.uniform(0.05, 0.4)
    x = random.uniform(-60, 40)
    while x < width:
        if city:
            w, h = random.uniform(70, 200), random.uniform(90, 330)
            tone = rgb(stone[0] + random.normal(0, 0.03), stone[1], light * random.uniform(0.3, 0.85))
            low = horizon + random.uniform(20, 60)
            draw.rectangle((x, low - h, x + w, low), fill=tone)
            lit = rgb(0.13, 0.45, 1.0) if light < 0.45 else rgb(0.58, 0.25, light * 0.9)
            for row in np.arange(low - h + 14, low - 24, 30):
                for column in np.arange(x + 10, x + w - 18, 26):
                    if random.random() < (0.35 if light < 0.45 else 0.9):
                        draw.rectangle((column, row, column + 13, row + 17), fill=lit)
            x += w + random.choice([0, 4, 60])
        else:
            h = random.uniform(60, 260)
            low = horizon + random.uniform(20, 120)
            trunk = rgb(0.07, 0.5, light * 0.3)
            draw.rectangle((x + h * 0.2, low - h * 0.5, x + h * 0.26, low), fill=trunk)
            leaf = rgb(look.uniform(0.2, 0.4) if look.random() < 0.8 else 0.08, 0.6, light * random.uniform(0.25, 0.65))
            for _ in range(7):
                cx, cy, r = (
                    x + h * 0.23 + random.normal(0, h * 0.12),
                    low - h * 0.7 + random.normal(0, h * 0.14),
                    h * random.uniform(0.1, 0.2),
                )
                draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=leaf)
            x += random.uniform(50, 260)
    return picture


class Person:
    """Somebody: skin, hair and clothes, the same for the same number."""

    def __init__(self, number):
        random = np.random.default_rng([33, number])
        self.number = number
        self.skin = rgb(random.uniform(0.04, 0.09), random.uniform(0.25, 0.6), random.uniform(0.35, 0.98))
        self.hair = rgb(random.uniform(0.0, 0.14), random.uniform(0.1, 0.9), random.uniform(0.05, 0.75))
        self.shirt = rgb(random.random(), random.uniform(0.1, 1), random.uniform(0.15, 0.95))
        self.trousers = rgb(random.random(), random.uniform(0, 0.6), random.uniform(0.1, 0.5))
        self.style, self.slim = int(random.integers(4)), random.uniform(0.62, 0.78)
        self.collar = random.random() < 0.4

    @functools.lru_cache(maxsize=4)
    def heads(self, size, away=False):
        """RGBA heads `size` pixels high: mouth shut, half open, open, and eyes shut."""
        result = []
        for state in range(1 if away else 4):
            s = 2 * size
            picture = Image.new("RGBA", (int(1.3 * s), int(1.25 * s)), (*self.hair, 0))
            draw = ImageDraw.Draw(picture)
            cx, top, w = 0.65 * s, 0.12 * s, self.slim * s / 2
            tail = [0.75, 1.05, 0.55, 0.9][self.style]
            draw.ellipse((cx - 1.12 * w, top - 0.1 * s, cx + 1.12 * w, top + tail * s), fill=(*self.hair, 255))
            if not away:
                draw.ellipse((cx - w, top, cx + w, top + s), fill=(*self.skin, 255))
                draw.chord(
                    (cx - 1.05 * w, top - 0.06 * s, cx + 1.05 * w, top + 0.62 * s), 190, 350, fill=(*self.hair, 255)
                )
                dark = tuple(int(0.72 * c) for c in self.skin)
                for side in (-1, 1):
                    ex, ey = cx + side * 0.42 * w, top + 0.47 * s
                    if state == 3:
                        draw.line((ex - 0.06 * s, ey, ex + 0.06 * s, ey), fill=(*dark, 255), width=max(1, s // 60))
                    else:
                        draw.ellipse(
                            (ex - 0.065 * s, ey - 0.035 * s, ex + 0.065 * s, ey + 0.035 * s), fill=(240, 240, 236, 255)
                        )
                        draw.ellipse(
                            (ex - 0.03 * s, ey - 0.034 * s, ex + 0.03 * s, ey + 0.034 * s), fill=(40, 34, 30, 255)
                        )
                    draw.line(
                        (ex - 0.08 * s, ey - 0.085 * s, ex + 0.08 * s, ey - 0.095 * s),
                        fill=(*self.hair, 255),
                        width=max(1, s // 40),
                    )
                draw.line(
                    (cx, top + 0.5 * s, cx - 0.05 * s, top + 0.66 * s, cx + 0.02 * s, top + 0.67 * s),
                    fill=(*dark, 255),
                    width=max(1, s // 70),
                )
                gap = [0.012, 0.035, 0.06, 0.012][state] * s
                draw.ellipse(
                    (cx - 0.12 * s, top + 0.77 * s - gap, cx + 0.12 * s, top + 0.78 * s + gap), fill=(130, 48, 48, 255)
                )
            result.append(picture.reduce(2))
        return result

    @functools.lru_cache(maxsize=4)
    def body(self, size, whole):
        """RGBA shoulders and trunk, or all down to the feet, of a person whose head is `size` pixels high."""
        s = 2 * size
        height = (6.3 if whole else 3.2) * s
        picture = Image.new("RGBA", (int(2.6 * s), int(height)), (*self.shirt, 0))
        draw = ImageDraw.Draw(picture)
        cx = 1.3 * s
        if whole:
            for side in (-1, 1):
                draw.rectangle(
                    (cx + side * 0.3 * s - 0.24 * s, 2.4 * s, cx + side * 0.3 * s + 0.24 * s, height),
                    fill=(*self.trousers, 255),
                )
        draw.rounded_rectangle(
            (cx - 1.05 * s, 0.28 * s, cx + 1.05 * s, (3.0 if whole else 4) * s), int(0.55 * s), fill=(*self.shirt, 255)
        )
        draw.rectangle(
            (cx - 0.22 * s, 0, cx + 0.22 * s, 0.42 * s), fill=(*tuple(int(0.85 * c) for c in self.skin), 255)
        )
        if self.collar:
            draw.polygon([(cx, 1.0 * s), (cx - 0.4 * s, 0.28 * s), (cx + 0.4 * s, 0.28 * s)], fill=(235, 235, 235, 255))
        for side in (-1, 1):
            shade = tuple(int(0.82 * c) for c in self.shirt)
            draw.line(
                (cx + side * 0.74 * s, 0.95 * s, cx + side * 0.74 * s, 3.1 * s),
                fill=(*shade, 255),
                width=max(2, s // 30),
            )
        return picture.reduce(2)


class View:
    """A shot. `grain` says whether a camera took it; `still` whether nothing moves in it."""

    grain, still = True, False


class Setup:
    """A camera in a place, and who stands before it: (Person, x, y of the chin, size of the head), in the frame."""

    def __init__(self, random, place, number, framing="medium", people=(), table=None, over=None, blur=None):
        self.place, self.people, self.over, self.table = place, list(people), over, table
        zoom = {
            "wide": random.uniform(0.72, 0.85),
            "medium": random.uniform(1.1, 1.5),
            "close": random.uniform(1.5, 2.2),
            "insert": random.uniform(2.4, 3.5),
        }[framing]
        picture = wall(place, number)
        w, h = (WIDTH + 2 * MARGIN_X) / zoom, (HEIGHT + 2 * MARGIN_Y) / zoom
        scale = min(1.0, WALL_WIDTH / w, WALL_HEIGHT / h)
        w, h = w * scale, h * scale
        left, top = random.uniform(0, WALL_WIDTH - w), (WALL_HEIGHT - h) * random.uniform(0.35, 0.8)
        ground = picture.resize(
            (WIDTH + 2 * MARGIN_X, HEIGHT + 2 * MARGIN_Y), Image.BILINEAR, box=(left, top, left + w, top + h)
        )
        soft = {"wide": 0, "medium": 1.5, "close": 4, "insert": 6}[framing] if blur is None else blur
        ground = ground.filter(ImageFilter.GaussianBlur(soft)) if soft else ground
        self.ground = ground.point(table) if table else ground
        self.things = []


class SetupView(View):
    """A setup through a camera that stands, pans, shakes in a hand, or moves in."""

    def __init__(self, random, setup, count, talker=None, move=None, walk=False):
        self.setup, self.talker, self.count, self.walk = setup, talker, count, walk
        self.move = move or random.choice(["fixed", "hand", "pan", "in"], p=[0.58, 0.22, 0.14, 0.06])
        self.phases, self.at = random.uniform(0, 6.3, 12), random.uniform(-0.25, 0.25, 2)
        self.way = random.choice([-1, 1])
        self.blink, self.pace = int(random.integers(60, 110)), random.uniform(0.2, 0.38)
        self.sprites = []
        for number, (person, x, y, size) in enumerate(setup.people):
            heads, body = person.heads(size), person.body(size, size < 62)
            if setup.table:
                heads = [graded(head, setup.table) for head in heads]
                body = graded(body, setup.table)
            self.sprites.append((heads, body, x, y, size))
        self.over = None
        if setup.over:
            head = graded(setup.over.heads(210, True)[0], setup.table).filter(ImageFilter.GaussianBlur(5))
            body = graded(setup.over.body(210, False), setup.table).filter(ImageFilter.GaussianBlur(5))
            self.over = head, body, int(random.choice([-90, 420]))

    def picture(self, index):
        ground, p = self.setup.ground, self.phases
        dx, dy = self.at * [MARGIN_X, MARGIN_Y]
        if self.move == "pan":
            dx += self.way * (min(index / max(1, self.count), 1.15) - 0.5) * 1.1 * MARGIN_X
        elif self.move == "hand":
            dx += 5 * np.sin(0.11 * index + p[0]) + 2.5 * np.sin(0.37 * index + p[1])
            dy += 4 * np.sin(0.13 * index + p[2]) + 2 * np.sin(0.41 * index + p[3])
        dx, dy = int(np.clip(dx, -MARGIN_X, MARGIN_X)), int(np.clip(dy, -MARGIN_Y, MARGIN_Y))
        view = ground.crop((MARGIN_X + dx, MARGIN_Y + dy, MARGIN_X + dx + WIDTH, MARGIN_Y + dy + HEIGHT))
        for number, (heads, body, x, y, size) in enumerate(self.sprites):
            talks = number == self.talker
            sway = 0.04 * size * np.sin(0.05 * index + p[4 + number % 4])
            x = x - dx * 0.9 + sway
            if self.walk:
                x += self.way * (index - self.count / 2) * 0.045 * size
            bob = 0.035 * size * np.sin(0.21 * index + p[8]) if talks else 0.01 * size * np.sin(0.08 * index + p[9])
            lift = 0.03 * size * abs(np.sin(0.25 * index)) if self.walk else 0
            y = y - dy * 0.9 - lift
            view.paste(body, (int(x - body.width / 2), int(y - 0.12 * size)), body)
            state = 0
            if talks and np.sin(0.043 * index + p[10]) > -0.8:
                state = int(np.clip(1.5 + 1.6 * np.sin(self.pace * 3.1 * index + p[11]), 0, 2))
            if (index + number * 17) % self.blink < 4:
                state = 3
            head = heads[min(state, len(heads) - 1)]
            view.paste(head, (int(x - head.width / 2 + 0.5 * sway), int(y - 0.92 * head.height + bob)), head)
            if talks and size < 130:
                draw = ImageDraw.Draw(view)
                reach = size * (0.9 + 0.25 * np.sin(0.13 * index + p[5]))
                hand = (x + size * 0.9 * np.cos(0.09 * index + p[6]), y + reach)
                draw.line(
                    [(x + size, y + 0.7 * size), (x + 1.2 * size, y + 1.8 * size), hand],
                    fill=self.setup.people[number][0].shirt,
                    width=max(3, size // 4),
                    joint="curve",
                )
                draw.ellipse(
                    (hand[0] - size / 6, hand[1] - size / 6, hand[0] + size / 6, hand[1] + size / 6),
                    fill=self.setup.people[number][0].skin,
                )
        if self.over:
            head, body, x = self.over
            x += int(6 * np.sin(0.04 * index + p[7]))
            view.paste(body, (x + head.width // 2 - body.width // 2, 250), body)
            view.paste(head, (x, 88), head)
        for thing, x, y in self.setup.things:
            view.paste(thing, (int(x - dx), int(y - dy)), thing)
        if self.move == "in":
            share = min(index / max(1, self.count), 1.1) * 0.16
            view = view.resize(
                (WIDTH, HEIGHT),
                Image.BILINEAR,
                box=(share * WIDTH / 2, share * HEIGHT / 2, WIDTH * (1 - share / 2), HEIGHT * (1 - share / 2)),
            )
        return view


def graded(sprite, table):
    if table is None:
        return sprite
    result = sprite.convert("RGB").point(table)
    result.putalpha(sprite.getchannel("A"))
    return result


def thing(random, size):
    """Something to look at from near: a cup, a letter, a telephone, a box, a bottle, a clock. RGBA."""
    picture = Image.new("RGBA", (2 * size, 2 * size))
    draw = ImageDraw.Draw(picture)
    s, color = size, (*rgb(random.random(), random.uniform(0.3, 0.9), random.uniform(0.4, 1)), 255)
    light = (*[min(255, c + 70) for c in color[:3]], 255)
    kind = int(random.integers(6))
    if kind == 0:
        draw.arc((1.2 * s, 0.7 * s, 1.8 * s, 1.4 * s), -90, 90, fill=color, width=s // 8)
        draw.rounded_rectangle((0.4 * s, 0.5 * s, 1.45 * s, 1.7 * s), s // 6, fill=color)
        draw.ellipse((0.4 * s, 0.4 * s, 1.45 * s, 0.66 * s), fill=light)
    elif kind == 1:
        draw.polygon(
            [(0.3 * s, 0.4 * s), (1.6 * s, 0.25 * s), (1.75 * s, 1.7 * s), (0.45 * s, 1.8 * s)],
            fill=(238, 232, 214, 255),
        )
        for line in range(8):
            y = 0.5 * s + 0.14 * s * line
            draw.line(
                (0.5 * s, y + 0.04 * s, 0.5 * s + s * random.uniform(0.6, 1.05), y),
                fill=(70, 66, 80, 255),
                width=max(2, s // 40),
            )
    elif kind == 2:
        draw.rounded_rectangle((0.6 * s, 0.15 * s, 1.4 * s, 1.85 * s), s // 8, fill=(24, 24, 28, 255))
        draw.rectangle((0.66 * s, 0.3 * s, 1.34 * s, 1.65 * s), fill=light)
        for row in range(4):
            draw.rectangle(
                (0.72 * s, (0.4 + 0.3 * row) * s, (0.9 + random.uniform(0.1, 0.4)) * s, (0.55 + 0.3 * row) * s),
                fill=color,
            )
    elif kind == 3:
        draw.polygon(
            [
                (0.2 * s, 0.8 * s),
                (s, 0.45 * s),
                (1.8 * s, 0.8 * s),
                (1.8 * s, 1.6 * s),
                (s, 1.95 * s),
                (0.2 * s, 1.6 * s),
            ],
            fill=color,
        )
        draw.polygon([(0.2 * s, 0.8 * s), (s, 0.45 * s), (1.8 * s, 0.8 * s), (s, 1.15 * s)], fill=light)
    elif kind == 4:
        draw.rectangle((0.85 * s, 0.1 * s, 1.15 * s, 0.6 * s), fill=light)
        draw.rounded_rectangle((0.6 * s, 0.5 * s, 1.4 * s, 1.9 * s), s // 5, fill=color)
        draw.rectangle((0.6 * s, 0.95 * s, 1.4 * s, 1.5 * s), fill=(245, 240, 225, 255))
    else:
        draw.ellipse((0.2 * s, 0.2 * s, 1.8 * s, 1.8 * s), fill=color)
        draw.ellipse((0.32 * s, 0.32 * s, 1.68 * s, 1.68 * s), fill=(246, 244, 236, 255))
        for length in (0.4, 0.58):
            angle = random.uniform(0, 6.3)
            draw.line(
                (s, s, s + length * s * np.cos(angle), s + length * s * np.sin(angle)),
                fill=(30, 30, 30, 255),
                width=s // 20,
            )
    return picture.reduce(2)


class FilmView(View):
    """A take of a film, within it to and fro where it is too short: cropped, mirrored, graded."""

    def __init__(self, random, take, frame, table, begin=0):
        self.take, self.table, self.begin = take, table, begin
        self.zoom, self.x, self.y, self.mirror = frame

    def picture(self, index):
        length = self.take.length
        position = (self.begin + index) % max(1, 2 * length - 2)
        picture = self.take.picture(position if position < length else 2 * length - 2 - position)
        picture = picture.point(self.table) if self.table else picture
        picture = picture.transpose(Image.FLIP_LEFT_RIGHT) if self.mirror else picture
        w, h = SOURCE_WIDTH / self.zoom, SOURCE_HEIGHT / self.zoom
        left, top = self.x * (SOURCE_WIDTH - w), self.y * (SOURCE_HEIGHT - h)
        return picture.resize((WIDTH, HEIGHT), Image.BILINEAR, box=(left, top, left + w, top + h))


class StagedView(View):
    """A place with depth that a camera moves through."""

    def __init__(self, random, place, table):
        self.take = StagedTake(place, int(random.integers(1 << 40)))
        # Every other picture is a new one, as where a slow move is rendered on twos.
        self.table, self.begin, self.kept = table, int(random.integers(30)), (None, None)

    def picture(self, index):
        if self.kept[0] != index // 2:
            picture = self.take.picture(self.begin + index // 2 * 2)
            picture = picture.point(self.table) if self.table else picture
            self.kept = index // 2, picture.resize((WIDTH, HEIGHT), Image.BILINEAR)
        return self.kept[1]


class StillView(View):
    """A photograph or a card that stands still, or that the camera glides over."""

    grain = False

    def __init__(self, picture, glide=(0, 0), grain=False):
        self.whole, self.glide, self.grain = picture, glide, grain
        self.still = glide == (0, 0)

    def picture(self, index):
        spare = self.whole.width - WIDTH, self.whole.height - HEIGHT
        left, top = (int(np.clip(s / 2 + g * index, 0, s)) for s, g in zip(spare, self.glide))
        return self.whole.crop((left, top, left + WIDTH, top + HEIGHT))
