"""A train on a viaduct over a wooded valley, or along the shore of a lake."""

import math
from random import Random

from ..canvas import Canvas, clear, mix, smooth
from ..layers import conifer, haze, height_at, jagged, land, ripples, rolling, sky, water
from ..palettes import Daylight


def train(c: Canvas, p: Daylight, rng: Random):
    sky(c, p, rng, horizon=560, sun=(rng.choice((220, 330, 850, 980)), rng.uniform(120, 220)))
    land(c, jagged(rng, 360, 130), [mix(p.far, p.sky[2], 0.3), mix(p.far, p.sky[2], 0.6)])
    land(c, rolling(rng, 430, 120), [mix(p.far, p.land, 0.25), mix(p.far, p.land, 0.5)])
    haze(c, p, 400, 130, 0.5)
    woods = rolling(rng, 560, 100, waves=1.3)
    for _ in range(70):
        x = rng.uniform(0, 1200)
        tree = mix(mix(p.land, p.near, 0.35), p.far, rng.uniform(0.2, 0.45))
        conifer(c, x, height_at(woods, x) + 14, rng.uniform(50, 95), tree, tiers=4)
    land(c, woods, [mix(p.land, p.far, 0.3), mix(p.land, p.near, 0.4)])
    rail = 452
    has_viaduct = rng.random() < 0.55
    if has_viaduct:
        _viaduct(c, p, rng, rail)
    c.box(0, rail, 1200, 5, mix(p.near, p.far, 0.25))
    spacing, start = 240, rng.uniform(0, 200)
    wire = clear(p.near, 0.85)
    for mast in range(-1, 6):
        x = start + mast * spacing
        c.line([(x, rail), (x, rail - 152)], wire, 4)
        c.line([(x, rail - 146), (x + 44, rail - 122), (x, rail - 122)], wire, 2.4)
    c.line([(0, rail - 121), (1200, rail - 121)], wire, 1.4)
    _carriages(c, p, rng, rail)
    if not has_viaduct:
        c.box(0, rail + 5, 1200, 28, mix(mix(p.crop, p.far, 0.4), p.near, 0.25))
        water(c, p, rng, rail + 32)
        c.reflect(rail + 32, 290, rng, 0.62)
        ripples(c, p, rng, rail + 36, count=70)
    front = rolling(rng, 745, 70, waves=1.5)
    for _ in range(26):
        x = rng.choice((rng.gauss(60, 150), rng.gauss(1140, 150)))
        tall = rng.uniform(90, 200)
        conifer(c, x, height_at(front, x) + 20, tall, mix(p.near, p.land, rng.uniform(0, 0.2)))
    land(c, front, [mix(p.near, p.land, 0.22), p.near])


def _viaduct(c, p, rng, rail):
    """Arches up to the foot line ``rail``; the valley shows through them."""
    stone = mix(mix(p.crop, p.far, 0.45), p.pale, 0.2)
    span, thick = rng.choice((150, 175, 200)), 34
    offset = rng.uniform(-span, 0)
    c.box(0, rail + 4, 1200, 24, stone)
    c.box(0, rail + 22, 1200, 8, mix(stone, p.near, 0.35))
    piers = [offset + index * span for index in range(int(1200 / span) + 3)]
    for x in piers:
        radius = (span - thick) / 2
        pier = [(x - thick * 0.5, rail + 28), (x + thick * 0.5, rail + 28)]
        pier += [(x + thick * 0.66, 800), (x - thick * 0.66, 800)]
        c.shaded(pier, [stone, mix(stone, p.near, 0.25)])
        c.polygon([(x + 4, rail + 28), pier[1], pier[2], (x + 8, 800)], clear(p.near, 0.25))
        middle = x + span / 2
        for side in (-1, 1):
            arc = [
                (middle + side * radius * math.cos(t), rail + 40 + radius - radius * math.sin(t))
                for t in [step * math.pi / 24 for step in range(13)]
            ]
            c.polygon([*arc, (middle, rail + 26), (middle + side * span / 2, rail + 26)], stone)
        c.ring(middle, rail + 40 + radius, radius, radius, mix(stone, p.near, 0.3), 5, 180, 360)


def _carriages(c, p, rng, rail):
    """A train across the frame whose front stands right of the middle."""
    kind = rng.choice(("express", "regional", "regional"))
    length, tall = (262, 74) if kind == "express" else (212, 80)
    body = mix(p.pale, p.far, 0.12) if rng.random() < 0.55 else p.accent
    stripe = p.accent if body != p.accent else mix(p.pale, p.far, 0.1)
    pane = p.light if p.is_dark else mix(p.near, p.sky[1], 0.25)
    nose_x, top = rng.uniform(880, 1010), rail - tall - 8
    count = rng.choice((3, 4, 6))
    for car in range(count):
        right = nose_x - car * (length + 5)
        left = right - length
        c.box(left + 12, rail - 12, length - 40, 9, p.near)
        for wheel in (0.14, 0.24, 0.74, 0.84):
            c.ellipse(left + length * wheel, rail - 6, 8, 8, p.near)
        if car == 0 and kind == "express":
            nose = [(right - 120, top), (right - 62, top + 6), (right - 10, top + tall * 0.62)]
            shell = [(left, top), *smooth([*nose, (right + 8, top + tall * 0.88)])]
            c.polygon([*shell, (right, top + tall), (left, top + tall)], body)
            screen = [(right - 74, top + 9), (right - 56, top + 12), (right - 22, top + 42)]
            c.polygon([*screen, (right - 60, top + 36)], mix(p.near, p.sky[1], 0.15))
            end = right - 112
        else:
            c.box(left, top, length, tall, body, radius=9)
            end = right - (44 if car == 0 else 16)
            if car == 0:
                c.box(right - 28, top + 14, 26, 30, mix(p.near, p.sky[1], 0.15), radius=5)
        low = right - 26 if car == 0 and kind == "express" else right
        c.box(left, top + tall * 0.68, low - left, 10, stripe)
        c.box(left, top + tall - 7, low - left, 7, clear(p.near, 0.3))
        x = left + 16
        while x + 22 <= end:
            c.box(x, top + 16, 21, 24, pane, radius=3)
            x += 28
        c.box(left + 8, top - 5, length * 0.3, 6, mix(body, p.near, 0.4))
        if car == 1:
            c.line(
                [(left + 70, top - 3), (left + 90, top - 18), (left + 72, rail - 121)], p.near, 2.6
            )
    if p.is_dark:
        c.glow(nose_x + 4, rail - 30, 150, p.light, 0.8)
