"""A channel's static mark, learned from pictures: the NumPy reference for `StaticMark` of BroadcastEvidence."""
import numpy as np

WIDTH, HEIGHT = 320, 180
ACROSS, DOWN = 96, 54
ORIGINS = [(0, 0), (WIDTH - ACROSS, 0), (0, HEIGHT - DOWN), (WIDTH - ACROSS, HEIGHT - DOWN)]


def grown(pixels, count):
    for _ in range(count):
        wider = pixels.copy()
        wider[1:] |= pixels[:-1]
        wider[:-1] |= pixels[1:]
        wider[:, 1:] |= pixels[:, :-1]
        wider[:, :-1] |= pixels[:, 1:]
        pixels = wider
    return pixels


def groups(static):
    near = grown(static, 3)
    seen = np.zeros_like(near)
    for start in zip(*np.nonzero(near)):
        if seen[start]:
            continue
        seen[start], waiting, group = True, [start], []
        while waiting:
            y, x = waiting.pop()
            if static[y, x]:
                group.append(y * ACROSS + x)
            for place in ((y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)):
                if 0 <= place[0] < DOWN and 0 <= place[1] < ACROSS and near[place] and not seen[place]:
                    seen[place] = True
                    waiting.append(place)
        yield np.array(sorted(group))


class StaticMark:
    def __init__(self):
        shape = (4, DOWN, ACROSS)
        self.mean, self.power, self.luma, self.count = np.zeros((4, 2, DOWN, ACROSS)), np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.recent, self.mark, self.missing = [], None, 0

    def push(self, picture):
        """The probability that the mark is in a picture of HEIGHT x WIDTH luma; nan if that is not known."""
        y = picture.astype(np.float32)
        dark = y <= 20
        top = left = 0
        while top < HEIGHT // 3 and dark[top].all() and dark[HEIGHT - 1 - top].all():
            top += 1
        while left < WIDTH // 3 and dark[:, left].all() and dark[:, WIDTH - 1 - left].all():
            left += 1
        valid = np.zeros(y.shape, bool)
        rows, columns = top + 2 if top else 1, left + 2 if left else 1
        valid[rows:HEIGHT - rows, columns:WIDTH - columns] = True
        gradient = np.zeros((2, HEIGHT, WIDTH), np.float32)
        gradient[0, :, 1:-1] = (y[:, 2:] - y[:, :-2]) / 2
        gradient[1, 1:-1] = (y[2:] - y[:-2]) / 2
        length = np.hypot(*gradient)
        gradient *= np.where(length > 40, 40 / np.maximum(length, 1e-6), 1) * valid
        corner = lambda values, at: values[..., at[1]:at[1] + DOWN, at[0]:at[0] + ACROSS]
        gradients, lumas, valids = (np.stack([corner(values, at) for at in ORIGINS]) for values in (gradient, y, valid))
        answer = self.agreement(gradients, lumas, valids)
        self.learn(y, gradients, lumas, valids, answer)
        if answer is None:
            return np.nan
        probability, _, hidden = answer
        certain = probability >= 0.8 or (probability <= 0.2 and not hidden)
        return probability if certain else np.nan

    def learn(self, y, gradients, lumas, valids, answer):
        cells = y.reshape(9, 20, 16, 20).mean((1, 3))
        if any(np.abs(cells - other).mean() < 8 for other in self.recent) or y.max() - y.min() <= 60:
            return
        self.recent = (self.recent + [cells])[-8:]
        self.count = np.minimum(self.count + valids, 48)
        weight = np.where(valids, 1 / np.maximum(self.count, 1), 0)
        self.mean += weight[:, None] * (gradients - self.mean)
        self.power += weight * ((gradients ** 2).sum(1) - self.power)
        self.luma += weight * (lumas - self.luma)
        if self.mark is None or self.missing >= 192:
            found = self.find()
            if found:
                self.mark, self.missing = found, 0
                return
        if self.mark is None:
            return
        if answer is None or answer[0] <= 0.5:
            self.missing += 1
            return
        self.missing = 0
        if answer[0] > 0.9:
            zone, pixels = self.mark["zone"], self.mark["pixels"]
            seen = valids[zone].ravel()[pixels]
            change = gradients[zone].reshape(2, -1)[:, pixels] - self.mark["gradient"]
            self.mark["gradient"] += 0.02 * change * seen
            self.mark["usual"] += 0.02 * (answer[1] - self.mark["usual"])

    def find(self):
        square = (self.mean ** 2).sum(1)
        static = (square >= 9) & (square >= 0.6 * self.power) & (self.count >= 16)
        best = None
        for zone in range(4):
            for pixels in groups(static[zone]):
                if len(pixels) < 20 or np.ptp(pixels % ACROSS) >= 70 or np.ptp(pixels // ACROSS) >= 44:
                    continue
                power = (self.mean[zone].reshape(2, -1)[:, pixels] ** 2).sum(1)
                if power.min() >= 0.15 * power.sum() and (best is None or power.sum() > best[0]):
                    best = power.sum(), zone, pixels
        if best is None:
            return None
        _, zone, pixels = best
        own = np.zeros(DOWN * ACROSS, bool)
        own[pixels] = True
        near = grown(own.reshape(DOWN, ACROSS), 2)
        ring = grown(near, 4) & ~near
        luma = self.luma[zone]
        bright = luma.ravel()[pixels].mean() > luma[ring].mean()
        tones = np.sort(luma[near])
        return dict(zone=zone, pixels=pixels, gradient=self.mean[zone].reshape(2, -1)[:, pixels].copy(), usual=0.8, ring=ring,
                    bright=bright, tone=tones[(len(tones) - 1) * (9 if bright else 1) // 10])

    def agreement(self, gradients, lumas, valids):
        if self.mark is None:
            return None
        zone, pixels, usual = self.mark["zone"], self.mark["pixels"], self.mark["usual"]
        seen = valids[zone].ravel()[pixels]
        if seen.mean() < 0.5:
            return None
        there, own = gradients[zone].reshape(2, -1)[:, pixels][:, seen], self.mark["gradient"][:, seen]
        lengths, owns = np.hypot(*there), np.hypot(*own)
        share = ((there * own).sum(0) >= 0.8 * lengths * owns) & (lengths >= 0.4 * owns) & (lengths <= 2.2 * owns)
        share = share.mean()
        probability = 1 / (1 + np.exp(10 * ((usual + 0.08) / 2 - share) / (usual - 0.08)))
        background = lumas[zone][self.mark["ring"]].mean()
        hidden = background >= self.mark["tone"] - 16 if self.mark["bright"] else background <= self.mark["tone"] + 16
        return probability, share, hidden
