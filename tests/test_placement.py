"""Where a line may stand in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles import body
from articles.body import placement
from articles.body.placement import best_place, blocks_of, free_places, insert_line, warnings

LINE = '<aside data-interesting="7">Another story</aside>'
OTHERS = {
    "a heading": "<h2>A heading</h2>",
    "a list": "<ul><li><p>one</p></li><li><p>two</p></li></ul>",
    "a quote": "<blockquote><p>Said <em>so</em>.</p></blockquote>",
    "a picture": '<figure data-image="3">A quay &gt; a pier</figure>',
    "a table": "<table><tbody><tr><td><p>1</p></td></tr></tbody></table>",
    "a gallery": '<section data-gallery="Two"><figure data-image="1"></figure>'
    '<figure data-image="2"></figure></section>',
    "an embed": '<figure data-embed="https://www.youtube.com/watch?v=abcdefghijk">A film</figure>',
    "a rule": "<hr>",
    "another line": LINE,
}


def paragraph(words):
    return f"<p>{' '.join(['word'] * words)}</p>"


def places(html):
    return [place.index for place in free_places(html)]


blocks = st.lists(
    st.one_of(
        st.integers(1, 160).map(paragraph), st.integers(1, 160).map(paragraph),
        st.sampled_from(sorted(OTHERS.values())), st.just("words in no block"),
    ),
    max_size=14,
)  # fmt: skip


def test_a_line_goes_between_two_paragraphs_and_neither_first_nor_last():
    html = paragraph(100) * 3

    assert places(html) == [1, 2]


@pytest.mark.parametrize("kind", sorted(OTHERS.keys() - {"another line"}))
def test_no_line_goes_beside_what_is_no_paragraph(kind):
    html = paragraph(200) * 2 + OTHERS[kind] + paragraph(200) * 2

    assert [block.kind for block in blocks_of(html)][2] == kind
    assert places(html) == [1, 4]


def test_two_lines_have_120_words_between_them():
    html = paragraph(300) + paragraph(100) + LINE + paragraph(119) + paragraph(1) + paragraph(300)

    assert places(html) == [5]
    assert places(html.replace(paragraph(119), paragraph(118))) == []


def test_a_story_has_one_line_for_every_250_words():
    assert places(paragraph(125) + paragraph(124)) == []
    assert places(paragraph(125) * 2) == [1]
    assert places(paragraph(249) + paragraph(1) + LINE + paragraph(200) + paragraph(49)) == []


def test_the_best_place_is_where_the_text_speaks_of_it():
    html = paragraph(90) + "<p>The flood came at night.</p>" + paragraph(200) * 3

    assert best_place(html).index == 3
    assert best_place(html, about=["Flood"]).before == "The flood came at night."
    assert best_place("<p>Short.</p>") is None


def test_what_an_editor_did_otherwise_is_said_but_not_forbidden():
    crowded = LINE + paragraph(30) + LINE + OTHERS["a heading"] + paragraph(30) + LINE + LINE

    said = warnings(crowded)

    assert said == [
        "Line 1 stands at the beginning of the story; it belongs between two paragraphs.",
        "Line 2 stands beside a heading.",
        "Line 4 stands at the end of the story; it belongs between two paragraphs.",
        "Between lines 1 and 2 stand 30 words; 120 let a reader breathe.",
        "Between lines 2 and 3 stand 32 words; 120 let a reader breathe.",
        "Lines 3 and 4 stand side by side.",
        "4 lines in 62 words: one for every 250 words is what readers follow.",
    ]


@given(blocks)
def test_blocks_are_the_whole_text_and_nothing_twice(parts):
    html = body.clean("".join(parts))

    found = blocks_of(html)

    assert "".join(html[block.start : block.end] for block in found) == html
    assert sum(block.words for block in found) == body.word_count(html)


@given(blocks)
def test_a_line_at_a_free_place_changes_nothing_else_and_comes_out_again(parts):
    html = body.clean("".join(parts))

    for place in free_places(html):
        line = {"target": 99, "headline": 'A <story> & "more"', "origin": "suggestion"}
        added = insert_line(html, place, reason='shares "Floods"', **line)

        assert body.clean(added) == added
        assert placement.without_lines_to(added, 99, origin="suggestion") == html
        assert placement.without_lines_to(added, 99, origin="automatic") == added
        assert placement.without_lines_to(added, 9) == added


@given(blocks)
def test_lines_put_in_until_none_fits_keep_every_rule(parts):
    html = body.clean("".join(part for part in parts if part != LINE))

    while place := best_place(html):
        html = insert_line(html, place, target=5, headline="Another")

    assert warnings(html) == []
