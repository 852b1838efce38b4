"""The demo newspaper: complete and repeatable. Where its links lead, ``test_crawl`` says."""

from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command
from PIL import Image as Picture

from articles import demo
from articles.body.placement import warnings
from articles.models import (
    Article,
    Author,
    Correction,
    Edition,
    FrontSlot,
    InterestingLink,
    Publication,
    Section,
)

from .builders import make_article

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_pictures(monkeypatch):
    """Pictures in the demo's own colours, but of a size that is drawn in no time."""

    def draw(scene, *, seed):
        return Picture.new("RGB", (640, 427), (seed % 256, len(scene) * 9 % 256, 120))

    monkeypatch.setattr("articles.demo.newspaper.draw", draw)


@pytest.fixture
def newspaper():
    return list(demo.make())


def test_the_demo_is_a_small_but_complete_newspaper(newspaper):
    states = Counter(Article.objects.with_state().values_list("state", flat=True))
    languages = Counter(Article.objects.values_list("language", flat=True))

    assert len(newspaper) == 41
    assert states == {"live": 38, "scheduled": 1, "withdrawn": 1, "in_review": 1}
    assert languages == {"en": 38, "ur": 2, "ar": 1}
    assert (Section.objects.count(), Author.objects.count()) == (8, 10)
    assert Correction.objects.filter(kind="correction").count() == 1
    assert all(edition.word_count >= 250 for edition in Edition.objects.all())


def test_the_demo_has_a_front_page_a_series_pages_and_a_translation(newspaper, client):
    lead = FrontSlot.objects.get(position=0).article
    parts = Edition.objects.live().filter(series__isnull=False).order_by("part")
    translated = Edition.objects.live().filter(original__isnull=False)

    assert FrontSlot.objects.count() == 5
    assert client.get("/").text.index(lead.headline) < client.get("/").text.index("Latest")
    assert [edition.part for edition in parts] == [1, 2, 3]
    assert set(translated.values_list("language", flat=True)) == {"en", "ur"}
    assert [page["title"] for page in Publication.current().footer] == [
        "About",
        "Contact",
        "Privacy",
    ]


def test_every_line_of_the_demo_found_its_story(newspaper):
    lines = InterestingLink.objects.filter(edition__in=Edition.objects.live())

    assert lines.count() >= 24
    assert not lines.filter(target=None, target_tag=None).exists()
    assert lines.filter(is_pinned=True).exists()
    assert lines.exclude(target_tag=None).count() == 2


def test_the_lines_of_the_demo_stand_where_editors_are_asked_to_put_them(newspaper):
    said = {e.headline: warnings(e.body) for e in Edition.objects.live() if warnings(e.body)}

    assert said == {}


def test_a_correction_of_the_demo_changes_words(newspaper, client):
    story = Edition.objects.live().get(headline__startswith="Harbour Board")

    history = client.get(f"{story.path}history/").text

    assert "worth 86 million crowns, goes" in client.get(story.path).text
    assert "each" in history and "<del>" in history


def test_making_the_demo_twice_changes_nothing(newspaper):
    before = list(Article.objects.values_list("pk", "version", "updated_at"))

    assert len(list(demo.make())) == 41

    assert list(Article.objects.values_list("pk", "version", "updated_at")) == before


def test_an_interrupted_demo_is_completed_by_the_next_run():
    stories = demo.make()
    for _ in range(7):
        next(stories)
    stories.close()
    assert demo.is_wanted()

    call_command("demo", if_empty=True)

    assert Article.objects.count() == 41
    assert not demo.is_wanted()


def test_a_newsroom_with_stories_of_its_own_gets_no_demo():
    make_article(headline="Our own")

    call_command("demo", if_empty=True)

    assert Article.objects.count() == 1


def test_no_text_of_the_given_article_stands_in_the_project():
    folder = ROOT.parent / "shared" / "seed"
    files = sorted(folder.glob("*.txt")) if folder.is_dir() else []
    if not files:
        pytest.skip("the article given by the user is not here")
    words = files[0].read_text().split()
    runs = {" ".join(words[n : n + 6]) for n in range(len(words) - 6)}

    kinds = ("*.py", "*.txt", "*.md", "*.html", "*.toml", "*.js")
    places = ("articles", "newsroom", "templates", "static", "tests", "docs")
    for path in (file for place in places for kind in kinds for file in (ROOT / place).rglob(kind)):
        text = " ".join(path.read_text(encoding="utf-8").split())
        assert not [run for run in runs if run in text], path
