"""Shelves up to the ceiling beside a tall window, lamps on the table, readers."""

from random import Random

from ..canvas import Canvas, clear, mix, smooth
from ..figures import complexion
from ..palettes import Room
from ..rooms import bookcase, wall, window


def library(c: Canvas, p: Room, rng: Random):
    floor = 640
    wall(c, p, rng, floor)
    middle = 600 + rng.uniform(-30, 30)
    wide = rng.choice((230, 270, 310))
    window(c, p, rng, middle - wide / 2, 190, wide, 330, arched=True)
    c.glow(middle, 330, 420, p.pale, 0.45)
    left_end, right_start = middle - wide / 2 - 60, middle + wide / 2 + 60
    for start, end in ((-30, left_end), (right_start, 1230)):
        bookcase(c, p, rng, start, end, floor)
    c.gradient(floor, 160, [mix(p.wood, p.dark, 0.35), mix(p.wood, p.dark, 0.65)])
    shine = [
        (middle - wide / 2, floor),
        (middle + wide / 2, floor),
        (middle + wide, 800),
        (middle - wide, 800),
    ]
    c.shaded(shine, [clear(p.pale, 0.3), clear(p.pale, 0.05)])
    ladder = rng.choice((left_end - 200, right_start + 90))
    for side in (0, 64):
        c.line(
            [(ladder + side - 26, floor + 24), (ladder + side + 30, 70)],
            mix(p.wood, p.pale, 0.3),
            9,
        )
    for rung in range(11):
        share = (rung + 0.5) / 11
        x, y = ladder - 26 + 56 * share, floor + 24 - (floor - 46) * share
        c.line([(x, y), (x + 64, y)], mix(p.wood, p.pale, 0.3), 7)
    _reading_table(c, p, rng, 600, 690)


def _reading_table(c, p, rng, x, y):
    top = mix(p.wood, p.pale, 0.15)
    readers = rng.choice(((0,), (-190, 150), (-60, 240), (-250, 20, 270)))
    for dx in readers:
        _reader(c, p, rng, x + dx, y)
    lamps = [
        dx for dx in (-330, -110, 105, 330) if all(abs(dx - reader) > 75 for reader in readers)
    ]
    c.box(x - 470, y, 940, 26, top, radius=4)
    c.box(x - 460, y + 26, 920, 14, mix(top, p.dark, 0.45))
    for leg in (-420, 390):
        c.polygon(
            [(x + leg, y + 40), (x + leg + 34, y + 40), (x + leg + 26, 810), (x + leg + 8, 810)],
            mix(top, p.dark, 0.5),
        )
    for dx in lamps:
        lx = x + dx
        c.glow(lx, y - 62, 170, (255, 226, 150), 0.75)
        c.box(lx - 24, y - 8, 48, 9, p.dark, radius=4)
        c.line([(lx, y - 6), (lx, y - 92)], mix(p.wood, p.pale, 0.4), 6)
        c.polygon(
            [(lx - 34, y - 104), (lx + 34, y - 104), (lx + 50, y - 72), (lx - 50, y - 72)],
            mix(p.second, p.dark, 0.1),
        )
        c.box(lx - 50, y - 75, 100, 6, (255, 240, 196))
    for _ in range(rng.randint(2, 4)):
        bx, by = x + rng.choice((rng.uniform(-430, -240), rng.uniform(220, 400))), y
        for _ in range(rng.randint(2, 4)):
            wide = rng.uniform(60, 84)
            by -= 14
            c.box(
                bx - wide / 2 + rng.uniform(-6, 6),
                by,
                wide,
                13,
                rng.choice((p.accent, p.second, p.pale, p.dark)),
                radius=2,
            )


def _reader(c, p, rng, x, y):
    """Somebody behind the table at ``y`` with an open book."""
    skin, hair = complexion(rng)
    coat = rng.choice((p.accent, p.second, p.dark, p.pale))
    body = [
        (x - 74, y + 4),
        (x - 66, y - 76),
        (x - 26, y - 102),
        (x + 26, y - 102),
        (x + 66, y - 76),
        (x + 74, y + 4),
    ]
    c.polygon([*smooth(body)], coat)
    c.polygon(
        [*smooth([(x + 8, y + 4), (x + 22, y - 100), (x + 64, y - 76), (x + 74, y + 4)])],
        clear(p.dark, 0.18),
    )
    c.box(x - 11, y - 122, 22, 30, mix(skin, p.dark, 0.15))
    if rng.random() < 0.5:
        c.polygon(
            smooth(
                [
                    (x - 38, y - 92),
                    (x - 40, y - 150),
                    (x, y - 186),
                    (x + 40, y - 150),
                    (x + 38, y - 92),
                ]
            ),
            hair,
        )
    c.ellipse(x, y - 138, 28, 35, skin)
    c.dome(x, y - 141, 31, 36, hair)
    for side in (-1, 1):
        page = [(x, y - 44), (x + side * 54, y - 58), (x + side * 60, y - 4), (x, y + 3)]
        c.polygon(page, mix(p.pale, p.shade, 0.05 if side < 0 else 0.2))
        c.ellipse(x + side * 58, y - 22, 11, 13, skin)
    c.line([(x, y - 44), (x, y + 3)], clear(p.dark, 0.4), 2)
