"""A street under brown water: houses to their windows, a rescue boat, rain."""

from random import Random

from ..canvas import Canvas, clear, mix, smooth
from ..figures import complexion, house, person
from ..layers import broadleaf, haze, jagged, land, ripples, sky
from ..palettes import Daylight


def river_flood(c: Canvas, p: Daylight, rng: Random):
    level = 500
    sky(c, p, rng, horizon=level, clouds=2)
    for _ in range(6):
        x, y = rng.uniform(0, 1200), rng.uniform(20, 170)
        c.ellipse(x, y, rng.uniform(160, 320), rng.uniform(34, 70), clear(p.layer(0.4), 0.22))
    land(
        c, jagged(rng, 400, 70), [mix(p.far, p.sky[2], 0.2), mix(p.far, p.sky[2], 0.5)], foot=level
    )
    haze(c, p, 380, 120, 0.5)
    for _ in range(rng.randint(6, 10)):
        leaf = mix(mix(p.land, p.near, 0.2), p.far, 0.55)
        broadleaf(c, rng, rng.uniform(0, 1200), level + 40, rng.uniform(120, 190), leaf)
    pane = p.light if p.is_dark else mix(p.near, p.far, 0.3)
    walls = [p.crop, p.pale, mix(p.accent, p.pale, 0.45), mix(p.far, p.pale, 0.4), p.land]
    x = rng.uniform(-60, 0)
    while x < 1180:
        width = rng.uniform(150, 200)
        wall = mix(rng.choice(walls), p.far, 0.25)
        roof = mix(rng.choice((p.accent, p.near)), p.near, 0.4)
        drowned = rng.uniform(20, 95)
        house(c, rng, x, level + drowned, width, rng.uniform(190, 230), wall, roof, pane)
        x += width + rng.uniform(20, 110)
    mud = mix((134, 106, 74), p.far, 0.3)
    c.gradient(level, 300, [mix(mud, p.sky[2], 0.35), mud, mix(mud, p.near, 0.5)])
    c.reflect(level, 220, rng, 0.5, ripple=4)
    ripples(c, p, rng, level, count=110)
    for _ in range(rng.randint(2, 3)):
        _lamp_post(
            c,
            p,
            rng.choice((rng.uniform(60, 380), rng.uniform(820, 1140))),
            level + rng.uniform(40, 130),
        )
    side = rng.choice((-1, 1))
    for _ in range(rng.randint(1, 3)):
        x = 600 + side * rng.uniform(330, 560)
        broadleaf(
            c, rng, x, level + rng.uniform(60, 100), rng.uniform(190, 260), mix(p.land, p.near, 0.5)
        )
    _drowned_roof(c, p, rng, 600 - side * rng.uniform(430, 480), rng.uniform(700, 750), -side)
    _drowned_car(c, p, 600 + side * rng.uniform(270, 360), rng.uniform(600, 640))
    _rescue_boat(c, p, rng, 600 + rng.uniform(-50, 50), 650)
    for _ in range(rng.randint(5, 10)):
        x, y = rng.uniform(0, 1200), rng.uniform(560, 780)
        c.box(x, y, rng.uniform(24, 60), 6, clear(p.near, 0.6), radius=2)
    if p.hour == "overcast" or rng.random() < 0.4:
        for _ in range(230):
            x, y, fall = rng.uniform(-20, 1260), rng.uniform(-20, 780), rng.uniform(16, 38)
            c.line([(x, y), (x - fall * 0.28, y + fall)], clear(p.pale, 0.26), 1.3)


def _drowned_roof(c, p, rng, x, y, side):
    """The roof of a house whose walls are under water, its gable to the ``side``."""
    tile = mix(mix(p.accent, p.near, 0.45), p.far, 0.1)
    half, tall = 230, rng.uniform(120, 150)
    ridge = [(x - side * half * 0.8, y - tall), (x + side * half * 0.75, y - tall)]
    c.ellipse(x, y + 2, half * 1.25, 9, clear(p.pale, 0.3))
    c.box(x - side * 90 - 19, y - tall - 52, 38, 80, mix(tile, p.near, 0.35))
    c.box(x - side * 90 - 24, y - tall - 58, 48, 12, mix(tile, p.near, 0.55))
    c.shaded(
        [*ridge, (x + side * half * 0.95, y), (x - side * half * 1.05, y)],
        [tile, mix(tile, p.near, 0.3)],
    )
    for row in range(1, 7):
        at = y - tall + tall * row / 7
        slip = side * half * row / 7
        c.line(
            [(x - side * half * 0.8 - slip * 0.25, at), (x + side * half * 0.75 + slip * 0.2, at)],
            clear(p.near, 0.25),
            2,
        )
    c.line(ridge, mix(tile, p.near, 0.5), 8)
    dormer = x + side * 60
    c.polygon(
        [(dormer - 44, y - 62), (dormer, y - 104), (dormer + 44, y - 62)], mix(tile, p.near, 0.5)
    )
    c.box(dormer - 34, y - 64, 68, 58, mix(p.pale, p.far, 0.25))
    c.box(dormer - 22, y - 54, 44, 42, p.light if p.is_dark else p.layer(0.8))
    c.box(dormer - 1.5, y - 54, 3, 42, mix(p.pale, p.far, 0.25))


def _drowned_car(c, p, x, y):
    """A car up to its windows."""
    paint = mix(p.layer(0.55), p.crop, 0.35)
    c.ellipse(x, y + 3, 112, 8, clear(p.pale, 0.35))
    shell = [
        (x - 92, y + 2),
        (x - 86, y - 18),
        (x - 52, y - 26),
        (x - 28, y - 58),
        (x + 36, y - 58),
    ]
    c.polygon([*shell, (x + 66, y - 26), (x + 96, y - 16), (x + 100, y + 2)], paint)
    for pane in (
        ((-40, -26), (-22, -51), (0, -51), (0, -26)),
        ((7, -26), (7, -51), (32, -51), (53, -26)),
    ):
        c.polygon([(x + dx, y + dy) for dx, dy in pane], mix(p.near, p.sky[2], 0.25))


def _lamp_post(c, p, x, y):
    c.line([(x, y), (x, y - 230)], p.near, 6)
    c.line(smooth([(x, y - 228), (x + 12, y - 250), (x + 44, y - 252)]), p.near, 5)
    c.box(x + 36, y - 254, 34, 9, p.near, radius=4)
    if p.is_dark:
        c.glow(x + 54, y - 244, 120, p.light, 0.7)
    c.line([(x, y), (x + 3, y + 60)], clear(p.near, 0.3), 6)
    c.ellipse(x, y, 17, 3, clear(p.pale, 0.5))


def _rescue_boat(c, p, rng, x, y):
    """An inflatable with its crew and those it fetched."""
    count = rng.randint(3, 4)
    c.ellipse(x, y + 10, 225, 17, clear(p.near, 0.35))
    c.ellipse(x, y + 4, 240, 8, clear(p.pale, 0.35))
    for index in range(count):
        coat = p.accent if index in (0, count - 1) else rng.choice((p.layer(0.7), p.crop, p.pale))
        seat = x - 120 + index * 240 / (count - 1)
        tall = 158 if index == 0 else rng.uniform(108, 130)
        skin, hair = complexion(rng)
        person(c, seat, y + 12, tall, coat, skin=skin, hair=hair, legs=p.near, stride=0.05)
        head = y + 12 - tall * 0.94
        if coat == p.accent:
            c.dome(seat, head, tall * 0.075, tall * 0.085, mix(p.pale, p.accent, 0.1))
    c.line([(x - 112, y - 74), (x - 186, y + 26)], mix(p.crop, p.near, 0.3), 5)
    tube = smooth([(x - 205, y - 24), (x, y - 14), (x + 170, y - 22), (x + 226, y - 52)])
    c.polygon(
        [*tube, (x + 206, y - 4), (x + 160, y + 17), (x - 196, y + 17)], mix(p.accent, p.near, 0.35)
    )
    c.line([(px, py + 15) for px, py in tube], mix(p.pale, p.accent, 0.15), 5)
