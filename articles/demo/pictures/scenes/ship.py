"""One ship from the side, large: a freighter, a ferry or a research ship."""

import math
from random import Random

from ..canvas import Canvas, clear, mix, smooth
from ..figures import freighter, smoke
from ..layers import birds, haze, jagged, land, ripples, sky, swell, water
from ..palettes import Daylight


def ship(c: Canvas, p: Daylight, rng: Random):
    horizon, heading = rng.choice((430, 470)), rng.choice((-1, 1))
    sun_x = 600 - heading * rng.uniform(200, 420)
    sky(c, p, rng, horizon=horizon, sun=(sun_x, rng.uniform(130, 320)), clouds=2)
    if rng.random() < 0.55:
        coast = [mix(p.far, p.sky[2], 0.25), mix(p.far, p.sky[2], 0.55)]
        land(c, jagged(rng, horizon - 40, 90), coast, foot=horizon)
    water(c, p, rng, horizon, sun_x=sun_x)
    haze(c, p, horizon - 50, 54, 0.45)
    kind = rng.choice(("freighter", "ferry", "research"))
    x, y = 600 + rng.uniform(-25, 25), 610
    behind, above = {"freighter": (380, 215), "ferry": (210, 385), "research": (15, 318)}[kind]
    smoke(c, rng, x - heading * behind, y - above, mix(p.far, p.near, 0.3), drift=-heading)
    birds(c, rng, clear(p.pale, 0.95), x - heading * 120, 170, rng.randint(3, 8), size=15)
    if kind == "freighter":
        freighter(c, p, rng, x, y, 860, heading)
    elif kind == "ferry":
        _ferry(c, p, rng, x, y, 840, heading)
    else:
        _research_ship(c, p, rng, x, y, 760, heading)
    _bow_wave(c, p, rng, x + heading * 392, y, heading)
    light, deep = p.water
    for row in range(3):
        tone = mix(mix(light, deep, 0.55 + 0.18 * row), p.near, 0.06 * row)
        swell(c, p, rng, 626 + row * 62, 8 + row * 4, [mix(tone, p.pale, 0.12), tone])
        ripples(c, p, rng, 640 + row * 55, count=16)


def _bow_wave(c, p, rng, x, y, heading):
    for _ in range(26):
        away = rng.random()
        place = x - heading * away * 210 + rng.uniform(-10, 10), y + 4 - 16 * (1 - away)
        c.ellipse(*place, 20 - 8 * away, 9 - 5 * away, clear(p.pale, 0.75))


def _ferry(c, p, rng, x, y, length, heading):
    def at(dx, dy):
        return x + heading * dx * length, y - dy * length

    white, pane = mix(p.pale, p.far, 0.06), p.light if p.is_dark else p.layer(0.75)
    for deck in range(4):
        stern, bow = -0.42 + deck * 0.03, 0.38 - deck * 0.055
        base, top = 0.125 + deck * 0.05, 0.18 + deck * 0.05
        block = [at(stern, base), at(stern, top), at(bow - 0.03, top), at(bow, base)]
        c.polygon(block, mix(white, p.far, 0.0 if deck % 2 == 0 else 0.12))
        dx = stern + 0.02
        while dx < bow - 0.05:
            left = min(at(dx, 0)[0], at(dx + 0.017, 0)[0])
            c.box(left, at(0, top - 0.014)[1], 0.017 * length, 0.022 * length, pane, radius=2)
            dx += 0.028
        c.line([at(stern - 0.01, top), at(bow - 0.02, top)], mix(white, p.near, 0.35), 2)
    funnel = [at(-0.28, 0.32), at(-0.3, 0.44), at(-0.2, 0.44), at(-0.17, 0.32)]
    c.polygon(funnel, p.accent)
    c.polygon([at(-0.293, 0.4), at(-0.3, 0.44), at(-0.2, 0.44), at(-0.19, 0.4)], p.near)
    c.line([at(0.1, 0.33), at(0.09, 0.45)], white, 5)
    c.line([at(0.06, 0.41), at(0.13, 0.41)], white, 3)
    for boat in range(5):
        left = min(at(-0.3 + boat * 0.12, 0)[0], at(-0.23 + boat * 0.12, 0)[0])
        c.box(left, at(0, 0.192)[1], 0.07 * length, 0.022 * length, p.accent, radius=8)
    hull = [at(-0.5, 0.15), at(0.4, 0.14), at(0.53, 0.18), at(0.47, 0.0), at(-0.47, 0.0)]
    c.polygon(hull, rng.choice((p.near, mix(p.near, p.accent, 0.4), mix(white, p.far, 0.15))))
    band = [at(-0.487, 0.09), at(0.503, 0.1), at(0.494, 0.07), at(-0.481, 0.06)]
    c.polygon(band, p.accent)


def _research_ship(c, p, rng, x, y, length, heading):
    def at(dx, dy):
        return x + heading * dx * length, y - dy * length

    white, pane = mix(p.pale, p.far, 0.06), p.light if p.is_dark else p.layer(0.75)
    frame = mix(p.accent, p.crop, 0.4)
    c.line([at(-0.44, 0.13), at(-0.5, 0.33), at(-0.43, 0.35), at(-0.38, 0.13)], frame, 9)
    c.line([at(-0.18, 0.14), at(-0.2, 0.36), at(-0.36, 0.43)], frame, 8)
    c.line([at(-0.36, 0.43), at(-0.36, 0.3)], p.near, 2)
    for deck, (stern, bow) in enumerate(((-0.14, 0.34), (-0.05, 0.3), (0.02, 0.27), (0.08, 0.26))):
        base, top = 0.13 + deck * 0.068, 0.2 + deck * 0.068
        block = [at(stern, base), at(stern, top), at(bow - 0.012, top), at(bow, base)]
        c.polygon(block, mix(white, p.far, 0.0 if deck % 2 else 0.1))
        if deck == 3:
            bridge = [at(stern + 0.01, base + 0.03), at(stern + 0.01, top - 0.01)]
            c.polygon([*bridge, at(bow - 0.013, top - 0.01), at(bow - 0.007, base + 0.03)], pane)
            continue
        dx = stern + 0.025
        while dx < bow - 0.035:
            c.ellipse(*at(dx, (base + top) / 2), 0.0095 * length, 0.0095 * length, pane)
            dx += 0.04
    funnel = [at(-0.04, 0.26), at(-0.05, 0.4), at(0.01, 0.4), at(0.02, 0.26)]
    c.polygon(funnel, p.accent)
    c.line([at(0.15, 0.4), at(0.15, 0.58)], p.near, 5)
    c.line([at(0.11, 0.5), at(0.19, 0.5)], p.near, 3)
    c.ellipse(*at(0.15, 0.57), 0.02 * length, 0.02 * length, white)
    deck_line = [at(-0.5, 0.12), at(0.0, 0.13), at(0.3, 0.16), at(0.54, 0.24)]
    hull = [*smooth(deck_line), at(0.47, 0.07), at(0.44, 0.0), at(-0.46, 0.0)]
    c.polygon(hull, rng.choice((p.accent, mix(p.near, p.accent, 0.25), p.near)))
    stripe = [at(-0.475, 0.045), at(0.463, 0.05), at(0.45, 0.0), at(-0.46, 0.0)]
    c.polygon(stripe, mix(p.near, p.accent, 0.35))
    if rng.random() < 0.5:
        _floes(c, p, rng, y + 12)


def _floes(c, p, rng, y):
    for _ in range(12):
        x, half = rng.uniform(0, 1200), rng.uniform(26, 90)
        depth = rng.uniform(-8, 30)
        floe = [
            (x + half * math.cos(t), y + depth + 9 * math.sin(t) * rng.uniform(0.6, 1))
            for t in [step * math.tau / 8 for step in range(8)]
        ]
        c.polygon(floe, mix(p.pale, p.far, 0.08))
