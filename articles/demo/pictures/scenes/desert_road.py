"""A road to the horizon between mesas, telegraph poles beside it, a car on its way."""

from itertools import pairwise
from random import Random

from ..canvas import Canvas, clear, mix, smooth
from ..layers import haze, land, rolling, sky
from ..palettes import Daylight


def desert_road(c: Canvas, p: Daylight, rng: Random):
    vx, vy = rng.uniform(520, 680), 430
    sky(c, p, rng, horizon=vy, sun=(vx + rng.uniform(-130, 130), rng.uniform(200, 320)))
    rock = mix(p.crop, p.far, 0.55)
    for distance in range(2):
        for _ in range(rng.randint(2, 4)):
            x = rng.choice((rng.uniform(-80, 380), rng.uniform(760, 1180)))
            _mesa(c, p, rng, x, vy + 4, (1.0, 1.7)[distance], mix(rock, p.near, 0.16 * distance))
        haze(c, p, vy - 60, 64, 0.45)
    sand = mix(p.crop, p.accent, 0.12)
    c.gradient(vy, 370, [mix(sand, p.sky[2], 0.35), sand, mix(sand, p.near, 0.35)])
    for dune in range(4):
        y = vy + 26 + dune * dune * 24 + dune * 22
        skyline = rolling(rng, y, 12 + dune * 7, waves=1.8 - dune * 0.3)
        tone = mix(sand, p.near, 0.05 + dune * 0.06)
        land(c, skyline, [mix(tone, p.light, 0.42), mix(tone, p.accent, 0.12), tone])
    tar = mix(p.near, p.far, 0.2)
    bend = rng.choice((-1, 1)) * rng.uniform(100, 700)

    def across(nearness, aside):
        """A point on the road: nearness 0 (horizon) to 1 (foot), aside -1 to 1."""
        middle = vx + (600 - vx) * nearness + bend * nearness * (1 - nearness) ** 2
        return (middle + aside * (3 + 330 * nearness**1.5), vy + 2 + 372 * nearness)

    steps = [(step / 24) ** 1.6 for step in range(25)]
    for half, colour in ((1.12, mix(sand, p.pale, 0.25)), (1.0, tar)):
        edge = [across(n, -half) for n in steps] + [across(n, half) for n in reversed(steps)]
        c.shaded(edge, [mix(colour, p.sky[2], 0.35), colour])
    for side in (-0.88, 0.88):
        band = [across(n, side) for n in steps] + [across(n, side * 0.95) for n in reversed(steps)]
        c.polygon(band, mix(p.pale, tar, 0.25))
    for a, b in zip(steps[5::2], steps[6::2], strict=False):
        dash = [across(a, -0.03), across(a, 0.03), across(b, 0.03), across(b, -0.03)]
        c.polygon(dash, mix(p.crop, p.pale, 0.5))
    side = rng.choice((-1, 1))
    _poles(c, p, across, side)
    for _ in range(rng.randint(3, 7)):
        near = rng.uniform(0.1, 0.75)
        x, y = across(near, -side * rng.uniform(1.5, 3.4))
        if rng.random() < 0.55:
            _cactus(c, x, y, 24 + 190 * near, mix(p.land, p.near, 0.55))
        else:
            c.dome(x, y, 12 + 60 * near, 8 + 40 * near, mix(p.land, p.near, 0.45))
    near = rng.uniform(0.24, 0.36)
    _car(c, p, *across(near, rng.choice((-0.45, 0.45))), 28 + 150 * near)


def _mesa(c, p, rng, x, foot, size, colour):
    width, height = rng.uniform(90, 240) * size, rng.uniform(50, 105) * size
    top = foot - height
    cliff = [(x - width * 0.16, foot), (x, top + height * 0.5), (x + width * 0.05, top)]
    cliff += [(x + width * rng.uniform(0.35, 0.6), top - 3), (x + width * 0.95, top)]
    cliff += [(x + width, top + height * 0.5), (x + width * 1.2, foot)]
    c.shaded(cliff, [colour, mix(colour, p.sky[2], 0.3)])
    shade = [(x + width * 0.62, top), cliff[-3], cliff[-2], cliff[-1], (x + width * 0.75, foot)]
    c.polygon(shade, clear(p.near, 0.22))
    for band in (0.2, 0.42):
        y = top + height * band
        c.line([(x + width * 0.03, y), (x + width * 0.97, y)], clear(p.near, 0.18), 3 * size)


def _poles(c, p, across, side):
    ends = []
    for step in range(9):
        near = 0.02 + 0.9 * (step / 8) ** 2
        x, y = across(near, side * 1.9)
        tall = 14 + 470 * near
        c.line([(x, y), (x, y - tall)], p.near, 1.2 + 8 * near)
        arm = tall * 0.13
        c.line([(x - arm, y - tall * 0.93), (x + arm, y - tall * 0.93)], p.near, 1 + 5 * near)
        ends.append((x, y - tall * 0.93, arm))
    for (ax, ay, a), (bx, by, b) in pairwise(ends):
        for end in (-1, 1):
            middle = ((ax + end * a + bx + end * b) / 2, (ay + by) / 2 + abs(bx - ax) * 0.07)
            wire = smooth([(ax + end * a, ay), middle, (bx + end * b, by)])
            c.line(wire, clear(p.near, 0.7), 1.2)


def _cactus(c, x, y, height, colour):
    thick = height * 0.15
    c.box(x - thick / 2, y - height, thick, height, colour, radius=thick / 2)
    for side, low, high in ((-1, 0.36, 0.72), (1, 0.48, 0.84)):
        reach = side * height * 0.24
        arm = [(x, y - height * low), (x + reach, y - height * low), (x + reach, y - height * high)]
        c.line(arm, colour, thick * 0.75)
        c.ellipse(*arm[2], thick * 0.37, thick * 0.37, colour)
    c.line(
        [(x + thick * 0.15, y - height * 0.95), (x + thick * 0.15, y)], clear((0, 0, 0), 0.15), 2
    )


def _car(c, p, x, y, width):
    """A car seen from behind, its lights on after sunset."""
    half, tall = width / 2, width * 0.72
    c.ellipse(x, y, half * 1.15, width * 0.08, clear((0, 0, 0), 0.4))
    for side in (-1, 1):
        left = x + side * half * 0.72 - width * 0.09
        c.box(left, y - width * 0.2, width * 0.18, width * 0.22, (20, 20, 24), radius=3)
    roof = [
        (x - half * 0.72, y - tall),
        (x + half * 0.72, y - tall),
        (x + half * 0.95, y - tall * 0.55),
    ]
    c.polygon([*roof, (x - half * 0.95, y - tall * 0.55)], mix(p.accent, p.near, 0.15))
    pane = [(x - half * 0.6, y - tall * 0.93), (x + half * 0.6, y - tall * 0.93)]
    pane += [(x + half * 0.76, y - tall * 0.6), (x - half * 0.76, y - tall * 0.6)]
    c.polygon(pane, mix(p.near, p.sky[2], 0.4))
    c.box(x - half, y - tall * 0.58, width, tall * 0.44, p.accent, radius=width * 0.06)
    c.box(x - half, y - tall * 0.24, width, tall * 0.1, mix(p.accent, p.near, 0.5))
    for side in (-1, 1):
        lamp = (x + side * half * 0.78, y - tall * 0.44)
        c.ellipse(*lamp, width * 0.08, width * 0.055, (255, 92, 70))
        if p.is_dark:
            c.glow(*lamp, width * 0.5, (255, 110, 80), 0.7)
