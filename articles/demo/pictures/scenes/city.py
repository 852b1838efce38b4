"""Three rows of towers in the haze, a landmark in the middle, a river or park in front."""

import math
from random import Random

from ..canvas import Canvas, clear, mix
from ..figures import tower
from ..layers import birds, broadleaf, haze, land, ripples, sky, water
from ..palettes import Daylight


def city(c: Canvas, p: Daylight, rng: Random):
    has_river = rng.random() < 0.6
    foot = 610 if has_river else 690
    sky(c, p, rng, horizon=foot, sun=(rng.choice((200, 330, 860, 990)), rng.uniform(130, 280)))
    lit = p.accent if p.hour in ("night", "dusk") else mix(p.light, p.sky[2], 0.4)
    share = {"night": 0.5, "dusk": 0.4, "dawn": 0.2}.get(p.hour, 0.1)
    for depth in range(3):
        near = 0.1 + depth * 0.32
        base = mix(p.layer(near), p.sky[2], 0.22 - 0.1 * depth)
        x = rng.uniform(-60, 0)
        while x < 1200:
            width = rng.uniform(44, 96) + 10 * depth
            centred = math.exp(-(((x + width / 2 - 600) / 330) ** 2))
            tall = (rng.uniform(130, 230) + 210 * centred * rng.uniform(0.5, 1)) * (
                1.25 - 0.28 * depth
            )
            colour = mix(base, p.accent, 0.1) if rng.random() < 0.15 else base
            glass = mix(lit, colour, 0.5 - 0.25 * depth)
            tower(c, rng, x, foot, width, tall, colour, glass, share)
            x += width + rng.choice((-6, 3, 10, 26))
        if depth == 1:
            _landmark(c, p, rng, 600 + rng.uniform(-70, 70), foot, lit, share)
        haze(c, p, foot - 190, 190, 0.42 - 0.14 * depth)
    if has_river:
        water(c, p, rng, foot)
        c.reflect(foot, 190, rng, 0.6)
        ripples(c, p, rng, foot + 6, count=60)
        _bridge(c, p, rng, foot + 62)
    else:
        land(c, [(-20, foot - 6), (1220, foot - 6)], [mix(p.land, p.near, 0.4), p.near])
        for _ in range(rng.randint(24, 34)):
            x, y = rng.uniform(-20, 1220), rng.uniform(foot + 8, 800)
            leaf = mix(p.land, p.near, 0.35 + 0.5 * (y - foot) / 120)
            broadleaf(c, rng, x, y + 30, rng.uniform(90, 150), leaf)
    birds(c, rng, clear(p.near, 0.7), rng.uniform(250, 950), 150, count=rng.randint(0, 6))


def _landmark(c, p, rng, x, foot, lit, share):
    """The tower that the eye goes to, in one of three shapes."""
    colour, shade = p.layer(0.62), clear(p.near, 0.3)
    kind = rng.choice(("needle", "taper", "twins"))
    if kind == "needle":
        c.polygon([(x - 26, foot), (x - 8, 220), (x + 8, 220), (x + 26, foot)], colour)
        c.ellipse(x, 222, 50, 16, colour)
        c.ellipse(x, 208, 36, 18, colour)
        c.box(x - 44, 219, 88, 6, lit)
        c.polygon([(x - 6, 200), (x, 70), (x + 6, 200)], colour)
        c.polygon([(x + 2, foot), (x + 2, 232), (x + 8, 232), (x + 26, foot)], shade)
        return
    for offset in (0,) if kind == "taper" else (-50, 50):
        top = 130 if kind == "taper" else 165
        levels = ((78, foot, 330), (60, 331, 210), (42, 211, top))
        for half, low, high in levels:
            if kind == "twins":
                half *= 0.52
            left = x + offset - half
            c.box(left, high, half * 2, low - high, colour)
            c.box(x + offset + half * 0.2, high, half * 0.8, low - high, shade)
            for column in range(int(half * 2 // 11)):
                for row in range(int((low - high) // 15)):
                    if rng.random() < share + 0.15:
                        c.box(left + 4 + column * 11, high + 5 + row * 15, 5, 8, lit)
        c.polygon([(x + offset - 15, top), (x + offset, top - 100), (x + offset + 15, top)], colour)
    if kind == "twins":
        c.box(x - 40, 330, 80, 16, colour)


def _bridge(c, p, rng, y):
    arches = rng.choice((4, 5, 6))
    span = 1200 / arches
    stone = mix(p.near, p.far, 0.12)
    for arch in range(arches):
        left = arch * span
        curve = [
            (left + span / 2 - (span / 2 - 13) * math.cos(t), y + 74 - 58 * math.sin(t))
            for t in [step * math.pi / 20 for step in range(21)]
        ]
        c.polygon(
            [(left, y + 74), *curve, (left + span, y + 74), (left + span, y), (left, y)], stone
        )
    c.box(0, y - 5, 1200, 7, mix(stone, p.far, 0.3))
    for lamp in range(arches * 2):
        x = (lamp + 0.5) * span / 2
        c.line([(x, y), (x, y - 36)], stone, 3)
        c.ellipse(x, y - 39, 4.5, 4.5, p.light)
        if p.is_dark:
            c.glow(x, y - 39, 40, p.accent, 0.7)
