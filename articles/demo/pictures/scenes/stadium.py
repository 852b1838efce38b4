"""A full bowl around the pitch, seen from the upper stand, under its masts."""

import math
from random import Random

from ..canvas import Canvas, clear, mix
from ..figures import SKINS, person
from ..layers import haze, jagged, land, stars, sun_or_moon
from ..palettes import Daylight


def stadium(c: Canvas, p: Daylight, rng: Random):
    c.gradient(0, 330, p.sky)
    c.gradient(330, 470, [p.layer(0.75), p.near])
    if p.hour == "night":
        stars(c, p, rng, count=70, depth=200)
    else:
        sun_or_moon(c, p, (rng.choice((240, 420, 800, 980)), 110), 34)
    land(c, jagged(rng, 250, 90), [p.layer(0.2), mix(p.far, p.sky[2], 0.3)], foot=420)
    haze(c, p, 150, 140, 0.4)
    y, has_track = 520, rng.random() < 0.45
    masts = rng.choice(((180, 1020), (150, 420, 780, 1050)))
    for x in masts:
        _mast(c, p, x, 330, rng.uniform(240, 280))
    steel, stand = mix(p.pale, p.far, 0.4), p.layer(0.6)
    c.ellipse(600, y - 40, 760, 335, mix(steel, p.near, 0.25))
    c.ellipse(600, y - 30, 742, 318, stand)
    c.ellipse(600, y - 10, 716, 290, mix(stand, p.near, 0.25))
    for pillar in range(31):
        t = math.pi + pillar * math.pi / 30
        at = 600 + 740 * math.cos(t), y - 30 + 316 * math.sin(t)
        c.line([at, (600 + 706 * math.cos(t), y - 6 + 282 * math.sin(t))], steel, 2.5)
    _crowd(c, p, rng, y)
    c.ellipse(600, y + 44, 500, 170, mix(p.near, p.accent, 0.25))
    c.ellipse(
        600,
        y + 50,
        492,
        163,
        mix(p.accent, p.crop, 0.3) if has_track else mix(p.land, p.near, 0.25),
    )
    if has_track:
        for lane in range(1, 6):
            c.ring(600, y + 50, 492 - lane * 11, 163 - lane * 5, mix(p.pale, p.accent, 0.35), 1)
    grass = mix(p.land, (96, 168, 72), 0.45)
    c.ellipse(600, y + 50, 426, 132, grass)
    _pitch(c, p, rng, y + 50, grass, size=0.86 if has_track else 1.0)
    if p.is_dark:
        for x in masts:
            shine = [
                (x - 8, 80),
                (x + 8, 80),
                (760 + (x - 600) * 0.2, 640),
                (440 + (x - 600) * 0.2, 640),
            ]
            c.shaded(shine, [clear(p.light, 0.2), clear(p.light, 0.02)])


def _mast(c, p, x, foot, height):
    lean = (600 - x) * 0.04
    top = foot - height
    c.polygon(
        [(x - 9, foot), (x + lean - 3, top), (x + lean + 3, top), (x + 9, foot)], p.layer(0.75)
    )
    c.box(x + lean - 44, top - 30, 88, 48, p.layer(0.85), radius=4)
    if p.is_dark:
        c.glow(x + lean, top - 6, 260, p.light, 0.9)
    for row in range(3):
        for column in range(6):
            c.ellipse(x + lean - 36 + column * 14.4, top - 21 + row * 15, 5, 5, p.light)


def _crowd(c, p, rng, y):
    """Rows of heads on ellipses that widen from the pitch to the roof."""
    shirts = [p.accent, p.accent, p.pale, mix(p.crop, p.pale, 0.3), p.layer(0.4), p.layer(0.9)]
    rows = 17
    block = rng.uniform(0.18, 0.3)
    for row in range(rows, -1, -1):
        share = row / rows
        rx, ry = 506 + 200 * share, 174 + 108 * share
        middle = y + 42 - 46 * share
        if row == 9:
            c.ellipse(600, middle + 4, rx, ry, mix(p.pale, p.far, 0.3))
            c.ellipse(600, middle + 9, rx - 3, ry - 2, mix(p.layer(0.7), p.near, 0.2))
            continue
        c.ellipse(600, middle, rx, ry, mix(p.layer(0.62), p.near, 0.16 * (row % 2) + 0.2))
        count = int(rx * 0.36)
        for seat in range(count):
            t = seat / count * math.tau + rng.uniform(-0.003, 0.003)
            if rng.random() < 0.1 or abs((t / block) % 1 - 0.5) > 0.46:
                continue
            at = 600 + (rx - 5) * math.cos(t), middle + (ry - 4) * math.sin(t)
            size = 3.4 + 1.1 * math.sin(t)
            c.ellipse(*at, size, size * 1.15, rng.choice(shirts))


def _pitch(c, p, rng, y, grass, size):
    """The playing field in perspective around (600, y), its lines and players."""

    def at(along, across):
        """From the field's own -1 to 1 each way to the frame."""
        far = (across + 1) / 2
        width = (300 + 70 * far) * size
        return 600 + along * width, y + size * (-88 + 172 * far**1.12)

    stripes = 12
    for stripe in range(stripes):
        a, b = (2 * (stripe + step) / stripes - 1 for step in (0, 1))
        tone = mix(grass, p.light, 0.16) if stripe % 2 else grass
        c.polygon([at(a, -1), at(b, -1), at(b, 1), at(a, 1)], tone)
    chalk = mix(p.pale, grass, 0.12)
    outline = [at(-1, -1), at(1, -1), at(1, 1), at(-1, 1), at(-1, -1)]
    c.line(outline, chalk, 2.4)
    c.line([at(0, -1), at(0, 1)], chalk, 2)
    turns = [step * math.tau / 40 for step in range(41)]
    c.line([at(0.2 * math.cos(t), 0.32 * math.sin(t)) for t in turns], chalk, 2)
    for side in (-1, 1):
        for depth, half in ((0.7, 0.55), (0.88, 0.26)):
            c.line(
                [at(side, -half), at(side * depth, -half), at(side * depth, half), at(side, half)],
                chalk,
                2,
            )
        goal = at(side, -0.1), at(side, 0.1)
        c.line(
            [goal[0], (goal[0][0], goal[0][1] - 22), (goal[1][0], goal[1][1] - 22), goal[1]],
            p.pale,
            2.5,
        )
    for player in range(20):
        x, foot = at(rng.uniform(-0.85, 0.85), rng.uniform(-0.85, 0.85))
        shirt = p.accent if player % 2 else p.pale
        c.ellipse(x + 5, foot, 9, 2.5, clear(p.near, 0.4))
        person(c, x, foot, 25, shirt, skin=rng.choice(SKINS), legs=p.near)
