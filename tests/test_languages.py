"""The site in the languages of its readers: words, numbers and dates."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages import frontend, mofile, pofile
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from articles import publishing
from articles.languages import in_digits_of
from articles.models import Edition, Publication
from articles.public.environment import moment, number
from newsroom import unavailable

from .builders import make_author, make_live, make_series

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = sorted((ROOT / "articles" / "locale").glob("*/LC_MESSAGES/django.po"))
NO_WORDS = {"_language.html"}  # attributes, for tags that stand elsewhere
TEMPLATES = sorted(
    path for path in (ROOT / "templates" / "public").glob("*.html") if path.name not in NO_WORDS
)
LANGUAGES = [path.parts[-3] for path in CATALOGUES]
PLACE = re.compile(r"%\(\w+\)s")
NOON = datetime(2026, 11, 25, 14, 5, tzinfo=UTC)


def read(path):
    with path.open("rb") as file:
        return pofile.read_po(file, locale=path.parts[-3])


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    """All words that templates and code would have translated, as `make messages` finds them."""
    pot = tmp_path_factory.mktemp("words") / "new.pot"
    arguments = ["-q", "extract", "-F", str(ROOT / "pyproject.toml"), "-k", "pgettext:1c,2"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        frontend.CommandLineInterface().run(["pybabel", *arguments, "-o", str(pot), "."])
    return read(pot.rename(_as_catalogue(pot)))


def _as_catalogue(path):
    folder = path.parent / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    return folder / path.name


def words_of(catalogue):
    return {(message.context, message.id) for message in catalogue if message.id}


def test_readers_are_served_in_urdu_and_in_arabic():
    assert LANGUAGES == ["ar", "ur"]


@pytest.mark.parametrize("path", CATALOGUES, ids=LANGUAGES)
def test_every_word_is_in_the_catalogue_and_none_that_is_gone(path, wanted):
    assert words_of(read(path)) == words_of(wanted), "run `make messages`, then translate"


@pytest.mark.parametrize("path", CATALOGUES, ids=LANGUAGES)
def test_every_word_is_translated_in_all_its_plural_forms(path):
    empty = []

    for message in read(path):
        forms = message.string if message.pluralizable else (message.string,)
        if message.id and (message.fuzzy or not all(forms)):
            empty.append(message.id)

    assert empty == []


@pytest.mark.parametrize("path", CATALOGUES, ids=LANGUAGES)
def test_a_translation_names_what_its_original_names(path):
    wrong = []

    for message in read(path):
        *_, original = message.id if message.pluralizable else (message.id,)
        forms = message.string if message.pluralizable else (message.string,)
        places = set(PLACE.findall(original))
        for form in forms if message.id else ():
            spoken = places - {"%(num)s"} <= set(PLACE.findall(form)) <= places  # “two minutes”
            if not spoken or "%" in PLACE.sub("", form):
                wrong.append(form)

    assert wrong == []


@pytest.mark.parametrize("path", CATALOGUES, ids=LANGUAGES)
def test_what_is_compiled_is_what_is_written(path):
    compiled = io.BytesIO()

    mofile.write_mo(compiled, read(path))

    assert path.with_suffix(".mo").read_bytes() == compiled.getvalue(), "run `make messages`"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_words_of_its_own(path):
    """Words between tags, or in attributes that are read out, come from a catalogue."""
    html = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(), flags=re.DOTALL)

    spoken = re.findall(r'\b(?:aria-label|alt|title|placeholder)="([^"]*)"', html)
    between = re.sub(r"<!doctype html>|<[^>]*>|&\w+;", "", html)

    assert re.findall(r"[^\W\d_]+", " ".join([between, *spoken])) == []


def test_arabic_has_a_form_for_one_two_few_and_many():
    with translation.override("ar"):
        forms = {
            n: translation.ngettext("%(num)s minute to read", "%(num)s minutes to read", n)
            for n in (1, 2, 3, 11, 100)
        }

    assert len({forms[n] for n in (1, 2, 3, 11)}) == 4
    assert "%" not in forms[1] + forms[2], "one and two are words"


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "25 November 2026, 14:05"),
        ("ur", "25 نومبر 2026، 14:05"),
        ("ur-PK", "25 نومبر 2026، 14:05"),
        ("ar", "٢٥ نوفمبر ٢٠٢٦، ١٤:٠٥"),
        ("ar-EG", "٢٥ نوفمبر ٢٠٢٦، ١٤:٠٥"),
        ("ar-MA", "25 نوفمبر 2026، 14:05"),
    ],
)
def test_dates_are_written_as_newspapers_of_the_language_do(language, shown):
    with translation.override(language):
        assert moment(NOON) == shown


def test_digits_are_those_of_the_language_and_other_letters_stay():
    assert in_digits_of("fa", "12 km") == "۱۲ km"
    assert in_digits_of("ur-IN", 305) == "۳۰۵"
    assert in_digits_of("xx", 305) == "305"
    with translation.override("ar"):
        assert number(1024) == "١٠٢٤"


def test_a_number_in_a_template_is_written_in_the_language_of_each_page():
    said = {}

    for language in ("en", "ar", "fa"):
        with translation.override(language):
            said[language] = render_to_string("404.html", using="public")

    assert ">404<" in said["en"] and ">٤٠٤<" in said["ar"] and ">۴۰۴<" in said["fa"]


@pytest.fixture
def arabic(db, monkeypatch):
    """A paper in Arabic with one story in its own language and one in English."""
    monkeypatch.setattr(Publication, "last_language", "en")  # put back afterwards
    monkeypatch.setattr(Publication, "last_name", "")
    publishing.change(Publication(name="الرصيف", language="ar", interesting_label="اقرأ أيضاً"))
    noted = '<p>Text<span data-footnote="">A note.</span></p>'
    for part, language in enumerate(("ar", "en"), start=12):
        article = make_live(
            headline=f"In {language}",
            language=language,
            body=noted + "<p>word </p>" * 700,
            series=make_series(),
            part=part,
            authors=(make_author("Ada Quill"), make_author("Ben Ink"), make_author("Cleo Page")),
        )
        publishing.correct(article, kind="correction", text="It was not.")


@pytest.fixture
def story(arabic, client):
    return lambda language: (
        client.get(Edition.objects.live().get(headline=f"In {language}").path).text
    )


def test_a_page_speaks_the_language_of_the_site(story):
    html = story("ar")

    assert '<html lang="ar" dir="rtl">' in html
    assert "٤ دقائق للقراءة" in html
    assert "الجزء ١٢ من سلسلة" in html
    assert "تصحيح" in html
    assert "انتقل إلى المحتوى" in html
    assert ">١</a></sup>" in html


def test_around_a_story_of_another_language_the_site_keeps_its_own(story):
    html = story("en")

    assert '<article class="story" lang="en" dir="ltr">' in html
    assert (
        html.count('lang="ar" dir="rtl"') >= 6
    )  # kicker, facts, share, corrections: all furniture
    assert ">1</a></sup>" in html, "a note's number stands among the words of the story"
    assert 'aria-label="الحاشية ١" lang="ar"' in html


def test_names_are_joined_as_the_language_joins_them(arabic, client):
    front = client.get("/").text

    assert "<bdi>Ada Quill</bdi>، <bdi>Ben Ink</bdi> و<bdi>Cleo Page</bdi>" in front


def test_the_desk_stays_in_english(arabic, admin_client):
    index = admin_client.get("/admin/").text

    assert '<html lang="en' in index
    assert "Log out" in index


def test_even_without_a_database_a_reader_is_spoken_to_in_the_language_of_the_site(arabic, client):
    client.get("/")

    said = unavailable.answer("/", "GET", is_unsure=False).text
    to_the_desk = unavailable.answer("/admin/", "POST", is_unsure=False).text

    assert '<html lang="ar" dir="rtl">' in said
    assert "الرصيف" in said, "whose site it is"
    assert "سنعود بعد لحظات" in said
    assert '<html lang="en"' in to_the_desk


def test_what_went_wrong_is_said_under_the_name_that_the_paper_has_today(db, client, monkeypatch):
    monkeypatch.setattr(Publication, "last_name", "")
    nobody_knows = unavailable.answer("/", "GET", is_unsure=False).text

    said = []
    for name in ("The Quay", "The <Pier>"):
        publishing.change(Publication(name=name))
        client.get("/")
        said.append(unavailable.answer("/", "GET", is_unsure=False).text)
        said.append(unavailable.handler500(RequestFactory().get("/")).text)

    assert "masthead" not in nobody_knows
    assert all("The Quay</a>" in page and "– The Quay</title>" in page for page in said[:2])
    assert all("The &lt;Pier&gt;</a>" in page for page in said[2:])


def test_the_archive_the_history_and_the_search_count_and_date_in_the_digits_of_the_site(
    arabic, client
):
    story = Edition.objects.live().get(headline="In en")
    day = story.published_at

    shown = [
        client.get(f"/archive/{day:%Y/}").text,
        client.get(f"/archive/{day:%Y/%m/}").text,
        client.get(f"/archive/{day:%Y/%m/%d}/").text,
        client.get(f"{story.path}history/").text,
        client.get("/search/?q=word").text,
        client.get("/nowhere/").text,
    ]

    assert f">{in_digits_of('ar', day.day)}</a></li>" in shown[1]
    assert f'<h1 class="title">{in_digits_of("ar", day.day)} ' in shown[2]
    assert "خبران" in shown[4]
    for page in shown:
        words = re.sub(r"<script.*?</script>|<(?:meta|style)[^>]*>", "", page, flags=re.DOTALL)
        assert re.findall(r">[^<]*[0-9][^<]*<", words) == []
