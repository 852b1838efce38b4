"""The colours of a picture: a few that belong together, by hour of the day or by room."""

from typing import NamedTuple

from PIL import ImageColor

from .canvas import Colour, mix


class Daylight(NamedTuple):
    """Colours out of doors. ``sky`` runs from the zenith to the horizon."""

    hour: str
    sky: tuple[Colour, Colour, Colour]
    light: Colour  # sun or moon
    far: Colour  # the most distant land
    near: Colour  # the nearest silhouette
    land: Colour  # grass and leaves
    crop: Colour  # corn, sand, earth
    accent: Colour  # what the eye should find
    pale: Colour  # snow, sails, foam

    @property
    def is_dark(self) -> bool:
        return self.hour in ("dusk", "night")

    def layer(self, nearness: float) -> Colour:
        """The colour of a silhouette from 0 (in the haze) to 1 (close by)."""
        return mix(self.far, self.near, nearness)

    @property
    def water(self) -> tuple[Colour, Colour]:
        """At the horizon, and at the viewer's feet."""
        return mix(self.sky[2], self.far, 0.35), mix(self.sky[0], self.near, 0.5)


class Room(NamedTuple):
    """Colours in a room."""

    wall: Colour
    shade: Colour  # the wall away from the light
    dark: Colour
    wood: Colour
    accent: Colour
    second: Colour
    pale: Colour


def _colours(text):
    return [ImageColor.getrgb(f"#{code}") for code in text.split()]


def _daylight(hour, codes):
    zenith, middle, horizon, *rest = _colours(codes)
    return Daylight(hour, (zenith, middle, horizon), *rest)


# In each: three of sky, then light, far, near, land, crop, accent, pale.
DAYLIGHT = (
    _daylight("noon", "2f86c1 7fbfe0 dff0ee fff6cf 8fb9cb 1c4558 6f9f52 e0bd5f e0502b ffffff"),
    _daylight("dusk", "2b2a5c a2466f f79b55 ffe09a 8b4c7b 1a1636 4d4560 b4684f ffb84d fbdcc0"),
    _daylight("overcast", "84929d b1bbc0 dfe0da f6f5ec 9ba8ae 2b3843 75836a b0a275 c8433a f1f2ee"),
    _daylight("dawn", "6c84b3 d9a3a8 fbdcb4 fff3d2 b69cb3 2e2a4b 7d8468 d7a873 d4544a fdf0e2"),
    _daylight("night", "0a1130 1a2c5c 44679a f6f1d6 2d4675 070c1f 1d3a4a 3c4a5e ffc651 cfdbee"),
    _daylight("noon", "3f9f9f 9fd0c2 f3edcf fff3c4 88b9aa 1e4d47 5e9a62 e6b455 d6443f fffaf0"),
    _daylight("dusk", "1b4a62 7f9593 f5b97d ffe8b0 628389 122d39 4d6a58 c08a58 e8553d fbe6cf"),
    _daylight("dawn", "79adb6 cbd8c2 fae3b2 fffbe0 95b2b0 1d3f48 6f935f dcb268 e06c36 fdf7e6"),
    _daylight("overcast", "9c978f c4bdb1 e9e2d3 fbf7ea aaa194 37332e 7f8361 b99c68 2b6c8c f7f3ea"),
    _daylight("night", "091d27 124450 468a86 ecf7df 22595c 04131a 1a4a44 3f5a52 ffb052 cfe5dc"),
)

# In each: wall, shade, dark, wood, accent, second, pale.
ROOMS = tuple(
    Room(*_colours(codes))
    for codes in (
        "dfe6df 9fb8b4 1f3a44 b0764a d9573a 2f7f86 fbfaf2",
        "f0d9b8 cf9f7a 3a2430 8a4f35 c23b3b 2f5d6b fff6e4",
        "37506b 22344c 0e1726 7d5540 f2a541 5fa8a0 f3ead6",
        "d3d9e6 98a5c4 262b4d a0714f e8734a 4d6fb3 fdfcf8",
        "4d6b57 33493c 14211b 94653f e9b44c b8553f f3eedb",
        "e9c9bf b88a8a 35243a 99604a b23a56 e0a23c fff3ea",
    )
)


def hours(*names: str) -> tuple[Daylight, ...]:
    """The daylight palettes of these hours, in the order of DAYLIGHT, which alternates them."""
    return tuple(palette for palette in DAYLIGHT if palette.hour in names)
