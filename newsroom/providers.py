"""Sites whose things may stand in a story: a list for the settings, so it reads none of them.

Each shows what it has in a frame of its own and needs no script on our page. ``address`` matches
what people copy from their browsers, ``page`` is its one spelling (and matches ``address`` itself),
``frame`` what a reader sees after asking for it.
"""

from environs import EnvError

PROVIDERS = {
    "YouTube": {
        "kind": "video",
        "address": r"https?://(?:(?:www\.|m\.|music\.)?youtube(?:-nocookie)?\.com/"
        r"(?:watch\?(?:[^#\s]*&)?v=|embed/|shorts/|live/)|youtu\.be/)"
        r"(?P<id>[\w-]{11})(?:[?&#/]\S*)?",
        "page": "https://www.youtube.com/watch?v={id}",
        "frame": "https://www.youtube-nocookie.com/embed/{id}",
    },
    "Vimeo": {
        "kind": "video",
        "address": r"https?://(?:www\.)?(?:player\.)?vimeo\.com/(?:video/)?(?P<id>\d{1,12})"
        r"(?:[?&#/]\S*)?",
        "page": "https://vimeo.com/{id}",
        "frame": "https://player.vimeo.com/video/{id}?dnt=1",
    },
    "Internet Archive": {
        "kind": "video",
        "address": r"https?://(?:www\.)?archive\.org/(?:details|embed)/"
        r"(?P<id>[A-Za-z0-9][\w.-]{0,99})(?:[?&#/]\S*)?",
        "page": "https://archive.org/details/{id}",
        "frame": "https://archive.org/embed/{id}",
    },
    "Spotify": {
        "kind": "audio",
        "address": r"https?://open\.spotify\.com/(?:intl-\w+/)?(?:embed/)?"
        r"(?P<what>episode|show|track|album|playlist)/(?P<id>[A-Za-z0-9]{22})(?:[?&#/]\S*)?",
        "page": "https://open.spotify.com/{what}/{id}",
        "frame": "https://open.spotify.com/embed/{what}/{id}",
    },
    "Datawrapper": {
        "kind": "chart",
        "address": r"https?://(?:www\.)?(?:datawrapper\.dwcdn\.net|datawrapper\.de/_)/"
        r"(?P<id>[A-Za-z0-9]{5})(?:[?&#/]\S*)?",
        "page": "https://www.datawrapper.de/_/{id}/",
        "frame": "https://datawrapper.dwcdn.net/{id}/",
    },
}


def chosen(names):
    """Those providers; the settings say which a newsroom wants."""
    unknown = sorted(set(names) - set(PROVIDERS))
    if unknown:
        raise EnvError(
            f"EMBED_PROVIDERS names {', '.join(unknown)}; there are {', '.join(PROVIDERS)}."
        )
    return {name: PROVIDERS[name] for name in names}


def frame_sources(providers):
    """For ``frame-src`` in the content security policy: where frames may come from."""
    return sorted({"/".join(each["frame"].split("/")[:3]) for each in providers.values()})
