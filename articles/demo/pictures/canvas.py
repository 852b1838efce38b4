"""The sheet a picture is drawn on: plain shapes and soft light, measured in frame units.

Every scene composes in a frame of 1200 × 800 units, y downwards, whatever the picture's size;
a picture of another shape shows the middle of it. Colours are (red, green, blue) of 0–255 each,
with a fourth number for opacity where a shape lets through what is beneath.
"""

import math
from random import Random

from PIL import Image, ImageChops, ImageDraw

FRAME_WIDTH, FRAME_HEIGHT = 1200, 800
# Twice the pixels each way, averaged at the end: Pillow's shapes have hard edges of their own.
OVERSAMPLING = 2
GRAIN_STRENGTH = 0.09

type Colour = tuple[int, ...]
type Point = tuple[float, float]


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """The colour ``share`` (0 to 1) of the way from ``a`` to ``b``."""
    return tuple(round(x + (y - x) * share) for x, y in zip(a, b, strict=True))


def clear(colour: Colour, opacity: float) -> Colour:
    """``colour`` at ``opacity`` (0 to 1)."""
    return (*colour[:3], round(255 * opacity))


def smooth(points: list[Point], *, closed: bool = False, steps: int = 8) -> list[Point]:
    """A Catmull-Rom curve through ``points``, as a list of points itself."""
    if closed:
        around = [points[-1], *points, points[0], points[1]]
    else:
        around = [points[0], *points, points[-1]]
    curve = []
    for p0, p1, p2, p3 in zip(around, around[1:], around[2:], around[3:], strict=False):
        for step in range(steps):
            t = step / steps
            curve.append(
                tuple(
                    b
                    + t / 2 * (c - a)
                    + t * t * (a - 2.5 * b + 2 * c - d / 2)
                    + t**3 * (1.5 * (b - c) + (d - a) / 2)
                    for a, b, c, d in zip(p0, p1, p2, p3, strict=True)
                )
            )
    return curve if closed else [*curve, points[-1]]


class Canvas:
    """An RGB sheet for one picture of ``width_px`` × ``height_px``."""

    def __init__(self, width_px: int, height_px: int):
        self.size_px = (width_px, height_px)
        self.scale = OVERSAMPLING * max(width_px / FRAME_WIDTH, height_px / FRAME_HEIGHT)
        self.image = Image.new("RGB", (self._px(FRAME_WIDTH), self._px(FRAME_HEIGHT)))
        self._opaque = ImageDraw.Draw(self.image)
        self._blending = ImageDraw.Draw(self.image, "RGBA")

    def _px(self, units: float) -> int:
        return math.ceil(units * self.scale)

    def _points(self, points):
        return [(x * self.scale, y * self.scale) for x, y in points]

    def _pen(self, colour):
        return self._blending if len(colour) == 4 else self._opaque

    # Shapes

    def polygon(self, points: list[Point], colour: Colour):
        self._pen(colour).polygon(self._points(points), fill=colour)

    def ellipse(self, x, y, rx, ry, colour: Colour):
        """Around the centre (x, y)."""
        box = self._points([(x - rx, y - ry), (x + rx, y + ry)])
        self._pen(colour).ellipse(box, fill=colour)

    def dome(self, x, y, rx, ry, colour: Colour):
        """The upper half of an ellipse that stands on y."""
        box = self._points([(x - rx, y - ry), (x + rx, y + ry)])
        self._pen(colour).pieslice(box, 180, 360, fill=colour)

    def ring(self, x, y, rx, ry, colour: Colour, width=2.0, start=0, end=360):
        """The outline of an ellipse, between two angles in degrees clockwise from the right."""
        box = self._points([(x - rx, y - ry), (x + rx, y + ry)])
        self._pen(colour).arc(box, start, end, fill=colour, width=max(1, self._px(width)))

    def box(self, x, y, width, height, colour: Colour, radius=0.0):
        """From its upper left corner (x, y)."""
        corners = self._points([(x, y), (x + width, y + height)])
        if radius:
            self._pen(colour).rounded_rectangle(corners, radius * self.scale, fill=colour)
        else:
            self._pen(colour).rectangle(corners, fill=colour)

    def line(self, points: list[Point], colour: Colour, width=2.0):
        pixels = max(1, round(width * self.scale))
        self._pen(colour).line(self._points(points), fill=colour, width=pixels, joint="curve")

    # Soft light

    def _fade(self, stops, width_px, height_px):
        """An RGBA image that runs downwards through ``stops``, which lie at equal distances."""
        stops = [stop if len(stop) == 4 else (*stop, 255) for stop in stops]
        strip = Image.new("RGBA", (1, 256))
        for row in range(256):
            place = row / 255 * (len(stops) - 1)
            index = min(int(place), len(stops) - 2)
            strip.putpixel((0, row), mix(stops[index], stops[index + 1], place - index))
        column = strip.resize((1, height_px), Image.Resampling.BILINEAR)
        return column.resize((width_px, height_px), Image.Resampling.NEAREST)

    def gradient(self, y, height, stops: list[Colour], x=0.0, width=FRAME_WIDTH):
        """A box that fades downwards from colour to colour."""
        fade = self._fade(stops, max(1, self._px(width)), max(1, self._px(height)))
        corner = (int(x * self.scale), int(y * self.scale))
        lets_through = any(len(stop) == 4 for stop in stops)
        self.image.paste(fade.convert("RGB"), corner, fade if lets_through else None)

    def shaded(self, points: list[Point], stops: list[Colour]):
        """A polygon that fades downwards from colour to colour."""
        points = self._points(points)
        left, top = (max(0, math.floor(min(axis))) for axis in zip(*points, strict=True))
        right, bottom = (math.ceil(max(axis)) for axis in zip(*points, strict=True))
        right, bottom = min(right, self.image.width), min(bottom, self.image.height)
        if right <= left or bottom <= top:
            return
        mask = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in points], fill=255)
        fade = self._fade(stops, *mask.size)
        if any(len(stop) == 4 for stop in stops):
            mask = ImageChops.multiply(mask, fade.getchannel("A"))
        self.image.paste(fade.convert("RGB"), (left, top), mask)

    def glow(self, x, y, radius, colour: Colour, opacity=0.6):
        """Light around (x, y), from ``opacity`` in the middle to nothing at ``radius``."""
        # Pillow's gradient reaches white in the corners; the middle of its edges is at 179.
        fall = [max(0.0, 1 - level / 178) ** 2 for level in range(256)]
        light = Image.radial_gradient("L").point([round(255 * opacity * share) for share in fall])
        edge_px = self._px(2 * radius)
        light = light.resize((edge_px, edge_px), Image.Resampling.BILINEAR)
        corner = (round((x - radius) * self.scale), round((y - radius) * self.scale))
        self.image.paste(colour[:3], (*corner, corner[0] + edge_px, corner[1] + edge_px), light)

    def reflect(self, y, depth, rng: Random, strength=0.5, ripple=3.0):
        """Mirror what stands above ``y`` into the ``depth`` below it, fading and rippled."""
        top, rows = int(y * self.scale), self._px(depth)
        mirrored = self.image.crop((0, top - rows, self.image.width, top))
        mirrored = mirrored.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        fade = self._fade([(0, 0, 0, round(255 * strength)), (0, 0, 0, 0)], self.image.width, rows)
        mask = fade.getchannel("A")
        row = 0
        while row < rows:
            nearness = row / rows
            height = max(2, int((1.2 + 5 * nearness) * self.scale))
            shift = round(rng.uniform(-ripple, ripple) * (0.3 + 2 * nearness) * self.scale)
            band = (0, row, self.image.width, min(row + height, rows))
            self.image.paste(mirrored.crop(band), (shift, top + row), mask.crop(band))
            row += height

    def finished(self, rng: Random) -> Image.Image:
        """The picture at its own size, with the grain of paper."""
        width_px, height_px = self.size_px
        picture = self.image.reduce(OVERSAMPLING)
        left, top = (picture.width - width_px) // 2, (picture.height - height_px) // 2
        picture = picture.crop((left, top, left + width_px, top + height_px))
        # Grain two pixels wide survives compression as texture; finer grain only costs bytes.
        grain_size = (math.ceil(width_px / 2), math.ceil(height_px / 2))
        grain = Image.frombytes("L", grain_size, rng.randbytes(grain_size[0] * grain_size[1]))
        grain = grain.point([round(128 + (level - 128) * GRAIN_STRENGTH) for level in range(256)])
        grain = grain.resize(picture.size, Image.Resampling.BILINEAR)
        return ImageChops.soft_light(picture, Image.merge("RGB", (grain, grain, grain)))
