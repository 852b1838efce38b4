"""Files on their way to slow readers keep few threads, and nobody else waiting."""

import pytest

from newsroom.pagestore import pieces

LONG = [("Content-Length", str(pieces.WHOLE_BYTES + 1))]
SHORT = [("Content-Length", "6")]


class File:
    """As Django gives one: in pieces, and to be closed."""

    def __init__(self):
        self.is_closed = False

    def __iter__(self):
        assert not self.is_closed
        yield from (b"abc", b"def")

    def close(self):
        self.is_closed = True


def test_a_short_file_is_taken_whole_and_closed():
    file = File()

    assert pieces.Pieces().of(file, SHORT) == [b"abcdef"]
    assert file.is_closed


@pytest.mark.parametrize("headers", [LONG, [], [("Content-Length", "six")]])
def test_of_long_files_only_some_are_on_their_way_at_a_time(headers):
    ways = pieces.Pieces(2)
    first, second, third, fourth = (File() for _ in range(4))
    given = [ways.of(first, headers), ways.of(second, headers)]

    with pytest.raises(pieces.TooMany):
        ways.of(third, headers)
    assert [b"".join(one) for one in given] == [b"abcdef", b"abcdef"]
    for _ in range(3):  # as often as anybody likes
        given[0].close()

    assert (first.is_closed, second.is_closed, third.is_closed) == (True, False, True)
    ways.of(fourth, headers)
    with pytest.raises(pieces.TooMany):
        ways.of(File(), headers)


def test_who_asks_for_the_head_of_a_file_has_none_of_it_read(site, monkeypatch):
    file = File()
    monkeypatch.setattr(
        site.wsgi,
        "application",
        lambda environ, start: (start("200 OK", LONG), file)[1],
    )

    head = site.get("/admin/long/", method="HEAD")

    assert (head.status, head["Content-Length"], head.body) == (200, LONG[0][1], b"")
    assert file.is_closed


def test_one_file_too_many_is_to_be_asked_for_again(site, monkeypatch):
    monkeypatch.setattr(site.wsgi, "_pieces", pieces.Pieces(0))
    monkeypatch.setattr(
        site.wsgi, "application", lambda environ, start: (start("200 OK", LONG), File())[1]
    )

    assert site.get("/admin/long/").status == 503
    assert site.get("/admin/long/")["Retry-After"]
