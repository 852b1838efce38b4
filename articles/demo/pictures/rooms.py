"""What scenes in a room share: the wall, a window on the day outside, shelves of books."""

import math
from random import Random

from .canvas import Canvas, clear, mix
from .palettes import Room


def wall(c: Canvas, p: Room, rng: Random, foot: float):
    """A wall down to ``foot``, lighter where the light falls on it."""
    c.gradient(0, foot, [mix(p.wall, p.shade, 0.35), p.wall])
    c.glow(rng.uniform(350, 850), 260, 620, p.pale, 0.4)


def window(c: Canvas, p: Room, rng: Random, x, y, width, height, *, arched=False):
    """A window on the day outside, its upper left corner at (x, y)."""
    frame = mix(p.pale, p.wood, 0.12)
    sky = [mix(p.second, p.pale, 0.35), mix(p.pale, p.second, 0.25), mix(p.pale, p.accent, 0.28)]
    if arched:
        c.dome(x + width / 2, y, width / 2 + 12, width / 2 + 12, frame)
        c.box(x - 12, y, width + 24, height + 12, frame)
        c.dome(x + width / 2, y + 1, width / 2, width / 2, sky[0])
    else:
        c.box(x - 10, y - 10, width + 20, height + 20, frame)
    c.gradient(y, height, sky, x, width)
    hills = [
        (x + width * step / 10, y + height * (0.72 - 0.06 * math.sin(step * 0.9 + x)))
        for step in range(11)
    ]
    c.polygon([*hills, (x + width, y + height), (x, y + height)], mix(sky[1], p.second, 0.45))
    for _ in range(rng.randint(2, 4)):
        tree_x, tall = x + width * rng.uniform(0.12, 0.88), height * rng.uniform(0.12, 0.2)
        leaf = mix(p.second, p.shade, rng.uniform(0.1, 0.4))
        c.ellipse(tree_x, y + height * 0.94 - tall, width * 0.075, tall * 0.9, leaf)
    lawn = [
        (x, y + height * 0.86),
        (x + width * 0.6, y + height * 0.9),
        (x + width, y + height * 0.86),
    ]
    c.polygon([*lawn, (x + width, y + height), (x, y + height)], mix(p.second, p.dark, 0.25))
    for column in range(1, 3):
        c.box(
            x + width * column / 3 - 3,
            y - (width / 2 if arched else 0),
            6,
            height + (width / 2 if arched else 0),
            frame,
        )
    for row in range(1, 4):
        c.box(x, y + height * row / 4 - 3, width, 6, frame)
    if arched:
        c.box(x, y - 3, width, 6, frame)


def bookcase(c: Canvas, p: Room, rng: Random, start, end, floor):
    """Full shelves from x ``start`` to ``end``, as high as the room."""
    wood = mix(p.wood, p.dark, 0.15)
    c.box(start, 20, end - start, floor - 20, mix(p.dark, p.wood, 0.3))
    bays = 2
    bay = (end - start) / bays
    tones = [
        p.accent,
        p.second,
        p.wood,
        p.pale,
        p.shade,
        mix(p.accent, p.dark, 0.45),
        mix(p.second, p.dark, 0.4),
    ]
    shelves = 6
    pitch = (floor - 60) / shelves
    for column in range(bays):
        left = start + column * bay + 14
        right = start + (column + 1) * bay - 6
        for shelf in range(shelves):
            foot = 46 + (shelf + 1) * pitch
            x = left
            while x < right - 10:
                wide, tall = rng.uniform(9, 24), pitch * rng.uniform(0.56, 0.84)
                if rng.random() < 0.05:
                    x += rng.uniform(14, 34)
                    continue
                wide = min(wide, right - x)
                tone = mix(rng.choice(tones), p.dark, rng.uniform(0, 0.3))
                c.box(x, foot - tall, wide - 1.2, tall, tone)
                c.box(x, foot - tall * 0.82, wide - 1.2, 4, clear(p.pale, 0.4))
                c.box(x + wide * 0.7, foot - tall, wide * 0.3 - 1, tall, clear(p.dark, 0.2))
                x += wide
            c.box(start, foot, end - start, 11, wood)
            c.box(start, foot + 11, end - start, 8, clear(p.dark, 0.35))
        c.box(start + column * bay, 20, 14, floor - 20, wood)
    c.box(end - 8, 20, 14, floor - 20, wood)
    c.box(start, 8, end - start + 12, 26, mix(wood, p.pale, 0.15))
    c.box(start, floor - 18, end - start + 6, 22, wood)
