"""What stands in a scene: people, buildings, boats and machines, each on its own foot line."""

import math
from random import Random

from .canvas import Canvas, Colour, Point, clear, mix, smooth
from .palettes import Daylight

SKINS = ((242, 205, 175), (224, 172, 134), (186, 124, 86), (132, 84, 58), (92, 58, 44))
HAIRS = ((38, 28, 28), (84, 52, 36), (146, 92, 52), (206, 164, 98), (150, 146, 146))


def complexion(rng: Random) -> tuple[Colour, Colour]:
    """Skin and hair of somebody; fair hair only over fair skin."""
    tone = rng.randrange(len(SKINS))
    return SKINS[tone], rng.choice(HAIRS if tone < 2 else (*HAIRS[:2], HAIRS[4]))


def person(
    c: Canvas, x, y, height, coat: Colour, *, skin=None, hair=None, legs=None, stride=0.1, arm=0.0
):
    """Someone who stands on (x, y); one colour only where the parts have none of their own.

    ``arm`` lifts the right arm, from 0 (hanging) to 1 (straight up).
    """
    skin, legs = skin or coat, legs or coat
    hip, shoulder = y - height * 0.47, y - height * 0.82
    for side in (-1, 1):
        foot = x + side * height * stride
        top = x + side * height * 0.045
        c.line([(top, hip - height * 0.03), (foot, y)], legs, height * 0.085)
    body = [
        (x - height * 0.09, shoulder),
        (x - height * 0.125, shoulder + height * 0.07),
        (x - height * 0.115, hip + height * 0.04),
        (x + height * 0.115, hip + height * 0.04),
        (x + height * 0.125, shoulder + height * 0.07),
        (x + height * 0.09, shoulder),
    ]
    c.polygon(smooth(body, closed=True, steps=5), coat)
    turn = math.radians(80 - 165 * arm)
    elbow = (x + height * 0.11, shoulder + height * 0.06)
    hand = (elbow[0] + height * 0.3 * math.cos(turn), elbow[1] + height * 0.3 * math.sin(turn))
    c.line([elbow, hand], coat, height * 0.06)
    left = x - height * 0.12
    c.line(
        [(left, shoulder + height * 0.06), (left - height * 0.03, hip)],
        mix(coat, (0, 0, 0), 0.12),
        height * 0.055,
    )
    c.line([(x, shoulder), (x, shoulder - height * 0.06)], skin, height * 0.06)
    c.ellipse(x, y - height * 0.925, height * 0.06, height * 0.075, skin)
    if hair:
        c.dome(x, y - height * 0.93, height * 0.066, height * 0.078, hair)


def windows(
    c: Canvas,
    rng: Random,
    place: tuple[float, float, float, float],
    lit: Colour,
    unlit: Colour,
    share: float,
    pitch: tuple[float, float] = (13.0, 16.0),
):
    """A grid of windows in ``place`` (x, y, width, height), ``share`` of them lit."""
    x, y, width, height = place
    columns, rows = int(width // pitch[0]), int(height // pitch[1])
    if not columns:
        return
    start = x + (width - columns * pitch[0]) / 2 + pitch[0] * 0.22
    for row in range(rows):
        for column in range(columns):
            colour = lit if rng.random() < share else unlit
            left, top = start + column * pitch[0], y + row * pitch[1] + pitch[1] * 0.25
            c.box(left, top, pitch[0] * 0.56, pitch[1] * 0.52, colour)


def tower(c: Canvas, rng: Random, x, y, width, height, colour: Colour, lit: Colour, share: float):
    """A tall building with one of several roofs, on the foot line ``y``."""
    top = y - height
    roof = rng.choice(("flat", "flat", "steps", "steps", "slant", "spire", "mast", "dome"))
    if roof == "steps":
        c.box(x + width * 0.18, top - width * 0.3, width * 0.64, width * 0.31, colour)
        c.box(x + width * 0.36, top - width * 0.55, width * 0.28, width * 0.3, colour)
    elif roof == "slant":
        c.polygon([(x, top + 1), (x + width, top - width * 0.6), (x + width, top + 1)], colour)
    elif roof == "spire":
        c.polygon([(x, top + 1), (x + width / 2, top - width * 0.85), (x + width, top + 1)], colour)
    elif roof == "mast":
        c.box(x + width * 0.3, top - 10, width * 0.4, 11, colour)
        c.line([(x + width / 2, top), (x + width / 2, top - height * 0.2)], colour, 2.5)
    elif roof == "dome":
        c.dome(x + width / 2, top + 1, width * 0.42, width * 0.4, colour)
    c.box(x, top, width, height, colour)
    c.box(x + width * 0.62, top, width * 0.38, height, clear(mix(colour, (0, 0, 0), 0.5), 0.22))
    unlit = clear(mix(colour, lit, 0.3), 0.5)
    windows(c, rng, (x + 5, top + 8, width - 10, height - 18), lit, unlit, share)


def house(c: Canvas, rng: Random, x, y, width, height, wall: Colour, roof: Colour, pane: Colour):
    """A gabled house seen from the front, walls ``height`` high on the foot line ``y``."""
    top, eaves, ridge = y - height, width * 0.07, width * rng.uniform(0.42, 0.58)
    c.box(x, top, width, height, wall)
    c.polygon([(x, top + 1), (x + width / 2, top - ridge), (x + width, top + 1)], wall)
    left = [
        (x - eaves, top + eaves),
        (x + width / 2, top - ridge),
        (x + width / 2, top - ridge - 9),
    ]
    c.polygon([*left, (x - eaves - 6, top + eaves - 4)], roof)
    right = [(2 * x + width - px, py) for px, py in left]
    c.polygon([*right, (x + width + eaves + 6, top + eaves - 4)], roof)
    c.box(x + width * 0.68, top - ridge * 0.95, width * 0.1, ridge * 0.55, roof)
    c.box(x + width * 0.62, top, width * 0.38, height, clear((0, 0, 0), 0.08))
    size = width * 0.17
    for column in (0.2, 0.62):
        for row in range(max(1, int(height // (size * 1.9)))):
            wx, wy = x + width * column, top + size * (0.5 + row * 1.9)
            c.box(wx - 2, wy - 2, size + 4, size * 1.25 + 4, mix(wall, (255, 255, 255), 0.4))
            c.box(wx, wy, size, size * 1.25, pane)
            c.line([(wx + size / 2, wy), (wx + size / 2, wy + size * 1.25)], wall, 1.6)
    c.ellipse(x + width / 2, top - ridge * 0.4, size * 0.42, size * 0.42, pane)


def crane(c: Canvas, x, y, height, colour: Colour, *, facing=1):
    """A container crane on the quay ``y``, its boom over the water on the ``facing`` side."""

    def at(dx, dy):
        return x + facing * dx * height, y - dy * height

    beam = height * 0.024
    for foot in (-0.13, 0.13):
        c.line([at(foot, 0), at(foot * 0.85, 0.62)], colour, beam * 1.2)
    c.line([at(-0.12, 0.2), at(0.12, 0.2)], colour, beam)
    c.line([at(-0.125, 0.02), at(0.12, 0.2)], colour, beam * 0.6)
    c.line([at(-0.42, 0.62), at(0.78, 0.62)], colour, beam * 1.5)
    c.line([at(0.1, 0.62), at(0.02, 0.98), at(-0.1, 0.62)], colour, beam)
    for end in (-0.4, 0.36, 0.74):
        c.line([at(0.02, 0.97), at(end, 0.63)], colour, beam * 0.45)
    cabin_x, cabin_y = at(-0.3, 0.69)
    c.box(cabin_x - height * 0.06, cabin_y, height * 0.12, height * 0.06, colour)
    hook_x, hook_y = at(0.52, 0.6)
    for side in (-0.03, 0.03):
        c.line([(hook_x + side * height, hook_y), (hook_x + side * height, hook_y + 60)], colour, 1)


def containers(c: Canvas, rng: Random, x, y, columns, rows, size: Point, colours: list[Colour]):
    """A stack on the foot line ``y``, ragged on top; ``size`` is one container's."""
    width, height = size
    for column in range(columns):
        for row in range(rng.randint(max(1, rows - 2), rows)):
            left, top = x + column * width, y - (row + 1) * height
            colour = rng.choice(colours)
            c.box(left + 0.8, top + 0.8, width - 1.6, height - 1.6, colour)
            c.box(
                left + 0.8, top + height * 0.72, width - 1.6, height * 0.22, clear((0, 0, 0), 0.16)
            )
            for rib in range(1, 5):
                rib_x = left + width * rib / 5
                c.line([(rib_x, top + 3), (rib_x, top + height - 3)], clear((0, 0, 0), 0.14), 1)


def sailboat(c: Canvas, x, y, height, hull: Colour, sail: Colour, *, heading=1):
    def at(dx, dy):
        return x + heading * dx * height, y - dy * height

    c.line([at(0, 0.05), at(0.02, 1)], hull, height * 0.014)
    main = [at(0.03, 0.97), at(0.04, 0.15), at(-0.36, 0.15), at(-0.2, 0.5)]
    c.polygon([main[0], main[1], *smooth([*main[2:], main[0]])], sail)
    jib = [at(0.045, 0.88), at(0.36, 0.13), at(0.06, 0.17)]
    c.polygon(jib, mix(sail, hull, 0.22))
    deck = [at(-0.42, 0.1), at(0.46, 0.11), at(0.34, 0.0), at(0.1, -0.04), at(-0.34, -0.03)]
    c.polygon(deck, hull)


def smoke(c: Canvas, rng: Random, x, y, colour: Colour, *, drift=-1, puffs=9):
    for puff in range(puffs):
        size = 10 + puff * 5.2
        place = x + drift * puff * 30 + rng.uniform(-9, 9), y - puff * 11 + rng.uniform(-7, 7)
        c.ellipse(*place, size * 1.4, size, clear(colour, 0.4 * (1 - puff / puffs)))


def turbine(c: Canvas, x, y, height, colour: Colour, shade: Colour, turn: float):
    """A wind turbine on (x, y) with its first blade at ``turn`` radians."""
    hub_y, foot, top = y - height, height * 0.024, height * 0.011
    c.polygon([(x - foot, y), (x - top, hub_y), (x + top, hub_y), (x + foot, y)], colour)
    c.polygon([(x + foot * 0.2, y), (x + top * 0.2, hub_y), (x + top, hub_y), (x + foot, y)], shade)
    for blade in range(3):
        angle = turn + blade * math.tau / 3
        along = (math.cos(angle), math.sin(angle))
        across = (-along[1], along[0])

        def at(far, aside, along=along, across=across):
            far, aside = far * height * 0.62, aside * height
            return (
                x + along[0] * far + across[0] * aside,
                hub_y + along[1] * far + across[1] * aside,
            )

        spine = [at(0, -0.006), at(0.14, -0.022), at(0.5, -0.012), at(1, 0), at(0.5, 0.007)]
        c.polygon([*spine, at(0, 0.009)], colour if blade else mix(colour, shade, 0.35))
    c.ellipse(x, hub_y, height * 0.02, height * 0.02, colour)
    c.ellipse(x, hub_y, height * 0.009, height * 0.009, shade)


def cargo_colours(p: Daylight) -> list[Colour]:
    """Of containers, two of them the palette's accent."""
    rust = mix(p.accent, p.near, 0.35)
    return [p.accent, rust, p.crop, mix(p.far, p.near, 0.3), mix(p.pale, p.far, 0.3), p.layer(0.55)]


def freighter(c: Canvas, p: Daylight, rng: Random, x, y, length, heading):
    """A container ship from the side; its water line is ``y``."""

    def at(dx, dy):
        return x + heading * dx * length, y - dy * length

    hull = rng.choice((p.accent, p.near, mix(p.near, p.accent, 0.45)))
    deck = 0.105
    columns = 9
    stack_left = min(at(-0.3, 0)[0], at(0.42, 0)[0])
    size = (0.72 * length / columns, 0.034 * length)
    containers(c, rng, stack_left, at(0, deck)[1], columns, 5, size, cargo_colours(p))
    house_x = min(at(-0.43, 0)[0], at(-0.32, 0)[0])
    white = mix(p.pale, p.far, 0.12)
    c.box(house_x, at(0, 0.31)[1], 0.11 * length, 0.22 * length, white)
    c.box(house_x - 8, at(0, 0.3)[1], 0.11 * length + 16, 0.035 * length, white)
    pane = p.light if p.is_dark else p.layer(0.7)
    c.box(house_x - 2, at(0, 0.292)[1], 0.11 * length + 4, 0.014 * length, pane)
    for row in range(3):
        for column in range(4):
            left = house_x + (0.012 + 0.026 * column) * length
            c.box(left, at(0, 0.24 - 0.042 * row)[1], 0.013 * length, 0.016 * length, pane)
    funnel = [at(-0.455, deck), at(-0.455, 0.24), at(-0.43, 0.24), at(-0.43, deck)]
    c.polygon(funnel, p.near)
    c.line([at(-0.375, 0.3), at(-0.375, 0.37)], p.near, 3)
    line = [at(-0.5, 0.125), at(-0.42, deck), at(0.4, deck), at(0.46, 0.14), at(0.53, 0.15)]
    c.polygon([*line, at(0.49, 0.05), at(0.46, 0), at(-0.47, 0), at(-0.49, 0.05)], hull)
    c.polygon(
        [at(-0.475, 0.02), at(0.47, 0.02), at(0.46, 0), at(-0.47, 0)], mix(p.accent, p.near, 0.6)
    )
