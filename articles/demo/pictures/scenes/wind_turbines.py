"""Turbines on the ridges over a meadow, or out at sea; the tallest near the middle."""

import math
from random import Random

from ..canvas import Canvas, clear, mix
from ..figures import turbine
from ..layers import broadleaf, grasses, haze, height_at, land, ripples, rolling, sky, water
from ..palettes import Daylight


def wind_turbines(c: Canvas, p: Daylight, rng: Random):
    sun_x = rng.choice((230, 300, 900, 980))
    sky(c, p, rng, horizon=560, sun=(sun_x, rng.uniform(150, 330)))
    white = mix(p.pale, p.sky[1], 0.3 if p.is_dark else 0.04)
    turn = rng.uniform(0, math.tau)
    if rng.random() < 0.3:
        _wind_farm_at_sea(c, p, rng, white, turn, sun_x)
        return
    for depth in range(3):
        near = depth / 3
        green = mix(p.land, p.near, 0.1 + 0.15 * depth)
        hill = rolling(rng, 470 + depth * 75, 90, waves=1.2)
        colour = mix(p.far, green, 0.25 + 0.3 * depth)
        for _ in range((rng.randint(3, 5), rng.randint(1, 3), 0)[depth]):
            x = rng.uniform(60, 1140)
            distant = mix(white, p.far, 0.45 - 0.2 * depth)
            tall = rng.uniform(120, 165) * (1 + near * 1.6)
            shade = mix(distant, p.far, 0.5)
            turbine(c, x, height_at(hill, x) + 4, tall, distant, shade, turn + rng.uniform(-1, 1))
        land(c, hill, [mix(colour, p.light, 0.12), mix(colour, p.near, 0.12)])
        haze(c, p, 480 + depth * 60, 110, 0.34 - 0.1 * depth)
    front = rolling(rng, 690, 60, waves=1.1)
    x = rng.uniform(520, 680)
    shade = mix(white, p.near, 0.3)
    turbine(c, x, height_at(front, x) + 14, rng.uniform(440, 500), white, shade, turn)
    grass = mix(p.land, p.near, 0.4)
    land(c, front, [mix(grass, p.crop, 0.35), grass, mix(grass, p.near, 0.6)])
    if rng.random() < 0.5:
        for _ in range(rng.randint(7, 15)):
            sheep_x = rng.choice((rng.uniform(100, 480), rng.uniform(730, 1100)))
            _sheep(c, p, sheep_x, height_at(front, sheep_x) + rng.uniform(6, 60))
    else:
        for _ in range(rng.randint(4, 9)):
            tree_x = rng.choice((rng.uniform(40, 420), rng.uniform(780, 1160)))
            tree = mix(p.land, p.near, rng.uniform(0.5, 0.75))
            broadleaf(c, rng, tree_x, height_at(front, tree_x) + 12, rng.uniform(60, 120), tree)
    if rng.random() < 0.6:
        for _ in range(260):
            x, depth = rng.uniform(0, 1200), rng.random()
            y = height_at(front, x) + 30 + depth * 90
            c.ellipse(x, y, 1.5 + 2.5 * depth, 1.2 + 2.2 * depth, rng.choice((p.accent, p.crop)))
    grasses(c, rng, 804, mix(p.near, p.land, 0.25))


def _wind_farm_at_sea(c, p, rng, white, turn, sun_x):
    sea, heading = 520, rng.choice((-1, 1))
    water(c, p, rng, sea, sun_x=sun_x)
    haze(c, p, sea - 40, 42, 0.4)
    for row in range(5, -1, -1):
        near = 1 - row / 6
        for column in (-1, 1) if row else (0,):
            x = 600 + heading * row * 70 + column * (110 + 210 * near)
            foot = sea + 8 + 165 * near**2.2
            colour = mix(white, p.far, 0.5 * (1 - near))
            tall = 60 + 400 * near**1.7
            shade = mix(colour, p.near, 0.28)
            turbine(c, x, foot, tall, colour, shade, turn + rng.uniform(-1, 1))
            c.box(x - tall * 0.03, foot - tall * 0.05, tall * 0.06, tall * 0.075, p.accent)
            c.ellipse(x, foot + tall * 0.025, tall * 0.07, tall * 0.01, clear(p.pale, 0.6))
            c.polygon(
                [
                    (x - tall * 0.02, foot + tall * 0.03),
                    (x + tall * 0.02, foot + tall * 0.03),
                    (x, foot + tall * 0.4),
                ],
                clear(white, 0.22),
            )
    ripples(c, p, rng, sea + 60, count=60)


def _sheep(c, p, x, y):
    for leg in (-7, 6):
        c.line([(x + leg, y - 6), (x + leg, y + 6)], p.near, 2.4)
    c.ellipse(x, y - 8, 13, 8.5, mix(p.pale, p.near, 0.12))
    c.ellipse(x + 13, y - 12, 5, 4, p.near)
