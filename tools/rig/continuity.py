"""What stands between programs, for `tools/scenes/compose-day`: adverts, trailers, idents, sponsors, the channel's mark.

`Stock` is what a channel has: its mark, its idents, its adverts, its people. All of it comes from the split and the seed,
so that what one split shows, the other never does. Of an advert, an ident or a sponsor the same number gives the same
pictures and the same sound.
"""

import dataclasses

import numpy as np
from PIL import Image, ImageDraw

from rig import places, sounds
from rig.lettering import typeface, word
from rig.places import HEIGHT, WIDTH, FilmView, Person, Setup, SetupView, StagedView, StillView, View, grade_table, rgb

FPS = 25


@dataclasses.dataclass
class Shot:
    """`make(attempt)` gives the view; `pictures` counts those that are the shot's own, those of transitions not."""

    make: object
    pictures: int
    join: tuple = ("cut", 0)
    speaker: int = -1
    note: str = ""
    # What is no change of shot: (kind, first, last) in pictures of the view.
    events: tuple = ()
    setup: object = None
    start: int = 0


@dataclasses.dataclass
class Scene:
    kind: str
    shots: list
    place: object = None
    ambience: tuple = None
    ambience_level: float = -14.0
    voices: tuple = ()
    narrator: tuple = None
    music: tuple = None
    music_level: float = -8.0
    jingle: tuple = None
    lead: float = 0.0
    facts: dict = dataclasses.field(default_factory=dict)

    @property
    def pictures(self):
        return sum(shot.pictures + shot.join[1] for shot in self.shots)


@dataclasses.dataclass
class Block:
    kind: str
    scenes: list
    target: float
    drive: float = 0.0
    logo: bool = False
    aspect: float = 16 / 9
    name: str = ""
    silent: bool = True


def seconds(value):
    return max(1, int(round(value * FPS)))


def lettered(picture, text, size, center, ink, shadow=True):
    draw = ImageDraw.Draw(picture)
    face = typeface(int(size))
    x = center[0] - draw.textlength(text, font=face) / 2
    if shadow:
        draw.text((x + 2, center[1] + 2), text, font=face, fill=(0, 0, 0))
    draw.text((x, center[1]), text, font=face, fill=ink)


def wash(one, two, angle=0.0):
    """A ground that goes from one color to another."""
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    share = np.clip(((xs / WIDTH - 0.5) * np.cos(angle) + (ys / HEIGHT - 0.5) * np.sin(angle)) + 0.5, 0, 1)[..., None]
    return Image.fromarray((np.array(one) * (1 - share) + np.array(two) * share).astype(np.uint8))


class Stock:
    def __init__(self, split, seed, takes):
        self.odd, self.seed = split == "heldout", seed
        self.random = np.random.default_rng([50, self.odd, seed])
        self.films, self.patterns = [], []
        # Takes that follow one another in one film mostly show one place.
        row, before = [], None
        for take in takes:
            if not getattr(take.frames, "filename", None) or take.length == len(take.frames):
                self.patterns.append(take)
                continue
            if before is not None and (take.frames is not before.frames or len(row) == 5):
                self.films.append(row)
                row = []
            row.append(take)
            before = take
        # A place of one or two takes would only go to and fro between them.
        self.films = [row for row in [*self.films, row] if len(row) > 2]
        self.unused = list(range(len(self.films)))
        self.name = word(self.random).upper()[:5]
        self.colors = [rgb(hue, 0.8, 0.85) for hue in (self.random.random() + np.array([0, 0.08, 0.5])) % 1]
        self.mark, self.mark_at = self.make_mark()
        self.themes = [(sounds.MUSIC, self.number(), kind) for kind in (0, 0, 0, 0, 1, 1, 1, 1, 1)]
        self.advert_numbers = [self.number() for _ in range(22)]
        self.idents = [(self.number(), float(length)) for length in self.random.uniform([3, 5], [5, 8])]
        self.announcer = (sounds.VOICE, self.number())

    def number(self, random=None):
        """A number for a generated thing: even ones belong to `tuning`, odd ones to `heldout`."""
        return 2 * int((self.random if random is None else random).integers(1 << 39)) + self.odd

    # The mark --------------------------------------------------------------------------------------------------

    def draw_mark(self, size):
        random = np.random.default_rng([51, self.odd, self.seed])
        picture = Image.new("RGBA", (8 * size, 4 * size))
        draw = ImageDraw.Draw(picture)
        kind, face = int(random.integers(3)), typeface(int(2.4 * size))
        text = self.name[: int(random.integers(2, 5))]
        if kind == 0:
            draw.ellipse((0.2 * size, 0.4 * size, 3.4 * size, 3.6 * size), fill=(255, 255, 255, 255))
            draw.ellipse((1.1 * size, 1.3 * size, 2.5 * size, 2.7 * size), fill=(*self.colors[0], 255))
            draw.text((3.7 * size, 0.4 * size), text[:2], font=face, fill=(255, 255, 255, 255))
        elif kind == 1:
            draw.rounded_rectangle((0.2 * size, 0.4 * size, 7.4 * size, 3.6 * size), size, fill=(*self.colors[0], 255))
            draw.text((0.9 * size, 0.4 * size), text, font=face, fill=(255, 255, 255, 255))
        else:
            draw.text((0.2 * size, 0.4 * size), text, font=face, fill=(255, 255, 255, 255))
            draw.rectangle((0.2 * size, 3.4 * size, 6.8 * size, 3.8 * size), fill=(*self.colors[2], 255))
        return picture.crop(picture.getbbox())

    def make_mark(self):
        """The mark as it stands in a corner, its opacity included, and where."""
        mark = self.draw_mark(8)
        opacity = self.random.uniform(0.45, 0.85)
        mark.putalpha(mark.getchannel("A").point(lambda value: int(value * opacity)))
        x = 34 if self.random.random() < 0.45 else WIDTH - 34 - mark.width
        return mark, (x, 24)

    # Idents, sponsors ------------------------------------------------------------------------------------------

    def ident(self, which):
        number, length = self.idents[which % len(self.idents)]
        shot = Shot(
            lambda attempt: IdentView(number, self.colors, self.draw_mark(26), seconds(length)), seconds(length)
        )
        scene = Scene(
            "ident",
            [shot],
            jingle=(sounds.JINGLE, number, int(1000 * length)),
            facts={"ident": int(which % len(self.idents))},
        )
        return Block("ident", [scene], -21.5, name=f"ident {which % len(self.idents)}")

    def sponsor(self, number, program):
        length = float(np.random.default_rng([52, number]).uniform(5, 8))
        shot = Shot(lambda attempt: SponsorView(number, program), seconds(length))
        scene = Scene(
            "sponsor",
            [shot],
            narrator=(sounds.VOICE, self.advert_voice(number)),
            music=(sounds.MUSIC, self.themes[4][1], 1),
            music_level=-9,
        )
        return Block("sponsor", [scene], -22.0, name=program)

    def advert_voice(self, number):
        return 2 * (number // 2 % 9) + self.odd + 1000

    # Adverts ---------------------------------------------------------------------------------------------------

    def advert(self, number, target):
        """An advert: a montage before a card with the product. Mostly 10, 15, 20 or 30 s long."""
        random = np.random.default_rng([53, number])
        length = seconds(float(random.choice([10, 15, 20, 30], p=[0.22, 0.22, 0.32, 0.24])))
        card = seconds(random.uniform(2.0, 3.6))
        brand = Brand(self.number(random))
        pace = float(np.exp(random.normal(np.log(1.25), 0.3))) if random.random() < 0.88 else random.uniform(3.5, 6)
        sites = [self.number(random) for _ in range(int(random.choice([1, 2, 3, 4])))]
        cast = [Person(self.number(random)) for _ in range(2)]
        films = self.films[int(random.integers(len(self.films)))] if self.films and random.random() < 0.45 else None
        gaudy = random.random() < 0.8
        shots, left, kept = [], length - card, []
        while left > 0:
            count = seconds(np.clip(pace * np.exp(random.normal(0, 0.4)), 0.4, 8))
            count = left if left - count < seconds(0.5) else count
            draw = random.random()
            if kept and draw < 0.12:
                make = kept[int(random.integers(len(kept)))]
            else:
                make = self.advert_view(
                    int(random.integers(1 << 40)), random.random(), brand, sites, cast, films, gaudy, count
                )
                kept.append(make)
            join = ("cut", 0)
            if shots and count > 20 and random.random() < 0.1:
                join = [("dissolve", 8), ("push", 8), ("wipe", 9), ("flash", 5)][int(random.integers(4))]
                count = max(6, count - join[1])
            shots.append(Shot(make, count, join))
            left -= count + join[1]
        shots.append(
            Shot(
                lambda attempt: PackView(brand, card),
                card + left,
                ("dissolve", 7) if random.random() < 0.2 else ("cut", 0),
            )
        )
        shots[-1].pictures -= shots[-1].join[1]
        scene = Scene(
            "advert",
            shots,
            music=self.themes[4 + number // 2 % 5],
            music_level=-5 if random.random() < 0.9 else -40,
            narrator=(sounds.VOICE, self.advert_voice(number)) if random.random() < 0.85 else None,
            facts={"advert": self.advert_numbers.index(number) if number in self.advert_numbers else -1},
        )
        aspect = 2.1 if random.random() < 0.08 else 16 / 9
        return Block("adverts", [scene], target, 6.0, aspect=aspect, silent=random.random() < 0.7)

    def advert_view(self, seed, draw, brand, sites, cast, films, gaudy, count):
        def make(attempt):
            random = np.random.default_rng([54, seed, attempt])
            table = grade_table(random, 1.2, random.uniform(1.0, 1.3))
            if films and draw < 0.4:
                take = films[int(random.integers(len(films)))]
                frame = random.uniform(1.0, 1.9), *random.uniform(0, 1, 2), False
                view = FilmView(random, take, frame, table, int(random.integers(max(1, take.length - count))))
            elif draw < 0.62:
                site = sites[int(random.integers(len(sites)))]
                people = [
                    (
                        cast[int(random.integers(2))],
                        int(random.uniform(200, 440)),
                        int(random.uniform(190, 240)),
                        int(random.choice([64, 100, 150])),
                    )
                ]
                setup = Setup(
                    random,
                    site,
                    int(random.integers(2)),
                    ["wide", "medium", "close"][int(random.integers(3))],
                    people,
                    table,
                )
                view = SetupView(random, setup, count, 0 if random.random() < 0.6 else None, walk=random.random() < 0.3)
            elif draw < 0.8:
                view = ProductView(random, brand)
            elif draw < 0.9:
                view = StagedView(random, self.number(random), table)
            else:
                view = WordsView(random, brand)
            return Gaudy(view) if gaudy and not isinstance(view, (ProductView, WordsView)) else view

        return make

    # Trailers --------------------------------------------------------------------------------------------------

    def trailer(self, random, makers, target):
        """Short shots of a program, then a card that says when."""
        length, card = seconds(float(random.choice([15, 20, 25, 30]))), seconds(random.uniform(3, 4.5))
        title, when = (
            word(random).upper() + " " + word(random).upper(),
            f"{int(random.integers(18, 23))}:{random.choice(['00', '15', '30'])}",
        )
        shots, left = [], length - card
        while left > 0:
            count = seconds(np.clip(1.6 * np.exp(random.normal(0, 0.45)), 0.5, 5))
            count = left if left - count < seconds(0.6) else count
            join = ("cut", 0)
            if shots and count > 24 and random.random() < 0.22:
                join = [("dissolve", 10), ("flash", 6), ("fade_black", 14)][int(random.integers(3))]
                count = max(8, count - join[1])
            if len(shots) and random.random() < 0.1:
                words = word(random).upper()
                make = lambda attempt, words=words: StillView(self.card(words, ""))
            else:
                make = makers[int(random.integers(len(makers)))]
            shots.append(Shot(make, count, join))
            left -= count + join[1]
        shots.append(Shot(lambda attempt: StillView(self.card(title, when)), card))
        scene = Scene(
            "trailer", shots, narrator=self.announcer, music=self.themes[4 + int(random.integers(5))], music_level=-7
        )
        return Block("trailer", [scene], target, 2.0, logo=random.random() < 0.5)

    def card(self, title, when):
        picture = wash(self.colors[0], self.colors[1], 0.6)
        lettered(picture, title, 46, (WIDTH / 2, 130 if when else 155), (255, 255, 255))
        if when:
            lettered(picture, when, 40, (WIDTH / 2, 200), (255, 255, 255))
            mark = self.draw_mark(12)
            picture.paste(mark, ((WIDTH - mark.width) // 2, 280), mark)
        return picture


class Brand:
    """A product: its name, colors and shape."""

    def __init__(self, number):
        random = np.random.default_rng([55, number])
        self.name, self.slogan = word(random).upper(), " ".join(word(random) for _ in range(3))
        hue = random.random()
        self.colors = [rgb(hue, 0.9, 0.95), rgb(hue + random.uniform(0.3, 0.6), 0.85, 0.9), rgb(hue + 0.07, 0.35, 1.0)]
        self.thing = places.thing(random, 250)
        self.angle = random.uniform(0, 6.3)


class Gaudy(View):
    """A view in stronger colors."""

    def __init__(self, view):
        self.view, self.grain, self.still = view, view.grain, view.still

    def picture(self, index):
        # Away from gray by a third.
        return self.view.picture(index).convert(
            "RGB", (1.22, -0.14, -0.08, 0, -0.08, 1.16, -0.08, 0, -0.08, -0.14, 1.22, 0)
        )


class ProductView(View):
    """The product from near, turning in the light."""

    grain = False

    def __init__(self, random, brand):
        self.ground = wash(brand.colors[2], brand.colors[int(random.integers(2))], random.uniform(0, 6.3))
        self.thing, self.phase, self.grow = brand.thing, random.uniform(0, 6.3), random.uniform(-0.004, 0.006)
        self.at = random.uniform(0.35, 0.65, 2) * [WIDTH, HEIGHT]

    def picture(self, index):
        view = self.ground.copy()
        size = 300 * (1 + self.grow) ** index
        width = max(8, int(size * (0.75 + 0.25 * np.cos(0.06 * index + self.phase))))
        thing = self.thing.resize((width, int(size)), Image.BILINEAR)
        view.paste(thing, (int(self.at[0] - width / 2), int(self.at[1] - size / 2)), thing)
        ImageDraw.Draw(view).line(
            (index * 14 % 900 - 120, 0, index * 14 % 900 - 220, HEIGHT), fill=(255, 255, 255), width=8
        )
        return view


class WordsView(View):
    """Large words that slide over a plain color."""

    grain = False

    def __init__(self, random, brand):
        ground, ink = (
            (brand.colors[0], (255, 255, 255)) if random.random() < 0.5 else (brand.colors[1], brand.colors[2])
        )
        self.whole = Image.new("RGB", (WIDTH + 300, HEIGHT), ground)
        for line in range(int(random.integers(1, 3))):
            lettered(self.whole, word(random).upper(), 76, (WIDTH / 2 + 150, 90 + 100 * line), ink)
        self.speed = random.uniform(0.4, 3) * random.choice([-1, 1])

    def picture(self, index):
        left = int(np.clip(150 + self.speed * (index - 12), 0, 300))
        return self.whole.crop((left, 0, left + WIDTH, HEIGHT))


class PackView(View):
    """The card at the end of an advert: the product, its name, a line of words that comes after half a second."""

    grain = False

    def __init__(self, brand, count):
        self.ground = wash(brand.colors[2], brand.colors[0], brand.angle)
        thing = brand.thing.resize((230, 230), Image.BILINEAR)
        self.ground.paste(thing, (40, 65), thing)
        lettered(self.ground, brand.name, 52, (440, 110), (255, 255, 255))
        self.words = self.ground.copy()
        lettered(self.words, brand.slogan, 24, (440, 200), (255, 255, 255))

    def picture(self, index):
        return Image.blend(self.ground, self.words, float(np.clip((index - 12) / 8, 0, 1)))


class IdentView(View):
    """Rings of the channel's colors that gather around its mark."""

    grain = False

    def __init__(self, number, colors, mark, count):
        random = np.random.default_rng([56, number])
        self.ground = wash(colors[0], colors[1], random.uniform(0, 6.3))
        self.mark, self.count, self.colors = mark, count, colors
        self.rings = random.uniform([0, 60, 0.02], [6.3, 260, 0.06], (9, 3))
        self.sides = int(random.choice([0, 3, 4, 6]))

    def picture(self, index):
        view = self.ground.copy()
        draw = ImageDraw.Draw(view)
        share = min(1.0, index / (0.6 * self.count))
        ease = share * share * (3 - 2 * share)
        for number, (phase, radius, speed) in enumerate(self.rings):
            away = radius * (1 - ease) * 1.6 + 8 * ease
            x, y = WIDTH / 2 + away * np.cos(phase + speed * index) * 1.5, HEIGHT / 2 + away * np.sin(
                phase + speed * index
            )
            r = 24 + 9 * number * (0.4 + ease)
            if self.sides:
                draw.regular_polygon((x, y, r), self.sides, 90 * ease + 3 * index, outline=(255, 255, 255), fill=None)
            else:
                draw.ellipse((x - r, y - r, x + r, y + r), outline=(255, 255, 255), width=4)
        if share > 0.35:
            mark = self.mark
            view.paste(
                mark,
                ((WIDTH - mark.width) // 2, (HEIGHT - mark.height) // 2),
                mark.getchannel("A").point(lambda value: int(value * min(1.0, (share - 0.35) / 0.3))),
            )
        return view


class SponsorView(View):
    """The sponsor's product beside the program's name; it moves a little."""

    grain = False

    def __init__(self, number, program):
        brand = Brand(number)
        self.whole = wash(brand.colors[1], brand.colors[2], brand.angle).resize((WIDTH + 40, HEIGHT + 20))
        thing = brand.thing.resize((170, 170), Image.BILINEAR)
        self.whole.paste(thing, (70, 100), thing)
        lettered(self.whole, program, 34, (430, 110), (255, 255, 255))
        lettered(self.whole, brand.name, 44, (430, 200), (30, 30, 40), shadow=False)

    def picture(self, index):
        left = min(40, index // 4)
        return self.whole.crop((left, left // 2, left + WIDTH, left // 2 + HEIGHT))
