"""Takes for tools/shots/compose-shots: stretches of pictures without a shot change in them.

They come from the films in TAKES, from anybody's own films, from FFmpeg's picture generators, and from scenes that are
painted here. Every take gives RGB pictures of SOURCE_WIDTH x SOURCE_HEIGHT.
"""
import os
import re
import subprocess

import numpy as np
from PIL import Image, ImageDraw

SOURCE_WIDTH, SOURCE_HEIGHT = 320, 180

TEARS = "tears_of_steel_first100s_1152x482.mp4"
CAMINANDES = "caminandes3_960x540.mp4"
NASA = "nasa_iss_lessons_448x252.mp4"

# Windows [first, last) of the sources without a shot change, checked by eye. All are openly licensed (CC BY, or in
# the public domain): what is learnt from them may be passed on.
TAKES = {
    "tuning": [
        (TEARS, [(2, 213), (325, 440), (602, 964), (1012, 1093), (1197, 1223), (1290, 1358), (1549, 1676),
                 (1780, 1903), (1973, 2034), (2220, 2288), (2358, 2398)]),
        (CAMINANDES, [(165, 511), (734, 742), (815, 881), (950, 977), (1005, 1023), (1064, 1118), (1199, 1267),
                      (1365, 1492), (1704, 1764), (1830, 1864), (1925, 2001), (2070, 2142), (2235, 2441),
                      (2492, 2628), (2750, 2849), (2967, 3003), (3074, 3190)]),
        (NASA, [(130, 318)]),
    ],
    "heldout": [
        (TEARS, [(216, 321), (444, 598), (968, 1008), (1131, 1193), (1229, 1286), (1362, 1545), (1680, 1776),
                 (1907, 1969), (2038, 2216), (2292, 2355)]),
        (CAMINANDES, [(515, 730), (781, 811), (885, 946), (981, 1001), (1027, 1053), (1141, 1195), (1271, 1356),
                      (1496, 1588), (1772, 1789), (1804, 1825), (1896, 1921), (2005, 2066), (2146, 2231),
                      (2445, 2488), (2690, 2746), (2853, 2963), (3020, 3058), (3290, 3338)]),
        (NASA, [(4, 82), (324, 412)]),
    ],
}

# Titles on black that come and go: a cut from one to another is none to the eye. Films with other titles leave it out.
TITLES = (TEARS, (2, 213))

# FFmpeg's own sources of pictures. What they draw at random is given: the same source gives the same pictures each time.
GENERATED = {
    "tuning": [
        "testsrc2", "mandelbrot",
        "gradients=seed=3:x0=20:y0=20:x1=300:y1=150:nb_colors=5:speed=0.02"
        ":c0=#2060c0:c1=#e0a030:c2=#30a060:c3=#c04080:c4=#f0f0d0"],
    "heldout": [
        "life=random_seed=1:mold=10:ratio=0.3:death_color=#503010:life_color=#e0e060", "testsrc",
        "cellauto=random_seed=1:rule=110"],
}

SCENE_SCORE = 0.3
SHORTEST_TAKE = 24


class FilmTake:
    """Pictures [first, last) of a decoded film."""

    def __init__(self, frames, first, last):
        self.frames, self.first, self.length = frames, first, last - first

    def picture(self, index):
        return Image.fromarray(np.asarray(self.frames[self.first + index]))


class StillTake:
    """One picture that stands still, as in a slide show."""

    def __init__(self, take, index):
        self.still, self.length = take.picture(index), 100

    def picture(self, index):
        return self.still


class PaintedTake:
    """A place, painted from one seed, with a cast that moves in it, painted from another.

    Two takes of one place are two camera takes of it: the same background, other people in other positions.
    """

    length = 220

    def __init__(self, place, cast):
        self.place = place
        self.ground = paint_place(np.random.default_rng([1, place]))
        random = np.random.default_rng([2, cast])
        self.figures = [Figure(random) for _ in range(int(random.choice(5, p=[0.15, 0.35, 0.25, 0.15, 0.1])))]
        self.pan = random.normal(0, 0.35, 2) if random.random() < 0.25 else np.zeros(2)
        self.sway = random.uniform(0, 5) if random.random() < 0.4 else 0.0
        self.phases = random.uniform(0, 6.3, 4)
        free = np.array([self.ground.width - SOURCE_WIDTH, self.ground.height - SOURCE_HEIGHT])
        # Takes of one place often come from one camera that nobody moved.
        self.origin = free * (0.5 + random.normal(0, 0.12, 2) * (random.random() < 0.5))
        self.free = free

    def picture(self, index):
        time = index / 25
        wave = np.sin(time * np.array([1.7, 2.3]) + self.phases[:2]) + np.sin(time * np.array([4.1, 5.3]) + self.phases[2:])
        left, top = np.clip(self.origin + self.pan * index + self.sway * wave, 0, self.free)
        view = self.ground.crop((int(left), int(top), int(left) + SOURCE_WIDTH, int(top) + SOURCE_HEIGHT))
        for figure in self.figures:
            figure.draw(view, time)
        return view


class StagedTake:
    """A place with depth, painted from one seed, that a camera moves through; another seed says how.

    Things stand in layers at several distances: the near ones move faster, as they do for a camera. Two takes of one
    place are two camera positions, or one at two times.
    """

    length = 220

    def __init__(self, place, view):
        self.place = place
        random = np.random.default_rng([3, place])
        shade = random.uniform(0.12, 0.6) if random.random() < 0.4 else 1.0
        tint = random.uniform(0.6, 1.2, 3)
        paint = lambda picture: np.clip(np.asarray(picture) * (shade * tint), 0, 255).astype(np.uint8)
        self.ground = Image.fromarray(paint(paint_place(random)))
        self.layers = []
        for depth in np.sort(random.uniform(1.1, 4, int(random.integers(1, 4)))):
            colours, mask = paint_layer(random)
            self.layers.append((float(depth), Image.fromarray(paint(colours)), mask))
        lights = random.uniform(0.9, 1.1)
        random = np.random.default_rng([4, view])
        fast = random.random() < 0.3
        self.at = random.uniform(0.15, 0.85, 2) if random.random() < 0.6 else np.array([0.5, 0.5])
        self.speed = random.normal(0, 0.006 if fast else 0.0012, 2) * [1, 0.4]
        self.zoom = random.uniform(1.0, 1.9)
        # The camera goes to and fro through the layers: by how much, and how fast.
        self.dolly = random.uniform(0.3, 1.0) if fast else random.uniform(0, 0.25)
        self.stride = random.uniform(0.02, 0.09) if fast else 0.01
        self.shake = random.uniform(0, 0.006) if random.random() < 0.4 else 0.0
        self.blur = float(min(0.9, 12 * np.abs(self.speed[0]) * 10)) if fast else 0.0
        self.phases = random.uniform(0, 6.3, 4)
        self.flicker = lights * random.uniform(0, 0.08) if random.random() < 0.15 else 0.0
        self.figures = [Figure(random) for _ in range(int(random.choice(4, p=[0.4, 0.3, 0.2, 0.1])))]

    def picture(self, index):
        wave = np.sin(index / 25 * np.array([7.3, 9.1]) + self.phases[:2])
        swing = np.sin(index / 25 * np.array([1.1, 0.7]) + self.phases[2:])
        at = self.at + 0.5 * np.tanh(2 * self.speed * (index - 110)) + self.shake * wave + 0.01 * swing
        advance = self.dolly * np.sin(self.stride * index + self.phases[2])
        view = self.window(self.ground, at, self.zoom * np.exp(advance))
        for depth, layer, mask in self.layers:
            # Nearer layers are seen through a smaller window of the same size of painting.
            zoom = self.zoom * np.exp(0.6 * depth * advance)
            offset = 0.5 + (at - 0.5) * depth
            view.paste(self.window(layer, offset, zoom), (0, 0), self.window(mask, offset, zoom))
        for figure in self.figures:
            figure.draw(view, index / 25)
        if self.blur:
            small = view.resize((max(12, int(SOURCE_WIDTH * (1 - self.blur))), SOURCE_HEIGHT), Image.BOX)
            view = small.resize((SOURCE_WIDTH, SOURCE_HEIGHT), Image.BILINEAR)
        if self.flicker:
            gain = 1 + self.flicker * np.sin(2.1 * index) * np.sin(0.37 * index)
            view = view.point(lambda value: min(255, int(value * gain)))
        return view

    @staticmethod
    def window(painting, at, zoom):
        """The view of a painting half as large again as the picture, centred as near `at` as it goes."""
        zoom = float(np.clip(zoom, 1.0, 6.0))
        width, height = SOURCE_WIDTH / zoom * 1.4, SOURCE_HEIGHT / zoom * 1.4
        left = float(np.clip(at[0], 0, 1)) * (painting.width - width)
        top = float(np.clip(at[1], 0, 1)) * (painting.height - height)
        return painting.resize((SOURCE_WIDTH, SOURCE_HEIGHT), Image.BILINEAR, box=(left, top, left + width, top + height))


class Figure:
    """A person or a thing that moves: a head, a body and two arms, or a textured patch."""

    def __init__(self, random):
        self.size = float(np.exp(random.uniform(np.log(20), np.log(150))))
        self.is_person = random.random() < 0.6
        self.at = np.array([random.uniform(0.1, 0.9) * SOURCE_WIDTH, random.uniform(0.3, 0.9) * SOURCE_HEIGHT])
        self.speed = random.normal(0, 25, 2) * [1, 0.3] if random.random() < 0.5 else np.zeros(2)
        self.swing = random.uniform(0, 12, 2)
        self.pace = random.uniform(0.5, 5, 6)
        self.phases = random.uniform(0, 6.3, 6)
        self.colours = [tuple(int(v) for v in random.uniform(10, 245, 3)) for _ in range(3)]
        edge = max(8, int(self.size))
        self.patch = Image.fromarray(np.clip(
            fractal(random, edge, edge, 1.0)[..., None] * 60 + np.array(self.colours[0]), 0, 255).astype(np.uint8))
        mask = Image.new("L", (edge, edge), 0)
        draw = ImageDraw.Draw(mask)
        if random.random() < 0.5:
            draw.ellipse((0, 0, edge - 1, edge - 1), fill=255)
        else:
            draw.rectangle((0, edge // 6, edge - 1, edge - 1), fill=255)
        self.mask = mask

    def draw(self, view, time):
        wave = np.sin(self.pace * time + self.phases)
        x, y = self.at + self.speed * time + self.swing * wave[:2]
        x = (x + self.size) % (SOURCE_WIDTH + 2 * self.size) - self.size
        size = self.size
        if not self.is_person:
            view.paste(self.patch, (int(x - size / 2), int(y - size / 2)), self.mask)
            return
        draw = ImageDraw.Draw(view)
        draw.ellipse((x - 0.35 * size, y - 0.3 * size, x + 0.35 * size, y + size), fill=self.colours[0])
        head = y - 0.5 * size
        draw.ellipse((x - 0.2 * size, head - 0.25 * size, x + 0.2 * size, head + 0.25 * size), fill=self.colours[1])
        for side, turn, bend in ((-1, wave[2], wave[4]), (1, wave[3], wave[5])):
            shoulder = (x + side * 0.3 * size, y - 0.1 * size)
            elbow = (shoulder[0] + side * 0.3 * size * (0.7 + 0.3 * turn), y + 0.3 * size)
            hand = (elbow[0] - side * 0.4 * size * bend, elbow[1] - 0.45 * size * turn)
            draw.line([shoulder, elbow, hand], fill=self.colours[2], width=max(2, int(0.14 * size)))


def fractal(random, width, height, roughness):
    """Noise of about -1...1 whose octaves fade as frequency to the power of -roughness."""
    total = np.zeros((height, width), np.float32)
    cells, weight, weights = 3, 1.0, 0.0
    while cells < min(width, height):
        grid = Image.fromarray(random.normal(0, 1, (cells, cells * 16 // 9 + 1)).astype(np.float32))
        total += weight * np.asarray(grid.resize((width, height), Image.BICUBIC))
        weights += weight ** 2
        cells, weight = cells * 2, weight * 0.5 ** roughness
    return total / np.sqrt(max(weights, 1e-6)) * 0.6


def paint_place(random):
    """A background, half as large again as the view: a wall or a landscape with things before it."""
    width, height = SOURCE_WIDTH * 3 // 2, SOURCE_HEIGHT * 3 // 2
    roughness = random.uniform(0.5, 1.5)
    colours = random.uniform(0, 255, (4, 3)) * random.uniform(0.3, 1) + random.uniform(0, 60)
    slope = np.linspace(0, 1, height)[:, None, None]
    picture = colours[0] * (1 - slope) + colours[1] * slope
    picture = np.broadcast_to(picture, (height, width, 3)).copy()
    if random.random() < 0.4:
        picture[int(height * random.uniform(0.4, 0.8)):] = colours[2]
    for colour in (np.ones(3), colours[3] / 128 - 1):
        picture += fractal(random, width, height, roughness)[..., None] * colour * random.uniform(5, 60)
    picture = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for _ in range(int(random.integers(0, 25))):
        x, y = random.uniform(0, width), random.uniform(0, height)
        w, h = np.exp(random.uniform(np.log(6), np.log(160), 2))
        fill = tuple(int(v) for v in np.clip(random.uniform(0, 255) + random.normal(0, 40, 3), 0, 255))
        shape = draw.rectangle if random.random() < 0.7 else draw.ellipse
        shape((x - w / 2, y - h / 2, x + w / 2, y + h / 2), fill=fill)
    return picture


def paint_layer(random):
    """Things that stand before a background: their colours, and the mask of where they are."""
    width, height = SOURCE_WIDTH * 3 // 2, SOURCE_HEIGHT * 3 // 2
    base = random.uniform(0, 255, 3)
    texture = base + fractal(random, width, height, random.uniform(0.5, 1.2))[..., None] * random.uniform(10, 60)
    mask = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(mask)
    if random.random() < 0.4:
        # A ridge: hills, roofs, a crowd.
        steps = int(random.integers(4, 30))
        line = height * random.uniform(0.5, 0.85) + np.cumsum(random.normal(0, height * 0.06, steps))
        points = [(x, y) for x, y in zip(np.linspace(0, width, steps), line)]
        draw.polygon([(0, height), *points, (width, height)], fill=255)
    for _ in range(int(random.integers(1, 9))):
        x, y = random.uniform(0, width), random.uniform(0, height)
        w, h = np.exp(random.uniform(np.log(5), np.log(110), 2))
        h *= random.choice([1, 1, 4])
        shape = draw.ellipse if random.random() < 0.35 else draw.rectangle
        shape((x - w / 2, y - h / 2, x + w / 2, y + h / 2), fill=255)
        shade = np.clip(random.normal(1, 0.35), 0.2, 1.8)
        texture[int(max(0, y - h / 2)):int(max(0, y + h / 2)), int(max(0, x - w / 2)):int(max(0, x + w / 2))] *= shade
    return np.clip(texture, 0, 255), mask


def load_source(source, name, cache):
    """All frames of one source for ffmpeg, RGB, 16:9, as (frames, height, width, 3); decoded once into the cache."""
    path = os.path.join(cache, "".join(c if c.isalnum() else "_" for c in name) + ".rgb")
    if not os.path.exists(path):
        crop = "crop='min(iw,ih*16/9)':'min(ih,iw*9/16)',"
        scale = f"{crop}scale={SOURCE_WIDTH}:{SOURCE_HEIGHT}:flags=area,format=rgb24"
        part = f"{path}.{os.getpid()}"
        subprocess.run(
            ["ffmpeg", "-v", "error", "-nostdin", "-y", *source, "-vf", scale, "-fps_mode", "passthrough",
             "-f", "rawvideo", part], check=True)
        os.rename(part, path)
    return np.memmap(path, dtype=np.uint8, mode="r").reshape(-1, SOURCE_HEIGHT, SOURCE_WIDTH, 3)


def windows_by_score(path):
    """Windows [first, last) between the pictures whose scene score, as FFmpeg counts it, is above SCENE_SCORE."""
    listing = subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-i", path, "-an", "-fps_mode", "passthrough",
         "-vf", "select='gte(scene,0)',metadata=print:file=-", "-f", "null", "-"],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    scores = [float(score) for score in re.findall(r"lavfi\.scene_score=([\d.]+)", listing)]
    edges = [0] + [index for index, score in enumerate(scores) if score > SCENE_SCORE] + [len(scores)]
    # Two pictures off each edge: where it is hard to say which shot a picture belongs to.
    return [(first + 2, last - 2) for first, last in zip(edges, edges[1:]) if last - first - 4 >= SHORTEST_TAKE]


def load_takes(split, videos, films, cache, titles=True):
    """All takes of a split, TITLES if wanted. `videos` may be None; every second take of `films` falls into each split."""
    os.makedirs(cache, exist_ok=True)
    takes = []
    for name, windows in TAKES[split] if videos else []:
        frames = load_source(["-i", os.path.join(videos, name)], name, cache)
        windows = [window for window in windows if titles or (name, window) != TITLES]
        takes += [FilmTake(frames, first, last) for first, last in windows]
    for path in films:
        frames = load_source(["-i", path], os.path.abspath(path), cache)
        windows = windows_by_score(path)[0 if split == "tuning" else 1::2]
        takes += [FilmTake(frames, first, min(last, len(frames))) for first, last in windows]
    for name in GENERATED[split]:
        joiner = ":" if "=" in name else "="
        source = f"{name}{joiner}size={SOURCE_WIDTH}x{SOURCE_HEIGHT}:rate=25"
        frames = load_source(["-f", "lavfi", "-t", "8", "-i", source], name, cache)
        takes.append(FilmTake(frames, 0, len(frames)))
    return takes
