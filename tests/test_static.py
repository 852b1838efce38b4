"""Files of the site itself, while it is being replaced by a newer one."""

from contextlib import closing

import pytest
from django.http import HttpResponseNotFound

from newsroom.static import StaticFiles

pytestmark = pytest.mark.django_db  # which the end of each answer sees to


@pytest.fixture
def folder(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.STATIC_ROOT.joinpath("old.css").write_text("old")
    tmp_path.joinpath("secret-key").write_text("secret")
    return settings.STATIC_ROOT


@pytest.fixture
def files(folder):
    return StaticFiles(lambda request: HttpResponseNotFound("Nothing here"))


def get(files, rf, path, **headers):
    request = rf.get("/", headers=headers)
    request.path_info = path
    with closing(files(request)) as answer:
        return answer.status_code, b"".join(answer)


def test_a_process_finds_files_that_were_collected_after_its_start(files, folder, rf):
    assert get(files, rf, "/static/new.1f.css") == (404, b"Nothing here")

    folder.joinpath("new.1f.css").write_text("new" * 9)
    folder.joinpath("new.1f.css.br").write_bytes(b"packed")

    assert get(files, rf, "/static/new.1f.css") == (200, b"new" * 9)
    assert get(files, rf, "/static/new.1f.css", accept_encoding="br") == (200, b"packed")
    assert get(files, rf, "/static/old.css") == (200, b"old")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../secret-key",
        "/static//old.css",
        "/static/./old.css",
        "/static/",
        "/static/folder",
        "/static/a\0b",
        "/static/old.css.gz",
        "/secret-key",
    ],
)
def test_nothing_but_files_of_the_folder_is_found(files, folder, rf, path):
    folder.joinpath("folder").mkdir()
    folder.joinpath("old.css.gz").write_bytes(b"packed")

    assert get(files, rf, path) == (404, b"Nothing here")


@pytest.mark.parametrize("path", ["/static/css/gone.123.css", "/favicon.ico", "/media/nothing.jpg"])
def test_nobody_keeps_it_that_a_file_is_not_there(client, path):
    answer = client.get(path)

    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")
