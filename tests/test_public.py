"""What readers fetch: what is on it, what it costs, and what its headers say."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.utils import timezone

from articles import publishing
from articles.models import Edition, Publication, Tag

from .builders import (
    change_article,
    interesting,
    linked,
    make_article,
    make_author,
    make_image,
    make_live,
    make_section,
    pointing,
)
from .keeping import held, keys
from .machine import short_lists
from .surfaces import SURFACES, address_of, unpublished

pytestmark = pytest.mark.django_db

HIDDEN_STATES = ["draft", "in_review", "embargoed", "withdrawn", "expired"]
SEEN_STATES = ["live", "changed", "superseded"]


@pytest.fixture
def pointer():
    """A live story, in the same lists, whose line and whose words point at another."""

    def make(article):
        link = f'<p>Two, as <a data-article="{article.pk}">told</a>.</p>'
        body = f"<p>One.</p>{interesting(article)}{link}"
        return make_live(headline="The story that points", body=body)

    return make


# Every state on every surface


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("state", HIDDEN_STATES + SEEN_STATES)
def test_nothing_unpublished_appears_anywhere(state, surface, request, client, pointer):
    article = request.getfixturevalue(state)
    pointer(article)

    response = client.get(SURFACES[surface](article))

    assert response.status_code in (200, 404, 410)
    for words in unpublished(article):
        assert words not in response.text
    if surface.startswith("sitemap") and state in HIDDEN_STATES:
        assert address_of(article) not in response.text
        assert words not in response.headers.get("Location", "")


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("state", SEEN_STATES)
def test_what_is_live_appears_on_every_surface(state, surface, request, client, pointer):
    article = request.getfixturevalue(state)
    pointer(article)

    response = client.get(SURFACES[surface](article))

    shown = Edition.objects.live().get(article=article)
    assert response.status_code == 200
    assert shown.headline in response.text or shown.path in response.text


@pytest.mark.parametrize(
    ("state", "status"),
    [("draft", 404), ("in_review", 404), ("embargoed", 404), ("withdrawn", 410), ("expired", 410)],
)
def test_the_address_of_what_is_not_live_says_why(state, status, request, client):
    article = request.getfixturevalue(state)

    assert client.get(address_of(article)).status_code == status


def test_an_edition_called_off_before_it_began_leaves_no_trace(client, embargoed):
    path = address_of(embargoed)
    publishing.withdraw(embargoed)

    assert client.get(path).status_code == 404


# Addresses


def test_an_old_address_leads_to_the_new_one(client, live):
    old = address_of(live)
    change_article(live, slug="the-bridge")
    publishing.publish(live)

    response = client.get(old)

    assert response.status_code == 301
    assert response["Location"] == address_of(live)
    assert client.get(response["Location"]).status_code == 200
    assert f"address-{live.pk}" in response["Surrogate-Key"].split()


def test_an_old_address_leads_to_a_story_until_that_ends(client, live):
    old = address_of(live)
    change_article(live, slug="a-bridge-opens")
    publishing.publish(live, until=timezone.now() + timedelta(hours=1))

    response = client.get(old)

    assert response.status_code == 301
    assert 3590 <= held(response) <= 3600
    assert held(response, "stale-if-error") <= 1


def test_an_old_address_in_any_script_leads_to_the_new_one(client):
    article = make_live(headline="سمندر", language="ur")
    old = address_of(article)
    change_article(article, slug="کہانی")
    publishing.publish(article)

    response = client.get(old)

    assert response.status_code == 301
    assert response["Location"].isascii()
    assert "سمندر" in client.get(unquote(response["Location"])).text


def test_addresses_work_in_any_script(client):
    article = make_live(headline="سمندر کی کہانی", tags=("اردو", "日本", "C++", "C"), language="ur")

    assert client.get(address_of(article)).status_code == 200
    for tag in Tag.objects.all():
        page = client.get(tag.get_absolute_url())
        assert page.status_code == 200
        assert tag.name in page.text


@pytest.mark.parametrize(
    "path",
    ["/2018/13/x/", "/tag/nothing/", "/author/nobody/", "/section/none/", "/2018/08/x/", "/x/"],
)
def test_what_does_not_exist_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("list_", ["", "section/", "tag/", "author/", "series/", "2018/08/"])
@pytest.mark.parametrize("rest", ["", "feed/", "history/"])
def test_an_address_that_no_database_can_be_asked_about_is_not_found(client, list_, rest):
    assert client.get(f"/{list_}a%00b/{rest}").status_code == 404


@pytest.mark.parametrize("end", ["", "feed/", "feed/atom/", "feed/json/"])
@pytest.mark.parametrize("unknown", ["/tag/floods/", "/author/ada-quill/", "/series/water/"])
def test_what_readers_never_met_is_not_found(client, draft, unknown, end):
    assert client.get(draft.section.get_absolute_url() + end).status_code == 200

    assert client.get(unknown + end).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_pages_are_only_read(client, live, method):
    assert getattr(client, method)("/").status_code == 405


# Lists page by key


def many(count):
    now = timezone.now()
    return [
        make_live(headline=f"Story {n:02}", at=now - timedelta(minutes=n)) for n in range(count)
    ]


def older_key(page):
    found = re.search(r'rel="next" href="[^"]*\?before=([^"]+)"', page)
    return found and found[1]


def headlines(page):
    return re.findall(r"Story \d\d", re.sub(r"<[^>]*>", " ", page))


def test_every_story_stands_on_exactly_one_page_of_a_list(client):
    many(45)
    address, seen = "/section/world/", []

    for _ in range(3):
        page = client.get(address)
        seen += headlines(page.text)
        older = older_key(page.text)
        address = older and f"/section/world/?before={older}"

    assert seen == [f"Story {n:02}" for n in range(45)]
    assert address is None


def test_stories_of_the_same_moment_are_not_lost_between_pages(client):
    now = timezone.now()
    for n in range(25):
        make_live(headline=f"Story {n:02}", at=now)

    first = client.get("/section/world/").text
    second = client.get(f"/section/world/?before={older_key(first)}").text

    assert sorted(headlines(first) + headlines(second)) == [f"Story {n:02}" for n in range(25)]


def test_the_way_to_older_stories_goes_when_the_last_of_them_ends(client):
    now = timezone.now()
    for n in range(4):
        last = {"at": now - timedelta(seconds=9), "until": now + timedelta(minutes=1)}
        make_live(headline=f"Story {n:02}", **({} if n else last))

    with short_lists():
        page = client.get("/section/world/")

    assert older_key(page.text)
    assert held(page) <= 60


@pytest.mark.parametrize(
    "before", ["x", "1-1", "0-0", "99999999999999999999-1", "999999999999999999-1", "1", "-5-1"]
)
@pytest.mark.parametrize("address", ["/", "/section/world/", "/tag/floods/", "/author/ada-quill/"])
def test_beyond_the_end_of_a_list_is_nothing(client, live, address, before):
    assert client.get(address, {"before": before}).status_code == 404


# Headers


def test_an_article_page_says_all_that_it_shows(client):
    image, target, linked = make_image(), make_live(headline="Tides"), make_live(headline="Ports")
    article = make_live(
        headline="Harbours",
        lead_image=make_image(digest="1" * 64),
        body=f"<p>One.</p>{interesting(target)}<p>Two.</p>{interesting('Not yet written')}"
        f'<p><a data-article="{linked.pk}">three</a></p><figure data-image="{image.pk}"></figure>',
    )

    response = client.get(address_of(article))

    assert keys(response) == {
        "publication",
        f"article-{article.pk}",
        f"article-{target.pk}",
        f"address-{target.pk}",
        f"lines-{target.pk}",
        f"address-{linked.pk}",
        f"section-{article.section_id}",
        f"author-{article.authors.get().pk}",
        *(f"tag-{article.tags.get().pk}", f"tag-{article.tags.get().pk}-list"),
        f"image-{image.pk}",
        f"image-{article.lead_image_id}",
    }


@pytest.mark.parametrize("feed", ["", "feed/"])
def test_a_tag_page_says_all_that_it_shows(client, live, feed):
    tag = live.tags.get()
    other = make_live(headline="Elsewhere", tags=("Other",))

    response = client.get(tag.get_absolute_url() + feed)

    assert keys(response) == {
        "publication",
        f"tag-{tag.pk}",
        f"tag-{tag.pk}-list",
        f"article-{live.pk}",
        f"section-{live.section_id}",
        f"author-{live.authors.get().pk}",
    }
    assert f"article-{other.pk}" not in keys(response)


def test_a_page_holds_until_the_next_moment_that_changes_it(client, live):
    now = timezone.now()

    def lifetime(path):
        return held(client.get(path))

    week = 7 * 24 * 3600
    assert lifetime("/") == lifetime(address_of(live)) == week

    elsewhere = make_article(headline="Elsewhere", section=make_section("Sport"), tags=("Rowing",))
    publishing.publish(elsewhere, at=now + timedelta(hours=2))
    assert 7190 <= lifetime("/") <= 7200
    assert 7190 <= lifetime("/section/sport/feed/") <= 7200
    assert lifetime("/section/world/") == lifetime("/tag/floods/") == week

    make_live(headline="Short", until=now + timedelta(hours=1), tags=("Quays",))
    assert 3590 <= lifetime("/section/world/") <= 3600
    assert 3590 <= lifetime("/feed/json/") <= 3600
    assert lifetime(address_of(live)) == week


def test_a_page_that_points_at_a_story_holds_until_that_begins_or_ends(client, embargoed, pointer):
    path = address_of(pointer(embargoed))

    assert 9 * 3600 - 10 <= held(client.get(path)) <= 9 * 3600


@pytest.mark.parametrize("hours", [(1, 2), (2, 1)])
@pytest.mark.parametrize("moment", ["at", "until"])
@pytest.mark.parametrize("refers", ["by lines", "by links"])
def test_a_page_that_points_at_two_stories_holds_until_the_first_of_them_does(
    client, refers, moment, hours
):
    now, targets = timezone.now(), []
    for n in hours:
        targets.append(make_article(headline=f"In {n} hours", tags=()))
        publishing.publish(targets[-1], **{moment: now + timedelta(hours=n)})
    if refers == "by lines":
        story = pointing(*targets)
    else:
        story = pointing(text="".join(map(linked, targets)))

    assert 3590 <= held(client.get(address_of(story))) <= 3600


def test_a_page_that_points_at_a_story_planned_twice_holds_until_it_begins_first(client):
    now, target = timezone.now(), make_article(headline="Planned", tags=())
    for hours in (1, 2):
        publishing.publish(target, at=now + timedelta(hours=hours))
        target = change_article(target, standfirst=f"After {hours}")

    assert 3590 <= held(client.get(address_of(pointing(target)))) <= 3600


@pytest.mark.parametrize("ends", [True, False])
def test_a_feed_holds_until_what_its_stories_lead_to_begins_or_ends(client, pointer, ends):
    soon = timezone.now() + timedelta(hours=1)
    target = make_article(headline="Elsewhere", section=make_section("Sport"), tags=("Rowing",))
    publishing.publish(target, **({"until": soon} if ends else {"at": soon}))
    pointer(target)

    response = client.get("/section/world/feed/")

    assert 3590 <= held(response) <= 3600
    assert (held(response, "stale-if-error") <= 1) is ends


def test_a_page_outlives_its_moment_only_while_nothing_on_it_must_go(client, live):
    day, soon = 24 * 3600, timezone.now() + timedelta(hours=1)
    assert held(client.get("/"), "stale-if-error") == day

    publishing.publish(make_article(headline="To come"), at=soon)
    assert held(client.get("/"), "stale-if-error") == day

    make_live(headline="Short", until=soon + timedelta(hours=2))
    assert 7190 <= held(client.get("/"), "stale-if-error") <= 7200
    make_live(headline="Shorter", until=soon)
    assert held(client.get("/"), "stale-if-error") <= 1


def test_only_keys_that_a_list_led_to_make_pages_that_are_kept(client):
    many(25)
    known = older_key(client.get("/section/world/").text)
    moment, _, article = known.partition("-")

    assert held(client.get("/section/world/", {"before": known})) > 0
    assert held(client.get("/section/world/", {"before": f"{int(moment) + 1}-{article}"})) == 0
    for spelling in (f"0{known}", f"{moment}-0{article}", known.replace("1", "١")):
        assert client.get("/section/world/", {"before": spelling}).status_code == 404


@pytest.mark.parametrize("surface", SURFACES)
def test_browsers_ask_each_time_and_are_told_that_nothing_changed(surface, client, live, pointer):
    pointer(live)
    path = SURFACES[surface](live)

    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})

    expected = "public, max-age=0, must-revalidate, stale-if-error=86400"
    assert first["Cache-Control"] == again["Cache-Control"] == expected
    assert re.fullmatch(r'"[0-9a-f]{32}"', first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


@pytest.mark.parametrize("surface", SURFACES)
def test_pages_are_the_same_for_everyone(surface, client, admin_client, live, pointer):
    pointer(live)
    path = SURFACES[surface](live)

    anonymous = client.get(path)
    signed_in = admin_client.get(path, headers={"Accept-Language": "ur", "Cookie": "a=b"})

    assert anonymous.content == signed_in.content
    assert not anonymous.cookies and not signed_in.cookies
    assert "Vary" not in anonymous.headers
    for private in ("csrf", "nonce", "sessionid"):
        assert private not in anonymous.text + str(anonymous.headers)


def test_pages_name_the_pictures_of_the_paper_and_of_its_authors(client, live):
    logo, portrait = make_image("a" * 64), make_image("b" * 64)
    publishing.change(Publication(name="The Post", logo=logo))
    author = live.authors.get()
    author.portrait = portrait
    publishing.change(author)

    assert f"image-{logo.pk}" in keys(client.get("/"))
    assert {f"image-{logo.pk}", f"image-{portrait.pk}"} <= keys(client.get("/author/ada-quill/"))
    assert f"image-{portrait.pk}" not in keys(client.get("/"))


def test_a_feed_whose_newest_story_was_withdrawn_is_not_unchanged(client, live):
    first = client.get("/feed/")
    publishing.withdraw(live)

    since = {"If-Modified-Since": "Wed, 01 Jan 2099 00:00:00 GMT", "If-None-Match": first["ETag"]}
    again = client.get("/feed/", headers=since)

    assert again.status_code == 200
    assert live.headline not in again.text


# Costs. The numbers are the same at any size of the archive.


def test_an_article_page_costs_nine_queries(client, django_assert_num_queries):
    image, target = make_image(), make_live(headline="Tides")
    article = make_live(
        headline="Harbours",
        authors=(make_author("A"), make_author("B")),
        tags=("One", "Two", "Three"),
        lead_image=image,
        body=f"<p>One.</p>{interesting(target)}<p>Two.</p>{interesting(make_live(headline='M'))}"
        f'<p><a data-article="{target.pk}">x</a></p><figure data-image="{image.pk}"></figure>',
    )
    publishing.correct(article, kind="correction", text="Two lanes.")
    path = address_of(article)
    client.get(path)

    # publication, sections; edition, byline, its authors, tags; corrections; targets, images; more
    with django_assert_num_queries(9):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        # publication, sections; slots, stories, bylines, blocks; next beginning; strip
        ("/", 8),
        # publication, sections, what is listed; editions, byline; next beginning
        ("/section/world/", 6),
        ("/tag/floods/", 6),
        ("/author/ada-quill/", 6),
        # the same, and tags, targets, images
        ("/feed/", 8),
        ("/tag/floods/feed/json/", 9),
        # publication, sections; next beginning, months
        ("/sitemap.xml", 4),
    ],
)
def test_lists_cost_the_same_however_long_they_are(
    client, django_assert_num_queries, path, queries
):
    target, image = make_live(headline="Tides"), make_image()
    body = f'<p>One.</p>{interesting(target)}<p>Two.</p><figure data-image="{image.pk}"></figure>'
    make_live(headline="The only other one", body=body)
    client.get(path)
    with django_assert_num_queries(queries):
        client.get(path)

    many(25)
    with django_assert_num_queries(queries):
        client.get(path)


@pytest.mark.parametrize(
    "path",
    [
        *(f"/{kind}/a%00b/" for kind in ("section", "tag", "author", "series", "2018/08")),
        *("/tag/%00/feed/atom/", "/2018/08/%00/history/", "/%00/", "/media/9/%00", "/%00"),
        *("/?before=%00", "/search/?q=%00&author=%00", "/search/suggest/?q=%00"),
        *("/tag/%ff%fe/", "/search/?q=%ed%a0%80", "/?before=9999999999999999-1"),
        *("/sitemap-9999-12.xml", "/sitemap-0000-01.xml", "/archive/9999/12/", "/archive/0001/"),
        *("/media/999999999999999999/", "/2018/08/x/history/999999999999999999/"),
    ],
)
def test_an_address_that_nobody_gave_is_answered_and_no_fault_of_ours(client, live, path):
    assert client.get(path).status_code in (200, 404)


# Pages


def test_a_page_has_one_h1_and_the_line_between_its_paragraphs(client):
    target = make_live(headline="Tides & moons")
    article = make_live(
        headline="Harbours", body=f"<p>One.</p>{interesting(target)}<p>Two.</p><p>Three.</p>"
    )

    page = client.get(address_of(article)).text

    assert re.findall(r"<h1[^>]*>(.*?)</h1>", page) == ["Harbours"]
    assert (
        '<p>One.</p><section class="interesting" aria-label="Interesting: Tides &amp; moons">'
        in page
    )
    assert page.index("</section>") < page.index("<p>Two.</p>")


def test_the_label_of_the_line_is_the_publications(client):
    from articles.models import Publication

    target = make_live(headline="Tides")
    article = make_live(headline="Harbours", body=f"<p>One.</p>{interesting(target)}<p>Two.</p>")
    publishing.change(Publication(name="The Post", interesting_label="Also worth knowing"))

    assert 'interesting-label">Also worth knowing:</span>' in client.get(address_of(article)).text


def test_corrections_are_shown_from_the_edition_that_carries_them(client, live):
    publishing.correct(live, kind="correction", text="It has two lanes, not four.")

    page = client.get(address_of(live)).text

    assert "It has two lanes, not four." in page
    assert "Correction" in page


@pytest.mark.parametrize("path", ["/manifest.webmanifest", "/offline/"])
def test_what_a_browser_keeps_costs_two_queries_and_is_spoiled_by_the_publication(
    client, live, django_assert_num_queries, path
):
    with django_assert_num_queries(2):
        response = client.get(path)

    assert response["Surrogate-Key"] == "publication"
    assert "max-age=604800" in response["CDN-Cache-Control"]
    assert live.headline not in response.text
