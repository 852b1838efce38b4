"""Furrows that run to a farm on the rise, between crops of several colours."""

from itertools import pairwise
from random import Random

from ..canvas import Canvas, clear, mix
from ..layers import birds, broadleaf, haze, height_at, land, poplar, rolling, sky
from ..palettes import Daylight


def fields(c: Canvas, p: Daylight, rng: Random):
    sky(c, p, rng, horizon=420, sun=(rng.uniform(150, 1050), rng.uniform(110, 230)))
    land(c, rolling(rng, 350, 60), [mix(p.far, p.land, 0.2), mix(p.far, p.land, 0.4)])
    haze(c, p, 330, 60, 0.5)
    hill = rolling(rng, 392, 36)
    land(c, hill, [mix(p.land, p.far, 0.45), mix(p.land, p.near, 0.1)])
    for _ in range(3):
        _hedge(c, p, rng, hill)
    vanishing = (rng.choice((330, 600, 870)), 380)
    crops = [p.crop, mix(p.land, p.near, 0.15), mix(p.crop, p.pale, 0.3), mix(p.crop, p.land, 0.55)]
    rng.shuffle(crops)
    brow = rolling(rng, 436, 20, waves=0.9)
    _furrows(c, p, rng, brow, vanishing, crops)
    farm_x = 600 + rng.uniform(-90, 90)
    _farm(c, p, rng, farm_x, height_at(brow, farm_x) + 8, rng.uniform(0.95, 1.2))
    for _ in range(rng.randint(2, 6)):
        x = rng.choice((rng.uniform(60, 380), rng.uniform(820, 1150)))
        y, size = height_at(brow, x) + 5, rng.uniform(70, 120)
        broadleaf(c, rng, x, y, size, mix(p.land, p.near, 0.55))
    if rng.random() < 0.55:
        for _ in range(rng.randint(4, 8)):
            _bale(c, p, rng.uniform(80, 1120), rng.uniform(500, 680))
    birds(c, rng, clear(p.near, 0.8), rng.uniform(300, 900), 200, count=rng.randint(0, 7))


def _furrows(c, p, rng, brow, vanishing, crops):
    land(c, brow, [crops[0], mix(crops[0], p.near, 0.35)])
    vx, vy = vanishing
    edges = [-2600, -1150, rng.uniform(-500, -250), rng.uniform(150, 420), 1200, 2700]
    for index, (a, b) in enumerate(pairwise(edges)):
        crop = crops[index % len(crops)]

        def on_brow(foot):
            reach = (vy + 52 - vy) / (800 - vy)
            return (vx + foot * reach, max(vy + 52, height_at(brow, vx + foot * reach)))

        patch = [on_brow(a), on_brow(b), (vx + b, 800), (vx + a, 800)]
        c.shaded(patch, [mix(crop, p.sky[2], 0.18), mix(crop, p.near, 0.3)])
        rows = int((b - a) / 62)
        for row in range(rows):
            foot = a + (b - a) * (row + 0.3) / rows
            left, right = on_brow(foot), on_brow(foot + 24)
            c.polygon([left, right, (vx + foot + 26, 800), (vx + foot, 800)], clear(p.near, 0.2))


def _hedge(c, p, rng, hill):
    x = rng.uniform(-50, 1000)
    for _ in range(rng.randint(6, 14)):
        x += rng.uniform(12, 24)
        size, y = rng.uniform(9, 17), height_at(hill, x)
        c.ellipse(x, y, size, size * 0.9, mix(p.land, p.near, 0.45))


def _farm(c, p, rng, x, y, size):
    """A barn with its silos, and poplars behind it."""
    for tree in range(rng.randint(2, 5)):
        poplar(c, x - 190 * size + tree * 34, y, rng.uniform(110, 150) * size, p.layer(0.75))
    wall, roof = p.accent, mix(p.near, p.accent, 0.2)
    for silo in range(rng.randint(1, 2)):
        sx = x + (112 + 44 * silo) * size
        c.box(sx - 19 * size, y - 128 * size, 38 * size, 130 * size, mix(p.pale, p.far, 0.35))
        c.box(sx + 3 * size, y - 128 * size, 16 * size, 130 * size, clear(p.near, 0.25))
        c.dome(sx, y - 127 * size, 19 * size, 19 * size, mix(p.pale, p.far, 0.7))
    for dx, half, tall, tone in ((-75, 62, 46, 0.25), (20, 66, 62, 0.0)):
        left, right = x + (dx - half) * size, x + (dx + half) * size
        eaves = y - tall * size
        gable = [
            (left, eaves),
            (left + 22 * size, eaves - 34 * size),
            (x + dx * size, eaves - 52 * size),
        ]
        gable += [(right - 22 * size, eaves - 34 * size), (right, eaves)]
        c.polygon([*gable, (right, y + 2), (left, y + 2)], mix(wall, roof, tone))
        c.line(
            [(gable[0][0] - 5, gable[0][1] + 5), *gable[1:4], (right + 5, eaves + 5)],
            roof,
            7 * size,
        )
    door = x + 20 * size
    c.box(door - 20 * size, y - 44 * size, 40 * size, 46 * size, mix(p.pale, wall, 0.15))
    for side in (-1, 1):
        c.line(
            [(door - 18 * size * side, y), (door + 18 * size * side, y - 42 * size)], wall, 3 * size
        )
    c.box(door - 9 * size, y - 84 * size, 18 * size, 18 * size, p.light if p.is_dark else roof)


def _bale(c, p, x, y):
    size = (y - 380) * 0.11
    c.ellipse(x + size * 0.5, y + size * 0.8, size * 1.9, size * 0.35, clear(p.near, 0.3))
    straw = mix(p.crop, p.pale, 0.25)
    c.box(
        x - size * 0.1, y - size, size * 1.3, size * 2, mix(straw, p.near, 0.25), radius=size * 0.6
    )
    c.ellipse(x, y, size * 0.86, size, straw)
    for turn in (0.62, 0.32):
        c.ring(x, y, size * 0.86 * turn, size * turn, clear(p.near, 0.35), 1.5)
