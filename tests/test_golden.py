"""How good the suggestions are, against what a careful editor would choose."""

import pytest

from articles.links.suggest.weigh import SIGNALS

from . import golden

LEAST = 0.85


@pytest.fixture
def stories():
    return golden.told()


@pytest.fixture
def written(db, stories):
    return golden.publish(stories)


def test_most_of_the_first_three_suggestions_are_those_of_a_careful_editor(written, stories):
    figure = golden.figure(golden.suggested(written), stories)
    usual = golden.figure(golden.by_shared_tags(stories), stories)

    print(f"\ngood among the first three: {figure:.3f}; by shared tags alone: {usual:.3f}")
    for signal in SIGNALS:
        without = golden.figure(golden.suggested(written, without=signal), stories)
        print(f"without {signal:<9} {without:.3f}  {without - figure:+.3f}")

    assert len(stories) == 60
    assert figure >= LEAST
    assert figure > usual
