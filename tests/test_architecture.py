"""The direction of imports: an article moves one way, and the code does too."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Who may know whom. Modules beside the rooms (COMMON) know no room and may be used by all.
NOUNS = {"models", "body"}
MIDDLE = NOUNS | {"cache", "media", "links", "search"}
VERBS = MIDDLE | {"publishing"}
MAY_KNOW = {
    "models": set(),
    "body": set(),
    "cache": NOUNS,
    "media": NOUNS,
    "links": NOUNS | {"cache", "search"},
    "search": NOUNS,
    "rendering": MIDDLE,
    "publishing": MIDDLE | {"rendering"},
    "importers": VERBS,
    "demo": VERBS | {"importers"},
    "admin": VERBS | {"rendering"},
    "management": VERBS | {"importers", "demo"},
    "public": MIDDLE | {"rendering"},
    "urls": {"public"},
    "checks": MIDDLE,
    "apps": {"checks"},
    "addresses": set(),
    "slugs": set(),
    "headlines": set(),
    "languages": set(),
    "prepared": set(),
    "periods": set(),
    "changes": set(),
    "walks": set(),
}
COMMON = {
    "addresses", "slugs", "headlines", "languages", "prepared", "walks", "periods", "changes",
}  # fmt: skip


def room_of(path):
    first = path.relative_to(ROOT / "articles").parts[0]
    return first.removesuffix(".py")


def files():
    for path in sorted((ROOT / "articles").rglob("*.py")):
        if room_of(path) not in ("__init__", "migrations"):
            yield path


def imports_of(path):
    """Absolute dotted names of what the file imports, names from ``from`` imports included."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = ".".join((*base, *filter(None, [node.module])))
            yield from (f"{stem}.{alias.name}" for alias in node.names)


def rooms_known_by(path):
    for name in imports_of(path):
        parts = name.split(".")
        if parts[0] == "articles" and len(parts) > 1:
            yield parts[1], name


@pytest.mark.parametrize("path", list(files()), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path):
    room = room_of(path)

    known = {other for other, _ in rooms_known_by(path)} - {room} - COMMON

    assert known <= MAY_KNOW[room]


def test_every_room_stands_in_the_table():
    assert {room_of(path) for path in files()} <= MAY_KNOW.keys()


def test_articles_never_knows_the_project():
    assert not [
        (path, name)
        for path in files()
        for name in imports_of(path)
        if name.split(".")[0] == "newsroom"
    ]


def test_what_readers_fetch_is_made_of_editions_never_of_articles():
    working_copy = {"Article", "Revision", "TaggedArticle", "Byline", "Source"}

    assert not [
        (path, name)
        for path in (ROOT / "articles" / "public").rglob("*.py")
        for name in imports_of(path)
        if name.split(".")[-1] in working_copy
    ]


def test_body_runs_no_query():
    assert not [
        (path, name)
        for path in (ROOT / "articles" / "body").rglob("*.py")
        for name in imports_of(path)
        if name.startswith(("django.db", "django.apps"))
    ]


def test_the_page_store_knows_http_and_no_model():
    assert not [
        (path, name)
        for path in (ROOT / "newsroom" / "pagestore").rglob("*.py")
        for name in imports_of(path)
        if name.split(".")[0] == "articles"
    ]


def test_what_is_live_is_spelled_once():
    spellings = [
        path
        for path in files()
        if room_of(path) in ("public", "links", "search", "rendering")
        and "live_until__gt" in path.read_text(encoding="utf-8")
    ]

    assert spellings == []
