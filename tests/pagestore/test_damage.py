"""Whatever happens to its files, the page store is empty at worst."""

import os
import random
import sqlite3
import time
from pathlib import Path

import pytest

from ..pages import KEPT, Site

# Damage


def garbage(path):
    size = path.stat().st_size
    with path.open("r+b") as file:
        for _ in range(60):
            file.seek(random.randrange(size))
            file.write(os.urandom(64))


DAMAGE = {
    "deleted": lambda path: path.unlink(),
    "emptied": lambda path: os.truncate(path, 0),
    "cut short": lambda path: os.truncate(path, path.stat().st_size // 2),
    "cut in its header": lambda path: os.truncate(path, 50),
    "overwritten here and there": garbage,
    "no database": lambda path: path.write_bytes(b"not a database " * 1000),
    "a journal of nothing": lambda path: Path(f"{path}-journal").write_bytes(os.urandom(5000)),
}


@pytest.mark.parametrize("is_open", [True, False], ids=["while it is open", "before a start"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_to_the_file_is_an_empty_store(tmp_path, damage, is_open):
    site = Site(tmp_path)
    paths = [f"/{n}/" for n in range(20)]
    for path in paths:
        site.says(path, body=path.encode() * 500)
        site.get(path)
    site.store.disconnect() if is_open else None

    DAMAGE[damage](site.store.path)
    if not is_open:
        site.close()
        site = Site(tmp_path, site.newspaper)

    for _ in range(2):
        for path in paths:
            reply = site.get(path)
            assert (reply.status, reply.body) == (200, path.encode() * 500)
    if site.store.position() is None:
        site.store.spoil_all(position="1")
    site.get("/1/")
    assert site.get("/1/").label == "HIT"
    site.close()


def test_where_nothing_can_be_written_pages_are_rendered(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way of a folder")
    from newsroom.pagestore import Store

    store = Store(blocked / "pages")
    assert store.find(("/", ""), "gzip", 0) is None
    assert store.number() is None
    assert store.position() is None


def test_a_spoil_that_cannot_be_written_closes_the_store_for_all(site, tmp_path, monkeypatch):
    from newsroom.pagestore import store as module

    other = Site(tmp_path / "pages", site.newspaper)
    site.get()
    assert other.get().label == "HIT"

    def full(*args, **values):
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(module, "set_state", full)
        with pytest.raises(module.Unwritable):
            site.store.spoil([module.Spoiled("a", False)])
    site.says(body=b"new" * 100)

    assert (site.get().body, other.get().body) == (b"new" * 100, b"new" * 100)
    site.store.spoil_all(position="1")
    assert [other.get().label for _ in range(2)] == ["MISS", "HIT"]
    other.close()


def test_a_closed_store_is_not_opened_by_what_somebody_else_spoils(site, tmp_path):
    other = Site(tmp_path / "pages")
    site.get()
    other.store.close()  # for it could not write that "a" is spoiled

    site.spoil("b")

    assert {site.get().label for _ in range(3)} == {"MISS"}
    assert site.store.position() is None, "whoever follows the outbox begins anew"
    site.store.spoil_all(position="1")
    assert [site.get().label for _ in range(2)] == ["MISS", "HIT"]
    other.close()


def test_a_store_that_is_closed_while_another_begins_anew_stays_closed(site, monkeypatch):
    from newsroom.pagestore import store as module

    def closed_meanwhile(connection, **values):
        site.store.close()

    with monkeypatch.context() as patch:
        patch.setattr(module, "set_state", closed_meanwhile)
        site.store.spoil_all(position="1")

    assert {site.get().label for _ in range(2)} == {"MISS"}


@pytest.mark.parametrize("name", ["generation", "pages.sqlite3", "*"])
def test_files_deleted_under_a_running_site_are_made_again(site, tmp_path, name):
    other = Site(tmp_path / "pages", site.newspaper)
    for reader in (site, other):
        reader.get(), reader.get()

    for path in (tmp_path / "pages").glob(name):
        path.unlink()
    if site.store.position() is None:
        site.store.spoil_all(position="1")
    site.says(body=b"new" * 100)
    site.spoil("a")

    assert (site.get().body, other.get().body) == (b"new" * 100, b"new" * 100)
    assert other.store.position() == "1"
    assert (site.get().label, other.get().label) == ("HIT", "HIT")
    other.close()


def test_a_release_that_cannot_begin_yet_shows_nothing_of_the_one_before(site, monkeypatch):
    from newsroom.pagestore import Store, file

    monkeypatch.setattr(file, "WAIT_SECONDS", 0)
    site.get()
    newer = Store(site.store.folder, release="newer")

    writer = sqlite3.connect(site.store.path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert not newer.begin()
    assert newer.find(("/", ""), "gzip", 0) is None
    writer.close()

    assert newer.begin()
    newer.spoil_all(position="1")
    assert newer.number() is not None
    newer.disconnect()


def test_a_page_begun_before_the_file_was_lost_is_not_kept_though_a_clock_was_set_back(
    site, monkeypatch
):
    def lose(environ):
        site.newspaper.before = lambda environ: None
        site.store.path.unlink()
        monkeypatch.setattr(time, "time_ns", lambda: 7)
        site.store.spoil_all(position="1")

    site.newspaper.before = lose

    assert [site.get().label for _ in range(3)] == ["MISS", "MISS", "HIT"]


def test_a_page_that_shows_half_an_archive_is_kept_and_the_others_stay(site):
    keys = " ".join(f"article-{number}" for number in range(40_000))
    site.says("/all/", headers=[KEPT[0], ("Surrogate-Key", keys)])
    site.get()

    assert [site.get("/all/").label for _ in range(2)] == ["MISS", "HIT"]
    assert site.get().label == "HIT"
    site.spoil("article-39999")
    assert (site.get("/all/").label, site.get().label) == ("MISS", "HIT")


def test_who_follows_every_old_address_does_not_fill_the_memory(site, monkeypatch):
    from newsroom.pagestore import memory

    monkeypatch.setattr(memory, "LARGEST_BYTES", 50 * memory.PAGE_BYTES)
    for number in range(60):
        site.says(f"/{number}/", 301, [*KEPT, ("Location", "/")], b"")
        site.get(f"/{number}/")
        assert site.get(f"/{number}/").label == "HIT"

    assert len(site.store._memory._pages) == 10


def test_the_file_has_a_limit_and_what_is_read_stays(tmp_path):
    from newsroom.pagestore import Store

    site = Site(tmp_path, store=Store(tmp_path, largest_bytes=4 * 1024 * 1024))
    site.says("/front/")
    for n in range(400):
        site.says(f"/{n}/", body=os.urandom(30_000))
        site.get(f"/{n}/")
        if n % 20 == 0:
            site.get("/front/")
            site.store.note({})
    site.store.cool()

    assert site.store.path.stat().st_size < 6 * 1024 * 1024
    assert 50 < len(site.store.names()) < 400
    assert ("/front/", "") in site.store.names()
    site.store.disconnect()
