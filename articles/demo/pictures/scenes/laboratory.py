"""Glass and colour on the bench around a microscope or a great flask."""

import math
from random import Random

from ..canvas import Canvas, clear, mix, smooth
from ..palettes import Room
from ..rooms import wall, window


def laboratory(c: Canvas, p: Room, rng: Random):
    bench = 590
    wall(c, p, rng, bench)
    window_x = rng.choice((90, 800))
    window(c, p, rng, window_x, 90, 290, 330)
    shelf_x = 500 if window_x < 400 else 60
    for shelf in range(2):
        y = 210 + shelf * 150
        _bottles(c, p, rng, shelf_x + 20, y, 600)
        c.box(shelf_x, y, 640, 13, p.wood)
        c.box(shelf_x, y + 13, 640, 7, clear(p.dark, 0.25))
    shine = [(window_x, 420), (window_x + 290, 420), (window_x + 420, 600), (window_x + 20, 600)]
    c.shaded(shine, [clear(p.pale, 0.25), clear(p.pale, 0.05)])
    c.gradient(bench, 44, [mix(p.pale, p.shade, 0.12), mix(p.pale, p.shade, 0.4)])
    c.gradient(bench + 44, 170, [mix(p.second, p.dark, 0.35), mix(p.second, p.dark, 0.6)])
    for drawer in range(5):
        x = drawer * 250 - 20
        c.box(x + 8, bench + 60, 234, 140, clear(p.pale, 0.08), radius=6)
        c.box(x + 95, bench + 92, 60, 9, mix(p.pale, p.shade, 0.3), radius=4)
    liquids = [p.accent, p.second, mix(p.accent, p.pale, 0.45), mix(p.wood, p.accent, 0.5)]
    middle, base = 600 + rng.uniform(-40, 40), bench + 26
    c.glow(middle, 420, 380, p.pale, 0.55)
    if rng.random() < 0.55:
        _microscope(c, p, middle, base, 1.12)
    else:
        _distillery(c, p, rng, middle, base, liquids)
    places = [100, 220, 335, 885, 990, 1105]
    rng.shuffle(places)
    shapes = [_flask, _flask, _test_tubes, _beaker, _beaker, _cylinder]
    rng.shuffle(shapes)
    for x, shape in list(zip(places, shapes, strict=True))[: rng.randint(4, 6)]:
        shape(c, p, rng, x, base + rng.uniform(-6, 8), rng.uniform(0.9, 1.2), rng.choice(liquids))


def _bottles(c, p, rng, x, foot, width):
    end = x + width
    while x < end - 50:
        wide, tall = rng.uniform(24, 46), rng.uniform(46, 104)
        tone = mix(rng.choice((p.accent, p.second, p.wood, p.pale, p.shade)), p.wall, 0.3)
        if rng.random() < 0.2:
            x += wide
            continue
        c.box(x, foot - tall, wide, tall, tone, radius=6)
        c.box(x + wide * 0.28, foot - tall - 13, wide * 0.44, 16, mix(tone, p.dark, 0.35), radius=3)
        c.box(x + 3, foot - tall * 0.62, wide - 6, tall * 0.36, mix(p.pale, tone, 0.15))
        c.box(x + wide * 0.72, foot - tall + 4, wide * 0.16, tall - 8, clear(p.dark, 0.12))
        x += wide + rng.uniform(6, 24)


def _vessel(c, p, outline, surface, liquid):
    """Glass with ``liquid`` below the y of ``surface``; ``outline`` starts at the rim."""
    c.polygon(outline, clear(p.pale, 0.42))
    xs = [x for x, y in outline if y >= surface]
    filled = [(x, max(y, surface)) for x, y in outline]
    if xs:
        c.polygon(filled, clear(liquid, 0.88))
    c.line([*outline, outline[0]], clear(mix(p.pale, p.second, 0.3), 0.9), 3)


def _flask(c, p, rng, x, y, size, liquid):
    s = 100 * size
    left = [
        (x - s * 0.17, y - s * 1.75),
        (x - s * 0.17, y - s * 1.1),
        (x - s * 0.68, y - s * 0.12),
        (x - s * 0.6, y),
    ]
    outline = [*left, *[(2 * x - px, py) for px, py in reversed(left)]]
    level = y - s * rng.uniform(0.35, 0.7)
    share = (y - s * 0.12 - level) / (s * 0.98)
    half = s * (0.68 - 0.51 * share)
    c.polygon(outline, clear(p.pale, 0.42))
    c.polygon(
        [(x - half, level), (x + half, level), *outline[4:6], *outline[2:4]], clear(liquid, 0.9)
    )
    c.ellipse(x, level, half, half * 0.13, mix(liquid, p.pale, 0.3))
    c.line([*outline, outline[0]], clear(p.pale, 0.9), 3.5)
    c.box(x - s * 0.24, y - s * 1.79, s * 0.48, s * 0.09, p.pale, radius=4)
    c.line([(x - s * 0.16, y - s * 0.95), (x - s * 0.48, y - s * 0.24)], clear(p.pale, 0.7), 5)
    for _ in range(5):
        bubble = rng.uniform(2, 5)
        c.ellipse(
            x + rng.uniform(-0.35, 0.35) * s,
            y - s * rng.uniform(0.08, 0.3),
            bubble,
            bubble,
            clear(p.pale, 0.5),
        )


def _beaker(c, p, rng, x, y, size, liquid):
    half, tall = 48 * size, 128 * size
    outline = [(x - half, y - tall), (x - half, y), (x + half, y), (x + half, y - tall)]
    level = y - tall * rng.uniform(0.35, 0.75)
    _vessel(c, p, outline, level, liquid)
    c.ellipse(x, level, half, 7, mix(liquid, p.pale, 0.3))
    for mark in range(4):
        c.box(x + half * 0.3, y - tall * (0.2 + mark * 0.18), half * 0.45, 3, clear(p.pale, 0.8))


def _cylinder(c, p, rng, x, y, size, liquid):
    half, tall = 19 * size, 235 * size
    outline = [(x - half, y - tall), (x - half, y - 6), (x + half, y - 6), (x + half, y - tall)]
    level = y - tall * rng.uniform(0.4, 0.8)
    _vessel(c, p, outline, level, liquid)
    c.box(x - half * 2, y - 10, half * 4, 11, mix(p.pale, p.second, 0.25), radius=4)
    for mark in range(9):
        c.box(x, y - tall * (0.12 + mark * 0.09), half * 0.7, 2.5, clear(p.dark, 0.4))


def _test_tubes(c, p, rng, x, y, size, liquid):
    pitch, tall = 30 * size, 128 * size
    left = x - pitch * 2.3
    c.box(left, y - tall * 0.28, pitch * 4.6, 9, mix(p.wood, p.dark, 0.25))
    for tube in range(4):
        middle = left + pitch * (tube + 0.8)
        tone = mix(liquid, rng.choice((p.accent, p.second, p.pale)), rng.uniform(0, 0.8))
        c.box(
            middle - 9 * size, y - tall - 12, 18 * size, tall, clear(p.pale, 0.55), radius=8 * size
        )
        fill = tall * rng.uniform(0.35, 0.75)
        c.box(middle - 9 * size, y - 12 - fill, 18 * size, fill, tone, radius=8 * size)
    c.box(left, y - tall * 0.72, pitch * 4.6, 12, p.wood)
    c.box(left, y - 10, pitch * 4.6, 12, p.wood)
    for end in (left, left + pitch * 4.6 - 9):
        c.box(end, y - tall * 0.72, 9, tall * 0.72, p.wood)


def _microscope(c, p, x, y, size):
    def at(dx, dy):
        return x + dx * size, y - dy * size

    def tilted(a, b, width, colour):
        c.line([at(*a), at(*b)], colour, width * size)

    body, metal = p.dark, mix(p.pale, p.shade, 0.45)
    c.ellipse(x, y + 2, 190 * size, 14 * size, clear(p.dark, 0.25))
    c.polygon([at(-135, 0), at(-118, 34), at(96, 34), at(118, 0)], body)
    arm = [at(70, 30), at(112, 90), at(118, 170), at(92, 248), at(48, 292)]
    c.line(smooth(arm), body, 44 * size)
    c.box(x - 108 * size, y - 112 * size, 200 * size, 18 * size, body, radius=4)
    c.box(x - 60 * size, y - 119 * size, 90 * size, 7 * size, p.accent)
    c.polygon([at(-36, 34), at(-26, 62), at(4, 62), at(14, 34)], metal)
    c.glow(x - 11 * size, y - 84 * size, 80 * size, p.pale, 0.9)
    tilted((-11, 238), (-11, 158), 42, metal)
    tilted((-11, 166), (-11, 130), 24, mix(metal, p.dark, 0.35))
    tilted((-34, 170), (-62, 142), 20, mix(metal, p.dark, 0.2))
    c.ellipse(*at(-11, 176), 46 * size, 16 * size, body)
    tilted((60, 262), (-60, 330), 58, body)
    tilted((-40, 318), (-112, 362), 44, metal)
    tilted((-104, 357), (-140, 379), 54, body)
    tilted((-26, 232), (10, 300), 50, body)
    for dy, radius in ((96, 27), (176, 17)):
        c.ellipse(*at(112, dy), radius * size, radius * size, metal)
        c.ellipse(*at(112, dy), radius * 0.55 * size, radius * 0.55 * size, p.accent)
    c.line([at(-118, 30), at(90, 30)], clear(p.pale, 0.25), 4)
    c.line(smooth([at(88, 92), at(98, 166), at(74, 238)]), clear(p.pale, 0.22), 6)


def _distillery(c, p, rng, x, y, liquids):
    """A round flask over a flame, its vapour led to a receiver."""
    steel, liquid = mix(p.dark, p.shade, 0.3), liquids[0]
    c.box(x - 190, y - 390, 10, 390, steel)
    c.box(x - 250, y - 12, 130, 13, steel, radius=4)
    c.line([(x - 186, y - 262), (x - 70, y - 262)], steel, 8)
    tube = smooth(
        [
            (x - 70, y - 310),
            (x - 62, y - 360),
            (x - 10, y - 366),
            (x + 90, y - 270),
            (x + 190, y - 176),
        ]
    )
    c.line(tube, clear(p.pale, 0.9), 20)
    c.line(tube, mix(p.pale, liquid, 0.4), 10)
    c.line([(x + 10, y - 345), (x + 160, y - 203)], clear(mix(p.second, p.pale, 0.3), 0.75), 42)
    c.box(x - 88, y - 320, 36, 120, clear(p.pale, 0.7), radius=6)
    c.ellipse(x - 70, y - 160, 98, 98, clear(p.pale, 0.5))
    arc = [
        (x - 70 + 92 * math.cos(t), y - 160 + 92 * math.sin(t))
        for t in [-0.15 + i * 3.44 / 30 for i in range(31)]
    ]
    c.polygon(arc, clear(liquid, 0.92))
    c.ellipse(x - 70, y - 174, 91, 13, mix(liquid, p.pale, 0.35))
    c.ring(x - 70, y - 160, 98, 98, p.pale, 4)
    c.ring(x - 70, y - 160, 80, 80, clear(p.pale, 0.7), 7, 195, 250)
    for _ in range(12):
        bubble = rng.uniform(3, 8)
        c.ellipse(
            x - 70 + rng.uniform(-60, 60),
            y - rng.uniform(80, 165),
            bubble,
            bubble,
            clear(p.pale, 0.45),
        )
    c.glow(x - 70, y - 40, 90, p.accent, 0.8)
    c.polygon(
        smooth(
            [(x - 88, y - 34), (x - 70, y - 66), (x - 52, y - 34), (x - 70, y - 26)], closed=True
        ),
        p.accent,
    )
    c.box(x - 90, y - 32, 40, 32, steel, radius=4)
    _flask(c, p, rng, x + 196, y, 0.98, liquids[1])
