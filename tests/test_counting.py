"""How often lines are followed: numbers, and nobody watched."""

import re
import shutil
import socket
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import publishing
from articles.body import Label
from articles.links.following import prune_follows, record_follows
from articles.models import Edition, Follow, FollowUp, PageFollow, Tag
from newsroom import counting

from .builders import (
    change_article,
    desk_page,
    interesting,
    make_article,
    make_live,
    make_page,
    make_section,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 1)
OURS = {"ORIGIN": "http://127.0.0.1:8000"}


@pytest.fixture
def line():
    """A live story and what its line leads to."""
    target = make_live(headline="A bridge opened")
    body = f"<p>One.</p>{interesting(target)}<p>Two.</p>"
    return make_live(headline="A source", body=body), target


@pytest.fixture
def heard(settings, tmp_path, monkeypatch):
    """What is passed on to the worker, message by message."""
    settings.PAGE_STORE_DIR.mkdir(exist_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.bind(str(settings.PAGE_STORE_DIR / "follows"))
    listening.setblocking(False)

    def hear():
        messages = []
        while True:
            try:
                messages.append(listening.recv(counting.LARGEST))
            except BlockingIOError:
                return messages

    monkeypatch.setattr(counting, "_socket", None)
    yield hear
    listening.close()
    if counting._socket:
        counting._socket.close()


def told(source=1, target=2, address="192.0.2.1", agent="Browser/1"):
    return f"{source} {target} {address} {agent}".encode()


def counted(follows):
    return sum(follows.waiting.values())


# The page and its link


def test_the_link_of_a_line_is_the_plain_address_and_says_where_to_tell(client, line):
    source, target = line

    page = client.get(Edition.objects.live().get(article=source).path).text

    path = Edition.objects.live().get(article=target).path
    assert f'<a href="{path}" ping="http://127.0.0.1:8000/follow/{source.pk}/{target.pk}/">' in page
    assert page.count("ping=") == 1


def test_switched_off_no_page_says_it_and_nothing_answers(client, settings, line, reader, heard):
    settings.COUNT_FOLLOWS = False
    source, target = line

    assert "ping=" not in client.get(Edition.objects.live().get(article=source).path).text
    assert reader.get(f"/follow/{source.pk}/{target.pk}/", method="POST", **OURS).status == 404
    assert heard() == []


def test_switched_off_the_desk_has_no_column_for_it(desk, settings, line):
    Follow.objects.create(source=line[0], target=line[1], day=timezone.now().date(), count=7)
    report = reverse("admin:articles_interestinglink_changelist")

    def said():
        addresses = [report, f"{report}?report=pointed", *(desk_page("links", a) for a in line)]
        return [desk.get(address).text for address in addresses]

    assert all("Followed" in page or "followed" in page for page in said())
    settings.COUNT_FOLLOWS = False
    assert not any("Followed" in page or "followed" in page for page in said())
    assert desk.get(report, {"report": "followed"}).status_code == 404


def test_switched_off_the_worker_leaves_no_socket_behind(settings, ear):
    assert (settings.PAGE_STORE_DIR / "follows").exists()
    settings.COUNT_FOLLOWS = False

    counting.follow()

    assert not (settings.PAGE_STORE_DIR / "follows").exists()


def test_feeds_say_nothing_of_it(client, line):
    for address in ("/feed/", "/feed/atom/", "/feed/json/"):
        assert "ping=" not in client.get(address).text


def test_the_address_follows_what_the_line_leads_to(client, line):
    source, target = line
    later = make_live(headline="A year later")
    publishing.declare_follow_up(later, follows=target)

    page = client.get(Edition.objects.live().get(article=source).path).text

    assert f'ping="http://127.0.0.1:8000/follow/{source.pk}/{later.pk}/"' in page


# The answer


def test_a_follow_is_answered_with_nothing_and_passed_on(reader, heard, line):
    source, target = line

    answer = reader.get(
        f"/follow/{source.pk}/{target.pk}/", method="POST", user_agent="Browser/1", **OURS
    )

    assert (answer.status, answer.body) == (204, b"")
    assert "set-cookie" not in answer.headers
    assert heard() == [f"{source.pk} {target.pk} 127.0.0.1 Browser/1".encode()]


def test_it_is_answered_without_the_database_and_when_nobody_listens(
    reader, line, django_assert_num_queries
):
    source, target = line
    reader.site.pulse.seen_at = float("-inf")  # the database is gone

    with django_assert_num_queries(0):
        answer = reader.get(f"/follow/{source.pk}/{target.pk}/", method="POST", **OURS)

    assert answer.status == 204


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"ORIGIN": "https://elsewhere.example"},
        {"ORIGIN": "null"},
        {"ORIGIN": "http://[127.0.0.1:8000"},  # which no browser sends
        OURS | {"SEC_FETCH_SITE": "cross-site"},
        OURS | {"SEC_GPC": "1"},
        OURS | {"DNT": "1"},
    ],
)
def test_who_comes_from_elsewhere_or_asks_not_to_be_counted_is_not(reader, heard, headers):
    answer = reader.get("/follow/1/2/", method="POST", **headers)

    assert answer.status == 204
    assert heard() == []


def test_a_browser_that_only_says_where_it_pings_from_is_heard(reader, heard):
    reader.get("/follow/1/2/", method="POST", ping_from="http://127.0.0.1:8000/2026/01/x/")

    assert len(heard()) == 1


@pytest.mark.parametrize("path", ["/follow/0/2/", "/follow/1/", "/follow/a/b/", "/follow/1/2"])
def test_other_addresses_are_none_of_these(reader, heard, path):
    assert reader.get(path, method="POST", **OURS).status != 204
    assert heard() == []


def test_looking_at_the_address_counts_nothing(reader, heard):
    answer = reader.get("/follow/1/2/")

    assert (answer.status, answer["Allow"]) == (405, "POST")
    assert heard() == []


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("8.8.8.8", "198.51.100.7", "8.8.8.8"),  # it speaks for itself, whatever it says
        ("127.0.0.1", "198.51.100.7, 1.2.3.4", "1.2.3.4"),
        ("10.0.0.2", "2001:db8::7", "2001:db8::7"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("", "", ""),
    ],
)
def test_the_network_address_is_the_one_that_our_own_proxy_saw(remote, forwarded, address):
    environ = {"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded}

    assert counting.address_of(environ) == address


@pytest.fixture
def ear(settings, tmp_path, monkeypatch, request):
    """What the worker listens with, at a path as long as ``request.param`` says."""
    monkeypatch.setattr(counting, "LOOK_SECONDS", 0.01)
    settings.PAGE_STORE_DIR = tmp_path / ("x" * getattr(request, "param", 1)) / "pages"
    ear = counting.Ear()
    assert ear.hear() is None
    yield ear
    ear.close()


@pytest.mark.parametrize("ear", [1, 150], indirect=True)
def test_follows_are_heard_however_long_the_path_of_the_data_is(ear, reader):
    reader.get("/follow/1/2/", method="POST", **OURS)

    assert ear.hear().startswith(b"1 2 127.0.0.1")


def test_follows_are_heard_again_after_the_folder_was_deleted(ear, reader, settings):
    shutil.rmtree(settings.PAGE_STORE_DIR)
    reader.get("/follow/1/2/", method="POST", **OURS)  # by nobody
    assert ear.hear() is None

    reader.get("/follow/1/3/", method="POST", **OURS)

    assert ear.hear().startswith(b"1 3 ")


# The count


def test_a_reader_counts_once_for_a_line_and_day():
    follows = counting.Follows()

    for _ in range(100):
        follows.told(told(), day=DAY)
    follows.told(told(target=3), day=DAY)
    follows.told(told(), day=DAY + timedelta(days=1))
    follows.told(told(agent="Browser/2"), day=DAY + timedelta(days=1))

    assert follows.waiting == {
        (1, 2, DAY): 1,
        (1, 3, DAY): 1,
        (1, 2, DAY + timedelta(days=1)): 2,
    }


def test_one_network_address_cannot_count_without_an_end():
    follows = counting.Follows()

    for n in range(3 * counting.MOST_OF_ONE):
        follows.told(told(agent=f"Browser/{n}"), day=DAY)
        follows.told(told(address=f"2001:db8::{n:x}", agent=f"Browser/{n}"), day=DAY)

    assert counted(follows) == 2 * counting.MOST_OF_ONE


def test_no_more_is_kept_in_memory_than_a_bound(monkeypatch):
    monkeypatch.setattr(counting, "MOST_WAITING", 5)
    monkeypatch.setattr(counting, "MOST_READERS", 20)
    follows = counting.Follows()

    for n in range(40):
        follows.told(told(source=n + 1, address=f"192.0.2.{n}"), day=DAY)
        follows.told(told(source=1, address=f"198.51.100.{n}"), day=DAY)

    assert len(follows.waiting) == 5
    assert counted(follows) == 20


def test_nothing_of_a_reader_is_kept_and_all_digests_go_at_midnight():
    follows = counting.Follows()
    follows.told(told(address="192.0.2.77", agent="Telltale/9"), day=DAY)
    kept = repr(vars(follows))
    assert "192.0.2.77" not in kept and "Telltale" not in kept
    key, seen = follows._key, follows._seen

    follows.told(told(address="192.0.2.77", agent="Telltale/9"), day=DAY + timedelta(days=1))

    assert follows._key != key
    assert not seen & follows._seen


@pytest.mark.parametrize(
    "message",
    [b"", b"1 2", b"x y 192.0.2.1 B", b"1 2 here B", b"page-x 2 192.0.2.1 B", b"\xff\xfe"],
)
def test_what_is_no_follow_is_passed_over(message):
    follows = counting.Follows()

    assert not follows.told(message, day=DAY)
    assert not follows.waiting


# What is written down


def test_counts_of_a_line_and_day_add_up(line):
    source, target = line
    follows = counting.Follows()
    for n in range(3):
        follows.told(told(source.pk, target.pk, address=f"192.0.2.{n}"), day=DAY)
    follows.write()
    follows.told(told(source.pk, target.pk, address="192.0.2.9"), day=DAY)
    follows.write()
    follows.write()

    row = Follow.objects.get()
    assert (row.source, row.target, row.day, row.count) == (source, target, DAY, 4)


def test_only_lines_that_readers_had_are_written_down(line):
    source, target = line
    stranger = make_live(headline="A stranger")
    pairs = [(target, source), (source, stranger), (stranger, target), (source, source)]
    counts = {(a.pk, b.pk, DAY): 1 for a, b in pairs} | {(10**9, 10**9 + 1, DAY): 5}

    assert record_follows(counts) == 0
    assert not Follow.objects.exists()


def test_a_line_counts_once_readers_have_had_it_and_not_before(line):
    source, target = line
    draft = make_article(headline="Not yet", body=f"<p>One.</p>{interesting(target)}<p>Two.</p>")
    change_article(source, body="<p>One.</p><p>Two.</p>")

    record_follows({(source.pk, target.pk, DAY): 1, (draft.pk, target.pk, DAY): 1})

    assert [row.source for row in Follow.objects.all()] == [source]


def test_a_line_to_the_latest_of_something_or_to_a_follow_up_is_one_of_ours(line):
    source, target = line
    later, sport = make_live(headline="A year later"), make_section("Sport")
    FollowUp.objects.create(story=target, follow_up=later, declared_at=timezone.now())
    tag = Tag.objects.get(name="Floods")
    tagged = make_live(headline="Of floods")
    untagged = make_live(headline="Of trains", tags=("Trains",))
    latest = (
        f'<p>One.</p><aside data-interesting="tag-{tag.pk}">Floods</aside><p>Two.</p>'
        f'<aside data-interesting="section-{sport.pk}">Sport</aside><p>Three.</p>'
    )
    to_latest = make_live(headline="To the latest", body=latest)
    match = make_live(headline="A match", section=sport, tags=())
    good = {(source, later), (to_latest, tagged), (to_latest, match)}
    bad = {(to_latest, untagged), (source, match)}

    record_follows({(a.pk, b.pk, DAY): 1 for a, b in good | bad})

    assert {(row.source, row.target) for row in Follow.objects.all()} == good


def test_numbers_of_long_ago_are_thrown_away(line):
    source, target = line
    today = timezone.now().date()
    page = make_page()
    for days in (0, 399, 500):
        day = today - timedelta(days=days)
        Follow.objects.create(source=source, target=target, day=day, count=1)
        PageFollow.objects.create(page=page, target=target, day=day, count=1)

    assert prune_follows() == 2
    assert (Follow.objects.count(), PageFollow.objects.count()) == (2, 2)


def test_the_label_and_the_headline_are_as_they_were_without_it():
    from articles import body

    target = body.Target(7, "/2026/01/x/", "A & B", "en", "ltr")
    how = {"label": Label("Interesting", "en"), "language": "en"}
    html, references = interesting("A & B"), body.References(lines={0: target})

    without = body.render(html, references, **how)
    with_ping = body.render(html, references, pings="/follow/3", **how)

    assert re.sub(r' ping="/follow/3/7/"', "", with_ping) == without
