"""A newsroom backed up and restored, by the commands that an operator types."""

import json
from contextlib import closing

import pytest
from django.core.management import CommandError, call_command

from newsroom import backups

from .places import Editor, Place
from .processes import eventually, manage, needs_proc, read, running

HEADLINES = "SELECT headline FROM articles_edition ORDER BY id"


@pytest.fixture
def editor(place):
    with closing(Editor(place)) as editor:
        yield editor


@pytest.fixture
def elsewhere(tmp_path):
    """Where nothing is yet."""
    place = Place.made(tmp_path / "elsewhere")
    yield place
    place.drop()


def command(place, *words):
    done = manage(*map(str, words), **place.variables)
    assert done.returncode in (0, 1), done.stderr
    return done


def picture_of(place, words=b"a picture"):
    path = place.folder / "media" / "originals" / "ab" / "abcd.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(words)
    return path.relative_to(place.folder)


def test_what_was_backed_up_is_there_again_elsewhere(place, editor, elsewhere, tmp_path):
    folder, picture = tmp_path / "kept", picture_of(place)
    command(place, "backup", folder)
    editor.does("publish And then")
    (folder / "database-2.sqlite.part").write_bytes(b"half of one that was cut short")
    (folder / "database-2.sqlite").write_bytes(b"all of it, but not in the index")
    assert command(place, "backup", folder).stdout.startswith("1 stories and 1 pictures are in")
    editor.does("publish Too late")

    assert command(elsewhere, "restore", folder).returncode == 0

    assert elsewhere.rows(HEADLINES) == [("Story 0",), ("And then",)]
    assert (elsewhere.folder / picture).read_bytes() == b"a picture"
    kept = sorted(path.name.split("-")[0] for path in folder.iterdir() if path.suffix != ".part")
    assert kept == ["backup.json", "database", "originals"]


@needs_proc
def test_a_site_that_is_served_shows_what_was_restored_and_nothing_later(place, editor, tmp_path):
    with running(tmp_path, **place.variables) as site:
        editor.does("publish Of old")
        command(place, "backup", tmp_path / "kept")
        editor.does("publish Since then")
        paths = ["/", "/feed/", editor.path] * 3
        assert all("Since then" in read(site, path)[2] for path in paths)
        assert "--replace" in command(place, "restore", tmp_path / "kept").stderr
        assert len(place.rows(HEADLINES)) == 3

        assert command(place, "restore", "--replace", tmp_path / "kept").returncode == 0

        assert len(place.rows(HEADLINES)) == 2
        eventually(lambda: all("Of old" in read(site, path)[2] for path in paths))
        assert not any("Since then" in read(site, path)[2] for path in paths)


# What is refused, in this process: nothing is written


@pytest.fixture
def kept(db, tmp_path):
    backups.back_up(tmp_path / "kept")
    return tmp_path / "kept"


@pytest.mark.parametrize("harm", ["damaged", "newer", "of another engine", "no index", "no folder"])
def test_what_is_no_backup_for_this_newsroom_is_refused_in_one_line(kept, harm, monkeypatch):
    for engine in backups._ENGINES.values():
        monkeypatch.setattr(engine, "load", None)
    index = kept / backups.INDEX
    said = json.loads(index.read_text())
    database = kept / said["database"]
    if harm == "damaged":
        content = bytearray(database.read_bytes())
        content[len(content) // 2] ^= 1
        database.write_bytes(content)
    elif harm == "newer":
        said["migrations"].append(["articles", "9999_what_is_to_come"])
    elif harm == "of another engine":
        said["database"] = database.rename(database.with_suffix(".oracle")).name
    index.write_text(json.dumps(said))
    if harm == "no index":
        index.unlink()
    folder = kept / "nowhere" if harm == "no folder" else kept

    with pytest.raises(CommandError, match=r"^The database is as it was: [^\n]*$"):
        call_command("restore", str(folder), replace=True)


def test_a_backup_overwrites_no_folder_of_something_else(db, tmp_path):
    (tmp_path / "to-a-friend.txt").write_text("Dear")

    with pytest.raises(CommandError, match="holds other things"):
        call_command("backup", str(tmp_path))

    assert [path.name for path in tmp_path.iterdir()] == ["to-a-friend.txt"]


def test_a_failed_backup_leaves_that_of_before(kept, live, monkeypatch):
    before = (kept / backups.INDEX).read_text()

    def full(source, goal):
        raise OSError("No space left on device")

    monkeypatch.setattr(backups, "_copy_pictures", full)
    with pytest.raises(CommandError, match="There is no new backup: No space left"):
        call_command("backup", str(kept))

    assert (kept / backups.INDEX).read_text() == before
    assert (kept / json.loads(before)["database"]).exists()
