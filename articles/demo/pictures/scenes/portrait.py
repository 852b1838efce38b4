"""Head and shoulders of somebody, before something that tells of them."""

import math
from random import Random

from ..canvas import Canvas, clear, mix, smooth
from ..figures import complexion
from ..palettes import Room
from ..rooms import bookcase, wall, window


def portrait(c: Canvas, p: Room, rng: Random):
    wall(c, p, rng, 800)
    x, y, size = 600 + rng.uniform(-30, 30), 350, rng.uniform(1.0, 1.1)
    setting = rng.choice(("shelf", "window", "leaves", "disc", "disc"))
    if setting == "shelf":
        bookcase(c, p, rng, -40, 330, 830)
        bookcase(c, p, rng, 880, 1250, 830)
    elif setting == "window":
        window(c, p, rng, rng.choice((90, 760)), 90, 330, 440)
    elif setting == "leaves":
        _leaves(c, p, rng)
    else:
        tone = rng.choice((p.accent, p.second))
        c.ellipse(x, y + 30, 320, 320, tone)
        for ring in range(1, 4):
            c.ring(x, y + 30, 320 + ring * 46, 320 + ring * 46, clear(tone, 0.55 - ring * 0.13), 5)
    _sitter(c, p, rng, x, y, size)


def _leaves(c, p, rng):
    for _ in range(26):
        side = rng.choice((-1, 1))
        x, y = 600 + side * rng.uniform(270, 640), rng.uniform(60, 800)
        length, angle = rng.uniform(110, 210), rng.uniform(-2.4, -0.7)
        tip = (x + length * math.cos(angle), y + length * math.sin(angle))
        bulge = length * 0.24
        nx, ny = -math.sin(angle) * bulge, math.cos(angle) * bulge
        mx, my = x + (tip[0] - x) * 0.45, y + (tip[1] - y) * 0.45
        tone = mix(mix((70, 130, 84), p.second, 0.5), p.dark, rng.uniform(0, 0.45))
        c.polygon(smooth([(x, y), (mx + nx, my + ny), tip, (mx - nx, my - ny)], closed=True), tone)
        c.line([(x, y), tip], clear(p.pale, 0.3), 2.5)


def _sitter(c, p, rng, x, y, size):
    skin, hair = complexion(rng)
    shade = mix(skin, (70, 30, 40), 0.25)
    style = rng.choice(("short", "bob", "long", "bun", "curls", "bald", "scarf"))
    coat = rng.choice((p.accent, p.second, p.dark, mix(p.dark, p.second, 0.4)))
    has_beard = style in ("short", "bald", "curls") and rng.random() < 0.55

    def at(*points):
        return [(x + dx * size, y + dy * size) for dx, dy in points]

    def both(*points):
        """An outline from its left half, top to foot."""
        return at(*points) + at(*[(-dx, dy) for dx, dy in reversed(points)])

    _hair_behind(c, p, at, style, hair)
    shoulders = [(-52, 168), (-90, 196), (-190, 230), (-268, 290), (-318, 470)]
    c.polygon(smooth(both(*shoulders)), coat)
    right = [(20, 180), (90, 196), (190, 230), (268, 290), (318, 470), (60, 470)]
    c.polygon(smooth(at(*right)), clear(mix(p.dark, (0, 0, 0), 0.3), 0.2))
    c.polygon(
        smooth(at((-54, 80), (-54, 160), (-70, 196), (0, 238), (70, 196), (54, 160), (54, 80))),
        mix(skin, shade, 0.5),
    )
    if style != "scarf":
        _collar(c, p, rng, at, coat)
    c.polygon(
        smooth(at((-54, 110), (-20, 150), (54, 128), (54, 90), (0, 80)), closed=True),
        clear(shade, 0.8),
    )
    for side in (-1, 1):
        c.ellipse(
            x + side * 108 * size, y + 8 * size, 20 * size, 32 * size, shade if side > 0 else skin
        )
    face = [(0, -140), (-62, -126), (-100, -66), (-106, 0), (-96, 60), (-62, 118), (-24, 144)]
    head = smooth([*at(*face), *at(*[(-dx, dy) for dx, dy in reversed(face[1:])])], closed=True)
    c.polygon(head, skin)
    # The shaded half ends in the line of brow, nose, lips and chin.
    profile = [
        (4, -140),
        (6, -70),
        (0, -34),
        (20, 28),
        (2, 44),
        (8, 66),
        (2, 84),
        (6, 110),
        (0, 146),
    ]
    half = [(24, 144), (62, 118), (96, 60), (106, 0), (100, -66), (62, -126)]
    c.polygon([*smooth(at(*profile)), *smooth(at(*half))], clear(shade, 0.75))
    ink = mix(hair, (20, 14, 16), 0.5)
    for side in (-1, 1):
        brow = at((side * 66, -38), (side * 44, -48), (side * 22, -40))
        c.line(smooth(brow), ink, 6 * size)
        c.ellipse(
            x + side * 44 * size, y - 14 * size, 15 * size, 8.5 * size, mix(p.pale, skin, 0.35)
        )
        c.ellipse(x + side * 43 * size, y - 14 * size, 8 * size, 8.5 * size, ink)
        c.line(smooth(at((side * 62, -14), (side * 44, -25), (side * 27, -14))), ink, 4 * size)
    if has_beard:
        beard = [(-106, 6), (-90, 40), (-44, 52), (0, 46), (44, 52), (90, 40), (106, 6)]
        chin = [(100, 66), (66, 128), (0, 166), (-66, 128), (-100, 66)]
        c.polygon(smooth(at(*beard, *chin), closed=True), hair)
    mouth = mix(skin, (150, 40, 50), 0.55)
    c.polygon(
        smooth(at((-30, 76), (-8, 70), (0, 73), (8, 70), (30, 76), (0, 90)), closed=True), mouth
    )
    c.line(smooth(at((-32, 76), (0, 79), (32, 76))), mix(mouth, (40, 10, 20), 0.5), 2.6 * size)
    c.line(
        smooth(at((-14, 36), (0, 42), (15, 36))),
        clear(mix(shade, (60, 20, 30), 0.5), 0.8),
        3.5 * size,
    )
    _hair_before(c, p, rng, at, style, hair)
    if rng.random() < 0.45:
        for side in (-1, 1):
            c.ring(x + side * 46 * size, y - 12 * size, 36 * size, 32 * size, p.dark, 5 * size)
            c.line(at((side * 82, -16), (side * 106, -20)), p.dark, 5 * size)
        c.line(smooth(at((-11, -16), (0, -22), (11, -16))), p.dark, 5 * size)


def _hair_behind(c, p, at, style, hair):
    back = mix(hair, (0, 0, 0), 0.25)
    if style == "bob":
        c.polygon(
            smooth(
                at(
                    (-120, 110),
                    (-136, -20),
                    (-90, -150),
                    (0, -178),
                    (90, -150),
                    (136, -20),
                    (120, 110),
                    (0, 130),
                ),
                closed=True,
            ),
            back,
        )
    elif style == "long":
        c.polygon(
            smooth(
                at(
                    (-170, 300),
                    (-138, 60),
                    (-134, -60),
                    (0, -180),
                    (134, -60),
                    (138, 60),
                    (170, 300),
                    (0, 320),
                ),
                closed=True,
            ),
            back,
        )
    elif style == "bun":
        (bx, by), (ex, _) = at((0, -184), (58, 0))
        c.ellipse(bx, by, ex - bx, (ex - bx) * 0.9, back)
    elif style == "curls":
        for dx, dy in (
            (-118, 10),
            (-134, -50),
            (-110, -110),
            (-60, -158),
            (0, -176),
            (60, -158),
            (110, -110),
            (134, -50),
            (118, 10),
        ):
            (bx, by), (ex, _) = at((dx, dy), (dx + 52, dy))
            c.ellipse(bx, by, ex - bx, ex - bx, back)
    elif style == "scarf":
        c.polygon(
            smooth(
                at(
                    (-150, 240),
                    (-132, 60),
                    (-136, -70),
                    (0, -178),
                    (136, -70),
                    (132, 60),
                    (150, 240),
                    (0, 270),
                ),
                closed=True,
            ),
            mix(p.accent, p.dark, 0.35),
        )


def _hair_before(c, p, rng, at, style, hair):
    if style == "scarf":
        c.polygon(
            smooth(
                at((-96, 112), (-136, 214), (0, 256), (136, 214), (96, 112), (0, 158)), closed=True
            ),
            mix(p.accent, p.dark, 0.14),
        )
        outer = [(0, 198), (-84, 140), (-126, 40), (-128, -70), (0, -172)]
        outer += [(128, -70), (126, 40), (84, 140), (0, 198)]
        inner = [(0, 148), (66, 112), (98, 40), (98, -50), (0, -112)]
        inner += [(-98, -50), (-98, 40), (-66, 112), (0, 148)]
        c.polygon([*smooth(at(*outer)), *smooth(at(*inner))], p.accent)
        fold = smooth(at((-112, -60), (-60, -128), (0, -142), (60, -128), (112, -60)))
        c.line(fold, clear(p.dark, 0.25), 4)
        return
    if style == "bald":
        return
    part = rng.choice((-40, -20, 30))
    crown = [(-112, -10), (-124, -80), (-74, -158), (0, -174), (74, -158), (124, -80), (112, -10)]
    fringe = {
        "short": [(98, -62), (60, -96), (part, -104), (-64, -90), (-98, -58)],
        "curls": [(96, -62), (52, -88), (0, -84), (-52, -92), (-96, -60)],
    }.get(style, [(100, -40), (72, -82), (part, -122), (-70, -84), (-100, -40)])
    c.polygon([*smooth(at(*crown)), *smooth(at(*fringe))], hair)
    if style in ("bob", "long"):
        for side in (-1, 1):
            drop = 108 if style == "bob" else 220
            lock = [
                (side * 96, -70),
                (side * 124, -60),
                (side * 132, 40),
                (side * 122, drop),
                (side * 98, drop - 12),
                (side * 104, 20),
            ]
            c.polygon(smooth(at(*lock), closed=True), hair)
    sheen = at((-84, -120), (-40, -146), (10, -150))
    c.line(smooth(sheen), clear((255, 255, 255), 0.16), 9)


def _collar(c, p, rng, at, coat):
    kind = rng.choice(("shirt", "roll", "round"))
    if kind == "roll":
        c.polygon(
            smooth(
                at((-64, 138), (-76, 200), (0, 226), (76, 200), (64, 138), (0, 160)), closed=True
            ),
            mix(coat, (255, 255, 255), 0.12),
        )
    elif kind == "round":
        c.line(
            smooth(at((-84, 192), (-50, 226), (0, 242), (50, 226), (84, 192))),
            mix(coat, (255, 255, 255), 0.25),
            14,
        )
    else:
        c.polygon(at((-74, 186), (0, 236), (74, 186), (60, 470), (-60, 470)), p.pale)
        if rng.random() < 0.5:
            tie = at((-14, 234), (14, 234), (22, 380), (14, 470), (-14, 470), (-22, 380))
            c.polygon(tie, p.accent if coat != p.accent else p.second)
        for side in (-1, 1):
            c.polygon(
                at((side * 60, 164), (side * 8, 232), (side * 54, 268), (side * 92, 196)),
                mix(p.pale, (0, 0, 0), 0.05 if side < 0 else 0.14),
            )
            c.polygon(
                at(
                    (side * 92, 194),
                    (side * 150, 214),
                    (side * 120, 330),
                    (side * 30, 470),
                    (side * 72, 330),
                ),
                mix(coat, (0, 0, 0), 0.16),
            )
