"""Comparing two versions of a text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from articles.admin.compare import paragraphs
from articles.changes import ADDED, REMOVED, SAME, Changes, Piece, changes, stretches

TEXT = st.text(st.sampled_from("ab .,\u0628\u064f日"), min_size=1, max_size=12)
LINES = st.lists(TEXT, max_size=6)


def words(lines):
    return "".join("".join(line.split()) for line in lines)


@settings(max_examples=200)
@given(LINES, LINES)
def test_a_comparison_has_every_word_of_both_versions_and_no_other(left, right):
    left = [line for line in left if line.strip()]
    right = [line for line in right if line.strip()]
    unchanged = iter([left[a:b] for kind, a, b, *_ in stretches(left, right) if kind == "equal"])
    before = after = ""

    for passage in changes(left, right).passages:
        if passage.unchanged:
            same = words(next(unchanged))
            before, after = before + same, after + same
        before += words(piece.text for piece in passage.pieces if piece.kind != ADDED)
        after += words(piece.text for piece in passage.pieces if piece.kind != REMOVED)

    assert before == words(left)
    assert after == words(right)


def test_a_word_that_changed_is_marked_and_those_around_it_are_not():
    (passage,) = changes(
        ["The bridge has two lanes, and opened in May."],
        ["The bridge has four lanes, and opened in May."],
    ).passages

    assert passage.pieces == (
        Piece("The bridge has", SAME),
        Piece(" ", SAME),
        Piece("two", REMOVED),
        Piece(" ", SAME),
        Piece("four", ADDED),
        Piece(" ", SAME),
        Piece("lanes, and opened in May.", SAME),
    )


def test_paragraphs_that_did_not_change_are_counted():
    found = changes(["One.", "Two.", "Three is here."], ["One.", "Two.", "Three was here."])

    assert [passage.unchanged for passage in found.passages] == [2, 0]


def test_a_paragraph_that_was_split_keeps_its_words():
    found = changes(
        ["It rained all day. Then it stopped."], ["It rained all day.", "Then it stopped."]
    )

    assert [p.kind for passage in found.passages for p in passage.pieces] == [SAME, SAME]


def test_another_paragraph_in_its_place_is_shown_whole():
    found = changes(["It rained all day long."], ["Nobody came for supper, said Ada."])

    kinds = [[piece.kind for piece in passage.pieces] for passage in found.passages]
    assert kinds == [[REMOVED], [ADDED]]


def test_marks_that_belong_to_a_letter_stay_with_it():
    (passage,) = changes(["पानी की कहानी"], ["पानी का कहानी"]).passages

    texts = [piece.text for piece in passage.pieces if piece.kind != SAME]
    assert texts == ["की", "का"]


def test_nothing_changed_is_no_change():
    assert not changes(["One."], ["One."])
    assert not Changes(())


def test_long_texts_are_compared_in_bounded_work():
    left = [f"{n} went there" for n in range(3_000)]
    right = [f"{n} came here" for n in range(3_000)]

    found = changes(left, right)

    assert found.is_cut
    assert len(found.passages) == 200


def test_the_desk_names_what_stands_in_a_text():
    body = (
        '<p>One<span data-footnote="">a note</span>.</p><aside data-interesting="3">Tides</aside>'
        '<section data-gallery="Quays"><figure data-image="4">Noon</figure></section>'
    )

    assert paragraphs(body) == [
        "One [Note: a note].",
        "Interesting: Tides",
        "[Gallery] Quays",
        "[Picture 4] Noon",
    ]
