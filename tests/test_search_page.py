"""The search page, its suggestions, and what stands where nothing is."""

import gzip
import re
from datetime import timedelta
from unittest import mock
from xml.etree import ElementTree

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import publishing

from .builders import change_article, make_article, make_author, make_live, make_section

pytestmark = pytest.mark.django_db


def test_words_are_marked_and_nothing_else_is_markup(client):
    make_live(
        headline="Bridges <b>& more",
        body="<p>One.</p><p>They say that a bridge &lt;i&gt; stood there.</p>",
    )

    page = client.get("/search/?q=bridge").text

    assert "<mark>Bridges</mark> &lt;b&gt;&amp; more" in page
    assert "a <mark>bridge</mark> &lt;i&gt; stood" in page
    assert "1 story" in page


def test_a_phrase_is_marked_as_one_and_only_as_one(client):
    make_live(headline="Night trains by night", standfirst="")

    page = client.get('/search/?q="night trains"').text

    assert "<mark>Night trains</mark> by night" in page


def test_what_was_typed_is_shown_and_never_is_markup(client, live):
    page = client.get("/search/", {"q": '"><script>alert(1)</script>'}).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_results_are_paged_and_beyond_the_end_is_nothing(client):
    for number in range(21):
        make_live(headline=f"Bridge number {number}")

    first = client.get("/search/?q=bridge&utm_source=x")
    following = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    second = client.get(following)

    shown = re.findall(r'class="headline"><a href="([^"]+)"', first.text + second.text)
    assert len(shown) == len(set(shown)) == 21
    assert 'rel="next"' not in second.text
    for page in ("3", "999", "0", "-1", "x", "1000", "٣"):
        assert client.get("/search/", {"q": "bridge", "page": page}).status_code == 404


def test_an_answer_is_kept_by_nobody_and_found_by_no_search_engine(client, live):
    for address in ("/search/?q=bridge", "/search/?q=", "/search/?q=nothing"):
        answer = client.get(address)
        assert answer["Cache-Control"] == "private, no-cache"
        assert "Surrogate-Key" not in answer
        assert '<meta name="robots" content="noindex">' in answer.text
    assert client.post("/search/").status_code == 405


def test_the_page_on_which_one_asks_is_found_by_search_engines(client, live):
    page = client.get("/search/").text

    assert "noindex" not in page
    assert 'rel="canonical" href="http://127.0.0.1:8000/search/"' in page
    assert '<meta name="description" content="Search the stories of' in page


def test_an_answer_comes_packed_and_again_only_if_it_is_another(client, live):
    asked = {"path": "/search/", "data": {"q": "bridge"}, "headers": {"Accept-Encoding": "gzip"}}
    first = client.get(**asked)
    headers = asked["headers"] | {"If-None-Match": first["ETag"]}

    again = client.get(**asked | {"headers": headers})
    publishing.publish(change_article(live, headline="A bridge closed to the public"))
    changed = client.get(**asked | {"headers": headers})

    assert first["Content-Encoding"] == "gzip"
    assert "opened to the public" in gzip.decompress(first.content).decode()
    assert (again.status_code, changed.status_code) == (304, 200)


def test_filters_are_a_plain_form(client):
    now, ben = timezone.now(), make_author("Ben Nib")
    first = make_live(headline="Salmon here", section=make_section("Sport"), tags=("Fish",))
    other = make_live(headline="Salmon there", authors=(ben,), at=now - timedelta(40))

    def shown(**asked):
        page = client.get("/search/", {"q": "salmon"} | asked).text
        results = page.partition('<ol class="river results">')[2].partition("</ol>")[0]
        return [a for a in (first, other) if a.editions.get().path in results]

    assert shown() == [first, other]
    assert shown(section="sport") == [first]
    assert shown(tag="fish") == shown(tag="Fish") == [first]
    assert shown(author="ben nib") == [other]
    assert shown(since=f"{now - timedelta(3):%Y-%m-%d}") == [first]
    assert shown(until=f"{now - timedelta(3):%Y-%m-%d}") == [other]
    assert shown(until=f"{now:%Y-%m-%d}") == [first, other]
    assert shown(language="en", section="", tag="") == [first, other]
    for nothing in ({"section": "x"}, {"tag": "x"}, {"author": "x"}, {"language": "ur"}):
        assert shown(**nothing) == []


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "٢٠٢٦-٠١-٠١", "9999-12-31"])
def test_a_date_that_is_none_is_said_to_be_left_out(client, live, day):
    page = client.get("/search/", {"q": "bridge", "until": day})

    assert page.status_code == 200
    assert "Write a date like 2026-11-23" in page.text
    assert day not in page.text
    assert live.headline in page.text.replace("<mark>", "").replace("</mark>", "")


def test_what_was_corrected_is_said_as_stories_write_it(client, live):
    page = client.get("/search/?q=Brigde").text

    assert "No story has “Brigde”. These are the ones with “bridge”." in page


def test_who_finds_nothing_is_told_and_led_on(client, live):
    page = client.get("/search/?q=xylophone").text

    assert "Nothing was found" in page
    assert live.headline in page


def test_a_long_question_is_cut_and_that_is_said(client, live):
    page = client.get("/search/", {"q": "bridge " * 3000})

    assert page.status_code == 200
    assert "Only the first words are searched" in page.text


def test_only_exclusions_are_asked_for_a_word(client, live):
    assert "Write also a word that you look for" in client.get("/search/?q=-bridge").text


def test_a_search_costs_a_fixed_number_of_queries(client, django_assert_num_queries, live):
    for number in range(25):
        make_live(headline=f"A bridge number {number}", tags=("Bridges", f"Tag {number}"))
    fixed = 10 if connection.vendor == "postgresql" else 12  # which ranks by queries of its own
    for question in ("bridge", "bridge number council", '"a bridge"', "bridge -lanes"):
        client.get("/search/", {"q": question})
        with django_assert_num_queries(fixed):
            client.get("/search/", {"q": question})


def test_a_typing_error_costs_three_queries_more(client, django_assert_num_queries, live):
    for number in range(25):
        make_live(headline=f"A bridge number {number}")
    client.get("/search/?q=bridge")
    with CaptureQueriesContext(connection) as asked:
        client.get("/search/?q=bridge")

    # what names and how many stories have it; what it may be; and both of that again
    with django_assert_num_queries(len(asked) + 3):
        assert "These are the ones with “bridge”" in client.get("/search/?q=brigde").text


def test_suggestions_are_live_headlines_tags_and_authors(client, live):
    make_live(headline="Bridging loans", tags=("Bridges",), authors=(make_author("Bridget Oar"),))
    later = make_article(headline="A bridge too far", tags=("Bridgeheads",))
    publishing.publish(later, at=timezone.now() + timedelta(hours=1))

    answer = client.get("/search/suggest/?q=brid")

    assert {(s["kind"], s["text"]) for s in answer.json()["suggestions"]} == {
        ("tag", "Bridges"),
        ("author", "Bridget Oar"),
        ("story", "Bridging loans"),
        ("story", "A bridge opened to the public"),
    }
    assert answer["Cache-Control"] == "private, no-cache"
    for nothing in ("", "b", "!", "xyl", "bridge xyl"):
        assert client.get("/search/suggest/", {"q": nothing}).json() == {"suggestions": []}
    opened = client.get("/search/suggest/?q=opened bri").json()["suggestions"]
    assert [s["text"] for s in opened] == ["A bridge opened to the public"]


def test_browsers_can_add_the_search(client, live):
    page = client.get("/").text
    address = re.search(r'rel="search"[^>]+href="([^"]+)"', page)[1]
    answer = client.get(address)

    root = ElementTree.fromstring(answer.text)
    template = root.find("{*}Url").get("template")
    assert template.endswith("/search/?q={searchTerms}")
    assert answer["Surrogate-Key"] == "publication"
    assert "SearchAction" in page


# Where nothing is


def test_an_address_that_leads_nowhere_offers_a_search_and_what_is_new(client, live, embargoed):
    answer = client.get("/2018/08/nothing/")

    assert answer.status_code == 404
    assert live.headline in answer.text
    assert embargoed.headline not in answer.text
    assert 'action="/search/"' in answer.text
    assert answer["Cache-Control"] == "private, no-cache"
    assert "Surrogate-Key" not in answer


def test_a_missing_file_costs_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/wp/login.php").status_code == 404


def test_what_is_not_found_is_said_without_a_database_too(client, live):
    failing = mock.patch("articles.public.not_found.Page", side_effect=OperationalError)
    with failing:
        answer = client.get("/2018/08/nothing/")

    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text
