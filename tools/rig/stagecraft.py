"""Shots for `tools/shots/compose-shots --real`: camera work, drawn film, graphics, split screens, and what disturbs them.

A source makes one shot: `pictures(random, count, pace)` gives float pictures (count, HEIGHT, WIDTH, 3) and the events in
it, (kind, first, last) in pictures of the shot, in which nothing may be reported. `again(random)` gives a source of the
same place some time later, `alike(random)` one that looks alike, yet is another shot. `pace` is 1 at 25 pictures a second.

`least`, where a source has it, is the least difference that makes a cut to one of its kind visible.

An overlay puts one thing that is no shot change into pictures [low, high) of a shot and gives its events.
"""
import numpy as np
from PIL import Image, ImageDraw

from rig.lettering import lettering
from rig.takes import SOURCE_HEIGHT, SOURCE_WIDTH, PaintedTake, StagedTake, StillTake, paint_layer, paint_place
from rig.transitions import smooth

WIDTH, HEIGHT = 192, 108


def seed(random):
    return int(random.integers(1 << 40))


def journey(count, first, length):
    """From 0 to 1, slowly at both ends, in pictures [first, first + length)."""
    return smooth((np.arange(count) - first + 1) / max(1, length))


class Camera:
    """A take seen through a camera: fixed, hand-held or tilted, with slow eased pans, tilts and zooms."""

    def __init__(self, random, take, start=None, frame=None):
        self.take = take
        self.start = int(random.integers(take.length)) if start is None else start
        self.frame = frame or {
            "zoom": random.uniform(1.0, 1.25) if random.random() < 0.6 else random.uniform(1.25, 2.0),
            "at": random.uniform(0, 1, 2), "mirror": random.random() < 0.5, "gain": random.uniform(0.7, 1.12),
            "tint": random.uniform(0.9, 1.1, 3), "gamma": float(np.exp(random.normal(0, 0.2))),
            "color": 0.0 if random.random() < 0.04 else random.uniform(0.6, 1.25),
            "roll": random.normal(0, 0.12) if random.random() < 0.08 else 0.0,
            "hand": random.uniform(0.002, 0.012) if random.random() < 0.3 else 0.0,
        }

    def again(self, random):
        return Camera(random, self.take, self.start + int(random.integers(40, 120)), self.frame)

    def alike(self, random):
        take = self.take
        if isinstance(take, (PaintedTake, StagedTake)):
            # With one camera and one place, others in it would be what a pose that jumps is: no shot change.
            frame = self.frame if isinstance(take, StagedTake) and random.random() < 0.5 else None
            return Camera(random, type(take)(take.place, seed(random)), None, frame)
        frame = dict(self.frame)
        frame["zoom"] = random.uniform(1.6, 2.2) if frame["zoom"] < 1.4 else random.uniform(1.0, 1.15)
        frame["at"] = random.uniform(0, 1, 2)
        return Camera(random, take, self.start + int(random.integers(30, 120)), frame)

    def path(self, random, count, pace):
        """Enlargement, place and roll for each picture, and the moves as events."""
        zoom = np.full(count, self.frame["zoom"])
        at = np.repeat(self.frame["at"][None], count, 0)
        roll = np.full(count, self.frame["roll"])
        events = []
        move = random.choice(["none", "pan", "tilt", "zoom", "roll"], p=[0.6, 0.14, 0.1, 0.13, 0.03])
        if move != "none" and count > 25 * pace:
            length = int(count * random.uniform(0.35, 1.0))
            first = int(random.integers(0, count - length + 1))
            share = journey(count, first, length)
            if move == "zoom":
                target = zoom[0] * random.uniform(1.15, 1.8) if random.random() < 0.6 else max(1.0, zoom[0] / 1.5)
                zoom = zoom * (target / zoom[0]) ** share
            elif move == "roll":
                roll = roll + random.normal(0, 0.15) * share
            else:
                axis = 0 if move == "pan" else 1
                zoom = np.maximum(zoom, random.uniform(1.3, 1.9))
                begin, end = (0.0, random.uniform(0.4, 1)) if random.random() < 0.5 else (random.uniform(0.4, 1), 0.0)
                at[:, axis] = begin + (end - begin) * share
            events.append(("move_" + move, first, first + length - 1))
        if self.frame["hand"]:
            steps = random.normal(0, self.frame["hand"], (count, 2))
            drift = np.zeros((count, 2))
            for index in range(1, count):
                drift[index] = 0.9 * drift[index - 1] + steps[index]
            zoom = np.maximum(zoom, 1.12)
            at = at + 3 * drift
            roll = roll + drift[:, 0] * 0.3
        if np.any(roll):
            zoom = np.maximum(zoom, 1.2) * (1 + 0.8 * np.abs(roll).max())
        return np.maximum(zoom, 1.0001), np.clip(at, 0, 0.9999), roll, events

    def pictures(self, random, count, pace):
        zoom, at, roll, events = self.path(random, count, pace)
        result = np.empty((count, HEIGHT, WIDTH, 3), np.float32)
        length = self.take.length
        matrix, table = self.grading()
        still, before = None, None
        # At rates near 25, every picture of the take is a picture of the film.
        step = 1 if 0.8 <= pace <= 1.25 else 1 / pace
        for index in range(count):
            position = (self.start + int(index * step)) % max(1, 2 * length - 2)
            position = position if position < length else 2 * length - 2 - position
            if before is None or position != before:
                still = self.take.picture(position)
                before = position
            width, height = SOURCE_WIDTH / zoom[index], SOURCE_HEIGHT / zoom[index]
            left, top = at[index] * [SOURCE_WIDTH - width, SOURCE_HEIGHT - height]
            if roll[index]:
                scale = width / WIDTH
                cosine, sine = np.cos(roll[index]) * scale, np.sin(roll[index]) * scale
                x = np.clip(left + width / 2, 0.6 * width, SOURCE_WIDTH - 0.6 * width)
                y = np.clip(top + height / 2, 0.6 * height, SOURCE_HEIGHT - 0.6 * height)
                affine = (cosine, -sine, x - cosine * WIDTH / 2 + sine * HEIGHT / 2,
                          sine, cosine, y - sine * WIDTH / 2 - cosine * HEIGHT / 2)
                view = still.transform((WIDTH, HEIGHT), Image.AFFINE, affine, Image.BILINEAR)
            else:
                view = still.resize((WIDTH, HEIGHT), Image.BILINEAR, box=(left, top, left + width, top + height))
            result[index] = np.asarray(view.convert("RGB", matrix).point(table))
        return result[:, :, ::-1] if self.frame["mirror"] else result, events

    def grading(self):
        """What the pictures' colors go through: a matrix that mixes channels, and a table for each channel."""
        frame = self.frame
        rest = (1 - frame["color"]) / 3
        matrix = [rest + frame["color"] * (row == column) if column < 3 else 0.0 for row in range(3) for column in range(4)]
        curve = 255 * (np.arange(256) / 255) ** frame["gamma"]
        table = np.clip(curve * (frame["gain"] * frame["tint"])[:, None], 0, 255).round().astype(int)
        return matrix, table.ravel().tolist()


class Ride:
    """A dark place that the camera races through, blurred by the speed."""

    def __init__(self, random, place=None):
        self.place = seed(random) if place is None else place
        take = StagedTake(self.place, seed(random))
        take.speed = random.normal(0, 0.01, 2) * [1, 0.3]
        take.dolly, take.stride = random.uniform(0.5, 1.0), random.uniform(0.04, 0.11)
        take.shake, take.blur = random.uniform(0, 0.015), random.uniform(0.3, 0.85)
        self.take = take
        frame = Camera(random, take).frame
        frame.update(gain=random.uniform(0.25, 0.7), hand=random.uniform(0, 0.01), roll=0.0)
        self.camera = Camera(random, take, None, frame)

    def again(self, random):
        return self.alike(random)

    def alike(self, random):
        return Ride(random, self.place if random.random() < 0.4 else None)

    def pictures(self, random, count, pace):
        return self.camera.pictures(random, count, pace)[0], []


class Layers:
    """Painted layers that slide over one another as the camera glides past, slowly at both ends."""

    def __init__(self, random, place=None):
        self.place = seed(random) if place is None else place
        painter = np.random.default_rng([5, self.place])
        shade = painter.uniform(0.4, 1.1) * painter.uniform(0.7, 1.15, 3)
        color = lambda picture: Image.fromarray(np.clip(np.asarray(picture) * shade, 0, 255).astype(np.uint8))
        self.ground = color(paint_place(painter))
        self.layers = [(color(colors), mask) for colors, mask in
                       (paint_layer(painter) for _ in range(int(painter.integers(1, 4))))]
        self.begin, self.end = random.uniform(0.1, 0.9, 2), random.uniform(0.1, 0.9, 2)
        self.end[1] = self.begin[1] + 0.3 * (self.end[1] - self.begin[1])
        self.zoom = random.uniform(1.0, 1.5, 2) if random.random() < 0.5 else np.full(2, random.uniform(1.0, 1.5))

    def again(self, random):
        return Layers(random, self.place)

    alike = again

    def pictures(self, random, count, pace):
        length = max(1, int(count * random.uniform(0.5, 1.0)))
        first = int(random.integers(0, count - length + 1))
        share = journey(count, first, length)
        result = np.empty((count, HEIGHT, WIDTH, 3), np.float32)
        for index in range(count):
            if index and share[index] == share[index - 1]:
                result[index] = result[index - 1]
                continue
            at = self.begin + (self.end - self.begin) * share[index]
            zoom = self.zoom[0] * (self.zoom[1] / self.zoom[0]) ** share[index]
            picture = self.window(self.ground, at, 1.0 + 0.3 * (zoom - 1))
            for number, (colors, mask) in enumerate(self.layers):
                depth = 1 + 0.45 * (number + 1)
                size = 1 + (zoom - 1) * depth
                picture.paste(self.window(colors, 0.5 + (at - 0.5) * depth, size), (0, 0),
                              self.window(mask, 0.5 + (at - 0.5) * depth, size))
            result[index] = np.asarray(picture)
        return result, [("move_layers", first, first + length - 1)]

    @staticmethod
    def window(painting, at, zoom):
        width, height = painting.width / 1.25 / zoom, painting.height / 1.25 / zoom
        left, top = np.clip(at, 0, 0.9999) * [painting.width - width, painting.height - height]
        return painting.resize((WIDTH, HEIGHT), Image.BILINEAR, box=(left, top, left + width, top + height))


def palette(number):
    """Six flat colors that go together: the same for the same number."""
    random = np.random.default_rng([6, number])
    base = random.uniform(20, 235, 3)
    colors = base + random.normal(0, random.choice([25, 60, 100]), (6, 3))
    colors[4] = 255 - base
    return [tuple(int(value) for value in np.clip(color, 0, 255)) for color in colors]


class Drawing:
    """A flat-colored drawn place; the palette and the layout come from one seed each, so do the things in it."""

    least = 7.0

    def __init__(self, random, colors=None, layout=None):
        self.colors = seed(random) if colors is None else colors
        self.layout = seed(random) if layout is None else layout
        self.things = [seed(random) for _ in range(int(random.integers(3, 13)))]

    def again(self, random):
        return self

    def alike(self, random):
        other = Drawing(random, self.colors, self.layout)
        if random.random() < 0.6:
            other.things = [thing if random.random() < 0.5 else seed(random) for thing in self.things]
        return other

    def paint(self, width, height):
        colors = palette(self.colors)
        layout = np.random.default_rng([7, self.layout])
        picture = Image.new("RGB", (width, height), colors[0])
        draw = ImageDraw.Draw(picture)
        if layout.random() < 0.7:
            draw.rectangle((0, height * layout.uniform(0.5, 0.85), width, height), fill=colors[1])
        if layout.random() < 0.3:
            draw.rectangle((0, 0, width * layout.uniform(0.1, 0.4), height), fill=colors[2])
        for thing in self.things:
            content = np.random.default_rng([8, thing])
            x, y = content.uniform(0, width), content.uniform(0.1, 0.9) * height
            w, h = np.exp(content.uniform(np.log(0.06), np.log(0.7), 2)) * height
            color = colors[int(content.integers(1, 6))]
            kind = content.random()
            box = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
            if kind < 0.4:
                draw.rectangle(box, fill=color)
            elif kind < 0.65:
                draw.ellipse(box, fill=color)
            else:
                corners = int(content.integers(3, 7))
                angles = np.sort(content.uniform(0, 2 * np.pi, corners))
                draw.polygon([(x + w / 2 * np.cos(a), y + h / 2 * np.sin(a)) for a in angles], fill=color)
        return picture

    def pictures(self, random, count, pace):
        picture = np.asarray(self.paint(2 * WIDTH, 2 * HEIGHT).reduce(2), np.float32)
        return np.repeat(picture[None], count, 0), []


class Doll:
    """A drawn figure: joints, flat colors, and the poses it takes, by picture."""

    def __init__(self, random, colors):
        self.size = np.exp(random.uniform(np.log(0.25), np.log(1.1))) * HEIGHT * 2
        self.at = np.array([random.uniform(0.15, 0.85) * 2 * WIDTH, random.uniform(0.45, 0.95) * 2 * HEIGHT])
        self.colors = [colors[int(index)] for index in random.integers(0, 6, 4)]
        self.outline = tuple(int(v) for v in random.uniform(0, 60, 3)) if random.random() < 0.5 else None

    def pose(self, random, before=None, small=False):
        if before is None or not small:
            return np.concatenate([random.normal(0, 0.12, 2), random.uniform(-2.2, 2.2, 4), random.normal(0, 0.5, 2),
                                   random.normal(0, 0.3, 1), random.uniform(0, 1, 1), np.exp(random.normal(0, 0.12, 1))])
        after = before.copy()
        after[2:10] += random.normal(0, 0.25, 8)
        return after

    def draw(self, draw, pose):
        size = self.size * pose[10]
        x, y = self.at + pose[:2] * self.size
        width = max(2, int(0.11 * size))
        hip, neck = np.array([x, y]), np.array([x + 0.3 * size * np.sin(pose[8]), y - 0.4 * size])
        for side, leg in ((-1, pose[6]), (1, pose[7])):
            foot = hip + size * 0.5 * np.array([np.sin(leg + side * 0.25), np.cos(leg)])
            draw.line([tuple(hip), tuple(foot)], fill=self.colors[2], width=width)
        draw.polygon([(neck[0] - 0.2 * size, neck[1]), (neck[0] + 0.2 * size, neck[1]),
                      (hip[0] + 0.14 * size, hip[1]), (hip[0] - 0.14 * size, hip[1])], fill=self.colors[0], outline=self.outline)
        head = neck + size * np.array([0.3 * np.sin(pose[8]), -0.2])
        radius = 0.17 * size
        draw.ellipse((head[0] - radius, head[1] - radius, head[0] + radius, head[1] + radius), fill=self.colors[1], outline=self.outline)
        mouth = 0.06 * size * abs(pose[9])
        draw.ellipse((head[0] - 0.06 * size, head[1] + 0.05 * size, head[0] + 0.06 * size, head[1] + 0.06 * size + mouth), fill=(30, 20, 20))
        for side in (-1, 1):
            draw.ellipse((head[0] + side * 0.07 * size - 2, head[1] - 0.05 * size - 2, head[0] + side * 0.07 * size + 2, head[1] - 0.05 * size + 2), fill=(20, 20, 20))
            upper, lower = (pose[2], pose[3]) if side < 0 else (pose[4], pose[5])
            shoulder = neck + [side * 0.18 * size, 0.03 * size]
            elbow = shoulder + 0.24 * size * np.array([side * np.cos(upper), np.sin(upper)])
            hand = elbow + 0.22 * size * np.array([side * np.cos(upper + lower), np.sin(upper + lower)])
            draw.line([tuple(shoulder), tuple(elbow), tuple(hand)], fill=self.colors[3], width=width, joint="curve")

    def plan(self, random, count, pace):
        """The pose of each picture, on twos or threes, and when it comes to another one, at once or in three steps."""
        step = max(1, int(round(random.choice([2, 2, 3, 4]) * pace)))
        poses = np.empty((count, 11))
        jumps = []
        pose, index = self.pose(random), 0
        while index < count:
            hold = max(1, int(random.integers(8, 45) * pace))
            for begin in range(index, min(count, index + hold), step):
                poses[begin:begin + step] = pose
                pose = self.pose(random, pose, small=True) if random.random() < 0.5 else pose
            index += hold
            if index >= count:
                break
            target = self.pose(random)
            if random.random() < 0.35:
                jumps.append((index, index))
            else:
                jumps.append((index, min(count, index + 3 * step) - 1))
                for part in (0.25, 0.6, 0.9):
                    poses[index:index + step] = pose + (target - pose) * part
                    index += step
            pose = target
        return poses, jumps


class Cartoon:
    """Limited animation: figures that move on twos and threes, or jump to another pose, before a place that stays."""

    least = 7.0

    def __init__(self, random, place=None):
        self.place = place or (Drawing(random) if random.random() < 0.6 else None)
        self.painting = seed(random)
        self.begin = random.uniform(0, 1, 2)

    def again(self, random):
        return self.alike(random)

    def alike(self, random):
        other = Cartoon(random, self.place.alike(random) if self.place and random.random() < 0.6 else self.place)
        # Figures that change before a place that stays are no shot change: the camera stands elsewhere.
        other.painting, other.begin = self.painting, (self.begin + random.uniform(0.3, 0.7, 2)) % 1
        return other

    def ground(self):
        if self.place:
            return self.place.paint(3 * WIDTH, 3 * HEIGHT)
        return paint_place(np.random.default_rng([9, self.painting])).resize((3 * WIDTH, 3 * HEIGHT), Image.BILINEAR)

    def pictures(self, random, count, pace):
        ground = self.ground()
        colors = palette(self.place.colors if self.place else self.painting)
        dolls = [Doll(random, colors) for _ in range(int(random.integers(1, 4)))]
        plans = [doll.plan(random, count, pace) for doll in dolls]
        begin = self.begin
        end = random.uniform(0, 1, 2) if random.random() < 0.25 else begin
        share = journey(count, 0, count)
        result = np.empty((count, HEIGHT, WIDTH, 3), np.float32)
        for index in range(count):
            if index and end is begin and all((poses[index] == poses[index - 1]).all() for poses, _ in plans):
                result[index] = result[index - 1]
                continue
            left, top = ((begin + (end - begin) * share[index]) * [WIDTH, HEIGHT]).astype(int)
            picture = ground.crop((left, top, left + 2 * WIDTH, top + 2 * HEIGHT))
            draw = ImageDraw.Draw(picture)
            for doll, (poses, _) in zip(dolls, plans):
                doll.draw(draw, poses[index])
            result[index] = np.asarray(picture.reduce(2))
        events = [("pose", *jump) for _, jumps in plans for jump in jumps]
        if end is not begin:
            events.append(("move_pan", 0, count - 1))
        return result, events


class Pattern:
    """A moving background: stripes, rays, waves or spots of two or three colors, again and again."""

    def __init__(self, random, colors=None):
        self.colors = seed(random) if colors is None else colors
        self.kind = int(random.integers(4))
        self.numbers = random.uniform(0, 1, 8)

    def again(self, random):
        return self

    def alike(self, random):
        return Pattern(random, self.colors)

    def pictures(self, random, count, pace):
        ys, xs = (np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32) - np.array([HEIGHT, WIDTH])[:, None, None] / 2) / HEIGHT
        n = self.numbers
        colors = np.array(palette(self.colors), np.float32)
        speed = (n[0] - 0.5) * 0.5 / pace
        result = np.empty((count, HEIGHT, WIDTH, 3), np.float32)
        for index in range(count):
            phase = 2 * np.pi * n[7] + speed * index
            if self.kind == 0:
                wave = np.sin((xs * np.cos(6 * n[1]) + ys * np.sin(6 * n[1])) * (3 + 25 * n[2]) + phase)
            elif self.kind == 1:
                wave = np.sin(np.arctan2(ys, xs) * int(2 + 8 * n[1]) + phase)
            elif self.kind == 2:
                wave = 0.5 * np.sin(xs * (1 + 7 * n[1]) + phase) + 0.5 * np.sin(ys * (2 + 7 * n[2]) + xs * 3 * n[3] + 1.3 * phase)
            else:
                wave = np.sin(xs * (6 + 14 * n[1]) + phase) * np.sin(ys * (6 + 14 * n[1]) + phase * n[4])
            share = np.clip(wave * (8 if n[5] < 0.35 else 1) * 0.5 + 0.5, 0, 1)[..., None]
            result[index] = colors[0] * (1 - share) + colors[4 if n[6] < 0.3 else 1] * share
        words = lettering(random, WIDTH, HEIGHT, int(random.integers(12, 34)), 1, centerd=True) if n[3] < 0.4 else None
        if words is not None:
            result += (colors[5] - result) * words
        return result, []


class Slide:
    """A title, a chart or a list on a flat ground; bars grow and lines appear while it stands."""

    least = 7.0

    def __init__(self, random, colors=None, layout=None, ground=0):
        self.colors = seed(random) if colors is None else colors
        self.layout = seed(random) if layout is None else layout
        self.kind = np.random.default_rng([12, self.layout]).choice(["title", "list", "bars", "curve"], p=[0.3, 0.25, 0.3, 0.15])
        self.ground, self.content = ground, seed(random)

    def again(self, random):
        return self

    def alike(self, random):
        if self.kind == "title":
            # Other words on the same ground are no shot change: the ground changes too.
            return Slide(random, self.colors, None, (self.ground + int(random.integers(1, 5))) % 5)
        return Slide(random, self.colors, self.layout, self.ground)

    def pictures(self, random, count, pace):
        colors = np.roll(np.array(palette(self.colors), np.float32), -self.ground, axis=0)
        layout, content = np.random.default_rng([10, self.layout]), np.random.default_rng([11, self.content])
        kind = self.kind
        ground = np.broadcast_to(colors[0], (HEIGHT, WIDTH, 3)).copy()
        if layout.random() < 0.4:
            slope = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None, None]
            ground = ground * (1 - slope) + colors[1] * slope
        if layout.random() < 0.4:
            ground[:int(HEIGHT * layout.uniform(0.1, 0.25))] = colors[2]
        ink = colors[0] * 0 + (20.0 if colors[0].mean() > 128 else 235.0)
        left = layout.uniform(0.04, 0.15)
        if kind == "title":
            parts = [(lettering(content, WIDTH, HEIGHT, int(layout.integers(14, 36)), int(content.integers(1, 3)), centerd=True), ink)]
        else:
            parts = [(lettering(content, WIDTH, HEIGHT, 14, 1, left=left, top=0.06), ink)]
            if kind == "list":
                for line in range(int(content.integers(2, 6))):
                    parts.append((lettering(content, WIDTH, HEIGHT, 10, 1, left=left + 0.05, top=0.28 + 0.13 * line), ink))
        result = np.repeat(ground[None], count, 0)
        builds = random.random() < 0.65 and count > 20 * pace
        ramp = 1 if random.random() < 0.4 else max(1, int(random.integers(3, 13) * pace))
        events = []
        for number, (mask, color) in enumerate(parts):
            first = 0
            if builds and (number or kind == "title"):
                first = int(count * (0.1 + 0.75 * number / len(parts)))
                events.append(("build", first, min(count, first + ramp) - 1))
            weight = np.clip((np.arange(count) - first + 1) / ramp, 0, 1) if first else np.ones(count)
            result += (color - result) * mask * weight.astype(np.float32)[:, None, None, None]
        if kind in ("bars", "curve"):
            bars = int(content.integers(3, 10)) if kind == "bars" else 60
            heights = content.uniform(0.08, 0.6, bars) if kind == "bars" else np.clip(0.3 + np.cumsum(content.normal(0, 0.03, bars)), 0.05, 0.6)
            first = int(count * random.uniform(0.05, 0.3)) if builds else -count
            length = int(count * random.uniform(0.2, 0.6)) if builds else 1
            stagger = random.uniform(0, 0.7) if kind == "bars" else 0.95
            edges = np.linspace(left * WIDTH, 0.92 * WIDTH, bars + 1)
            gap = 0.25 * (edges[1] - edges[0]) if kind == "bars" else 0
            base = int(0.92 * HEIGHT)
            for number in range(bars):
                delay = stagger * number / bars
                share = smooth(((np.arange(count) - first + 1) / max(length, 1) - delay) / (1 - stagger + 0.02))
                shade = colors[2 + number % 4] if kind == "bars" else colors[4]
                for index in range(count):
                    top = base - int(round(heights[number] * HEIGHT * share[index]))
                    result[index, top:base, int(edges[number] + gap):int(np.ceil(edges[number + 1] - gap))] = shade
            if builds:
                events.append(("bars", first, first + length - 1))
        return result, events


class Split:
    """Two to four pictures side by side; panels may slide in, and one panel may change its picture."""

    def __init__(self, random, sources):
        self.sources = sources

    def again(self, random):
        return Split(random, [source.again(random) for source in self.sources])

    def alike(self, random):
        return Split(random, [source.alike(random) for source in self.sources])

    def pictures(self, random, count, pace):
        panels = len(self.sources)
        line = int(random.integers(0, 4))
        result = np.full((count, HEIGHT, WIDTH, 3), random.uniform(0, 255, 3).astype(np.float32), np.float32)
        if panels == 4:
            boxes = [(y, x, HEIGHT // 2 - line, WIDTH // 2 - line) for y in (0, HEIGHT // 2) for x in (0, WIDTH // 2)]
        elif random.random() < 0.8:
            boxes = [(0, number * WIDTH // panels, HEIGHT, WIDTH // panels - line) for number in range(panels)]
        else:
            boxes = [(number * HEIGHT // panels, 0, HEIGHT // panels - line, WIDTH) for number in range(panels)]
        events = []
        slides = random.random() < 0.35 and count > 40 * pace
        changed = int(random.integers(panels)) if random.random() < 0.4 and count > 40 * pace else -1
        for number, (source, (y, x, h, w)) in enumerate(zip(self.sources, boxes)):
            shots = source.pictures(random, count, pace)[0]
            if number == changed:
                at = int(count * random.uniform(0.55, 0.85))
                shots[at:] = source.alike(random).pictures(random, count - at, pace)[0]
                events.append(("panel_cut", at, at))
            if panels == 4:
                shots = shots.reshape(count, HEIGHT // 2, 2, WIDTH // 2, 2, 3).mean((2, 4))[:, :h, :w]
            else:
                top, left = (HEIGHT - h) // 2, (WIDTH - w) // 2
                shots = shots[:, top:top + h, left:left + w]
            if not (slides and number):
                result[:, y:y + h, x:x + w] = shots
                continue
            first, length = int(count * (0.08 + 0.12 * number)), max(1, int(random.integers(5, 20) * pace))
            share = journey(count, first, length)
            vertical = random.random() < 0.4
            for index in range(count):
                away = int(round((1 - share[index]) * (HEIGHT - y if vertical else WIDTH - x)))
                top, left = (y + away, x) if vertical else (y, x + away)
                part = shots[index, :max(0, HEIGHT - top), :max(0, WIDTH - left)]
                result[index, top:top + part.shape[0], left:left + part.shape[1]] = part
            events.append(("panel", first, first + length - 1))
        return result, events


class Held:
    """A shot of one to five distinct pictures a second, as from a slow camera or a bad line."""

    def __init__(self, random, source):
        self.source, self.rate = source, random.uniform(1, 5)

    def again(self, random):
        return Held(random, self.source.again(random))

    def alike(self, random):
        return Held(random, self.source.alike(random))

    def pictures(self, random, count, pace):
        pictures, _ = self.source.pictures(random, count, pace)
        every = max(1, int(round(25 * pace / self.rate)))
        return pictures[np.arange(count) // every * every], [("low_rate", 0, count - 1)]


def camera_on(random, takes, count):
    """A camera on one of the takes, a long enough one if the shot is of `count` pictures."""
    for _ in range(20):
        take = takes[int(random.integers(len(takes)))]
        if take.length >= min(count, 70):
            break
    return Camera(random, take, int(random.integers(max(1, take.length - count))))


def still_of(random, takes):
    take = takes[int(random.integers(len(takes)))]
    return Camera(random, StillTake(take, int(random.integers(take.length))))


def flat(random):
    return [Drawing, Slide, Cartoon][int(random.integers(3))](random)


def any_source(random, takes, count):
    """One of all sources, as often as films have them, for a shot of `count` pictures."""
    draw = random.random()
    if draw < 0.52:
        return camera_on(random, takes, count)
    if draw < 0.60:
        return Camera(random, PaintedTake(seed(random), seed(random)))
    if draw < 0.64:
        return Camera(random, StagedTake(seed(random), seed(random)))
    if draw < 0.70:
        return Layers(random)
    if draw < 0.81:
        return Cartoon(random)
    if draw < 0.83:
        return Pattern(random)
    if draw < 0.89:
        return Slide(random)
    if draw < 0.91:
        return Drawing(random)
    if draw < 0.94:
        return Split(random, [simple_source(random, takes, count) for _ in range(int(random.choice([2, 2, 3, 4])))])
    if draw < 0.96:
        return Ride(random)
    if draw < 0.98:
        return Held(random, camera_on(random, takes, count))
    return still_of(random, takes)


def simple_source(random, takes, count):
    return camera_on(random, takes, count) if random.random() < 0.7 else Cartoon(random) if random.random() < 0.5 else Drawing(random)


# Overlays -------------------------------------------------------------------------------------------------------

def plate_and_words(random, lower):
    """A graphic: colors (HEIGHT, WIDTH, 3) and its opacity (HEIGHT, WIDTH, 1), 0...1."""
    opacity = np.zeros((HEIGHT, WIDTH, 1), np.float32)
    if lower:
        top, height = random.uniform(0.62, 0.8), random.uniform(0.1, 0.2)
        left, right = random.uniform(0, 0.1), random.uniform(0.4, 1.0)
        words = lettering(random, WIDTH, HEIGHT, int(height * HEIGHT * 0.55), 1, left + 0.03, top + 0.02, right - 0.03)
    else:
        top, height = random.uniform(0.0, 0.3), random.uniform(0.35, 1.0)
        left, right = (0.0, 1.0) if random.random() < 0.6 else (random.uniform(0, 0.3), random.uniform(0.7, 1))
        words = lettering(random, WIDTH, HEIGHT, int(random.integers(10, 30)), int(random.integers(1, 5)), left + 0.06, top + 0.1, right - 0.04)
    plate = random.uniform(0.5, 1.0) if random.random() < (0.75 if lower else 0.4) else 0.0
    opacity[int(top * HEIGHT):int((top + height) * HEIGHT), int(left * WIDTH):int(right * WIDTH)] = plate
    ground, ink = random.uniform(0, 255, 3), random.uniform(180, 255, 3)
    if ground.mean() > 128 and plate:
        ink = 255 - ink
    colors = (ground + (ink - ground) * words).astype(np.float32)
    return colors, np.maximum(opacity, words)


def lay(frames, colors, opacity, weights, offsets=None):
    """Lays a graphic over pictures: with a weight for each, and moved by (x, y) shares of the picture."""
    for index, weight in enumerate(weights):
        if weight <= 0:
            continue
        c, o = colors, opacity
        if offsets is not None and np.any(offsets[index]):
            dx, dy = (np.asarray(offsets[index]) * [WIDTH, HEIGHT]).round().astype(int)
            if abs(dx) >= WIDTH or abs(dy) >= HEIGHT:
                continue
            c, o = np.roll(c, (dy, dx), (0, 1)), np.roll(o, (dy, dx), (0, 1)).copy()
            if dy > 0:
                o[:dy] = 0
            elif dy < 0:
                o[dy:] = 0
            if dx > 0:
                o[:, :dx] = 0
            elif dx < 0:
                o[:, dx:] = 0
        frames[index] += (c - frames[index]) * (o * np.float32(weight))


def come_and_go(random, frames, low, high, pace, lower):
    """A graphic slides or fades in, stays, and leaves the same way, at once, or not at all."""
    ramp_in = int(max(1, random.integers(4, 25) * pace))
    ramp_out = int(max(1, random.choice([1, random.integers(4, 25) * pace])))
    if high - low < ramp_in + ramp_out + 6:
        return []
    first = low + int(random.integers(0, max(1, (high - low - ramp_in - ramp_out) // 2)))
    last = first + ramp_in + ramp_out + int(random.integers(4, max(5, high - first - ramp_in - ramp_out))) - 1
    last = min(last, high - 1)
    colors, opacity = plate_and_words(random, lower)
    steps = np.arange(last - first + 1)
    presence = np.minimum(smooth((steps + 1) / ramp_in), smooth((last - first + 1 - steps) / (ramp_out + (ramp_out > 1))))
    stays = random.random() < 0.25
    if stays:
        presence = np.concatenate([smooth((steps + 1) / ramp_in), np.ones(len(frames) - last - 1)])
        last = first + ramp_in - 1
    part = frames[first:first + len(presence)]
    if random.random() < 0.5:
        lay(part, colors, opacity, presence)
    else:
        side = np.array([(1, 0), (-1, 0), (0, 1), (0, -1)][int(random.integers(4))])
        lay(part, colors, opacity, np.ones(len(part)), (1 - presence)[:, None] * side)
    return [("lower_third" if lower else "caption", first, last)]


def lower_third(random, frames, low, high, pace):
    return come_and_go(random, frames, low, high, pace, True)


def caption(random, frames, low, high, pace):
    return come_and_go(random, frames, low, high, pace, False)


def caption_gone(random, frames, low, high, pace):
    """Words that were there from the first picture vanish in one; sometimes others come in that picture."""
    at = int(random.integers(low, high))
    colors, opacity = plate_and_words(random, random.random() < 0.4)
    lay(frames[:at], colors, opacity, np.ones(at))
    if random.random() < 0.35:
        lay(frames[at:], *plate_and_words(random, random.random() < 0.4), np.ones(len(frames) - at))
    return [("caption_gone", at, at)]


def one_picture(random, frames, low, high, pace):
    """A graphic that stands in one picture alone."""
    at = int(random.integers(low, high))
    if random.random() < 0.4:
        picture = Drawing(random).pictures(random, 1, pace)[0][0]
        share = np.float32(random.uniform(0.6, 1.0))
        frames[at] += (picture - frames[at]) * share
    else:
        lay(frames[at:at + 1], *plate_and_words(random, False), [1.0])
    return [("one_picture", at, at)]


def grade(random, frames, low, high, pace):
    """Light, color and contrast drift slowly to others and stay there."""
    length = int((high - low) * random.uniform(0.5, 1.0))
    first = low + int(random.integers(0, high - low - length + 1))
    share = journey(len(frames), first, length).astype(np.float32)[:, None, None, None]
    gain = np.exp(random.normal(0, 0.35)) * np.exp(random.normal(0, 0.2, 3))
    # Not to white, nor to black: with a cut behind it, that would be a fade.
    mean = float(frames[first:].mean()) + 1
    gain = np.clip(gain, min(1.0, max(0.45, 25 / mean)), max(1.0, min(1.8, 170 / mean))).astype(np.float32)
    if random.random() < 0.4:
        # Gamma by its chord: towards or away from the mean of light and square root of light.
        frames += share * np.float32(random.uniform(-0.5, 0.5)) * (np.sqrt(np.clip(frames, 0, 255) * 255) - frames)
    if random.random() < 0.3:
        frames += share * np.float32(-random.uniform(0.4, 1.0)) * (frames - frames.mean(axis=3, keepdims=True))
    frames *= 1 + share * (gain - 1)
    return [("grade", first, first + length - 1)]


def chart(random, frames, low, high, pace):
    """Bars grow over the picture."""
    count = int(random.integers(3, 9))
    length = max(1, int(min(high - low, random.integers(8, 50) * pace)))
    first = low + int(random.integers(0, high - low - length + 1))
    share = journey(len(frames), first, length)
    heights, color = random.uniform(0.15, 0.75, count), random.uniform(0, 255, (count, 3))
    edges = np.linspace(random.uniform(0.05, 0.4), random.uniform(0.6, 0.95), count + 1) * WIDTH
    base = int(0.92 * HEIGHT)
    for index in range(first, len(frames)):
        for number in range(count):
            top = base - int(round(heights[number] * HEIGHT * share[index]))
            frames[index, top:base, int(edges[number]):int(edges[number + 1] - 2)] = color[number]
    return [("bars", first, first + length - 1)]


# How often each comes, among all that are put over a shot.
OVERLAYS = [(lower_third, 0.28), (caption, 0.22), (caption_gone, 0.16), (one_picture, 0.1), (grade, 0.2), (chart, 0.04)]


def overlay(random, frames, low, high, pace, words=True):
    """One overlay; without `words`, none that changes the words of a picture that may be a title itself."""
    odds = np.array([share for _, share in OVERLAYS])
    odds = odds * [words or make is not caption_gone for make, _ in OVERLAYS]
    make = OVERLAYS[int(random.choice(len(OVERLAYS), p=odds / odds.sum()))][0]
    events = make(random, frames, low, high, pace)
    np.clip(frames, 0, 255, out=frames)
    return events
