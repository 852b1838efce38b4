"""The scenes, one a file: each a function that draws on a canvas in the colours of a palette."""

from ..palettes import DAYLIGHT, ROOMS, hours
from .city import city
from .concert import concert
from .desert_road import desert_road
from .fields import fields
from .forest import forest
from .harbour import harbour
from .laboratory import laboratory
from .library import library
from .market import market
from .mountains import mountains
from .observatory import observatory
from .open_sea import open_sea
from .portrait import portrait
from .river_flood import river_flood
from .ship import ship
from .stadium import stadium
from .train import train
from .wind_turbines import wind_turbines

# The function that composes each scene, and the palettes that suit it.
BY_NAME = {
    "city": (city, DAYLIGHT),
    "concert": (concert, ROOMS),
    "desert_road": (desert_road, hours("dawn", "noon", "dusk", "night")),
    "fields": (fields, hours("dawn", "noon", "dusk", "overcast")),
    "forest": (forest, hours("dawn", "noon", "dusk", "overcast")),
    "harbour": (harbour, DAYLIGHT),
    "laboratory": (laboratory, ROOMS),
    "library": (library, ROOMS),
    "market": (market, hours("dawn", "noon", "dusk", "overcast")),
    "mountains": (mountains, DAYLIGHT),
    "observatory": (observatory, hours("dusk", "night")),
    "open_sea": (open_sea, DAYLIGHT),
    "portrait": (portrait, ROOMS),
    "river_flood": (river_flood, hours("overcast", "dusk", "dawn")),
    "ship": (ship, DAYLIGHT),
    "stadium": (stadium, DAYLIGHT),
    "train": (train, DAYLIGHT),
    "wind_turbines": (wind_turbines, DAYLIGHT),
}
