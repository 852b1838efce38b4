"""What the outdoor scenes are stacked from, far to near: sky, land, haze, water, trees."""

import math
from itertools import pairwise
from random import Random

from .canvas import FRAME_HEIGHT, FRAME_WIDTH, Canvas, Colour, Point, clear, mix, smooth
from .palettes import Daylight


def sky(c: Canvas, p: Daylight, rng: Random, *, horizon=800.0, sun: Point | None = None, clouds=1):
    """The sky down to ``horizon``, with its sun or moon at ``sun`` (none if left out)."""
    c.gradient(0, horizon, p.sky)
    if p.hour == "night":
        stars(c, p, rng, count=160, depth=horizon * 0.8)
    if sun:
        sun_or_moon(c, p, sun, radius=rng.uniform(34, 62))
    for _ in range(clouds * rng.randint(2, 4) + (3 if p.hour == "overcast" else 0)):
        cloud(c, p, rng, rng.uniform(-60, 1260), rng.uniform(0.12, 0.75) * horizon)


def sun_or_moon(c: Canvas, p: Daylight, at: Point, radius: float):
    x, y = at
    c.glow(x, y, radius * 9, p.light, 0.5 if p.hour == "night" else 0.85)
    if p.hour == "overcast":
        c.ellipse(x, y, radius, radius, clear(p.light, 0.6))
        return
    c.ellipse(x, y, radius, radius, p.light)
    if p.hour == "night":
        for dx, dy, size in ((-0.3, -0.25, 0.24), (0.3, 0.2, 0.16), (-0.1, 0.45, 0.13)):
            crater = mix(p.light, p.sky[2], 0.25)
            c.ellipse(x + dx * radius, y + dy * radius, size * radius, size * radius, crater)


def stars(c: Canvas, p: Daylight, rng: Random, *, count: int, depth: float):
    """Stars from the top of the frame down to ``depth``, fewer and fainter towards it."""
    for _ in range(count):
        height = rng.random() ** 1.5
        size = rng.choice((0.8, 0.8, 1.1, 1.1, 1.9))
        colour = clear(p.light, 0.9 - 0.7 * height)
        c.ellipse(rng.uniform(0, FRAME_WIDTH), height * depth, size, size, colour)


def cloud(c: Canvas, p: Daylight, rng: Random, x: float, y: float):
    """A flat-bottomed cloud of a few rounded bars, the lower the wider."""
    colour = clear(mix(p.sky[2], p.pale, 0.5), 0.16 if p.hour == "night" else 0.42)
    width, thick = rng.uniform(150, 330), rng.uniform(13, 22)
    for row in range(rng.randint(2, 3)):
        share = 1 - 0.3 * row
        left = x - width * share / 2 + rng.uniform(-0.12, 0.12) * width
        c.box(left, y - row * thick, width * share, thick, colour, radius=thick / 2)


def birds(c: Canvas, rng: Random, colour: Colour, x: float, y: float, count=5, size=12.0):
    for _ in range(count):
        bx, by = x + rng.gauss(0, 70), y + rng.gauss(0, 26)
        span, lift = size * rng.uniform(0.6, 1.2), rng.uniform(0.25, 0.5)
        wings = [(bx - span, by - span * lift), (bx - span / 2, by - span * lift * 1.2), (bx, by)]
        wings += [(bx + span / 2, by - span * lift * 1.3), (bx + span, by - span * lift)]
        c.line(smooth(wings, steps=4), colour, 2)


# Land


def jagged(rng: Random, y: float, rise: float, halvings=7, rough=0.52) -> list[Point]:
    """A skyline of rock across the frame, around ``y``, by midpoint displacement."""
    heights = [rng.uniform(-0.5, 0.5) for _ in range(4)]
    swing = 1.0
    for _ in range(halvings - 2):
        swing *= rough
        between = [(a + b) / 2 + rng.uniform(-swing, swing) / 2 for a, b in pairwise(heights)]
        heights = [h for pair in zip(heights, between, strict=False) for h in pair] + [heights[-1]]
    step = (FRAME_WIDTH + 40) / (len(heights) - 1)
    return [(-20 + index * step, y - rise * height) for index, height in enumerate(heights)]


def rolling(rng: Random, y: float, rise: float, waves=1.6) -> list[Point]:
    """The line of a soft hill across the frame, around ``y``."""
    parts = [(waves * k, rise / k, rng.uniform(0, math.tau)) for k in (1, 2.3, 4.1)]
    return [
        (x, y - sum(h * math.sin(n * x / FRAME_WIDTH * math.tau / 2 + a) for n, h, a in parts) / 2)
        for x in range(-20, FRAME_WIDTH + 21, 12)
    ]


def height_at(skyline: list[Point], x: float) -> float:
    """The y of a skyline's point nearest to ``x``."""
    return min(skyline, key=lambda point: abs(point[0] - x))[1]


def land(c: Canvas, skyline: list[Point], stops: list[Colour], foot=FRAME_HEIGHT):
    """All that lies under ``skyline``, fading downwards through ``stops`` until ``foot``."""
    c.shaded([*skyline, (skyline[-1][0], foot), (skyline[0][0], foot)], stops)


def haze(c: Canvas, p: Daylight, y: float, height: float, opacity=0.5):
    """A bank of mist that thickens downwards to ``y + height``."""
    mist = mix(p.sky[2], p.light, 0.3)
    c.gradient(y, height, [clear(mist, 0), clear(mist, opacity)])


# Water


def water(c: Canvas, p: Daylight, rng: Random, y: float, *, sun_x: float | None = None):
    """Water from ``y`` to the foot of the frame; under a sun at ``sun_x`` it glints."""
    c.gradient(y, FRAME_HEIGHT - y, p.water)
    ripples(c, p, rng, y)
    if sun_x is not None:
        glints(c, p, rng, y, sun_x)


def ripples(c: Canvas, p: Daylight, rng: Random, y: float, count=90):
    for _ in range(count):
        nearness = rng.random()
        at = y + 6 + nearness**1.4 * (FRAME_HEIGHT - y)
        half = rng.uniform(8, 26) + 70 * nearness * rng.random()
        x = rng.uniform(0, FRAME_WIDTH)
        tone = p.pale if rng.random() < 0.55 else p.near
        lens = [(x - half, at), (x, at - 0.6 - 1.6 * nearness), (x + half, at), (x, at + 1.4)]
        c.polygon(lens, clear(tone, 0.10 + 0.12 * nearness))


def glints(c: Canvas, p: Daylight, rng: Random, y: float, x: float, count=110):
    for _ in range(count):
        nearness = rng.random()
        at = y + 3 + nearness * (FRAME_HEIGHT - y) * 0.9
        half = rng.uniform(5, 22) * (0.5 + 1.6 * nearness)
        mid = x + rng.gauss(0, 16 + 60 * nearness)
        thick = 0.8 + 2.2 * nearness
        lens = [(mid - half, at), (mid, at - thick), (mid + half, at), (mid, at + thick)]
        c.polygon(lens, clear(p.light, 0.75 - 0.45 * nearness))


def swell(c: Canvas, p: Daylight, rng: Random, y: float, height: float, colours: list[Colour]):
    """One row of waves in front of all above it, pointed on top, with foam on the highest."""
    length, phase = height * rng.uniform(9, 13), rng.uniform(0, math.tau)
    crest = []
    for x in range(-20, FRAME_WIDTH + 21, 6):
        turn = x / length * math.pi + phase
        tall = 0.62 + 0.38 * math.sin(turn / 2.7 + phase * 3)
        crest.append((x, y - height * tall * (1.9 * (1 - abs(math.sin(turn))) - 0.5)))
    land(c, crest, colours)
    for before, (x, top), after in zip(crest, crest[1:], crest[2:], strict=False):
        if top <= min(before[1], after[1]) and top < y - height * 0.7:
            reach = height * rng.uniform(0.7, 1.5)
            foam = [(px, py) for px, py in crest if abs(px - x) <= reach]
            if len(foam) > 2:
                under = [(px, py + height * 0.22) for px, py in reversed(foam[1:-1])]
                c.polygon([*foam, *under], clear(p.pale, 0.6))


# Trees


def conifer(c: Canvas, x: float, y: float, height: float, colour: Colour, tiers=5):
    """A spruce that stands on (x, y)."""
    half = height * 0.2
    c.box(x - height * 0.02, y - height * 0.12, height * 0.04, height * 0.12, colour)
    for tier in range(tiers):
        top = y - height + tier * height * 0.16
        reach = half * (0.35 + 0.65 * (tier + 1) / tiers)
        foot = top + height * 0.26
        droop = foot + height * 0.02
        spread = [(x, top), (x + reach, droop), (x + reach * 0.4, foot), (x, foot + height * 0.03)]
        c.polygon([*spread, (x - reach * 0.4, foot), (x - reach, droop)], colour)


def broadleaf(c: Canvas, rng: Random, x: float, y: float, height: float, colour: Colour):
    """A round-headed tree that stands on (x, y), lit from the upper left."""
    trunk = mix(colour, (30, 22, 20), 0.6)
    c.polygon(
        [
            (x - height * 0.035, y),
            (x - height * 0.02, y - height * 0.6),
            (x + height * 0.02, y - height * 0.6),
            (x + height * 0.035, y),
        ],
        trunk,
    )
    blobs = [
        (
            0.2 * math.cos(turn) * rng.uniform(0.8, 1.2),
            -0.63 + 0.17 * math.sin(turn) * rng.uniform(0.8, 1.2),
            rng.uniform(0.14, 0.2),
        )
        for turn in (3.6, 4.5, 5.6, 2.7, 0.4, 1.6)
    ]
    c.ellipse(x, y - height * 0.63, height * 0.24, height * 0.22, colour)
    for dx, dy, size in blobs:
        c.ellipse(x + dx * height, y + dy * height, size * height, size * height * 0.92, colour)
    lit = mix(colour, (255, 244, 200), 0.16)
    for dx, dy, size in blobs[:3]:
        place = x + (dx - 0.02) * height, y + (dy - 0.02) * height
        c.ellipse(*place, size * height * 0.62, size * height * 0.5, lit)


def poplar(c: Canvas, x: float, y: float, height: float, colour: Colour):
    c.box(x - height * 0.02, y - height * 0.2, height * 0.04, height * 0.2, colour)
    c.ellipse(x, y - height * 0.54, height * 0.11, height * 0.46, colour)


def grasses(c: Canvas, rng: Random, y: float, colour: Colour, height=46.0, count=150):
    """Blades along the foot of the picture, rooted at ``y``."""
    for _ in range(count):
        x, lean = rng.uniform(-10, FRAME_WIDTH + 10), rng.uniform(-12, 12)
        tip = (x + lean, y - height * rng.uniform(0.3, 1))
        c.polygon([(x - 2.4, y), tip, (x + 2.4, y)], colour)
