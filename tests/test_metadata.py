"""What pages say of themselves to machines."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.utils import timezone

from articles import publishing
from articles.models import Publication

from .builders import (
    change_article,
    make_article,
    make_author,
    make_image,
    make_live,
    make_page,
    make_section,
    make_series,
)
from .surfaces import address_of

pytestmark = pytest.mark.django_db

HERE = "http://127.0.0.1:8000"


def facts_of(response):
    """The JSON-LD of a page, by type."""
    (script,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', response.text, re.DOTALL
    )
    said = json.loads(script)
    assert said["@context"] == "https://schema.org"
    return {fact["@type"]: fact for fact in said["@graph"]}


def head_of(response):
    """The meta elements of a page by their names, those that stand there twice as a list."""
    found = {}
    pattern = r'<meta (?:name|property)="([^"]*)" content="([^"]*)">'
    for name, content in re.findall(pattern, response.text):
        found.setdefault(name, []).append(unescape(content))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def links_of(response, rel):
    found = re.findall(rf'<link rel="{rel}"([^>]*)>', response.text)
    return [dict(re.findall(r'([a-z]+)="([^"]*)"', attributes)) for attributes in found]


def alternates_of(response):
    links = links_of(response, "alternate")
    return {link["hreflang"]: link["href"] for link in links if "hreflang" in link}


def test_a_story_says_who_told_what_when_and_where(client):
    publishing.change(Publication(name="The Quay", time_zone="Asia/Karachi"))
    author = make_author("Ada Quill")
    author.role = "Harbour reporter"
    publishing.change(author)
    series = make_series("Tides")
    image = make_image(alt="A quay at noon")
    story = make_live(
        headline="Harbours & quays",
        lead_image=image,
        series=series,
        authors=(author, make_author("Ben Reed")),
        tags=("Floods", "Sea"),
        at=timezone.now() - timedelta(hours=1),
    )
    publishing.correct(story, kind="correction", text="Two lanes, not four.")
    edition = story.editions.live().get()

    response = client.get(address_of(story))

    facts = facts_of(response)
    said = facts["NewsArticle"]
    url = HERE + address_of(story)
    assert said["headline"] == "Harbours & quays"
    assert said["url"] == said["mainEntityOfPage"]["@id"] == url
    assert "relatedLink" not in said["mainEntityOfPage"]
    assert said["description"] == story.standfirst
    assert said["datePublished"].endswith("+05:00")
    assert said["dateModified"] > said["datePublished"]
    assert said["author"][0] == {
        "@type": "Person",
        "name": "Ada Quill",
        "url": f"{HERE}/author/ada-quill/",
        "jobTitle": "Harbour reporter",
    }
    assert said["publisher"]["name"] == "The Quay"
    assert said["publisher"]["logo"]["url"] == f"{HERE}/static/img/icon-512.png"
    assert said["articleSection"] == "World"
    assert said["keywords"] == ["Floods", "Sea"]
    assert said["wordCount"] == edition.word_count
    assert (said["inLanguage"], said["isAccessibleForFree"]) == ("en", True)
    assert said["correction"][0]["text"] == "Two lanes, not four."
    assert said["isPartOf"]["url"] == f"{HERE}/series/tides/"
    assert all(image.startswith(f"{HERE}/media/share/") for image in said["image"])
    steps = [step["item"] for step in facts["BreadcrumbList"]["itemListElement"]]
    assert steps == [f"{HERE}/", f"{HERE}/section/world/", url]

    head = head_of(response)
    assert head["og:type"] == "article"
    assert head["og:title"] == head["twitter:title"] == "Harbours & quays"
    assert head["og:url"] == links_of(response, "canonical")[0]["href"] == url
    assert head["og:image"] == head["twitter:image"] in said["image"]
    assert (head["og:image:width"], head["og:image:height"]) == ("1200", "630")
    assert head["og:image:alt"] == "Harbours & quays"
    assert head["twitter:card"] == "summary_large_image"
    assert head["article:tag"] == ["Floods", "Sea"]
    assert head["robots"] == "max-image-preview:large"


def test_a_story_says_so_to_those_who_show_its_link(client):
    publishing.change(Publication(time_zone="Asia/Karachi"))
    began = datetime(2026, 3, 1, 20, tzinfo=UTC)  # 2 March there
    story = make_live(headline="Harbours", series=make_series("Tides"), at=began)
    at = began + timedelta(hours=1)
    publishing.correct(story, kind="correction", text="Two lanes.", at=at)

    response = client.get(address_of(story))

    said, head = facts_of(response)["NewsArticle"], head_of(response)
    published, revised = "2026-03-02T01:00:00+05:00", "2026-03-02T02:00:00+05:00"
    assert (said["datePublished"], said["dateModified"]) == (published, revised)
    assert said["correction"][0]["datePublished"] == revised
    assert head["article:published_time"] == published
    assert head["article:modified_time"] == revised
    assert head["article:section"] == "World"
    assert head["article:author"] == f"{HERE}/author/ada-quill/"
    assert (said["isPartOf"]["name"], said["position"]) == ("Tides", 1)
    assert said["@id"] == said["url"]


def test_a_story_that_nobody_signed_is_the_papers_own(client):
    publishing.change(Publication(name="The Quay"))
    signed = make_live(headline="Signed")
    unsigned = make_live(headline="Unsigned", authors=())

    said = facts_of(client.get(address_of(unsigned)))["NewsArticle"]

    assert said["author"] == said["publisher"]
    assert said["dateModified"] == said["datePublished"]
    (author,) = facts_of(client.get(address_of(signed)))["NewsArticle"]["author"]
    assert "jobTitle" not in author  # nobody said what they do


def test_pages_of_the_archive_say_where_they_stand(client):
    make_live(headline="One", at=datetime(2018, 8, 23, 12, tzinfo=UTC))

    def trail(path):
        steps = facts_of(client.get(path))["BreadcrumbList"]["itemListElement"]
        assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
        return [(step["name"], step["item"].removeprefix(HERE)) for step in steps[1:]]

    archive, year = ("Archive", "/archive/"), ("2018", "/archive/2018/")
    month, day = ("August 2018", "/archive/2018/08/"), ("23 August 2018", "/archive/2018/08/23/")
    assert trail("/archive/") == [archive]
    assert trail("/archive/2018/") == [archive, year]
    assert trail("/archive/2018/08/") == [archive, year, month]
    assert trail("/archive/2018/08/23/") == [archive, year, month, day]


def test_nothing_in_the_facts_ends_their_element(client):
    words = "</script><script>alert(1)</script> & <!-- \u2028"
    story = make_live(headline=words, standfirst=words, tags=("</script>",))

    response = client.get(address_of(story))

    assert response.text.count("</script>") == response.text.count("<script")
    assert "alert(1)</script>" not in response.text
    assert facts_of(response)["NewsArticle"]["keywords"] == ["</script>"]
    assert facts_of(response)["NewsArticle"]["headline"].startswith("</script><script>")
    assert "\u2028" not in response.text.partition("ld+json")[2].partition("</script>")[0]


def test_a_story_without_a_standfirst_is_described_by_how_it_begins(client):
    story = make_live(headline="Story", standfirst="", body="<p>It &amp; rained.</p><p>More.</p>")

    assert head_of(client.get(address_of(story)))["description"] == "It & rained."


def test_translations_name_each_other_and_the_one_for_everyone_else(client):
    english = make_live(headline="The quay")
    urdu = make_live(headline="بندرگاہ", language="ur", translation_of=english)
    pages = {name: client.get(address_of(story)) for name, story in (("en", english), ("ur", urdu))}

    expected = {name: links_of(page, "canonical")[0]["href"] for name, page in pages.items()}
    expected["x-default"] = expected["en"]
    assert alternates_of(pages["en"]) == alternates_of(pages["ur"]) == expected
    said = {name: facts_of(page)["NewsArticle"] for name, page in pages.items()}
    assert said["en"]["workTranslation"][0]["url"] == expected["ur"]
    assert said["ur"]["translationOfWork"]["url"] == expected["en"]
    assert "translationOfWork" not in said["en"] and "workTranslation" not in said["ur"]

    publishing.withdraw(urdu)
    assert alternates_of(client.get(address_of(english))) == {}


def test_a_translation_whose_original_is_gone_speaks_for_itself(client):
    english = make_live(headline="The quay")
    urdu = make_live(headline="Urdu", language="ur", translation_of=english)
    arabic = make_live(headline="Arabic", language="ar", translation_of=english)
    publishing.withdraw(english)

    response = client.get(address_of(urdu))

    assert alternates_of(response)["x-default"] == HERE + address_of(arabic)
    assert "translationOfWork" not in facts_of(response)["NewsArticle"]


def test_lists_say_what_is_in_them_in_order(client):
    one, two = make_live(headline="One"), make_live(headline="Two")

    for path, name in (("/section/world/", "World"), ("/tag/floods/", "Floods")):
        facts = facts_of(client.get(path))
        assert facts["CollectionPage"]["name"] == name
        items = facts["CollectionPage"]["mainEntity"]["itemListElement"]
        assert [item["url"] for item in items] == [HERE + address_of(s) for s in (two, one)]
        assert facts["BreadcrumbList"]["itemListElement"][1]["item"] == HERE + path


def test_the_page_of_an_author_is_about_a_person(client, live):
    author = live.authors.get()
    author.biography = "Writes about harbours."
    author.portrait = make_image()
    publishing.change(author)

    facts = facts_of(client.get(author.get_absolute_url()))

    person = facts["ProfilePage"]["mainEntity"]
    assert (person["name"], person["description"]) == ("Ada Quill", "Writes about harbours.")
    assert person["image"].startswith(f"{HERE}/media/")
    assert len(facts["ItemList"]["itemListElement"]) == 1


def test_the_front_page_says_whose_site_it_is(client, live):
    logo = make_image()
    publishing.change(Publication(name="The Quay", tagline="News from the harbour", logo=logo))

    facts = facts_of(client.get("/"))

    assert facts["WebSite"]["name"] == facts["NewsMediaOrganization"]["name"] == "The Quay"
    assert facts["WebSite"]["publisher"]["@id"] == facts["NewsMediaOrganization"]["@id"]
    assert "/media/" in facts["NewsMediaOrganization"]["logo"]["url"]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/section/world/",
        "/tag/floods/",
        "/author/ada-quill/",
        "/series/water/",
        "/archive/",
        "/archive/2018/",
        "/archive/2018/08/",
        "/archive/2018/08/23/",
        "/about/",
    ],
)
def test_every_page_describes_itself_and_names_its_own_address(client, path):
    make_page()
    make_live(headline="One", series=make_series(), at=datetime(2018, 8, 23, 12, tzinfo=UTC))

    response = client.get(path)

    head = head_of(response)
    assert head["description"] and head["og:title"] and head["og:description"]
    assert head["og:url"] == links_of(response, "canonical")[0]["href"] == HERE + path
    assert response.text.count('rel="canonical"') == response.text.count('name="description"') == 1
    assert facts_of(response)
    forms = [link["type"] for link in links_of(response, "alternate")]
    assert forms == ["application/rss+xml", "application/atom+xml", "application/feed+json"]


def test_an_older_page_of_a_list_is_a_page_of_its_own(client):
    for n in range(21):
        make_live(headline=f"Story {n}")
    older = re.search(r'rel="next" href="([^"]*)"', client.get("/section/world/").text)[1]

    response = client.get(older)

    assert links_of(response, "canonical")[0]["href"] == HERE + older
    assert head_of(response)["og:url"] == HERE + older


def test_a_story_that_is_gone_leads_on(client, live, django_assert_num_queries):
    other = make_live(headline="Another story of the world")
    make_live(headline="Of sport", section=make_section("Sport"))
    path = address_of(live)
    publishing.withdraw(live)
    client.get(path)

    # publication, sections; edition, byline, tags; what stands there now; newest, next beginning
    with django_assert_num_queries(8):
        response = client.get(path)

    assert response.status_code == 410
    assert address_of(other) in response.text and "Of sport" not in response.text
    assert 'href="/section/world/"' in response.text
    assert set(response["Surrogate-Key"].split()) == {
        "publication",
        f"address-{live.pk}",
        f"article-{other.pk}",
        f"section-{live.section_id}-list",
    }


def test_where_a_story_that_is_gone_leads_is_true_until_that_ends(client, live):
    ends = timezone.now() + timedelta(hours=1)
    other = make_live(headline="Another story of the world", until=ends)
    publishing.withdraw(live)

    response = client.get(address_of(live))

    assert address_of(other) in response.text
    seconds, beyond = map(int, re.findall(r"=(\d+)", response["CDN-Cache-Control"]))
    assert 3590 <= seconds <= 3600 and beyond <= 1


def test_a_story_that_is_gone_is_so_until_it_comes_back(client, live):
    publishing.withdraw(live)
    back = timezone.now() + timedelta(hours=1)
    publishing.publish(change_article(live, section=make_section("Sport")), at=back)

    response = client.get(address_of(live))

    assert response.status_code == 410
    assert 3590 <= int(re.search(r"max-age=(\d+)", response["CDN-Cache-Control"])[1]) <= 3600


def test_no_word_of_a_draft_is_said_to_machines(client, live):
    change_article(live, headline="Secret", standfirst="Secret", tags=("Secret",))
    make_article(headline="Secret", language="ur", translation_of=live)

    assert "Secret" not in client.get(address_of(live)).text
