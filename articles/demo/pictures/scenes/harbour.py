"""Cranes over a freighter at the quay, their image in the water; a tug in front."""

from random import Random

from ..canvas import Canvas, clear, mix
from ..figures import cargo_colours, containers, crane, freighter, sailboat
from ..layers import birds, glints, haze, jagged, land, ripples, sky, water
from ..palettes import Daylight


def harbour(c: Canvas, p: Daylight, rng: Random):
    sea, sun_x = 548, rng.choice((180, 290, 900, 1020))
    sky(c, p, rng, horizon=sea, sun=(sun_x, rng.uniform(140, 330)))
    land(c, jagged(rng, 470, 90), [mix(p.far, p.sky[2], 0.4), mix(p.far, p.sky[2], 0.7)], foot=sea)
    haze(c, p, 450, 98, 0.5)
    far = p.layer(0.28)
    for index in range(rng.randint(2, 4)):
        x = rng.uniform(40, 1160)
        crane(c, x, 522, rng.uniform(170, 230), far, facing=1 if index % 2 else -1)
    c.box(0, 516, 1200, 32, p.layer(0.35))
    containers(
        c, rng, 0, 517, 24, 3, (50, 17), [mix(tone, p.far, 0.62) for tone in cargo_colours(p)]
    )
    facing = rng.choice((-1, 1))
    count = rng.randint(2, 3)
    for index in range(count):
        x = 600 + (index - (count - 1) / 2) * rng.uniform(240, 290) - facing * 90
        crane(c, x, 540, rng.uniform(370, 430), p.layer(0.72 + 0.1 * index), facing=facing)
    c.box(0, 532, 1200, 32, p.layer(0.75))
    freighter(c, p, rng, 600 + rng.uniform(-60, 60), 566, 620, -facing)
    water(c, p, rng, 562)
    c.reflect(566, 230, rng, 0.5)
    ripples(c, p, rng, 570, count=60)
    glints(c, p, rng, 570, sun_x, count=70)
    if rng.random() < 0.6:
        _tug(c, p, rng.choice((250, 330, 860)), 668, 150)
    else:
        for x in rng.sample((190, 330, 480, 720, 860, 1010), rng.randint(1, 3)):
            height, heading = rng.uniform(115, 170), rng.choice((-1, 1))
            sailboat(c, x, rng.uniform(640, 690), height, p.near, p.pale, heading=heading)
    edge = rng.uniform(728, 748)
    c.box(0, edge, 1200, 80, p.near)
    c.box(0, edge, 1200, 7, mix(p.near, p.far, 0.35))
    for x in range(rng.randint(30, 130), 1200, 190):
        c.box(x, edge - 24, 17, 26, p.near, radius=3)
        c.box(x - 6, edge - 30, 29, 12, p.near, radius=6)
    birds(c, rng, clear(p.pale, 0.9), rng.uniform(350, 850), 200, count=rng.randint(3, 8))


def _tug(c, p, x, y, length):
    c.ellipse(x, y + 2, length * 0.62, 7, clear(p.pale, 0.5))
    c.box(
        x - length * 0.16, y - length * 0.5, length * 0.32, length * 0.32, mix(p.pale, p.far, 0.1)
    )
    c.box(x - length * 0.19, y - length * 0.53, length * 0.38, length * 0.05, p.near)
    pane = p.light if p.is_dark else p.layer(0.7)
    for column in range(3):
        c.box(x - length * 0.13 + column * length * 0.095, y - length * 0.45, 11, 14, pane)
    c.box(x - length * 0.32, y - length * 0.48, length * 0.1, length * 0.3, p.accent)
    c.line(
        [(x + length * 0.02, y - length * 0.5), (x + length * 0.02, y - length * 0.8)], p.near, 3
    )
    hull = [(x - length * 0.5, y - length * 0.17), (x + length * 0.3, y - length * 0.2)]
    hull += [(x + length * 0.56, y - length * 0.3), (x + length * 0.46, y + 5)]
    c.polygon([*hull, (x - length * 0.46, y + 5)], mix(p.near, p.accent, 0.2))
    for tyre in (-0.36, -0.18, 0, 0.18, 0.34):
        c.ring(x + tyre * length, y - length * 0.09, 8, 8, mix(p.near, p.far, 0.35), 3)
