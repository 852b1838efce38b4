"""Stalls under striped awnings, fruit in crates, people in front of old house fronts."""

from random import Random

from ..canvas import Canvas, clear, mix
from ..figures import complexion, person
from ..layers import haze
from ..palettes import Daylight


def market(c: Canvas, p: Daylight, rng: Random):
    c.gradient(0, 420, p.sky)
    _house_fronts(c, p, rng, 500)
    haze(c, p, 330, 190, 0.4)
    ground = mix(mix(p.crop, p.far, 0.5), p.pale, 0.3)
    c.gradient(490, 310, [mix(ground, p.sky[2], 0.35), mix(ground, p.near, 0.3)])
    for row in range(9):
        y = 510 + row * row * 3.6
        for x in range(-60 + (row % 2) * 40, 1240, 80):
            c.box(x, y, 74, 3 + row * 2.4, clear(p.near, 0.06), radius=3)
    _bulbs(c, p, rng)
    for _ in range(rng.randint(4, 7)):
        coat = mix(rng.choice((p.accent, p.layer(0.6), p.crop)), p.far, 0.45)
        person(c, rng.uniform(40, 1160), rng.uniform(540, 560), rng.uniform(118, 136), coat)
    awnings = [
        p.accent,
        mix(p.land, p.near, 0.2),
        mix(p.far, p.near, 0.35),
        mix(p.crop, p.accent, 0.3),
    ]
    rng.shuffle(awnings)
    middle = 600 + rng.uniform(-40, 40)
    row = rng.choice(
        (
            ((-400, 0.86), (400, 0.86), (0, 1.08)),
            ((-215, 1.06), (215, 1.06), (-610, 0.9), (610, 0.9)),
            ((-560, 0.8), (-260, 0.86), (420, 0.9), (80, 1.1)),
        )
    )
    for (aside, size), awning in zip(row, awnings, strict=False):
        _stall(c, p, rng, middle + aside, 672, size, awning)
    _shoppers(c, p, rng)


def _house_fronts(c, p, rng, foot):
    x = rng.uniform(-80, -20)
    while x < 1200:
        width, tall = rng.uniform(150, 230), rng.uniform(300, 410)
        wall = mix(rng.choice((p.crop, p.pale, p.far, p.accent, p.land)), p.far, 0.3)
        wall = mix(wall, p.near, 0.3) if p.is_dark else mix(wall, p.pale, 0.4)
        top, roof = foot - tall, mix(p.accent, p.near, 0.5)
        pane = mix(p.light, p.accent, 0.25) if p.is_dark else mix(p.far, p.near, 0.25)
        gable = rng.random() < 0.45
        if gable:
            c.polygon([(x, top), (x + width / 2, top - width * 0.45), (x + width, top)], wall)
        else:
            c.polygon(
                [
                    (x - 4, top),
                    (x + 14, top - 50),
                    (x + width - 14, top - 50),
                    (x + width + 4, top),
                ],
                mix(roof, p.sky[2], 0.4),
            )
        c.box(x, top, width, tall, wall)
        c.box(x + width - 9, top, 9, tall, clear(p.near, 0.12))
        c.box(x, top, width, 6, clear(p.near, 0.18))
        columns = 3
        for column in range(columns):
            for row in range(4):
                wx = x + width * (column + 0.5) / columns - 13
                wy = top + 26 + row * 84
                c.box(wx - 4, wy - 4, 34, 54, mix(wall, p.pale, 0.5))
                c.box(wx, wy, 26, 46, pane)
                c.box(wx + 12, wy, 2, 46, mix(wall, p.pale, 0.5))
                for side in (-18, 30):
                    c.box(wx + side, wy - 2, 12, 50, clear(mix(roof, p.land, 0.3), 0.5))
        x += width


def _bulbs(c, p, rng):
    for start, end in ((-20, 640), (560, 1220)):
        y, sag = rng.uniform(215, 260), rng.uniform(50, 90)
        rope = [
            (start + (end - start) * t, y + sag * (1 - (2 * t - 1) ** 2))
            for t in [i / 14 for i in range(15)]
        ]
        c.line(rope, clear(p.near, 0.8), 2)
        for x, at in rope[1:-1]:
            if p.is_dark:
                c.glow(x, at + 9, 55, p.light, 0.8)
            c.ellipse(x, at + 9, 7, 8, mix(p.light, p.crop, 0.2))


def _stall(c, p, rng, x, foot, size, colour):
    """A stall whose counter stands on ``foot``, about 340 units wide at size 1."""
    half, post = 168 * size, mix(p.near, p.crop, 0.25)
    roof, counter = foot - 322 * size, foot - 104 * size
    for side in (-1, 1):
        c.box(x + side * half * 0.94 - 4, roof + 50 * size, 8, foot - roof - 50 * size, post)
    c.box(
        x - half * 0.9,
        roof + 60 * size,
        half * 1.8,
        counter - roof - 60 * size,
        clear(p.near, 0.42),
    )
    apron, (skin, hair) = mix(p.pale, colour, 0.12), complexion(rng)
    person(c, x + rng.uniform(-50, 50) * size, foot - 4, 226 * size, apron, skin=skin, hair=hair)
    c.box(x - half, counter, half * 2, foot - counter, mix(p.crop, p.near, 0.4))
    for plank in range(1, 5):
        y = counter + (foot - counter) * plank / 5
        c.line([(x - half, y), (x + half, y)], clear(p.near, 0.35), 2)
    fruits = [
        (206, 66, 52),
        (232, 150, 48),
        (236, 200, 84),
        (112, 150, 62),
        (134, 64, 96),
        (188, 98, 58),
    ]
    fruits = [mix(fruit, p.near, 0.3 if p.is_dark else 0.08) for fruit in fruits]
    rng.shuffle(fruits)
    crates = 4
    for crate in range(crates):
        left = x - half * 0.97 + crate * half * 1.94 / crates
        width = half * 1.94 / crates - 6
        for row in range(3):
            for fruit in range(5 - row):
                fx = left + width * (fruit + 0.5 + row * 0.5) / 5
                tone = mix(fruits[crate], (255, 240, 210), rng.uniform(0, 0.22))
                radius = width * 0.112
                c.ellipse(fx, counter - 16 * size - row * radius * 1.35, radius, radius, tone)
        c.box(left, counter - 14 * size, width, 26 * size, mix(p.crop, p.pale, 0.25))
        c.box(left, counter - 2 * size, width, 3, clear(p.near, 0.3))
    stripes = 10
    for stripe in range(stripes):
        tone = colour if stripe % 2 == 0 else mix(p.pale, p.sky[2], 0.12)
        a, b = (x - half * 1.1 + 2.2 * half * (stripe + step) / stripes for step in (0, 1))
        ta, tb = (x - half * 0.86 + 1.72 * half * (stripe + step) / stripes for step in (0, 1))
        low = roof + 74 * size
        c.polygon([(ta, roof), (tb, roof), (b, low), (a, low)], tone)
        scallop = (b - a) / 2
        c.ellipse((a + b) / 2, low, scallop, scallop * 0.95, mix(tone, p.near, 0.14))
    c.box(x - half * 1.1, roof + 68 * size, half * 2.2, 7, clear(p.near, 0.2))


def _shoppers(c, p, rng):
    tones = [p.accent, p.layer(0.85), mix(p.far, p.near, 0.55), mix(p.crop, p.near, 0.3), p.pale]
    places = rng.sample((90, 205, 320, 430, 770, 880, 995, 1110), rng.randint(4, 6))
    for place in places:
        x = place + rng.uniform(-25, 25)
        y, tall = rng.uniform(742, 776), rng.uniform(228, 262)
        coat, (skin, hair) = rng.choice(tones), complexion(rng)
        c.ellipse(x, y, tall * 0.2, 8, clear(p.near, 0.3))
        person(c, x, y, tall, coat, skin=skin, hair=hair, legs=p.near, stride=0.07)
        if rng.random() < 0.4:
            skirt = [(x - tall * 0.1, y - tall * 0.46), (x + tall * 0.1, y - tall * 0.46)]
            c.polygon(
                [*skirt, (x + tall * 0.15, y - tall * 0.16), (x - tall * 0.15, y - tall * 0.16)],
                mix(coat, p.near, 0.3),
            )
        if rng.random() < 0.6:
            side = rng.choice((-1, 1)) * tall * 0.19
            basket = [(x + side - 24, y - tall * 0.4), (x + side + 24, y - tall * 0.4)]
            c.ring(x + side, y - tall * 0.41, 20, 34, mix(p.crop, p.near, 0.4), 3, 180, 360)
            c.polygon(
                [*basket, (x + side + 17, y - tall * 0.27), (x + side - 17, y - tall * 0.27)],
                mix(p.crop, p.near, 0.2),
            )
