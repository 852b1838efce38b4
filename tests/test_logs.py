"""What an operator reads of what went wrong."""

import logging

import pytest

from newsroom.logs import Line

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(settings, caplog):
    """What the log has of all that happened."""
    how = settings.LOGGING["formatters"]["line"]
    assert how["()"] == f"{Line.__module__}.{Line.__name__}"
    line = Line("{levelname} {name} {message}", style="{")
    return lambda: [line.format(record) for record in caplog.records]


def test_a_host_that_is_none_of_ours_is_one_line(client, said):
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400

    (line,) = said()
    assert line.startswith("ERROR django.security.DisallowedHost Invalid HTTP_HOST header")
    assert "\n" not in line


def test_a_fault_of_ours_is_told_with_where_it_is(said):
    try:
        raise ValueError("Something of ours")
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error")

    assert "Traceback" in said()[0]
