"""Text in, safe HTML out: pairs of files, and properties that hold for any text."""

import re
from pathlib import Path

import pytest
from environs import EnvError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from articles import body
from articles.body import References, Target
from newsroom import providers

LABEL = body.Label("Interesting", "en")
PAIRS = Path(__file__).parent / "bodies"

STORIES = References(
    lines={0: Target(42, "/2026/03/tides/", "Tides & moons", "en", "ltr")},
    articles={7: Target(7, "/2026/02/ports/", "Ports", "en", "ltr")},
    figures={
        5: body.Figure(
            url="/media/5/body-960.jpg",
            srcset="/media/5/body-480.jpg 480w, /media/5/body-960.jpg 960w",
            sizes="40rem",
            width_px=960,
            height_px=640,
            alt='A "quay"',
            caption="The quay",
            credit="I. Nkpot",
            sources=(("image/avif", "/media/5/body-480.avif 480w, /media/5/body-960.avif 960w"),),
            tint="tint r1 g2 b3",
        ),
        8: body.Figure(  # an animation
            url="/media/8/body-480.webp",
            srcset="/media/8/body-480.webp 480w",
            sizes="40rem",
            width_px=480,
            height_px=720,
            alt="A pier",
            caption="",
            credit="",
            still="/media/8/body-480.jpg 480w",
        ),
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


@settings(max_examples=400, deadline=None)
@given(FRAGMENTS)
def test_cleaning_twice_changes_nothing(html):
    once = body.clean(html)

    assert body.clean(once) == once


@settings(max_examples=400, deadline=None)
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


@settings(max_examples=400, deadline=None)
@given(FRAGMENTS)
@example('<a data-article="7"><table><td><a data-article="7">words')
def test_rendering_twice_never_changes_anything(html):
    once = rendered(body.clean(html))

    assert rendered(str(once)) == once


@settings(max_examples=400, deadline=None)
@given(FRAGMENTS)
def test_without_live_targets_no_line_and_no_link_to_a_story_is_left(html):
    shown = body.render(body.clean(html), References(), label=LABEL, language="en")

    assert 'class="interesting"' not in shown and "data-article" not in shown
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


@pytest.mark.parametrize("span", ["x", "-2", "0", "1", "2.5", "", "101", "9" * 30])
def test_a_cell_that_reaches_nowhere_is_a_plain_cell(span):
    html = f'<table><tr><td colspan="{span}">A</td></tr></table>'

    assert body.clean(html) == "<table><tbody><tr><td><p>A</p></td></tr></tbody></table>"


def test_what_a_picture_says_of_itself_is_words_and_no_html():
    picture = body.Figure(
        **{name: getattr(STORIES.figures[5], name) for name in ("url", "srcset", "sizes")},
        width_px=960,
        height_px=640,
        alt='<b>"A',
        caption="<b>Tea & milk",
        credit="<i>Nkpot",
    )
    shown = References(figures={5: picture})

    page = body.render('<figure data-image="5"></figure>', shown, label=LABEL, language="en")
    feed = body.render_for_feed(
        '<figure data-image="5"></figure>', shown, label=LABEL, origin="https://news.example"
    )

    for html in (page, feed):
        assert "<b>" not in html and "<i>" not in html
        assert "&lt;b&gt;Tea &amp; milk" in html and "&lt;i&gt;Nkpot" in html
        assert 'alt="&lt;b&gt;&quot;A"' in html


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


def test_notes_of_two_bodies_on_one_page_do_not_clash():
    html = '<p>x<span data-footnote="">y</span></p>'
    feeds = {"label": LABEL, "origin": "https://news.example"}

    shown = [
        body.render_for_feed(html, References(), name=name, path=f"/{name}/", **feeds)
        for name in ("1", "11")
    ]

    ids = [identity for text in shown for identity in re.findall(r' id="([^"]+)"', text)]
    assert ids == ["fnref-1-1", "fn-1-1", "fnref-11-1", "fn-11-1"]
    links = [link for text in shown for link in re.findall(r'href="([^"]+)"', text)]
    assert [link.split("#")[1] for link in links] == [
        "fn-1-1",
        "fnref-1-1",
        "fn-11-1",
        "fnref-11-1",
    ]
    assert {link.split("#")[0] for link in links} == {
        "https://news.example/1/",
        "https://news.example/11/",
    }


def test_a_gallery_refers_to_its_pictures():
    figures = '<figure data-image="5"></figure><figure data-image="8"></figure>'
    html = f'<section data-gallery="">{figures}</section>'

    assert body.find_references(body.clean(html)).images == {5, 8}


@pytest.mark.parametrize(
    ("words", "is_number"),
    [
        ("1,204.50", True), ("−3", True), ("£12", True), ("38 %", True), ("5.61 m", True),
        ("1 204,5", True), ("2026", True), ("3 May", False), ("12 boats", False), ("Q3", False),
        ("1904–1971 and later", False),
    ],
)  # fmt: skip
def test_columns_of_numbers_align(words, is_number):
    shown = rendered(body.clean(f"<table><tr><td>{words}</td></tr><tr><td>–</td></tr></table>"))

    assert shown.count('class="number"') == (2 if is_number else 0)


def test_heads_are_counted_past_cells_that_reach_over_several():
    table = (
        '<table><tr><th rowspan="2">Place<th colspan="2">Metres</tr><tr><th>Now<th>Then</tr>'
        "<tr><th>Skelby<td>1<td>2</tr></table>"
    )

    shown = rendered(body.clean(table))

    assert shown.count("<thead>") == 1
    assert '<th rowspan="2" scope="colgroup">Place</th>' not in shown
    assert '<th colspan="2" scope="colgroup">Metres</th>' in shown
    assert '<th scope="col" class="number">Now</th>' in shown
    assert '<th scope="row">Skelby</th><td class="number">1</td><td class="number">2</td>' in shown


@pytest.mark.parametrize("name", providers.PROVIDERS)
def test_the_one_spelling_of_an_address_is_its_own(name):
    samples = {
        "YouTube": ["https://m.youtube.com/watch?app=m&v=abc-_fghijk&t=3", "https://youtu.be/abc-_fghijk"],
        "Vimeo": ["https://vimeo.com/1234?h=x", "http://player.vimeo.com/video/1234"],
        "Internet Archive": ["https://archive.org/details/A_film.1", "https://archive.org/embed/A_film.1"],
        "Spotify": ["https://open.spotify.com/intl-de/show/0123456789abcdefghijAB?si=1",
                    "https://open.spotify.com/embed/show/0123456789abcdefghijAB"],
        "Datawrapper": ["https://datawrapper.dwcdn.net/aBc12/3/", "https://www.datawrapper.de/_/aBc12/"],
    }[name]  # fmt: skip

    found = {body.embed_at(sample) for sample in samples}

    assert len(found) == 1
    (embed,) = found
    assert embed.provider == name
    assert body.embed_at(embed.address) == embed


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com.evil.example/watch?v=abcdefghijk",
        "https://evil.example/https://youtu.be/abcdefghijk",
        "javascript:alert('https://youtu.be/abcdefghijk')",
        "https://youtu.be/abcdefghijk<script>",
        'https://youtu.be/abcdefghij"',
    ],
)
def test_no_other_address_is_taken_for_a_providers(address):
    embed = body.embed_at(address)

    assert embed is None or embed.frame == "https://www.youtube-nocookie.com/embed/abcdefghijk"


def test_a_provider_that_is_no_longer_wanted_leaves_a_link(settings):
    settings.EMBED_PROVIDERS = {}

    shown = rendered('<figure data-embed="https://vimeo.com/1">A film</figure>')

    assert shown == '<p><a href="https://vimeo.com/1">A film</a></p>'


def test_a_provider_that_nobody_knows_stops_the_start():
    with pytest.raises(EnvError, match=r"names Nobody; there are YouTube, .*"):
        providers.chosen(["Vimeo", "Nobody"])


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
