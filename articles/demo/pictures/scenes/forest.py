"""Trunks that sink into the haze, shafts of light, a path and someone on it."""

from random import Random

from ..canvas import Canvas, clear, mix, smooth
from ..figures import person
from ..layers import conifer, land, rolling
from ..palettes import Daylight


def forest(c: Canvas, p: Daylight, rng: Random):
    light_x = rng.uniform(480, 720)
    mist = mix(p.sky[2], p.light, 0.4)
    c.gradient(0, 800, [mix(p.land, mist, 0.55), mist, mix(p.land, mist, 0.6)])
    c.glow(light_x, 330, 620, p.light, 0.9)
    has_birches = rng.random() < 0.5
    for depth, count in enumerate((26, 18, 12)):
        near = 0.12 + depth * 0.2
        colour = mix(mix(p.land, mist, 0.62), p.near, near)
        ground = 560 + depth * 36
        for _ in range(count):
            x = rng.uniform(-20, 1220)
            if has_birches or depth == 2:
                _trunk(c, rng, x, ground, 9 + depth * 8, colour)
            else:
                conifer(c, x, ground, rng.uniform(300, 470) + depth * 60, colour, tiers=7)
        land(c, rolling(rng, ground - 10, 22), [colour, mix(colour, mist, 0.3)])
        c.gradient(150, 480, [clear(mist, 0), clear(mist, 0.26), clear(mist, 0.05)])
    for _ in range(rng.randint(4, 6)):
        top, spread = light_x + rng.uniform(-420, 420), rng.uniform(30, 70)
        foot = top + (top - light_x) * 0.4 - 130
        shaft = [(top, -10), (top + spread, -10), (foot + spread * 2.6, 700), (foot, 700)]
        c.shaded(shaft, [clear(p.light, 0.34), clear(p.light, 0)])
    floor = mix(p.land, p.near, 0.45)
    land(c, rolling(rng, 628, 18), [mix(floor, mist, 0.35), floor, p.near])
    _path(c, p, rng, mix(p.crop, mist, 0.35))
    walker_x, coat = light_x * 0.3 + 420, p.accent
    if rng.random() < 0.75:
        c.ellipse(walker_x + 8, 690, 34, 5, clear(p.near, 0.4))
        person(c, walker_x, 690, 122, coat, skin=p.near, legs=p.near)
    else:
        _deer(c, walker_x, 690, 150, mix(p.near, p.crop, 0.25))
    for x in (
        rng.uniform(-10, 90),
        rng.uniform(170, 280),
        rng.uniform(930, 1030),
        rng.uniform(1120, 1200),
    ):
        _trunk(c, rng, x, 800, rng.uniform(46, 78), p.near, birch=p.pale if has_birches else None)
    for _ in range(60):
        x = rng.choice((rng.gauss(0, 190), rng.gauss(1200, 190)))
        _fern(c, rng, x, 806, rng.uniform(50, 110), mix(p.near, p.land, rng.uniform(0.05, 0.4)))


def _trunk(c, rng, x, foot, width, colour, birch=None):
    lean = rng.uniform(-0.03, 0.03) * foot
    half = width / 2
    bark = mix(birch, colour, 0.25) if birch else colour
    edge = [(x - half * 1.5, foot), (x - half, foot - 60), (x + lean - half * 0.7, -10)]
    c.polygon(
        [*edge, (x + lean + half * 0.7, -10), (x + half, foot - 60), (x + half * 1.5, foot)], bark
    )
    if birch:
        for _ in range(12):
            y, reach = rng.uniform(0, foot), rng.uniform(0.3, 1) * width * 0.8
            start = x + lean * (1 - y / foot) - half * 0.8
            c.box(start, y, reach, rng.uniform(3, 8), colour, radius=1.5)
    else:
        shade = [(x, foot), (x + lean, -10), (x + lean + half * 0.7, -10), (x + half * 1.4, foot)]
        c.polygon(shade, clear((0, 0, 0), 0.12))
    for _ in range(3):
        y, side = rng.uniform(30, foot * 0.5), rng.choice((-1, 1))
        tip = (x + lean + side * width * rng.uniform(1.2, 2.6), y - width * rng.uniform(0.8, 1.8))
        root = x + lean * (1 - y / foot)
        c.polygon([(root, y - width * 0.11), tip, (root, y + width * 0.11)], bark)


def _path(c, p, rng, colour):
    bend = rng.choice((-1, 1)) * rng.uniform(40, 110)
    left = smooth([(590, 632), (590 + bend, 660), (540 + bend * 0.3, 710), (400, 810)])
    right = smooth([(800, 810), (640 + bend * 0.6, 710), (622 + bend, 660), (602, 632)])
    c.shaded([*left, *right], [colour, mix(colour, p.near, 0.55)])


def _fern(c, rng, x, y, size, colour):
    for frond in range(5):
        lean = (frond - 2) * 0.42 + rng.uniform(-0.1, 0.1)
        tip = (x + size * lean, y - size * (1.1 - abs(lean) * 0.6))
        middle = (x + size * lean * 0.35, y - size * 0.75 * (1 - abs(lean) * 0.3))
        c.polygon(
            [(x - 3, y), (middle[0] - size * 0.05, middle[1]), tip, middle, (x + 3, y)], colour
        )


def _deer(c, x, y, height, colour):
    def at(points):
        return [(x + dx * height, y - dy * height) for dx, dy in points]

    body = [(-0.36, 0.55), (-0.1, 0.6), (0.2, 0.6), (0.3, 0.72), (0.36, 0.92), (0.47, 0.9)]
    body += [(0.55, 0.83), (0.45, 0.8), (0.41, 0.6), (0.3, 0.42), (0, 0.38), (-0.3, 0.38)]
    c.polygon(smooth(at(body), closed=True), colour)
    for leg in (-0.3, -0.22, 0.2, 0.28):
        c.line(at([(leg, 0.45), (leg - 0.02, 0.2), (leg, 0)]), colour, height * 0.035)
    c.polygon(at([(0.36, 0.88), (0.28, 0.97), (0.39, 0.94)]), colour)
    for side in (0, 0.07):
        antler = at([(0.4 + side, 0.9), (0.36 + side, 1.06), (0.42 + side, 1.2)])
        c.line(smooth(antler), colour, height * 0.02)
        c.line(at([(0.36 + side, 1.06), (0.46 + side, 1.12)]), colour, height * 0.016)
