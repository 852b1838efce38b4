"""What readers find, and that the index never knows better than the editions."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import publishing, search
from articles.body import legible
from articles.models import FOREVER, Article, Edition, SearchRow, SearchWord, Tag
from articles.search.words import spans, words

from .builders import change_article, make_article, make_author, make_live, make_section

pytestmark = pytest.mark.django_db


# Stories like another


def test_stories_that_share_telling_words_are_similar():
    flood = make_live(headline="Flood in Lenn", body="<p>The dredger Kestrel cleared the weir.</p>")
    like = make_live(headline="Afterwards", body="<p>Kestrel came back to the weir at noon.</p>")
    other = make_live(headline="Budget", body="<p>The ministers agreed on a tax.</p>")

    found = search.similar("Who paid for the Kestrel at the weir?", at=timezone.now())

    assert set(found) == {flood.pk, like.pk}
    assert all(0 < score <= 1 for score in found.values())
    assert other.pk not in found


def test_nothing_that_is_not_live_is_similar():
    words = "<p>The dredger Kestrel cleared the weir.</p>"
    live, gone = make_live(headline="One", body=words), make_live(headline="Two", body=words)
    make_live(headline="Other", body="<p>Nothing of that.</p>")
    later = make_article(headline="Three", body=words)
    publishing.publish(later, at=timezone.now() + timedelta(hours=1))
    publishing.withdraw(gone)

    assert set(search.similar("Kestrel weir", at=timezone.now())) == {live.pk}
    after = timezone.now() + timedelta(hours=2)
    assert set(search.similar("Kestrel weir", at=after)) == {live.pk, later.pk}


def test_a_text_of_no_words_is_like_nothing(live):
    assert search.similar("", at=timezone.now()) == {}
    assert search.similar("!?", at=timezone.now()) == {}


def test_only_as_many_similar_stories_as_asked_for():
    for number in range(4):
        make_live(headline=f"Number {number}", body="<p>The dredger Kestrel.</p>")
    for number in range(6):
        make_live(headline=f"Other {number}", body="<p>Nothing of that.</p>")

    assert len(search.similar("dredger kestrel", at=timezone.now(), most=3)) == 3


# The index


def counted():
    return {row.word: row.stories for row in SearchWord.objects.filter(stories__gt=0)}


def test_the_index_has_a_row_for_each_edition_that_is_live_or_to_come(live):
    change_article(live, headline="A bridge with two lanes")
    publishing.publish(live)
    publishing.publish(live, at=timezone.now() + timedelta(hours=1))

    rows = SearchRow.objects.values_list("edition__number", flat=True)
    assert sorted(rows) == [2, 3]

    publishing.withdraw(live)
    assert not SearchRow.objects.exists()
    assert counted() == {}


# What a word is


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Café Zürich’s owners", "cafe zurich owner"),
        ("İstanbul straße", "ISTANBUL STRASSE"),
        ("مُحَمَّد", "محمد"),
        ("كتاب علي", "کتاب علی"),
        ("أحمد إيران آسمان", "احمد ایران اسمان"),
        ("کتابـــــة", "كتابة"),
        ("ہوۓ سندھ كا", "ہوے سندہ کا"),
        ("می\u200cخواهم", "میخواهم"),
        ("١٢٣ ۴۵۶", "123 456"),
        ("U.S. floods", "us flood"),
        ("ﬁve ½ ＡＢＣ", "five 1⁄2 abc"),
        ("cities classes buses", "city class buses"),
        ("l’eau O'Brien", "l eau o brien"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_spellings_of_one_word_are_one(written, asked):
    assert words(written) == words(asked) != []


def test_words_of_scripts_without_spaces_are_found_by_their_characters():
    article = make_live(headline="日本の新聞が読まれる")

    assert found("新聞") == [article.pk]
    assert found("聞新") == []


@given(st.text(max_size=60))
def test_words_are_settled_and_hold_no_syntax(text):
    once = words(text)

    assert words(" ".join(once)) == once
    assert all(0 < len(word) <= 48 for word in once)
    for word in once:
        assert not set(word) & set("\"'\\*()§¶:-^+{}|&!<> \x00")


@given(st.text(alphabet="ab é’s.كي १1日\u0301\u200c", max_size=30))
def test_words_stand_where_it_is_said(text):
    for word, begin, end in spans(text):
        assert word in words(text[begin:end])


# What is found


def found(text, page=1, at=None, **filters):
    at = at or timezone.now()
    answer = search.find(search.parse(text), search.Filters(**filters), at=at, page=page)
    return [edition.article_id for edition in answer.editions]


@pytest.mark.parametrize(
    "text",
    ["weir", "Kestrel", "LENN", "ferries", "Ada", "quill", "Ada Quill", "harbours", "Késtrel"],
)
def test_a_story_is_found_by_headline_standfirst_body_tag_and_author(text):
    article = make_live(
        headline="The ferry to Lenn",
        standfirst="A dredger was named Kestrel.",
        body="<p>They cleared the weir.</p>",
        tags=("Harbours",),
    )
    make_live(headline="Other", authors=(make_author("Someone"),), tags=("Else",))

    assert found(text) == [article.pk]


def test_all_words_must_be_there_and_excluded_ones_not():
    both = make_live(headline="Salmon and herring")
    salmon = make_live(headline="Salmon alone")

    assert found("salmon herring") == [both.pk]
    assert set(found("salmon")) == {both.pk, salmon.pk}
    assert found("salmon -herring") == [salmon.pk]
    assert found('salmon -"and herring"') == [salmon.pk]
    assert found("-herring") == []


def test_a_phrase_is_found_in_one_field_and_in_its_order():
    article = make_live(
        headline="Night trains", standfirst="return at last", body="<p>to the coast road</p>"
    )

    assert found('"night trains"') == [article.pk]
    assert found("“coast road”") == [article.pk]
    assert found('"trains night"') == []
    assert found('"trains return"') == []
    assert found("night-trains") == [article.pk]


def test_the_words_of_a_headline_are_worth_more_and_so_are_newer_stories():
    now = timezone.now()
    for number in range(30):
        make_live(headline=f"Other {number}")
    body = make_live(headline="Fishing", body="<p>A word on salmon.</p>", at=now - timedelta(1))
    head = make_live(headline="Salmon", at=now - timedelta(2))
    old = make_live(headline="Salmon", at=now - timedelta(4000))

    assert found("salmon")[0] == head.pk
    assert set(found("salmon")) == {body.pk, head.pk, old.pk}
    assert found("salmon").index(head.pk) < found("salmon").index(old.pk)


def test_filters_narrow_what_is_found():
    now = timezone.now()
    sport, ada, ben = make_section("Sport"), make_author("Ada"), make_author("Ben")
    first = make_live(headline="Salmon", section=sport, authors=(ada,), tags=("Fish",))
    second = make_live(
        headline="Salmon", language="ur", authors=(ben,), tags=("River",), at=now - timedelta(40)
    )
    tag = Tag.objects.get(name="Fish")

    assert found("salmon", section=sport) == [first.pk]
    assert found("salmon", author=ben) == [second.pk]
    assert found("salmon", tag=tag) == [first.pk]
    assert found("salmon", language="ur") == [second.pk]
    assert found("salmon", since=now - timedelta(9)) == [first.pk]
    assert found("salmon", until=now - timedelta(9)) == [second.pk]
    assert found("", author=ben) == [second.pk]
    assert found("", since=now - timedelta(9)) == [first.pk]
    assert found("trout", author=ben) == []


# One typing error


@pytest.mark.parametrize("typed", ["Pakistn", "Pakistann", "Pakiztan", "Pakitsan", "akistan"])
def test_one_typing_error_is_forgiven(typed):
    article = make_live(headline="Floods in Pakistan")

    answer = search.find(search.parse(typed), search.Filters(), at=timezone.now())

    assert [edition.article_id for edition in answer.editions] == [article.pk]
    assert [meant.words for _, meant in answer.corrected] == [("pakistan",)]


def test_a_typing_error_in_urdu_and_in_an_author_is_forgiven():
    article = make_live(
        headline="سیلاب کے بعد", language="ur", authors=(make_author("Ines Okonkwo"),)
    )

    assert found("سیلب") == [article.pk]
    assert found("Okonko") == [article.pk]


def test_two_errors_are_not_guessed_at(live):
    assert found("bridddge") == found("brxdgx") == []


def test_no_word_of_an_embargoed_story_is_guessed():
    article = make_article(headline="Zanzibar")
    publishing.publish(article, at=timezone.now() + timedelta(hours=1))
    other = make_live(headline="Zanzibax")

    answer = search.find(search.parse("Zanzibay"), search.Filters(), at=timezone.now())

    assert [edition.article_id for edition in answer.editions] == [other.pk]
    assert found("Zanzibar") == [other.pk]  # as if nobody had written that word


# What is live


def test_a_scheduled_story_is_found_when_it_begins_though_nothing_runs():
    at = timezone.now() + timedelta(hours=9)
    article = make_article(headline="A verdict")
    publishing.publish(article, at=at)

    assert found("verdict") == []
    assert found("verdict", at=at) == [article.pk]


def test_a_scheduled_change_is_found_by_its_words_from_its_moment_on(live):
    at = timezone.now() + timedelta(hours=9)
    change_article(live, headline="A bridge with two lanes")
    publishing.publish(live, at=at)

    assert found("public") == [live.pk]
    assert found("lanes") == []
    assert found("public", at=at) == []
    assert found("lanes", at=at) == [live.pk]


def test_an_expired_story_is_found_no_more():
    until = timezone.now() + timedelta(hours=9)
    article = make_live(headline="A market", until=until)

    assert found("market") == [article.pk]
    assert found("market", at=until) == []


def test_a_correction_with_changes_is_found_by_the_new_words(live):
    change_article(live, body="<p>It was a viaduct.</p>")
    publishing.correct(live, kind="correction", text="It was none.", with_changes=True)

    assert found("viaduct") == [live.pk]
    assert found("agreed") == []


@pytest.mark.parametrize("state", ["draft", "in_review", "embargoed", "withdrawn", "expired"])
def test_an_index_that_is_behind_shows_nothing_that_is_not_live(state, request):
    article = request.getfixturevalue(state)
    rows = SearchRow.objects.all()
    for edition in article.editions.exclude(pk__in=rows.values("edition")):
        Edition.objects.filter(pk=edition.pk).update(
            live_until=FOREVER, live_from=edition.live_from
        )
        list(search.catch_up())
        Edition.objects.filter(pk=edition.pk).update(live_until=edition.live_until)

    assert found(article.headline) == []
    assert search.suggest(article.headline[:12], at=timezone.now()) == []


# Names


def test_a_tag_with_a_new_name_is_found_by_it_alone():
    article = make_live(headline="One", tags=("Wombats",))
    tag = Tag.objects.get()
    tag.name = "Marsupials"
    publishing.change(tag)

    assert found("marsupials") == [article.pk]
    assert found("wombats") == []


def test_an_author_with_a_new_name_is_found_by_it_alone():
    author = make_author("Ada Quill")
    article = make_live(headline="One", authors=(author,))
    author.name = "Ada Nib"
    publishing.change(author)

    assert found("nib") == [article.pk]
    assert found("quill") == []


def test_a_merged_tag_is_found_by_its_heir_alone():
    first = make_live(headline="One", tags=("Wombats",))
    second = make_live(headline="Two", tags=("Koalas",))
    third = make_live(headline="Three", tags=("Marsupials",))
    wombats, koalas, heir = Tag.objects.order_by("pk")
    publishing.merge_tags(wombats, into=koalas)
    publishing.merge_tags(koalas, into=heir)

    everyone = {first.pk, second.pk, third.pk}
    assert set(found("marsupials")) == set(found("", tag=heir)) == everyone
    assert found("wombats") == found("koalas") == []

    change_article(first, tags=())
    publishing.publish(first)
    assert set(found("marsupials")) == everyone - {first.pk}


def test_a_removed_tag_is_a_name_no_more():
    article = make_live(headline="One", tags=("Wombats",))
    change_article(article, tags=())
    publishing.publish(article)
    publishing.remove(Tag.objects.get())

    assert found("wombats") == []


# Any question


EVIL = st.one_of(
    st.text(max_size=300),
    st.text(alphabet="\"'*()-+^:{}NEARORAND \x00\ud800%\\§¶“”a", max_size=40),
    st.lists(st.sampled_from(['"', "NEAR(", "bridge", "-", "*", "AND", "OR", "§s1", "\x00"])).map(
        " ".join
    ),
)


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(text=EVIL, name=st.sampled_from(["section", "tag", "author", "language", "since", "until"]))
def test_every_question_has_an_answer(client, live, text, name):
    text = text.encode("utf-8", "surrogatepass")
    assert client.get("/search/", {"q": text}).status_code == 200
    assert client.get("/search/", {"q": "bridge", name: text}).status_code == 200
    assert client.get("/search/suggest/", {"q": text}).json()


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=4))
def test_a_story_is_found_by_any_words_of_it(live, some):
    text = re.sub('["“”„‟«»＂]', " ", legible(" ".join(some)))  # which begin and end a phrase
    asked = words(text)
    article = Article.objects.get(pk=live.pk)
    Edition.objects.filter(article=article).update(headline=text[:200])
    SearchRow.objects.all().delete()
    list(search.catch_up())

    if asked and len(asked) <= 12:
        assert article.pk in found(f'"{text}"')


# The index


def test_the_vocabulary_counts_what_the_index_has(live):
    make_live(headline="A second bridge", tags=("Bridges",))
    change_article(live, headline="No crossing", tags=("Other",))
    publishing.publish(live)
    before = counted()

    search.forget_all()
    list(search.catch_up())

    assert counted() == before
    assert before["bridge"] == 1


def test_the_command_indexes_what_is_missing_and_drops_what_is_over(capsys, live, embargoed):
    gone = make_live(headline="A market")
    Edition.objects.filter(article=gone).update(live_until=timezone.now())
    SearchRow.objects.filter(article=live).delete()

    call_command("index_search")
    assert found("bridge") == [live.pk]
    assert set(SearchRow.objects.values_list("article", flat=True)) == {live.pk, embargoed.pk}
    capsys.readouterr()

    call_command("index_search")
    assert "nothing was to be done" in capsys.readouterr().out


def test_the_command_makes_the_index_anew_and_can_be_cut_short(live):
    for number in range(5):
        make_live(headline=f"Bridge {number}")
    search.forget_all()
    steps = search.catch_up(most=2)
    next(steps)
    steps.close()
    assert len(found("bridge")) == 2

    call_command("index_search")
    assert len(found("bridge")) == 6

    call_command("index_search", "--from-nothing")
    assert len(found("bridge")) == 6


def test_an_index_made_by_older_rules_is_made_again(live):
    SearchRow.objects.update(rules=0)

    list(search.catch_up())

    assert found("bridge") == [live.pk]
    assert counted()["bridge"] == 1


def test_a_book_in_a_script_that_seldom_puts_a_space_is_found():
    letters = [chr(code) for code in range(0x0E01, 0x0E2F)]
    runs = ["".join(letters[n // 46**place % 46] for place in range(45)) for n in range(8_600)]

    story = make_live(body=f"<p>{' '.join(runs)}</p>")

    assert found(runs[1]) == [story.pk]
    assert found(runs[-1]) == []


def test_stories_of_one_second_all_have_a_place():
    now = timezone.now() - timedelta(hours=1)
    articles = {make_live(headline=f"Bridge {n}", at=now).pk for n in range(40)}

    assert set(found("bridge") + found("bridge", page=2)) == articles


def test_a_change_that_fails_leaves_the_index_as_it_was(live):
    change_article(live, headline="A viaduct")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publishing.publish(live)
        1 / 0  # noqa: B018

    assert found("viaduct") == []
    assert found("bridge") == [live.pk]


def test_an_archive_in_bulk_is_found_too():
    call_command("generate_archive", articles=10, seed=3)

    assert len(found("the")) == 10


def test_languages_are_told_from_words_whatever_order_a_database_has_of_letters():
    """Some orders pass over signs, so that the word "len" stands beside the facet of a language."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE COLLATION deaf_to_signs (provider = icu, locale = 'und-u-ka-shifted')"
            )
            cursor.execute(
                "ALTER TABLE articles_searchword ALTER word TYPE varchar(64) COLLATE deaf_to_signs"
            )
    make_live(headline="Lake Len, lorries and lzzz", language="ur")
    for number in range(2):
        make_live(headline=f"Lamp {number}", language="en-GB")

    assert search.languages() == ["en-GB", "ur"]
