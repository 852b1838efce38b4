"""A band in the beams of its stage, and the hands of those who came."""

from random import Random

from ..canvas import Canvas, clear, mix
from ..figures import person
from ..palettes import Room


def concert(c: Canvas, p: Room, rng: Random):
    dark = mix(p.dark, (12, 10, 22), 0.45)
    glow, cool = mix(p.accent, p.pale, 0.2), mix(p.second, p.pale, 0.15)
    c.gradient(0, 800, [dark, mix(dark, p.accent, 0.35), mix(dark, p.second, 0.4)])
    stage = 590
    c.glow(600, 400, 620, p.accent, 0.85)
    c.glow(600, 420, 300, p.pale, 0.5)
    if rng.random() < 0.5:
        for ring in range(5):
            c.ring(600, 330, 250 - ring * 36, 250 - ring * 36, clear(p.pale, 0.28), 7)
    else:
        for panel in range(7):
            tall = rng.uniform(160, 330)
            c.box(
                150 + panel * 132,
                540 - tall,
                104,
                tall,
                clear(mix(p.accent, p.pale, 0.2 + 0.1 * (panel % 3)), 0.4),
                radius=4,
            )
    c.box(0, 34, 1200, 9, dark)
    c.box(0, 74, 1200, 7, dark)
    for x in range(-20, 1240, 44):
        c.line([(x, 78), (x + 22, 38), (x + 44, 78)], dark, 4)
    lamps = rng.randint(6, 9)
    for lamp in range(lamps):
        x = 1200 * (lamp + 0.5) / lamps
        aim = x + rng.uniform(-330, 330)
        tone = (glow, cool, p.pale)[lamp % 3]
        width = rng.uniform(55, 105)
        c.shaded(
            [(x - 7, 100), (x + 7, 100), (aim + width, 640), (aim - width, 640)],
            [clear(tone, 0.62), clear(tone, 0.02)],
        )
        c.box(x - 15, 78, 30, 30, dark, radius=6)
        c.glow(x, 106, 70, tone, 0.9)
        c.ellipse(x, 106, 9, 6, p.pale)
    c.gradient(stage, 90, [mix(dark, p.accent, 0.55), dark])
    c.ellipse(600, stage + 12, 520, 26, clear(p.pale, 0.18))
    _band(c, p, rng, stage + 8, dark)
    for x in (40, 1160):
        for box in range(4):
            y = stage - 70 - box * 92
            c.box(x - 58, y, 116, 88, mix(dark, (0, 0, 0), 0.35), radius=5)
            for cone in (-27, 27):
                c.ellipse(x + cone, y + 44, 21, 21, mix(dark, p.second, 0.2))
    _audience(c, p, rng, dark)


def _band(c, p, rng, y, dark):
    """The singer in the middle, two players beside, the drums behind."""
    black = mix(dark, (0, 0, 0), 0.45)
    drum_x = 600 + rng.choice((-150, 150))
    c.box(drum_x - 130, y - 52, 260, 48, black)
    person(c, drum_x, y - 30, 190, black, arm=0.6)
    for dx, dy, rx, ry in ((0, 72, 52, 50), (-70, 100, 34, 24), (70, 100, 34, 24)):
        c.ellipse(drum_x + dx, y - dy, rx, ry, black)
        c.ring(drum_x + dx, y - dy, rx, ry, clear(p.accent, 0.8), 3)
    for side in (-1, 1):
        c.line([(drum_x + side * 108, y - 50), (drum_x + side * 116, y - 178)], black, 4)
        c.ellipse(drum_x + side * 116, y - 180, 46, 6, mix(p.accent, p.pale, 0.4))
    away = 1 if drum_x < 600 else -1
    for place in rng.sample((160, 295, -330), rng.randint(2, 3)):
        facing = -away if place > 0 else away
        _guitarist(c, p, 600 + away * place, y + 12, rng.uniform(228, 250), black, facing)
    x, tall = 600 + rng.uniform(-20, 20), 268
    person(c, x, y + 22, tall, black, stride=0.13, arm=rng.choice((0.35, 0.85, 1.0)))
    if rng.random() < 0.6:
        c.ellipse(x, y + 22 - tall * 0.9, tall * 0.085, tall * 0.12, black)
    c.line([(x - 34, y + 24), (x - 26, y + 24 - tall * 0.84)], black, 4)
    c.line([(x - 27, y + 24 - tall * 0.84), (x - 12, y + 24 - tall * 0.89)], black, 9)
    c.ellipse(x - 34, y + 24, 26, 5, black)


def _guitarist(c, p, x, y, tall, black, facing):
    person(c, x, y, tall, black, stride=0.12)
    body_x, body_y = x - facing * tall * 0.06, y - tall * 0.5
    tone = mix(p.accent, p.pale, 0.15)
    c.line(
        [(body_x, body_y), (x + facing * tall * 0.42, y - tall * 0.72)], mix(tone, black, 0.5), 8
    )
    c.ellipse(body_x, body_y, tall * 0.12, tall * 0.09, tone)
    c.ellipse(body_x + facing * tall * 0.08, body_y - tall * 0.05, tall * 0.085, tall * 0.065, tone)
    c.ellipse(body_x + facing * 6, body_y - 4, tall * 0.03, tall * 0.03, black)
    c.line(
        [(x + facing * tall * 0.1, y - tall * 0.76), (x + facing * tall * 0.3, y - tall * 0.66)],
        black,
        tall * 0.055,
    )
    c.line([(x - facing * tall * 0.1, y - tall * 0.74), (body_x, body_y)], black, tall * 0.055)


def _audience(c, p, rng, dark):
    for row in range(4):
        size, y = 24 + row * 9, 672 + row * 42
        tone = mix(mix(dark, p.accent, 0.3 - row * 0.09), (0, 0, 0), 0.15 + row * 0.18)
        x = rng.uniform(-30, 0)
        while x < 1230:
            lift = rng.uniform(-12, 12)
            c.ellipse(x, y + lift, size * 0.74, size * 0.92, tone)
            c.box(x - size * 1.25, y + lift + size * 0.8, size * 2.5, 160, tone, radius=size)
            if rng.random() < 0.3 and row > 0:
                side = rng.choice((-1, 1))
                hand = (
                    x + side * size * rng.uniform(0.9, 1.5),
                    y + lift - size * rng.uniform(2.0, 3.0),
                )
                c.line([(x + side * size * 1.0, y + lift + size * 1.2), hand], tone, size * 0.42)
                c.ellipse(*hand, size * 0.3, size * 0.36, tone)
                for finger in (-0.2, 0.05, 0.25):
                    tip = (hand[0] + finger * size, hand[1] - size * 0.62)
                    c.line([hand, tip], tone, size * 0.13)
            x += size * rng.uniform(1.9, 2.9)
