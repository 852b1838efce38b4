"""From a text file to a page: the plain-text form, and ``manage.py import_article``."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from articles import publishing
from articles.body import clean, find_references, paragraphs_to_html
from articles.importers import NotAnArticle, read_article
from articles.models import Article, Edition, InterestingLink

from .builders import change_article, make_article, make_live

pytestmark = pytest.mark.django_db

TEXT = """\
Ferry to Sorrel returns – The Harbour Post

Ferry to Sorrel returns

The ferry “Petrel” is back – after nine years.

It carries  400 people, ‘give or take’.

Tickets cost eleven crowns.

Interesting: The islands without a clock

The first crossing is on Monday."""


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def run(*arguments):
    """Runs the command; returns what it printed, what it complained of, and its exit status."""
    out, err, status = StringIO(), StringIO(), 0
    try:
        call_command("import_article", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as stop:
        status = stop.code
    return out.getvalue(), err.getvalue(), status


# The form


def test_the_publications_name_is_taken_off_the_title(write):
    record = read_article(write("ferry.txt", TEXT))

    assert record.headline == "Ferry to Sorrel returns"
    assert "Harbour Post" not in record.body
    assert record.headline not in record.body


def test_a_dash_in_the_headline_is_not_taken_for_the_publications(write):
    text = "Rain – and then some – The Post\n\nRain – and then some\n\nIt rained."

    record = read_article(write("rain.txt", text))

    assert (record.headline, record.body) == ("Rain – and then some", "<p>It rained.</p>")


def test_a_headline_that_stands_only_in_the_title_is_taken_from_it(write):
    record = read_article(write("rain.txt", "Rain – and then some – The Post\n\nIt rained."))

    assert (record.headline, record.body) == ("Rain – and then some", "<p>It rained.</p>")


def test_a_wide_gap_in_a_file_does_not_stop_the_import(write):
    gap = " " * 200_000  # where the time taken grew with the square of it, this took minutes
    text = f"Rain{gap}fell – The Post\n\nIt rained.\n\nInteresting: Also:{gap}Snow\nand{gap}ice"

    record = read_article(write("rain.txt", text))

    assert record.headline == "Rain fell"
    line = '<aside data-interesting="" data-label="Also">Snow and ice</aside>'
    assert record.body == f"<p>It rained.</p>{line}"


@pytest.mark.parametrize(
    ("text", "headline", "body"),
    [
        ("Rain\n\nIt rained.", "Rain", "<p>It rained.</p>"),
        ("Rain fell\n\nRain\n\nIt did.", "Rain fell", "<p>Rain</p><p>It did.</p>"),
        ("Rain – The Post\n\nHail\n\nIt did.", "Rain", "<p>Hail</p><p>It did.</p>"),
    ],
    ids=["no publication", "a first paragraph that begins it", "one as long"],
)
def test_what_is_no_headline_of_the_title_is_text(write, text, headline, body):
    record = read_article(write("rain.txt", text))

    assert (record.headline, record.body) == (headline, body)


def test_dashes_quotes_and_double_spaces_survive_the_whole_way(write):
    run(write("ferry.txt", TEXT), "--publish")

    body = Edition.objects.live().get().body
    assert "<p>The ferry “Petrel” is back – after nine years.</p>" in body
    assert "<p>It carries  400 people, ‘give or take’.</p>" in body


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"  \n\n \n", "empty"),
        (b"One line", "one paragraph only"),
        (b"Same\n\nSame", "without a text"),
        (b"PNG\0\0\0\n\nx", "binary"),
        ("Überschrift\n\nText".encode("latin-1"), "not UTF-8"),
        (b"x" * 2_100_000, "larger than 2 MB"),
    ],
    ids=["empty", "blank", "one line", "headline only", "binary", "latin-1", "huge"],
)
def test_a_file_that_is_no_article_is_refused_with_its_reason(write, content, reason):
    with pytest.raises(NotAnArticle, match=reason):
        read_article(write("file.txt", content))


def test_windows_line_ends_and_a_byte_order_mark_are_read(write):
    content = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()

    record = read_article(write("ferry.txt", content))

    assert record.headline == "Ferry to Sorrel returns"
    assert record.body == read_article(write("plain.txt", TEXT)).body


# The command


def test_a_file_becomes_a_draft_with_section_tags_and_author(write):
    out, _, status = run(
        write("ferry.txt", TEXT), "--section", "Sea", "--tags", "Ferries, Sorrel", "--author", "Io"
    )

    article = Article.objects.get()
    assert status == 0
    assert out.strip().endswith("ferry.txt: imported: Ferry to Sorrel returns")
    assert (article.section.name, list(article.tags.names())) == ("Sea", ["Ferries", "Sorrel"])
    assert [row.author.name for row in article.bylines.all()] == ["Io"]
    assert not article.editions.exists()


def test_the_same_file_twice_changes_nothing(write):
    file = write("ferry.txt", TEXT)
    run(file, "--publish")

    out, _, status = run(file, "--publish")

    article = Article.objects.get()
    assert (status, article.version, article.editions.count()) == (0, 1, 1)
    assert "unchanged" in out


def test_a_changed_file_makes_a_revision_and_with_publish_an_edition(write):
    run(write("ferry.txt", TEXT), "--publish")

    out, _, _ = run(write("ferry.txt", TEXT.replace("eleven", "twelve")), "--publish")

    article = Article.objects.get()
    assert "ferry.txt: changed: Ferry to Sorrel returns" in out
    assert [revision.reason for revision in article.revisions.all()] == ["import", "import"]
    assert "twelve crowns" in Edition.objects.live().get().body


def test_what_was_imported_as_a_draft_is_published_when_that_is_asked_for(write):
    file = write("ferry.txt", TEXT)
    run(file)

    run(file, "--publish")

    assert Edition.objects.live().get().headline == "Ferry to Sorrel returns"


def test_the_date_of_an_archive_is_that_of_the_first_edition_alone(write):
    run(write("ferry.txt", TEXT), "--publish", "--at", "2018-08-12T10:00+05:00")

    changed = write("ferry.txt", TEXT.replace("eleven", "twelve"))
    _, _, status = run(changed, "--publish", "--at", "2017-08-12T10:00+05:00")

    edition = Edition.objects.live().get()
    assert status == 0
    assert "twelve" in edition.body
    assert edition.published_at.year == 2018 < edition.live_from.year


def test_a_copy_of_a_file_is_the_same_article(write):
    run(write("ferry.txt", TEXT))

    out, _, _ = run(write("copy.txt", TEXT))

    assert "unchanged" in out
    assert Article.objects.count() == 1


def test_a_file_that_moved_is_still_the_same_article(write):
    old = write("ferry.txt", TEXT)
    run(old)
    old.rename(old.with_name("moved.txt"))

    run(write("moved.txt", TEXT.replace("eleven", "twelve")))

    assert Article.objects.get().version == 2


def test_another_file_never_takes_the_place_of_one_that_is_gone(write):
    old = write("ferry.txt", TEXT)
    run(old)
    old.unlink()

    run(write("rain.txt", "Rain\n\nIt rained."))

    assert set(Article.objects.values_list("headline", flat=True)) == {
        "Ferry to Sorrel returns",
        "Rain",
    }


def test_where_a_story_stands_is_the_desks_once_it_is_there(write):
    run(write("ferry.txt", TEXT), "--section", "Sea", "--tags", "Ferries", "--author", "Io")

    changed = write("ferry.txt", TEXT.replace("eleven", "twelve"))
    run(changed, "--section", "Sport", "--tags", "Rowing", "--author", "Una")

    article = Article.objects.get()
    assert article.version == 2
    assert (article.section.name, list(article.tags.names())) == ("Sea", ["Ferries"])
    assert [row.author.name for row in article.bylines.all()] == ["Io"]


def test_two_files_with_one_headline_are_two_articles(write):
    run(write("a/ferry.txt", TEXT), write("b/ferry.txt", TEXT.replace("eleven", "twelve")))

    assert Article.objects.count() == 2


def test_an_article_edited_at_the_desk_is_left_alone(write):
    run(write("ferry.txt", TEXT))
    change_article(Article.objects.get(), headline="The ferry, as edited")
    changed = write("ferry.txt", TEXT.replace("eleven", "twelve"))

    out, _, status = run(changed)
    assert (status, Article.objects.get().headline) == (0, "The ferry, as edited")
    assert "left alone" in out

    run(changed, "--overwrite")
    assert Article.objects.get().headline == "Ferry to Sorrel returns"
    assert Article.objects.get().revisions.count() == 3


def test_what_is_half_written_at_the_desk_is_not_published_by_the_next_import(write):
    file = write("ferry.txt", TEXT)
    run(file)
    change_article(Article.objects.get(), headline="The ferry, half rewritten")

    out, _, status = run(file, "--publish")

    assert (status, Edition.objects.count()) == (0, 0)
    assert "left alone" in out


def test_a_story_that_was_withdrawn_stays_so_when_its_file_changes(write):
    run(write("ferry.txt", TEXT), "--publish")
    publishing.withdraw(Article.objects.get(), reason="The lawyers called")

    out, _, _ = run(write("ferry.txt", TEXT.replace("eleven", "twelve")), "--publish")

    assert not Edition.objects.live().exists()
    assert "twelve crowns" in Article.objects.get().body
    assert "not published" in out


def test_an_embargo_set_at_the_desk_holds_when_the_file_changes(write):
    run(write("ferry.txt", TEXT))
    tomorrow = timezone.now() + timedelta(days=1)
    publishing.publish(Article.objects.get(), at=tomorrow)

    out, _, _ = run(write("ferry.txt", TEXT.replace("eleven", "twelve")), "--publish")

    assert not Edition.objects.live().exists()
    assert Edition.objects.live(at=tomorrow).exists()
    assert "not published" in out


def test_bad_files_are_refused_the_others_imported_and_the_status_is_1(write, tmp_path):
    write("bad.txt", b"\0")
    write("good.txt", TEXT)
    write("notes.md", "not looked at")

    out, err, status = run(tmp_path)

    assert status == 1
    assert Article.objects.count() == 1
    assert "1/2" in err and "bad.txt: refused: binary, not text" in err
    assert "2/2" in out and "good.txt: imported" in out
    assert out.strip().endswith(
        "2 files: 1 new, 0 changed, 0 unchanged, 0 edited, 0 held, 1 refused"
    )


def test_too_long_a_tag_is_one_clear_line(write):
    _, err, status = run(write("ferry.txt", TEXT), "--tags", f"Floods, {'x' * 101}")

    assert status == 1
    assert "refused: “xxx" in err and "at most 100 characters" in err
    assert not Article.objects.exists()


def test_a_missing_file_is_one_clear_line(tmp_path):
    _, err, status = run(tmp_path / "nothing.txt")

    assert status == 1
    assert err.strip().endswith("nothing.txt: refused: No such file or directory")


def test_an_archive_keeps_its_dates(write):
    run(write("ferry.txt", TEXT), "--publish", "--at", "2018-08-12T10:00+05:00")

    edition = Edition.objects.live().get()
    assert edition.published_at.isoformat() == "2018-08-12T05:00:00+00:00"
    assert edition.path == "/2018/08/ferry-to-sorrel-returns/"


# The line that names another story


def lines_on_page(client, headline):
    """The Interesting lines that readers see in the live story: (headline, address)."""
    path = Edition.objects.live().get(headline=headline).path
    html = client.get(path).text
    return re.findall(r'interesting-label">[^<]*</span> <a href="([^"]+)"[^>]*>([^<]+)</a>', html)


def test_a_line_waits_and_finds_its_story_when_that_is_published(write, client):
    run(write("ferry.txt", TEXT), "--publish")
    assert lines_on_page(client, "Ferry to Sorrel returns") == []

    islands = make_article(headline="The Islands Without a Clock")
    assert lines_on_page(client, "Ferry to Sorrel returns") == []

    path = publishing.publish(islands).path
    assert lines_on_page(client, "Ferry to Sorrel returns") == [(path, islands.headline)]
    assert Article.objects.get(headline__startswith="Ferry").version == 1


@pytest.mark.parametrize(
    ("words", "label", "headline"),
    [
        ("Also: The islands without a clock", "Also", "The islands without a clock"),
        ("background : The islands", "Background", "The islands"),
        ("Analysis: what the islands want", "", "Analysis: what the islands want"),
        ("Also:", "", "Also:"),
        ("Also the islands: a visit", "", "Also the islands: a visit"),
    ],
)
def test_only_a_known_label_before_the_headline_is_one(words, label, headline):
    (line,) = find_references(clean(paragraphs_to_html(f"One.\n\nInteresting: {words}"))).lines

    assert (line.label, line.headline) == (label, headline)


def test_a_line_finds_a_story_that_was_there_before(write, client):
    islands = make_live(headline="The islands without a clock")

    run(write("ferry.txt", TEXT), "--publish")

    ((_, shown),) = lines_on_page(client, "Ferry to Sorrel returns")
    assert shown == islands.headline
    assert InterestingLink.objects.filter(target=islands).count() == 2  # draft and edition


def test_a_draft_that_waits_keeps_what_it_found_when_the_other_headline_changes(write):
    run(write("ferry.txt", TEXT))
    islands = make_live(headline="The islands without a clock")
    change_article(islands, headline="A clock for the islands")
    publishing.publish(islands)

    ferry = change_article(Article.objects.get(headline__startswith="Ferry"), standfirst="Soon.")

    assert f'data-interesting="{islands.pk}"' in ferry.body


# The real article, read where it lies


def seed_file():
    folder = Path(__file__).resolve().parents[2] / "shared" / "seed"
    files = sorted(folder.glob("*.txt")) if folder.is_dir() else []
    if not files:
        pytest.skip("the article given by the user is not here")
    return files[0]


def test_the_given_article_travels_the_whole_way(client, write):
    file = seed_file()
    paragraphs = [p for p in file.read_text().split("\n\n") if p.strip()]
    headline, text = paragraphs[1].strip(), paragraphs[2:]
    name = next(p for p in text if p.startswith("Interesting:")).split(":", 1)[1].strip()
    text = [p.strip() for p in text if not p.startswith("Interesting:")]
    assert len(text) == 11

    _, _, status = run(file, "--publish")
    path = Edition.objects.live().get().path
    page, feed = client.get(path).text, client.get("/feed/").text
    assert status == 0
    assert re.findall(r"<h1[^>]*>\s*(.*?)\s*</h1>", page, re.S) == [headline]
    body = page[page.index(f"<p>{text[0]}</p>") :]
    assert re.findall(r"<p>(.*?)</p>", body, re.S)[:11] == [p.replace("&", "&amp;") for p in text]
    assert "interesting-label" not in page and name not in page and name not in feed

    target = make_live(headline=name)
    page, feed = client.get(path).text, client.get("/feed/").text
    third, fourth = page.index(f"<p>{text[2]}</p>"), page.index(f"<p>{text[3]}</p>")
    assert third < page.index('class="interesting"') < fourth
    assert lines_on_page(client, headline) == [(target.editions.get().path, name)]
    assert f"&gt;{name}&lt;/a&gt;&lt;/p&gt;" in feed

    change_article(target, headline="A hotel above the clouds")
    publishing.publish(target)
    assert lines_on_page(client, headline) == [
        (target.editions.first().path, "A hotel above the clouds")
    ]
    assert "A hotel above the clouds&lt;/a&gt;&lt;/p&gt;" in client.get("/feed/").text

    publishing.withdraw(target, reason="Not confirmed")
    assert lines_on_page(client, headline) == []
    assert "A hotel above the clouds" not in client.get("/feed/").text
    assert "interesting-label" not in client.get(path).text
    assert Article.objects.get(headline=headline).version == 1
    assert timezone.now() > Edition.objects.live().get(headline=headline).live_from
