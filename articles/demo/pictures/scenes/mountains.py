"""A snowy peak over ridges; before it a lake or a wooded valley, now and then a cabin."""

import math
from random import Random

from ..canvas import Canvas, mix
from ..layers import conifer, haze, height_at, jagged, land, rolling, sky, water
from ..palettes import Daylight


def mountains(c: Canvas, p: Daylight, rng: Random):
    sky(c, p, rng, horizon=620, sun=(rng.choice((250, 330, 880, 960)), rng.uniform(110, 200)))
    land(c, jagged(rng, 400, 150), [mix(p.far, p.sky[2], 0.35), mix(p.far, p.sky[2], 0.75)])
    massif = rng.choice(
        (
            ((230, 250), (960, 270), (600, 400)),
            ((170, 220), (420, 310), (1010, 240), (730, 390)),
            ((90, 240), (360, 290), (860, 330), (1120, 250), (600, 350)),
            ((1040, 260), (200, 300), (790, 330), (490, 410)),
        )
    )
    for x, rise in massif:
        _peak(c, p, rng, x + rng.uniform(-50, 50), 560, rise * rng.uniform(0.9, 1.08))
    haze(c, p, 430, 150, 0.55)
    has_lake = rng.random() < 0.6
    land(c, jagged(rng, 520, 80), [p.layer(0.45), p.layer(0.3)], foot=570 if has_lake else 800)
    if has_lake:
        water(c, p, rng, 565)
        c.reflect(565, 235, rng, 0.55)
        haze(c, p, 540, 26, 0.4)
    else:
        land(c, jagged(rng, 590, 90), [p.layer(0.6), p.layer(0.45)])
        haze(c, p, 540, 140, 0.3)
    shore = rolling(rng, 735, 60)
    land(c, shore, [p.layer(0.9), p.near])
    if rng.random() < 0.6:
        _cabin(c, p, rng.choice((400, 760)), 735, 88)
    for _ in range(rng.randint(26, 40)):
        x = rng.choice((rng.gauss(60, 120), rng.gauss(1140, 120), rng.uniform(0, 1200)))
        tall = rng.uniform(60, 110) + 130 * abs(x / 600 - 1) ** 1.5
        conifer(c, x, height_at(shore, x) + 18, tall, mix(p.near, p.far, rng.uniform(0, 0.16)))


def _peak(c, p, rng, x, foot, rise):
    """A mountain with its lit side to the left and snow down to a ragged line."""
    top, half = foot - rise, rise * rng.uniform(1.05, 1.3)
    left, right = [], []
    for side, edge in ((-1, left), (1, right)):
        for step in range(1, 10):
            share = step / 9
            wobble = rng.uniform(-0.03, 0.03) * rise
            edge.append((x + side * half * share**1.12 + wobble, top + rise * share))
    spine = [
        (x + rise * 0.05 * math.sin(step * 1.9), top + rise * step / 9) for step in range(1, 10)
    ]
    rock, shadow = p.layer(0.22), p.layer(0.42)
    c.shaded([(x, top), *left, *reversed(spine)], [rock, mix(rock, p.sky[2], 0.4)])
    c.shaded([(x, top), *right, *reversed(spine)], [shadow, mix(shadow, p.sky[2], 0.35)])
    snow = mix(p.pale, p.sky[2], 0.15)
    for edge, colour in ((left, snow), (right, mix(snow, shadow, 0.42))):
        lines = rng.randint(3, 4)
        line = []
        for step in range(9):
            share = step / 8
            depth = lines - 0.4 + (0.9 if step % 2 else -0.5) + rng.uniform(-0.3, 0.3)
            a, b = edge[lines - 1], spine[lines - 1]
            line.append((a[0] + (b[0] - a[0]) * share, top + rise * depth / 9))
        c.polygon([(x, top), *edge[: lines - 1], *line[1:], *reversed(spine[: lines - 1])], colour)


def _cabin(c, p, x, y, size):
    wall = mix(p.accent, p.near, 0.55)
    c.box(x - size / 2, y - size * 0.45, size, size * 0.5, wall)
    roof = [(x - size * 0.62, y - size * 0.4), (x - size * 0.3, y - size * 0.8)]
    roof += [(x + size * 0.3, y - size * 0.8), (x + size * 0.62, y - size * 0.4)]
    c.polygon(roof, p.near)
    c.glow(x - size * 0.2, y - size * 0.22, size * 0.7, p.light, 0.5)
    for place in (-0.3, 0.14):
        c.box(x + size * place, y - size * 0.32, size * 0.17, size * 0.18, p.light)
