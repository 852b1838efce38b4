"""Pictures for the demo newspaper, drawn by code: flat editorial illustrations, one per seed.

In: the name of a scene and a seed. Out: an RGB picture whose subject stands near the middle.
``canvas`` draws shapes and light, ``palettes`` holds the colours, ``layers``, ``figures`` and
``rooms`` hold what scenes are composed of, and each file in ``scenes`` composes one.
"""

from random import Random
from zlib import crc32

from PIL import Image

from . import scenes
from .canvas import Canvas

SCENES: tuple[str, ...] = tuple(sorted(scenes.BY_NAME))


def draw(scene: str, *, seed: int, width_px: int = 1600, height_px: int = 1067) -> Image.Image:
    """An RGB picture of ``scene``; the same arguments give the same pixels.

    Different seeds give different compositions, and seeds next to each other different colours.
    The subject lies near the middle. Raises KeyError for a scene that is not in SCENES.
    """
    compose, palettes = scenes.BY_NAME[scene]
    rng = Random(f"{scene} {seed}")
    # The scene's name shifts the choice, so that one seed does not give every scene one hour.
    palette = palettes[(crc32(scene.encode()) + seed) % len(palettes)]
    canvas = Canvas(width_px, height_px)
    compose(canvas, palette, rng)
    return canvas.finished(rng)
