"""Text in, safe HTML out: pairs of files, and properties that hold for any text."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from articles import body
from articles.body import References, Target

LABEL = body.Label("Interesting", "en")
PAIRS = Path(__file__).parent / "bodies"

STORIES = References(
    lines={0: Target(42, "/2026/03/tides/", "Tides & moons", "en", "ltr")},
    articles={7: Target(7, "/2026/02/ports/", "Ports", "en", "ltr")},
    figures={
        5: body.Figure(
            url="/media/renditions/quay-960.webp",
            srcset="/media/renditions/quay-480.webp 480w, /media/renditions/quay-960.webp 960w",
            sizes="40rem",
            width_px=960,
            height_px=640,
            alt='A "quay"',
            caption="The quay",
            credit="I. Nkpot",
        ),
        8: body.Figure("/media/renditions/pier-480.webp", "", "40rem", 480, 720, "A pier", "", ""),
    },
)


def rendered(html):
    return body.render(html, STORIES, label=LABEL, language="en", name="9")


def in_a_feed(html):
    origin, path = "https://news.example", "/2026/03/quay/"
    return body.render_for_feed(
        html, STORIES, label=LABEL, origin=origin, path=path, language="en", name="9"
    )


def pairs(kind):
    found = sorted(PAIRS.glob(f"*.{kind}.html"))
    assert found, "the pairs are missing"
    return [pytest.param(path, id=path.name.split(".")[0]) for path in found]


def answer_to(path, kind):
    return path.with_name(path.name.replace(".in.", f".{kind}."))


@pytest.mark.parametrize("path", pairs("in"))
def test_what_comes_in_is_stored_as(path):
    stored = body.clean(path.read_text(encoding="utf-8"))

    assert stored == answer_to(path, "stored").read_text(encoding="utf-8").rstrip("\n")


@pytest.mark.parametrize("path", pairs("in"))
def test_what_is_stored_is_shown_as(path):
    stored = answer_to(path, "stored").read_text(encoding="utf-8").rstrip("\n")

    shown = answer_to(path, "shown").read_text(encoding="utf-8").rstrip("\n")
    assert rendered(stored) == shown


@pytest.mark.parametrize("path", pairs("in"))
def test_what_is_stored_is_told_in_feeds_as(path):
    stored = answer_to(path, "stored").read_text(encoding="utf-8").rstrip("\n")

    told = answer_to(path, "feed").read_text(encoding="utf-8").rstrip("\n")
    assert in_a_feed(stored) == told


@pytest.mark.parametrize("path", pairs("in"))
def test_rendering_what_was_rendered_changes_nothing(path):
    once = rendered(answer_to(path, "stored").read_text(encoding="utf-8").rstrip("\n"))

    assert rendered(str(once)) == once


FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "<p>", "</p>", "<aside>", '<aside data-interesting="42">', "</aside>", "<b>", "</b>",
            '<a href="https://x.example/">', '<a data-article="7">', '<a data-article="x">', "</a>",
            '<figure data-image="5">', "<figure>", "</figure>", "<ul>", "<li>", "</ul>", "<h2>",
            "</h2>", "<script>", "alert(1)", "</script>", '<img src=x onerror="x">', "&lt;", "&",
            "<svg>", "<math>", "<style>", "<!--", "-->", "<table><td>", "  ", "\n", "“", "اردو",
            "<blockquote>", "</blockquote>", "<br>", "<hr>", "\x0b", "words ",
            '<section data-gallery="a > b">', "<section>", "</section>", '<figure data-image="8">',
            "</table>", "<tr>", "<th>", '<td colspan="2">', '<td rowspan="3">', "<caption>", "12",
            '<span data-footnote="">', "<span>", "</span>", "https://x.example/?a&amp;b",
            '<aside data-quote="&quot;A&quot; < B">', '<figure data-embed="https://youtu.be/abcdefghijk">',
            '<figure data-embed="https://x.example/">', '<figure data-embed="javascript:x">',
        ]
    )
    | st.text(max_size=5),
    max_size=30,
).map("".join)  # fmt: skip


@settings(max_examples=400)
@given(FRAGMENTS)
def test_cleaning_twice_changes_nothing(html):
    once = body.clean(html)

    assert body.clean(once) == once


@settings(max_examples=400)
@given(FRAGMENTS)
def test_nothing_dangerous_is_ever_shown(html):
    shown = rendered(body.clean(html)).lower()

    for forbidden in (
        "<script",
        "<style",
        "<svg",
        'onerror="',
        "<img src=x",
        "javascript:",
        "<!--",
        "<iframe",
        "data-footnote",
    ):
        assert forbidden not in shown


@settings(max_examples=400)
@given(FRAGMENTS)
@example('<a data-article="7"><table><td><a data-article="7">words')
def test_rendering_twice_never_changes_anything(html):
    once = rendered(body.clean(html))

    assert rendered(str(once)) == once


@settings(max_examples=400)
@given(FRAGMENTS)
def test_without_live_targets_no_line_and_no_link_to_a_story_is_left(html):
    shown = body.render(body.clean(html), References(), label=LABEL, language="en")

    assert "<aside" not in shown and "data-article" not in shown
    assert "<img" not in shown and 'class="gallery"' not in shown


@pytest.mark.parametrize(
    ("html", "refusal"),
    [
        ("<blockquote>" * 101, body.TooDeep),
        ("<div>" * 50_000, body.TooDeep),
        ("x" * 400_001, body.TooLarge),
        ("<p>x</p>" * 10_001, body.TooLarge),
    ],
    ids=["deep", "very deep", "long", "many tags"],
)
def test_what_would_be_slow_is_refused_before_it_is_parsed(html, refusal):
    with pytest.raises(refusal):
        body.clean(html)


def test_a_long_text_of_unclosed_paragraphs_is_no_nesting():
    assert body.clean("<p>x" * 500) == "<p>x</p>" * 500


def test_an_arabic_headline_in_an_english_story_says_so():
    target = Target(42, "/2026/03/بحر/", "بحر", "ar", "rtl")

    shown = body.render(
        '<p>a</p><aside data-interesting="42">x</aside>',
        References(lines={0: target}),
        label=LABEL,
        language="en",
    )

    assert '<a href="/2026/03/بحر/" lang="ar" dir="rtl">بحر</a>' in shown


def test_a_feed_has_whole_addresses_and_plain_lines():
    shown = body.render_for_feed(
        '<aside data-interesting="42">x</aside><p><a data-article="7">ports</a></p>'
        '<figure data-image="5"></figure>',
        STORIES,
        label=LABEL,
        origin="https://news.example",
    )

    assert shown.startswith(
        "<p><strong>Interesting:</strong> "
        '<a href="https://news.example/2026/03/tides/">Tides &amp; moons</a></p>'
        '<p><a href="https://news.example/2026/02/ports/">ports</a></p>'
    )
    assert 'src="https://news.example/media/' in shown
    assert ", https://news.example/media/" in shown


def test_references_are_found_in_the_order_of_the_text():
    found = body.find_references(
        '<p><a data-article="7">x</a></p><aside data-interesting="">B &amp; C</aside>'
        '<figure data-image="5"></figure><aside data-interesting="42">D</aside>'
    )

    assert [(line.place, line.target, line.headline) for line in found.lines] == [
        (0, None, "B & C"),
        (1, 42, "D"),
    ]
    assert (found.articles, found.images) == ({7}, {5})


def test_words_are_counted_without_lines_and_captions():
    html = '<p>One two</p><aside data-interesting="1">no</aside><ul><li><p>three</p></li></ul>'

    assert body.word_count(html) == 3
    assert body.plain_text(html) == "One two\nthree"
