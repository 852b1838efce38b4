"""Rows of swell under a wide sky; a sail, a lighthouse or a buoy near the middle."""

from random import Random

from ..canvas import Canvas, clear, mix, smooth
from ..figures import sailboat
from ..layers import birds, glints, haze, land, rolling, sky, swell, water
from ..palettes import Daylight


def open_sea(c: Canvas, p: Daylight, rng: Random):
    horizon = rng.choice((360, 400, 440))
    sun_x = rng.uniform(430, 770)
    sky(c, p, rng, horizon=horizon, sun=(sun_x, horizon - rng.uniform(50, 200)), clouds=2)
    if rng.random() < 0.5:
        coast = [(x, max(y, horizon - 46)) for x, y in rolling(rng, horizon - 8, 50)]
        land(c, coast, [mix(p.far, p.sky[2], 0.4), mix(p.far, p.sky[2], 0.6)], foot=horizon)
    water(c, p, rng, horizon, sun_x=sun_x)
    haze(c, p, horizon - 30, 32, 0.4)
    subject = rng.choice(("sails", "lighthouse", "sails", "buoy"))
    rows = 8
    light, deep = p.water
    for row in range(rows):
        near = (row + 1) / rows
        y = horizon + 30 + (740 - horizon) * near**1.4 * 0.95
        tone = mix(mix(light, deep, 0.35 + 0.5 * near), p.near, 0.12 * near)
        if row == 4:
            _afloat(c, p, rng, subject, y)
        swell(c, p, rng, y, 4 + 18 * near, [mix(tone, p.pale, 0.22), tone, mix(tone, p.near, 0.1)])
        glints(c, p, rng, y + 4, sun_x, count=14)
    birds(c, rng, clear(p.near, 0.75), rng.uniform(300, 900), horizon * 0.5, rng.randint(2, 7), 16)


def _afloat(c, p, rng, subject, y):
    if subject == "lighthouse":
        _lighthouse(c, p, rng, rng.uniform(520, 680), y + 16)
    elif subject == "buoy":
        _buoy(c, p, rng.uniform(540, 660), y + 14, 1.7)
    else:
        count = rng.choice((1, 1, 3))
        for index in range(count):
            height = rng.uniform(210, 290) if count == 1 else (130, 220, 150)[index]
            x = rng.uniform(540, 660) if count == 1 else 330 + index * 260 + rng.uniform(-40, 40)
            sail = p.accent if rng.random() < 0.5 else p.pale
            sailboat(c, x, y + 6, height, p.near, sail, heading=rng.choice((-1, 1)))


def _buoy(c, p, x, y, size):
    def slice_of(low, high, colour, left=-1.0):
        """The part of the cone between two heights of 0 (water) to 116 (its head)."""
        a, b = (50 - 36 * at / 116 for at in (low, high))
        corners = ((left * a, low), (left * b, high), (b, high), (a, low))
        c.polygon([(x + dx * size, y - dy * size) for dx, dy in corners], colour)

    slice_of(-6, 116, p.accent)
    slice_of(42, 78, p.pale)
    c.line([(x, y - 110 * size), (x, y - 168 * size)], p.near, 4 * size)
    c.box(x - 13 * size, y - 146 * size, 26 * size, 30 * size, p.near, radius=5)
    slice_of(-6, 116, clear(p.near, 0.28), left=0.1)
    c.glow(x, y - 160 * size, 110 * size, p.light, 0.9)
    c.ellipse(x, y - 162 * size, 7 * size, 7 * size, p.light)


def _lighthouse(c, p, rng, x, y):
    rock = [(x - 240, y + 60), (x - 150, y - 6), (x - 80, y - 34), (x, y - 56)]
    rock = smooth([*rock, (x + 70, y - 40), (x + 160, y + 4), (x + 230, y + 60)])
    top = y - 310
    lamp = (x, top - 24)
    if p.is_dark or p.hour == "overcast":
        for side in (-1, 1):
            beam = [
                (x, top - 30),
                (x + side * 900, top - 130),
                (x + side * 900, top + 60),
                (x, top - 18),
            ]
            c.polygon(beam, clear(p.light, 0.2))
    c.polygon(rock, p.near)
    bands = 5
    for band in range(bands):
        colour = p.accent if band % 2 == 0 else p.pale
        low, high = y - 46 - band * 52, y - 46 - (band + 1) * 52
        wide, slim = 38 - band * 3.2, 38 - (band + 1) * 3.2
        c.polygon([(x - wide, low), (x - slim, high), (x + slim, high), (x + wide, low)], colour)
    c.polygon(
        [(x + 4, y - 46), (x + 3, top + 4), (x + 22, top + 4), (x + 38, y - 46)],
        clear(p.near, 0.25),
    )
    c.box(x - 31, top - 2, 62, 8, p.near)
    c.box(x - 15, top - 38, 30, 36, mix(p.light, p.accent, 0.2))
    c.dome(x, top - 38, 20, 20, p.near)
    c.line([(x, top - 56), (x, top - 74)], p.near, 3)
    c.glow(*lamp, 150, p.light, 0.9)
    side = rng.choice((-1, 1))
    c.box(x + side * 74 - 30, y - 74, 60, 42, mix(p.pale, p.far, 0.25))
    roof = [(x + side * 74 - 36, y - 72), (x + side * 74, y - 100), (x + side * 74 + 36, y - 72)]
    c.polygon(roof, mix(p.accent, p.near, 0.4))
    c.box(x + side * 74 - 7, y - 60, 14, 18, p.light if p.is_dark else p.near)
