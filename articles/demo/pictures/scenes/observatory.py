"""A dome on its hill, its slit open to a sky full of stars."""

import math
from random import Random

from ..canvas import Canvas, clear, mix, smooth
from ..figures import person
from ..layers import cloud, conifer, haze, height_at, jagged, land, rolling, stars
from ..palettes import Daylight


def observatory(c: Canvas, p: Daylight, rng: Random):
    c.gradient(0, 680, p.sky)
    x, y, radius = rng.uniform(540, 660), 560, rng.uniform(128, 158)
    if rng.random() < 0.45:
        _star_trails(c, p, rng, x + rng.uniform(-90, 90), rng.uniform(150, 260))
    else:
        _milky_way(c, p, rng)
    if rng.random() < 0.5:
        moon_x = rng.choice((170, 1010))
        c.glow(moon_x, 150, 260, p.light, 0.5)
        c.ellipse(moon_x, 150, 30, 30, p.light)
    c.glow(x, 640, 560, p.sky[2], 0.5)
    land(c, jagged(rng, 560, 110), [p.layer(0.15), mix(p.far, p.sky[2], 0.4)])
    haze(c, p, 540, 90, 0.3)
    land(c, rolling(rng, 615, 70), [p.layer(0.5), p.layer(0.4)])
    for side in rng.sample((-1, 1), rng.randint(1, 2)):
        away = side * rng.uniform(250, 340)
        _telescope_dome(c, p, rng, x + away, y + 62, radius * rng.uniform(0.36, 0.5), side)
    hill = [(-20, 760), (180, 715), (x - 230, 622), (x, y + 34), (x + 230, 622), (1030, 712)]
    skyline = smooth([*hill, (1220, 765)])
    _telescope_dome(c, p, rng, x, y + 44, radius, rng.choice((-1, 1)))
    land(c, skyline, [mix(p.near, p.far, 0.35), p.near])
    door = (x + 10, y + 42)
    path = smooth([door, (x + 40, 640), (x - 30, 710), (x + 90, 810)])
    back = smooth([(x + 190, 810), (x + 20, 710), (x + 68, 640), (x + 26, y + 42)])
    c.shaded([*path, *back], [clear(p.pale, 0.5), clear(p.pale, 0.06)])
    for _ in range(rng.randint(12, 24)):
        tree_x = rng.choice((rng.uniform(0, x - 260), rng.uniform(x + 260, 1200)))
        conifer(c, tree_x, height_at(skyline, tree_x) + 14, rng.uniform(50, 130), p.near)
    if rng.random() < 0.7:
        person(c, x + 78, height_at(skyline, x + 78) + 8, 46, p.near)


def _telescope_dome(c, p, rng, x, y, radius, facing):
    """A dome whose drum stands on ``y``; the slit looks up to the ``facing`` side."""
    pale, drum = mix(p.pale, p.sky[1], 0.25), radius * 0.62
    shade = mix(pale, p.sky[0], 0.55)
    top = y - drum
    c.box(x - radius * 0.94, top, radius * 1.88, drum + 10, pale)
    c.dome(x, top, radius, radius * 0.98, pale)
    arc = [
        (x - facing * radius * math.cos(t), top - radius * 0.98 * math.sin(t))
        for t in [step * math.pi / 40 for step in range(21)]
    ]
    inner = [
        (x - facing * radius * 0.45 * math.cos(t), top - radius * 0.98 * math.sin(t))
        for t in [step * math.pi / 40 for step in range(20, -1, -1)]
    ]
    c.polygon([*arc, *inner], clear(shade, 0.75))
    away = x - facing * radius * 0.94
    c.box(min(away, away + facing * radius * 0.5), top, radius * 0.5, drum + 10, clear(shade, 0.75))
    # The slit follows a meridian of the dome; the telescope stands in the light behind it.
    climb = [0.14 + step * 0.066 for step in range(20)]
    meridian = [
        (x + facing * radius * 0.4 * math.cos(t), top - radius * 0.98 * math.sin(t)) for t in climb
    ]
    half = radius * 0.125
    slit = [(px - half, py) for px, py in meridian] + [(px + half, py) for px, py in meridian[::-1]]
    c.shaded(slit, [p.near, mix(p.near, p.accent, 0.35), p.accent])
    c.line([meridian[4], meridian[12]], p.near, radius * 0.13)
    eye = meridian[13]
    aim = (eye[0] + facing * radius * 2.1, eye[1] - radius * 3.6)
    beam = [
        (eye[0] - 1.5, eye[1]),
        (aim[0] - 4, aim[1]),
        (aim[0] + 4, aim[1]),
        (eye[0] + 1.5, eye[1]),
    ]
    c.shaded(beam, [clear(p.accent, 0), clear(p.accent, 0.85)])
    c.box(x - radius * 1.03, top - 5, radius * 2.06, 10, mix(shade, p.near, 0.3))
    c.box(x + radius * 0.06, y - drum * 0.46, radius * 0.16, drum * 0.5, p.accent)


def _star_trails(c, p, rng, x, y):
    for _ in range(150):
        radius = 14 + 880 * rng.random() ** 0.8
        start, sweep = rng.uniform(0, 360), rng.uniform(22, 48)
        colour = clear(mix(p.light, p.sky[2], rng.random() * 0.6), rng.uniform(0.25, 0.7))
        c.ring(x, y, radius, radius, colour, rng.choice((1, 1, 1.6)), start, start + sweep)


def _milky_way(c, p, rng):
    lean = rng.choice((-1, 1)) * rng.uniform(0.45, 0.8)
    for step in range(15):
        y = step * 44
        c.glow(600 + lean * (300 - y) + rng.gauss(0, 26), y, rng.uniform(90, 170), p.sky[2], 0.3)
    stars(c, p, rng, count=240, depth=600)
    for _ in range(420):
        y = rng.uniform(0, 560)
        x = 600 + lean * (300 - y) + rng.gauss(0, 58)
        size = rng.choice((0.7, 0.7, 1, 1.6))
        c.ellipse(x, y, size, size, clear(p.light, rng.uniform(0.25, 0.85)))
    cloud(c, p, rng, rng.uniform(100, 1100), 520)
