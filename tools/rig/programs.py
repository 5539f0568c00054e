"""Programs for `tools/scenes/compose-day`: a row of scenes without end, of drama, documentary or news.

A scene is what a person would call one: one place and time, or one thought (a montage, an item of news, a row of
photographs). A conversation across two places is one scene, by telephone as in one room. What is seen of something else
while a scene's sound goes on belongs to the scene: an insert, a cutaway, a flashback of a few shots.
"""

import collections
import functools
import pathlib

import numpy as np
from PIL import Image, ImageDraw

from rig import places, sounds
from rig.continuity import Scene, Shot, lettered, seconds, wash
from rig.lettering import typeface, word
from rig.places import HEIGHT, WIDTH, FilmView, Person, Setup, SetupView, StagedView, StillView, View, grade_table

DRAMA, DOCUMENTARY, NEWS = "drama", "documentary", "news"
KINDS, ODDS = [DRAMA, DOCUMENTARY, NEWS], [0.55, 0.27, 0.18]


class Lazy:
    """A setup that is made when a shot needs it; the sixteen used last are kept."""

    kept = collections.OrderedDict()

    def __init__(self, make):
        self.make = make

    def get(self):
        if self not in Lazy.kept:
            Lazy.kept[self] = self.make()
        Lazy.kept.move_to_end(self)
        while len(Lazy.kept) > 16:
            Lazy.kept.popitem(last=False)
        return Lazy.kept[self]


class Captioned(View):
    """A strip with a name that slides in over a view, and out again."""

    def __init__(self, view, strip, first, last):
        self.view, self.strip, self.first, self.last = view, strip, first, last
        self.grain = view.grain

    def picture(self, index):
        view = self.view.picture(index)
        if self.first <= index <= self.last:
            share = min(1.0, (index - self.first + 1) / 8, (self.last - index + 1) / 8)
            view.paste(self.strip, (int(40 - (1 - share) * 480), 282))
        return view


class Faded(View):
    """A view in the colors of a memory."""

    def __init__(self, view):
        self.view, self.grain = view, view.grain

    def picture(self, index):
        return self.view.picture(index).convert("RGB", (0.5, 0.45, 0.15, 18, 0.3, 0.55, 0.15, 10, 0.25, 0.4, 0.3, 0))


class CreditsView(View):
    """Names that roll up over black."""

    grain = False

    def __init__(self, random, count):
        self.speed = random.uniform(1.4, 2.4)
        height = int(HEIGHT + (count + 60) * self.speed) + 60
        self.whole = Image.new("RGB", (WIDTH, height + HEIGHT))
        for y in range(HEIGHT // 2, height, 34):
            if random.random() < 0.85:
                lettered(
                    self.whole,
                    f"{word(random)}  {word(random)} {word(random)}",
                    19,
                    (WIDTH / 2, y),
                    (225, 225, 225),
                    False,
                )

    def picture(self, index):
        top = min(int(index * self.speed), self.whole.height - HEIGHT)
        return self.whole.crop((0, top, WIDTH, top + HEIGHT))


@functools.lru_cache(maxsize=64)
def strip_of(number):
    random = np.random.default_rng([58, number])
    picture = wash((20, 30, 90), (90, 20, 60), 0).resize((430, 52))
    draw = ImageDraw.Draw(picture)
    draw.text((14, 4), f"{word(random).title()} {word(random).title()}", font=typeface(24), fill=(255, 255, 255))
    draw.text((14, 31), " ".join(word(random) for _ in range(3)), font=typeface(15), fill=(210, 215, 235))
    return picture


class Program:
    def __init__(self, stock, random, kind=None, jump_cuts=False):
        self.stock, self.random, self.jump_cuts = stock, random, jump_cuts
        self.kind = kind or KINDS[int(random.choice(len(KINDS), p=ODDS))]
        self.title = word(random).title() + " " + word(random).title()
        self.aspect = (
            16 / 9 if self.kind == NEWS or random.random() < 0.62 else float(random.choice([2.39, 2.0, 4 / 3]))
        )
        self.sites = [stock.number(random) for _ in range(60)]
        self.cast = [Person(stock.number(random)) for _ in range(7 if self.kind == DRAMA else 24)]
        self.theme = (sounds.MUSIC, stock.number(random), int(self.kind == NEWS))
        self.slow = [(sounds.MUSIC, stock.number(random), 0) for _ in range(2)]
        self.narrator = (sounds.VOICE, stock.number(random))
        self.sponsor = stock.number(random)
        self.pace = {DRAMA: 3.3, DOCUMENTARY: 4.6, NEWS: 4.4}[self.kind] * float(np.exp(random.normal(0, 0.12)))
        self.seen, self.makers, self.anchor = [], [], None

    def chance(self, probability):
        return self.random.random() < probability

    def length(self, factor=1.0, low=0.9, high=14):
        return seconds(np.clip(self.pace * factor * np.exp(self.random.normal(0, 0.5)), low, high))

    def site(self):
        """A place: mostly a new one, else one that was there before."""
        if self.seen and self.kind == DRAMA and self.chance(0.3):
            earlier = [site for site in self.seen[:-1] if site != self.seen[-1]]
            if earlier:
                site = earlier[int(self.random.integers(len(earlier)))]
                self.seen.append(site)
                return site
        site = self.sites.pop() if self.sites else self.stock.number(self.random)
        self.seen.append(site)
        return site

    def light(self, site):
        return grade_table(np.random.default_rng([57, site]))

    def ambience(self, site):
        return (sounds.AMBIENCE, site, int(places.is_outside(site)))

    def setup(self, site, wall, framing, people=(), over=None, things=0):
        seed, table = int(self.random.integers(1 << 40)), self.light(site)

        def make():
            random = np.random.default_rng([59, seed])
            setup = Setup(random, site, wall, framing, people, table, over)
            for _ in range(things):
                size = int(random.uniform(170, 260))
                setup.things.append(
                    (
                        places.graded(places.thing(random, size), table),
                        random.uniform(160, 300),
                        random.uniform(40, 110),
                    )
                )
            return setup

        return Lazy(make)

    def shot(self, setup, count, talker=None, speaker=-1, move=None, walk=False, note="", faded=False, caption=None):
        seed = int(self.random.integers(1 << 40))
        events = ()
        if caption is not None and count > seconds(3):
            first, last = seconds(0.7), min(count - seconds(0.6), seconds(0.7) + seconds(3.5))
            # Its slides in and out; between them it stands.
            events = (("lower_third", first, first + 7), ("lower_third", last - 7, last))

        def make(attempt):
            view = SetupView(np.random.default_rng([60, seed, attempt]), setup.get(), count, talker, move, walk)
            view = Captioned(view, strip_of(caption), first, last) if events else view
            return Faded(view) if faded else view

        self.remember(make)
        return Shot(make, count, speaker=speaker, note=note, events=events, setup=setup)

    def other(self, make, count, speaker=-1, note=""):
        self.remember(make)
        return Shot(make, count, speaker=speaker, note=note)

    def remember(self, make):
        """For trailers."""
        self.makers = self.makers[-40:] + [make]

    def people(self, number):
        chosen = self.random.permutation(len(self.cast))[:number]
        return [self.cast[index] for index in chosen]

    def film_group(self):
        """Takes of one film that belong together, and how this scene shows them; none if there are no films."""
        stock = self.stock
        if not stock.films:
            return None
        if not stock.unused:
            stock.unused = list(range(len(stock.films)))
        group = stock.unused.pop(int(self.random.integers(len(stock.unused))))
        # Films have words in their pictures: they are not mirrored.
        return stock.films[group], grade_table(self.random, 1.3), False, 100 + group

    @staticmethod
    def film_facts(group):
        """The takes of a film that a scene shows, named so that scenes of other stretches that show them name them alike."""
        if not group:
            return {}
        first = group[0][0]
        return {"takes": f"{pathlib.Path(first.frames.filename).stem} {first.first}"}

    def film_shots(self, group, total, speaker=-1):
        takes, table, mirror, _ = group
        # Each take comes back twice at most, as far as its length goes.
        total = min(total, 2 * sum(take.length for take in takes))
        shots, used, before = [], 0, None
        while used < total:
            index = int(self.random.integers(len(takes)))
            if index == before and len(takes) > 1:
                continue
            before, take = index, takes[index]
            count = min(self.length(0.9, 0.8, 6), max(20, take.length))
            seed = int(self.random.integers(1 << 40))

            def make(attempt, take=take, seed=seed, count=count):
                random = np.random.default_rng([61, seed, attempt])
                frame = random.uniform(1.0, 1.5), *random.uniform(0, 1, 2), mirror
                return FilmView(random, take, frame, table, int(random.integers(max(1, take.length - count))))

            shots.append(self.other(make, count, speaker))
            used += count
        return shots

    def staged_shots(self, site, total, speaker=-1, factor=1.0):
        shots, used, table = [], 0, self.light(site)
        while used < total:
            count, seed = self.length(factor), int(self.random.integers(1 << 40))
            make = lambda attempt, seed=seed: StagedView(np.random.default_rng([62, seed, attempt]), site, table)
            shots.append(self.other(make, count, speaker))
            used += count
        return shots

    # Scenes ----------------------------------------------------------------------------------------------------

    def conversation(self):
        random, site = self.random, self.site()
        a, b = self.people(2)
        telephone = self.chance(0.14)
        far = self.site() if telephone else site
        near, away = int(random.uniform(190, 300)), int(random.uniform(340, 450))
        close = self.chance(0.65)
        size = int(random.uniform(140, 185)) if close else int(random.uniform(88, 115))
        framing = "close" if close else "medium"
        chin = 235 if close else 195
        over = not telephone and self.chance(0.4)
        wide = self.setup(site, 0, "wide", [(a, near, 190, 52)] + ([] if telephone else [(b, away, 192, 52)]))
        one = self.setup(site, 0, framing, [(a, near + 60, chin, size)], b if over else None)
        two = self.setup(far, 0 if telephone else 1, framing, [(b, away - 60, chin, size)], a if over else None)
        shots, turns = [], int(np.clip(np.exp(random.normal(np.log(13), 0.45)), 5, 40))
        if self.chance(0.7):
            shots.append(self.shot(wide, self.length(1.3), 0, 0))
        side = int(random.integers(2))
        for turn in range(turns):
            draw = random.random()
            if draw < 0.1:
                insert = self.setup(site if side == 0 else far, int(random.integers(2)), "insert", things=1)
                shots.append(self.shot(insert, self.length(0.6, 0.8, 4), None, side, "fixed", note="insert"))
            elif draw < 0.2 and turn:
                shots.append(self.shot(wide, self.length(1.1), side if not telephone else 0, side))
            elif draw < 0.3:
                # The one who listens.
                shots.append(self.shot(two if side == 0 else one, self.length(0.6), None, side, note="listens"))
            else:
                shots.append(self.shot(one if side == 0 else two, self.length(), 0, side))
                side = 1 - side if self.chance(0.85) else side
        if not self.jump_cuts:
            # From one shot of a setup to another would be a jump: the first goes on.
            kept = shots[:1]
            for shot in shots[1:]:
                if shot.setup is kept[-1].setup:
                    kept[-1].pictures += shot.pictures
                else:
                    kept.append(shot)
            shots = kept
        if self.chance(0.12) and len(shots) > 6:
            at, place = int(random.integers(3, len(shots) - 1)), self.stock.number(random)
            memory = [
                self.shot(
                    self.setup(
                        place,
                        number % 2,
                        ["wide", "close", "medium"][number % 3],
                        [(a, 320, 205, 90)] if number else [],
                    ),
                    self.length(0.7, 1, 4),
                    None,
                    shots[at].speaker,
                    note="flashback",
                    faded=True,
                )
                for number in range(int(random.integers(2, 5)))
            ]
            memory[0].join = ("dissolve", 16)
            shots[at].join = ("flash", 8)
            shots[at:at] = memory

        return Scene(
            "conversation",
            shots,
            site,
            self.ambience(site),
            random.uniform(-22, -12),
            ((sounds.VOICE, a.number), (sounds.VOICE, b.number)),
            music=self.slow[0] if self.chance(0.15) else None,
            music_level=-16,
            facts={"telephone": telephone, "place_of_reverse": far},
        )

    def action(self):
        """People move about in a place, or a film's takes of one."""
        random, total = self.random, seconds(random_length(self.random, 30, 0.45, 10, 90))
        group = self.film_group() if self.chance(0.55) else None
        if group:
            shots, site = self.film_shots(group, total), group[3]
            ambience = (sounds.AMBIENCE, 2 * site + self.stock.odd, 1)
        else:
            site = self.site()
            ambience = self.ambience(site)
            cast, shots, used = self.people(2), [], 0
            setups = [
                self.setup(site, wall, framing, [(cast[wall], int(random.uniform(200, 440)), 200, size)])
                for wall, framing, size in ((0, "wide", 46), (1, "medium", 92), (0, "close", 150), (1, "wide", 58))
            ]
            before = None
            while used < total:
                number = int(random.integers(len(setups)))
                if number == before:
                    continue
                before = number
                if self.chance(0.12):
                    shot = self.shot(
                        self.setup(site, int(random.integers(2)), "insert", things=1),
                        self.length(0.5, 0.7, 4),
                        note="insert",
                    )
                else:
                    shot = self.shot(setups[number], self.length(0.7), walk=number != 2 and self.chance(0.7))
                shots.append(shot)
                used += shot.pictures
        return Scene(
            "action",
            shots,
            site,
            ambience,
            random.uniform(-10, -3),
            music=self.theme if self.chance(0.45) else None,
            music_level=random.uniform(-9, -3),
            facts=self.film_facts(group),
        )

    def montage(self):
        """Views of many places under one piece of music."""
        shots = []
        for _ in range(int(self.random.integers(4, 9))):
            shots += self.staged_shots(self.stock.number(self.random), 1, factor=0.8)
            if len(shots) > 1 and self.chance(0.4):
                shots[-1].join = ("dissolve", int(self.random.integers(10, 26)))
        return Scene("montage", shots, None, None, music=self.slow[1], music_level=0.0)

    def photographs(self):
        """Photographs and papers, most of them still, under a voice."""
        random, shots = self.random, []
        for _ in range(int(random.integers(3, 8))):
            place, seed = self.stock.number(random), int(random.integers(1 << 40))
            glide = (0, 0) if self.chance(0.55) else tuple(random.uniform(-0.7, 0.7, 2))

            def make(attempt, place=place, seed=seed, glide=glide):
                r = np.random.default_rng([63, seed, attempt])
                photo = places.wall(place, 0).resize((WIDTH + 160, HEIGHT + 90), box=(200, 40, 1080, 535)).copy()
                person = Person(2 * (seed + attempt) + self.stock.odd)
                for x in r.uniform(150, 650, int(r.integers(1, 4))):
                    body, head = person.body(60, True), person.heads(60)[0]
                    photo.paste(body, (int(x), 240), body)
                    photo.paste(head, (int(x + body.width / 2 - head.width / 2), 180), head)
                    person = Person(person.number + 2)
                photo = (
                    photo.convert("L").convert("RGB").convert("RGB", (1, 0, 0, 6, 0, 0.94, 0, 0, 0, 0, 0.8, 0))
                    if r.random() < 0.5
                    else photo
                )
                return StillView(photo, glide)

            shot = self.other(make, self.length(1.1, 2, 12), note="still" if glide == (0, 0) else "")
            shot.join = ("dissolve", int(random.integers(10, 24))) if shots and self.chance(0.35) else ("cut", 0)
            shots.append(shot)
        return Scene(
            "photographs",
            shots,
            None,
            (sounds.AMBIENCE, self.stock.number(random), 0),
            -34,
            narrator=self.narrator,
            music=self.slow[0],
            music_level=-15,
        )

    def nature(self):
        total = seconds(random_length(self.random, 40, 0.4, 14, 100))
        group = self.film_group() if self.chance(0.45) else None
        site = group[3] if group else self.site()
        shots = self.film_shots(group, total) if group else self.staged_shots(site, total, factor=1.1)
        return Scene(
            "nature",
            shots,
            site,
            (sounds.AMBIENCE, 2 * site + self.stock.odd, 1),
            -8,
            narrator=self.narrator if self.chance(0.75) else None,
            music=self.slow[1] if self.chance(0.5) else None,
            music_level=-14,
            facts=self.film_facts(group),
        )

    def interview(self, brief=False):
        """Somebody speaks; what is spoken of is seen now and then."""
        random, site = self.random, self.site()
        person = self.people(1)[0]
        setup = self.setup(
            site, 0, "close", [(person, int(random.choice([240, 400])), 230, int(random.uniform(130, 170)))]
        )
        nearer = self.setup(site, 0, "close", [(person, 320, 250, 200)])
        shots, total, used = [], seconds(random_length(random, 12 if brief else 40, 0.4, 7, 90)), 0
        aside = self.stock.number(random)
        while used < total:
            if shots and self.chance(0.35) and shots[-1].note != "cutaway":
                shot = self.staged_shots(aside, 1, 0)[0]
                shot.note = "cutaway"
            else:
                shot = self.shot(
                    nearer if shots and self.chance(0.4) and shots[-1].note == "cutaway" else setup,
                    self.length(1.5, 2.5, 22),
                    0,
                    0,
                    "fixed",
                    caption=person.number if not shots and self.chance(0.7) else None,
                )
                if shots and shots[-1].note != "cutaway":
                    # Two like shots in a row would be a jump: something else comes between.
                    continue
            shots.append(shot)
            used += shot.pictures
        return Scene("interview", shots, site, self.ambience(site), -20, ((sounds.VOICE, person.number),))

    def studio(self):
        """The newsreader, between the items."""
        random = self.random
        if self.anchor is None:
            person, site = self.people(1)[0], self.stock.number(random)
            self.anchor = (
                person,
                site,
                [
                    self.setup(site, 0, "medium", [(person, 250, 200, 112)]),
                    self.setup(site, 0, "close", [(person, 330, 235, 150)]),
                ],
            )
        person, site, setups = self.anchor
        shots = [
            self.shot(
                setups[0], self.length(2.0, 4, 22), 0, 0, "fixed", caption=person.number if self.chance(0.3) else None
            )
        ]
        if self.chance(0.35):
            shots.append(self.shot(setups[1], self.length(1.5, 3, 16), 0, 0, "fixed"))
        return Scene("studio", shots, site, self.ambience(site), -28, ((sounds.VOICE, person.number),))

    def report(self):
        random, site = self.random, self.site()
        shots = []
        for _ in range(int(random.integers(4, 10))):
            draw = random.random()
            if draw < 0.45:
                shots += self.staged_shots(site, 1, factor=0.9)
            elif draw < 0.85:
                framing, size = [("wide", 50), ("medium", 95)][int(random.integers(2))]
                shots.append(
                    self.shot(
                        self.setup(
                            site,
                            int(random.integers(2)),
                            framing,
                            [(self.people(1)[0], int(random.uniform(180, 460)), 200, size)],
                        ),
                        self.length(0.9),
                        walk=self.chance(0.5),
                    )
                )
            else:
                person = self.people(1)[0]
                shots.append(
                    self.shot(
                        self.setup(site, 1, "close", [(person, 300, 230, 150)]),
                        self.length(1.6, 3.2, 16),
                        0,
                        0,
                        "hand",
                        caption=person.number,
                    )
                )
        voice = (sounds.VOICE, self.cast[int(random.integers(len(self.cast)))].number)
        return Scene("report", shots, site, self.ambience(site), -11, narrator=voice)

    def titles(self):
        shots = []
        for _ in range(int(self.random.integers(3, 6))):
            shots += self.staged_shots(self.stock.number(self.random), 1, factor=0.4)
        ground, title = wash(self.stock.colors[1], (15, 15, 30), 1.2), self.title

        def make(attempt):
            picture = ground.copy()
            lettered(picture, title, 54, (WIDTH / 2, 145), (255, 255, 255))
            return StillView(picture)

        shots.append(Shot(make, seconds(self.random.uniform(2.5, 4))))
        return Scene("titles", shots, music=self.theme, music_level=0)

    def credits(self):
        seed, count = int(self.random.integers(1 << 40)), seconds(self.random.uniform(18, 35))
        return Scene(
            "credits",
            [Shot(lambda attempt: CreditsView(np.random.default_rng([64, seed]), count), count, ("fade_black", 20))],
            music=self.theme,
            music_level=0,
        )

    def next_scene(self):
        draw = self.random.random()
        if self.kind == NEWS:
            last = getattr(self, "last", None)
            scene = self.studio() if last != "studio" else self.report() if draw < 0.75 else self.interview(True)
            self.last = scene.kind
        elif self.kind == DOCUMENTARY:
            make = (
                self.nature
                if draw < 0.42
                else self.interview if draw < 0.72 else self.photographs if draw < 0.88 else self.montage
            )
            scene = make()
        else:
            make = self.conversation if draw < 0.56 else self.action if draw < 0.9 else self.montage
            scene = make()
        first = scene.shots[0]
        if first.join[0] == "cut" and self.kind != NEWS:
            draw = self.random.random()
            if draw < 0.1:
                first.join = ("dissolve", int(self.random.integers(12, 32)))
            elif draw < 0.2:
                first.join = ("fade_black", int(self.random.integers(20, 52)))
            elif draw < 0.23:
                first.join = ("wipe", int(self.random.integers(10, 22)))
        # The sound of the next scene before its picture, or that of the last one beyond it.
        if self.chance(0.45):
            scene.lead = float(self.random.uniform(-1.5, 1.5))
        return scene


def random_length(random, median, spread, low, high):
    return float(np.clip(median * np.exp(random.normal(0, spread)), low, high))
