"""The Interesting line: what it leads to, and in whose words."""

import re

import pytest
from django.db import IntegrityError, transaction

from articles import body, cache, headlines, links, publishing
from articles.importers import Record, keep
from articles.links.labels import LATEST
from articles.models import InterestingLink, Publication

from .builders import (
    change_article,
    interesting,
    make_article,
    make_image,
    make_live,
    make_page,
    make_section,
)
from .keeping import spoiled_by
from .lines import LINE, line_to, pointing, shown
from .surfaces import address_of
from .test_metadata import facts_of

pytestmark = pytest.mark.django_db


# What it says


def test_a_line_has_its_own_label_and_its_own_words(client):
    target = make_live(headline="Tides")
    article = pointing(line_to(target.pk, "How the sea moves", label="Background", pinned=""))

    change_article(target, headline="Tides and moons")
    publishing.publish(target)

    assert shown(client, article) == [("Background", "How the sea moves")]


def test_what_is_not_pinned_is_called_what_its_story_is_called_today(client):
    target = make_live(headline="Tides")
    article = pointing(target)

    change_article(target, headline="Tides and moons", slug="moons")
    publishing.publish(target)

    assert shown(client, article) == [("Interesting", "Tides and moons")]
    assert f'href="{address_of(target)}"' in client.get(address_of(article)).text


def test_a_story_says_interesting_in_its_own_language(client):
    target = make_live(headline="Tides")
    publishing.change(Publication(interesting_label="Also", labels={"fr": "Voir"}))

    stories = {
        code: pointing(target, headline=code, language=code) for code in "en fr ur xx".split()
    }

    said = {code: shown(client, article)[0][0] for code, article in stories.items()}
    assert said == {"en": "Also", "fr": "Voir", "ur": "دلچسپ", "xx": "Also"}
    html = client.get(address_of(stories["xx"])).text
    assert '<span class="interesting-label" lang="en">' in html


@pytest.mark.parametrize(
    ("language", "label"),
    [("en-GB", "Interesting"), ("ur-PK", "دلچسپ"), ("ps-AF", "په زړه پورې"), ("xx", "Interesting")],
)
def test_a_label_is_found_by_the_base_of_a_language(language, label):
    assert links.Labels("Interesting", "en").of(language).text == label


def test_a_paper_that_chose_no_word_says_it_in_its_own_language():
    assert links.Labels("Interesting", "ur").of("ur").text == "دلچسپ"
    assert links.Labels("Interesting", "ar").of("xx").text == "مثير للاهتمام"
    assert links.Labels("Also", "ur").of("ur").text == "Also"


def test_every_language_that_knows_the_label_can_say_what_is_latest():
    assert LATEST.keys() == links.INTERESTING.keys()
    assert all(words.count("%s") == 1 for words in LATEST.values())


def test_the_target_brings_its_language_direction_and_picture(client):
    arabic = make_live(headline="الميناء", language="ar", lead_image=make_image())

    html = client.get(address_of(pointing(arabic))).text

    line = LINE.search(html)[0]
    assert '<a href="' in line and ' lang="ar" dir="rtl">الميناء</a>' in line
    assert re.search(r'<img src="[^"]*/card-[^"]*" [^>]*alt=""', line)
    assert line.count("<a ") == 1


@pytest.mark.parametrize(
    ("words", "is_arabic"),
    [
        ("«الميناء»: أرصفة", True),  # the headline as it is
        ("«الميناء»: رصيفان", True),  # as it was once
        ("What the port of Basra says", False),
        ("2026", False),
    ],
)
def test_pinned_words_are_in_the_language_that_they_are_written_in(client, words, is_arabic):
    arabic = make_live(headline="«الميناء»: أرصفة", language="ar")

    line = LINE.search(client.get(address_of(pointing(line_to(arabic.pk, words, pinned="")))).text)

    assert (' lang="ar" dir="rtl"' in line[0]) == is_arabic


def test_a_label_that_runs_the_other_way_says_so(client):
    publishing.change(Publication(language="ur"))
    target = make_live(headline="Tides", language="xx")

    html = client.get(address_of(pointing(target, language="xx"))).text

    assert '<span class="interesting-label" lang="ur" dir="rtl">دلچسپ:</span>' in html


def test_the_picture_beside_a_line_is_small_without_a_stylesheet_too(client):
    target = make_live(headline="Tides", lead_image=make_image())

    line = LINE.search(client.get(address_of(pointing(target))).text)[0]

    assert 'sizes="8rem" width="128" height="85"' in line


def test_a_reader_mode_keeps_the_line(client):
    """What Mozilla's Readability takes for no part of a story is not among what it is made of."""
    target = make_live(headline="Tides", lead_image=make_image())

    line = LINE.search(client.get(address_of(pointing(target))).text)[0]

    thrown_away = {"aside", "footer", "form", "nav", "object", "button"}
    where_links_are_most = {"div", "ul", "table", "fieldset"}
    unlikely = r'role="|class="[^"]*(related|promo|sidebar|share|widget|menu|sponsor|header|hidden)'
    tags = set(re.findall(r"<([a-z]+)", line))
    assert not tags & (thrown_away | where_links_are_most)
    assert not re.search(unlikely, line)


def test_feeds_have_lines_without_pictures_origins_and_reasons(client):
    arabic = make_live(headline="الميناء", language="ar", lead_image=make_image())
    line = line_to(arabic.pk, origin="suggestion", reason="shares Floods")
    pointing(line, tags=("Quay",))

    response = client.get("/tag/quay/feed/json/")

    (item,) = response.json()["items"]
    path = address_of(arabic)
    assert item["content_html"] == (
        "<p>Before.</p><p><strong>Interesting:</strong> "
        f'<a href="http://127.0.0.1:8000{path}" lang="ar" dir="rtl">الميناء</a></p><p>After.</p>'
    )
    assert not [key for key in response["Surrogate-Key"].split() if key.startswith("image-")]


def test_readers_get_neither_origin_nor_reason(client):
    target = make_live(headline="Tides")

    page = client.get(address_of(pointing(line_to(target.pk, origin="automatic", reason="x y z"))))

    assert "automatic" not in page.text and "x y z" not in page.text


def test_how_a_line_came_to_be_is_recorded_with_it():
    target = make_live(headline="Tides")
    line = line_to(
        target.pk, origin="suggestion", reason="shares “Floods”", label="Also", pinned=""
    )

    article = pointing(line)

    for row in article.lines_out.all():
        assert (row.origin, row.reason) == ("suggestion", "shares “Floods”")
        assert (row.label, row.is_pinned, row.headline) == ("Also", True, "Words")


def test_an_origin_that_the_text_does_not_say_is_remembered():
    target = make_live(headline="Tides")
    article = pointing(target)
    article.lines_out.update(origin="automatic", reason="because")

    change_article(article, standfirst="Other words")

    assert list(article.lines_out.values_list("origin", "reason").distinct()) == [
        ("automatic", "because")
    ]


def test_a_line_leads_one_way_only(live):
    tag = live.tags.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        InterestingLink.objects.create(
            source=live, place=0, target=live, target_tag=tag, headline="", headline_key=""
        )


# What machines are told


def test_facts_name_what_lines_show_and_nothing_else(client, live, draft):
    article = pointing(live, draft, line_to("", "Nobody wrote this"))
    page = make_page("About", body=f"<p>A.</p>{interesting(live)}")

    def related(path, kind):
        fact = facts_of(client.get(path))[kind]
        return fact.get("mainEntityOfPage", fact).get("relatedLink")

    def told():
        about = related(page.get_absolute_url(), "WebPage")
        return related(address_of(article), "NewsArticle"), about

    url = f"http://127.0.0.1:8000{address_of(live)}"
    assert told() == ([url], [url])
    publishing.withdraw(live)
    assert told() == (None, None)


# In-text links


def test_words_keep_and_lose_their_link_with_their_story(client):
    target = make_live(headline="Tides")
    text = f'<p>See <a data-article="{target.pk}">these words</a>.</p>'
    article = make_live(headline="A story with a link", body=text)

    change_article(target, slug="elsewhere")
    publishing.publish(target)
    page = client.get(address_of(article)).text
    assert f'<a href="{address_of(target)}">these words</a>' in page
    assert client.get(address_of(target)).status_code == 200

    publishing.withdraw(target)
    assert "<p>See these words.</p>" in client.get(address_of(article)).text


# Text


def test_a_line_on_a_page_of_the_desk_finds_its_story_when_that_is_published(client):
    page = make_page("About", body=f"<p>Us.</p>{interesting('How we began')}")
    path = page.get_absolute_url()
    draft = make_article(headline="How we began")
    assert 'class="interesting"' not in client.get(path).text

    spoiled = spoiled_by(lambda: publishing.publish(draft))

    assert cache.key_of(page) in spoiled
    assert f'<a href="{address_of(draft)}"' in client.get(path).text
    change_article(draft, headline="How we really began")
    publishing.publish(draft)
    assert ">How we really began<" in client.get(path).text


def test_a_line_of_the_same_words_that_leads_elsewhere_stays_when_another_finds_its_story(client):
    other = make_live(headline="Moons")
    page = make_page("About", body=f"<p>A.</p>{interesting('Tides')}{line_to(other.pk, 'Tides')}")

    target = make_live(headline="Tides")

    page.refresh_from_db()
    assert [line.target for line in body.find_references(page.body).lines] == [target.pk, other.pk]


def test_illegible_characters_are_not_let_in_by_their_numbers():
    assert body.clean("<p>a&#1;b&#11;c</p>") == "<p>ab\nc</p>"


def test_an_imported_line_finds_its_story(client):
    target = make_live(headline="Council delays vote")
    text = body.paragraphs_to_html("One.\n\nInteresting: Council delays vote\n\nTwo.")
    record = Record(location="/a", digest="1" * 64, headline="Imported", body=text)

    _, article = keep(record, section=make_section(), publish=True)

    assert shown(client, article) == [("Interesting", target.headline)]


def test_a_line_may_wait_for_a_headline_that_is_too_long_for_any_story():
    article = make_article(body=f"<p>A.</p>{interesting('Tides ' * 50)}<p>B.</p>")

    assert article.lines_out.get().headline == ("Tides " * 50)[: headlines.MAX_LENGTH]


def test_a_line_of_the_storys_own_headline_waits_for_another_story():
    article = make_article(headline="Tides", body=f"<p>A.</p>{interesting('Tides')}<p>B.</p>")

    publishing.publish(article)
    change_article(article, standfirst="Of the sea")

    assert not article.lines_out.exclude(target=None).exists()


def test_a_line_finds_a_headline_with_signs_that_html_writes_otherwise():
    target = make_live(headline='Tea & milk < "both"')

    article = make_article(headline="Waves", body=f"<p>A.</p>{interesting(target.headline)}")

    assert article.lines_out.get().target == target


def test_of_stories_with_one_headline_a_line_finds_the_live_one_and_the_newest_of_these():
    live = [make_live(headline="Tides", slug=f"tides-{n}") for n in range(2)]
    publishing.publish(change_article(live[0], standfirst="In its second version"))
    make_article(headline="Tides")

    article = make_article(headline="Waves", body=f"<p>A.</p>{interesting('Tides')}<p>B.</p>")

    assert article.lines_out.get().target == live[1]


def test_a_restored_line_leads_where_it_led_though_its_story_is_called_otherwise_now():
    article = make_article(
        headline="Waves", body=f"<p>A.</p>{interesting('Tides')}<p>B.</p>{interesting('Sea')}"
    )
    target = make_live(headline="Tides")
    make_live(headline="Sea")
    change_article(target, headline="Tides and moons")
    publishing.publish(target)

    first = article.revisions.get(version=1)
    publishing.restore(change_article(article, standfirst="x"), revision=first, base_version=2)

    assert article.lines_out.get(place=0).target == target
