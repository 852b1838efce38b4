"""Whatever the newsroom does, readers see exactly the lines whose stories they can open.

After every act of a random sequence the lines on every live page and in the feeds are compared with
those that a naive reading of the database gives (reckoned.py), and every stored page with a fresh
render. Longer: ``LINES_EXAMPLES=30 LINES_STEPS=40 pytest tests/test_interesting_machine.py``.
"""

import re
from contextlib import contextmanager, suppress
from datetime import timedelta
from html import escape
from operator import attrgetter

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from articles import importers, publishing
from articles.links import report
from articles.models import (
    FOREVER,
    AcceptedLines,
    Article,
    Edition,
    MovedLines,
    Publication,
    Section,
    StandingPage,
    Tag,
)
from newsroom.serving import name_at

from . import seen
from .builders import (
    change_article,
    make_article,
    make_author,
    make_image,
    make_page,
    make_section,
)
from .machine import AT_LENGTH, LINES, NUMBER, SAID, TAGS, Machine, at_work, run
from .reckoned import LINE as STORED_LINE
from .reckoned import Reckoned

STORIES = 12

pytestmark = pytest.mark.django_db


class Lines(Machine):
    # The newsroom

    @initialize()
    def a_newspaper(self):
        self.sections = [make_section(name) for name in ("World", "Sport")]
        self.authors = [make_author("Ada Quill")]
        self.images = [make_image(digest * 64) for digest in "01"]
        self.followed = {}  # the oracle's own book of follow-ups: story → what follows it
        self.heirs = {}  # and of tags that were merged
        self.refused = set()  # and of lines that no story may get by itself: from, to
        self.change_the_publication({}, "Interesting", automatic=1)
        for number in range(7):  # most lead to the two before, and to a list or by a link
            lines = [(("story", number - 1), ""), (("story", number - 2), "")][: min(number, 2)]
            at_list = [("tag", number % 2), ("section", number % 2), ("link", number - 1)][
                number % 3
            ]
            lines = [] if number == 5 else [*lines, (at_list, "")]
            self.write(lines, TAGS[number % 2], number % 2, ("en", "ur")[number % 4 == 2], True)
            self.moment += timedelta(minutes=1)
        self.say_otherwise(4, 0, ' data-pinned=""')
        self.say_otherwise(6, 1, ' data-label="Also"')
        self.declare_a_follow_up(3, 1)
        self.write_about_us([(("story", 1), ""), (("tag", 0), "")], is_live=True)

    def article(self, number):
        articles = Article.objects.order_by("pk")
        return articles[number % articles.count()]

    @rule(
        lines=LINES,
        tag=st.sampled_from(TAGS),
        section=st.integers(0, 1),
        language=st.sampled_from("en en ur ar".split()),
        is_live=st.booleans(),
    )
    def write(self, lines, tag, section, language, is_live):
        if Article.objects.count() >= STORIES:
            return
        self.count += 1
        article = make_article(
            headline=f"Story {self.count}",
            body=self.body(lines) if lines else AT_LENGTH,  # with room for automatic lines
            tags=(tag,),
            section=self.sections[section],
            language=language,
            lead_image=self.images[self.count % 3 % 2] if self.count % 2 else None,
        )
        if is_live:
            publishing.publish(article)

    @rule(number=NUMBER, lines=LINES, is_published=st.booleans())
    def write_other_lines(self, number, lines, is_published):
        self.count += 1
        change_article(self.article(number), body=self.body(lines))
        if is_published:
            publishing.publish(self.article(number))

    @rule(number=NUMBER, place=st.integers(0, 3), said=SAID)
    def say_otherwise(self, number, place, said):
        """One line gets a label of its own, or its words are pinned, or neither any more."""
        with_lines = Article.objects.filter(body__contains="data-interesting").order_by("pk")
        article = with_lines[number % with_lines.count()] if with_lines else self.article(number)
        if lines := list(STORED_LINE.finditer(article.body)):
            line = lines[place % len(lines)]
            other = f'<aside data-interesting="{line[1]}"{said}>{line[3]}</aside>'
            body = article.body[: line.start()] + other + article.body[line.end() :]
            publishing.publish(change_article(article, body=body))

    @rule(
        number=NUMBER,
        what=st.sampled_from(["headline", "slug", "tags", "section", "language", "image"]),
    )
    def change_and_publish(self, number, what):
        self.count += 1
        n = self.count
        changes = {
            "headline": {"headline": f"Story {n % STORIES}"},  # some line may wait for it
            "slug": {"slug": f"slug-{n}"},
            "tags": {"tags": (TAGS[n % 3], TAGS[n % 2])},
            "section": {"section": self.sections[n % 2]},
            "language": {"language": ("en", "ur")[n % 2]},
            "image": {"lead_image": self.images[n % 2]},
        }
        with suppress(ValidationError):  # there is a translation in this language
            publishing.publish(change_article(self.article(number), **changes[what]))

    @rule(number=NUMBER)
    def change_its_headline_alone(self, number):
        """Whatever is thrown away for it looks otherwise then."""
        alone = []
        for live in self.reckoned().lives.values():
            planned = live.article.editions.not_ended(at=self.moment)
            if live.version == live.article.version and planned.count() == 1:
                alone.append(live)
        if not alone:
            return
        live = alone[number % len(alone)]
        article = live.article
        self.count += 1
        until = {} if live.live_until == FOREVER else {"until": live.live_until}
        article = change_article(article, headline=f"Q&A <{self.count}>")
        with self.exactly():
            publishing.publish(article, quiet=True, **until)

    @rule(number=NUMBER, is_quiet=st.booleans(), minutes=st.sampled_from([0, 0, 2, 60]))
    def publish(self, number, is_quiet, minutes):
        until = self.later(minutes) if minutes else None
        publishing.publish(self.article(number), quiet=is_quiet, until=until)

    @rule(number=NUMBER)
    def delete(self, number):
        article = self.article(number)
        with suppress(ProtectedError):
            article.delete()

    @rule(number=NUMBER, line=st.sampled_from(["", "Story 1", "Story 5"]))
    def import_a_story(self, number, line):
        self.count += 1
        paragraphs = ["From the archive.", f"Interesting: {line}", "The end."]
        record = importers.Record(
            location=f"/archive/{number}",
            digest=f"{self.count:064}",
            headline=f"Story {number}",
            body="".join(
                f'<aside data-interesting="">{words[13:]}</aside>'
                if "Interesting: S" in words
                else f"<p>{words}</p>"
                for words in paragraphs
            ),
        )
        importers.keep(record, section=self.sections[0], tags=("Sea",), publish=True)

    # Acts on many lines at once

    @rule(number=NUMBER, follows=NUMBER)
    def declare_a_follow_up(self, number, follows):
        article, earlier = self.article(number), self.article(follows)
        chain, at = [], article.pk
        while at is not None:
            chain.append(at)
            at = self.followed.get(at)
        try:
            publishing.declare_follow_up(article, follows=earlier)
        except publishing.NotAFollowUp:
            assert earlier.pk in chain or earlier.pk in self.followed
        else:
            assert earlier.pk not in chain and earlier.pk not in self.followed
            self.followed[earlier.pk] = article.pk

    @rule(number=NUMBER)
    def undo_a_follow_up(self, number):
        if self.followed:
            earlier, later = sorted(self.followed.items())[number % len(self.followed)]
            publishing.undo_follow_up(
                Article.objects.get(pk=later), follows=Article.objects.get(pk=earlier)
            )
            del self.followed[earlier]

    @rule(number=NUMBER, to=NUMBER, is_taken_back=st.booleans())
    def move_lines(self, number, to, is_taken_back):
        """If there are any; of those to a story of some number."""
        before = self.texts()
        led_to = re.findall(r'data-interesting="(\d+)"', " ".join(t[-1] for t in before.values()))
        led_to = sorted(Article.objects.filter(pk__in=led_to), key=attrgetter("pk"))
        if not led_to:
            return
        article, other = led_to[number % len(led_to)], self.article(to)
        with suppress(publishing.NothingToMove), self.quietly():
            moved = publishing.move_lines(article, to=other)
            for pk, texts in self.texts().items():
                led = [led_elsewhere(text, article, other) for text in before[pk]]
                assert texts in (before[pk], led)
                is_other = pk == other.pk  # which does not lead to itself
                assert is_other or leads(texts, other) or not leads(texts, article)
            if is_taken_back:
                publishing.move_lines_back(moved)
                assert self.texts() == before

    @rule(number=NUMBER)
    def take_back_what_moved(self, number):
        if open_acts := MovedLines.objects.filter(taken_back_at=None):
            with self.quietly():
                publishing.move_lines_back(open_acts[number % len(open_acts)])

    @rule(
        number=NUMBER,
        others=st.lists(NUMBER, min_size=1, max_size=3),
        is_taken_back=st.booleans(),
    )
    def let_an_older_story_lead_to_it(self, number, others, is_taken_back):
        """One or several of those proposed, for which there is room now."""
        article = self.live(number)
        if article is None:
            return
        lives = self.reckoned().lives
        live = lives.pop(article.pk)
        old = [
            edition.article
            for edition in lives.values()
            if edition.published_at < live.published_at and edition.language == live.language
        ]
        tags = tuple(live.tags.values_list("name", flat=True))
        for other in {old[other % len(old)] for other in others if old}:
            publishing.publish(change_article(other, body=AT_LENGTH, tags=tags), quiet=True)
        proposed = publishing.proposals(article)[: len(others)]
        if not proposed:
            return
        before = self.texts()
        chosen = {proposal.source: proposal.place.before for proposal in proposed}
        with self.quietly():
            accepted = publishing.accept(article, chosen=chosen)
            assert not accepted.skipped
            for pk, texts in self.texts().items():
                assert leads(texts, article) if pk in chosen else texts == before[pk]
            if is_taken_back:
                publishing.take_back(accepted.act)
                assert self.texts() == before

    @rule(number=NUMBER)
    def take_back_what_was_accepted(self, number):
        if open_acts := AcceptedLines.objects.filter(taken_back_at=None):
            with self.quietly():
                publishing.take_back(open_acts[number % len(open_acts)])

    @rule(number=NUMBER, other=NUMBER, is_published=st.booleans())
    def refuse_lines(self, number, other, is_published):
        """One that it has by itself, if there is any; else one that it might get."""
        automatic = [
            (edition.article, int(to))
            for edition in self.reckoned().lives.values()
            for to in re.findall(r'="(\d+)" data-origin="automatic"', edition.body)
        ]
        article, to = self.article(number), self.article(other).pk
        if automatic:
            article, to = automatic[number % len(automatic)]
        with self.quietly():
            assert publishing.refuse_lines(article, targets=[to]) == bool(automatic)
        self.refused.add((article.pk, to))
        if is_published:
            publishing.publish(article)

    @rule(number=NUMBER, is_published=st.booleans())
    def allow_lines_again(self, number, is_published):
        if not self.refused:
            return
        source, to = sorted(self.refused)[number % len(self.refused)]
        self.refused.discard((source, to))
        with self.exactly():
            if article := Article.objects.filter(pk=source).first():
                refused = Article.objects.filter(pk=to).exists()  # else it went with its story
                assert publishing.allow_lines(article, targets=[to]) == refused
        if article and is_published:
            publishing.publish(article)

    @rule(number=NUMBER, to=NUMBER, how=st.sampled_from(["move", "follow"]))
    def withdraw_and_lead_elsewhere(self, number, to, how):
        article, other = self.live(number), self.live(to)
        if article is None:
            return
        with suppress(publishing.NothingToMove, publishing.NotAFollowUp), transaction.atomic():
            if how == "move":
                publishing.move_lines(article, to=other)
            else:
                publishing.declare_follow_up(other, follows=article)
                self.followed[article.pk] = other.pk
            publishing.withdraw(article)

    # Acts on what is beside the stories

    @rule(numbers=st.tuples(st.integers(0, 2), st.integers(0, 2)))
    def merge_tags(self, numbers):
        one, other = map(self.tag, numbers)
        if one and one != other:
            self.heirs[one.pk] = other.pk
            publishing.merge_tags(one, into=other)

    @rule(number=st.integers(0, 2), is_gone=st.booleans())
    def rename_or_remove_a_tag(self, number, is_gone):
        if not (tag := self.tag(number)):
            return
        if is_gone:
            publishing.remove(tag)
        else:
            self.count += 1
            tag.name = f"Renamed {self.count}"
            publishing.change(tag)

    @rule(number=st.integers(0, 1), what=st.sampled_from(["name", "slug"]))
    def change_a_section(self, number, what):
        self.count += 1
        section = Section.objects.get(pk=self.sections[number].pk)
        setattr(section, what, f"changed-{self.count}")
        publishing.change(section)

    @rule(lines=LINES, is_live=st.booleans())
    def write_about_us(self, lines, is_live):
        self.count += 1
        page = StandingPage.objects.first()
        if page is None:
            make_page("About", body=self.body(lines), is_live=is_live)
        else:
            page.body, page.is_live = self.body(lines), is_live
            publishing.change_page(page, base_version=page.version)

    @rule()
    def remove_about_us(self):
        if page := StandingPage.objects.first():
            publishing.remove_page(page)

    @rule(
        labels=st.sampled_from([{}, {"ur": "مزید"}]),
        own=st.sampled_from(["Interesting", "Also"]),
        automatic=st.sampled_from([0, 1, 2]),
    )
    def change_the_publication(self, labels, own, automatic):
        publication = Publication.current()
        publication.labels, publication.interesting_label = labels, own
        publication.automatic_lines = automatic
        publishing.change(publication)

    # What must be true of them

    @contextmanager
    def quietly(self):
        """Nothing but lines becomes another: no date, no address, no place in a list."""
        before = self.facts()
        yield
        assert self.facts() == before

    def facts(self):
        names = ("path", "headline", "published_at", "revised_at", "section_id", "live_until")
        return {
            edition.article_id: [
                *(getattr(edition, name) for name in names),
                *edition.tag_rows.values_list("tag", "position"),
            ]
            for edition in self.reckoned().lives.values()
        }

    def texts(self):
        """Of each story: the working copy's, and that of what readers see or will see. Of pages
        of the desk: their one."""
        texts = {page: [page.body] for page in StandingPage.objects.all()}
        texts |= {article.pk: [article.body] for article in Article.objects.all()}
        editions = Edition.objects.filter(live_until__gt=self.moment).order_by("live_from", "pk")
        for edition in editions:
            if edition.live_from < edition.live_until:
                texts[edition.article_id].append(edition.body)
        return texts

    def reckoned(self):
        return Reckoned(self.moment, followed=self.followed, heirs=self.heirs)

    # What readers get

    def pages(self):
        for path, has_history in Edition.objects.values_list("path", "has_history"):
            yield from (path, f"{path}history/") if has_history else (path,)
        self.pages_of_the_desk |= {page.get_absolute_url() for page in StandingPage.objects.all()}
        yield from self.pages_of_the_desk
        yield from ("/", "/feed/", "/feed/atom/", "/feed/json/", "/sitemap-news.xml")
        for tag in Tag.objects.all():
            yield from (tag.get_absolute_url(), f"{tag.get_absolute_url()}feed/json/")
        for section in self.sections:
            yield from (section.get_absolute_url(), f"{section.get_absolute_url()}feed/atom/")
        yield f"{self.authors[0].get_absolute_url()}feed/"

    @invariant()
    def readers_see_the_lines_whose_stories_they_can_open(self):
        self.every_kept_page_is_true()
        reckoned = self.reckoned()
        self.nothing_is_kept_of_what_is_gone(reckoned)
        told = {
            edition.path: (
                reckoned.lines(edition.article_id, edition.language, edition.body),
                reckoned.links(edition.body),
            )
            for edition in reckoned.lives.values()
        }
        for edition in reckoned.lives.values():
            assert not reckoned.waiting(edition.article_id, edition.body)
            for source, to in self.refused:
                if source == edition.article_id:
                    assert f'"{to}" data-origin="automatic"' not in edition.body
        on_pages = dict(told)
        for page in StandingPage.objects.filter(is_live=True):
            lines = reckoned.lines(None, page.language, page.body)
            on_pages[page.get_absolute_url()] = lines, reckoned.links(page.body)
        stories = set(reckoned.by_path)
        for path in set(self.pages()):
            reply = self.reader.get(path)
            text = reply.body.decode()
            assert reply.status == 200 or path not in on_pages, path
            assert seen.stories_named(text) <= stories, path
            if reply.status == 301:
                where = reply["Location"]
                assert where.removesuffix("history/") in stories or where in on_pages
            elif reply.status == 200 and "feed/" in path:
                self.tells(reply.body, told, reckoned)
            elif reply.status == 200 and not path.endswith(".xml"):
                self.shows(text, *on_pages.get(path, ([], [])), reckoned)
        assert on_pages.keys() <= {path for path in on_pages if self.reader.get(path).status == 200}
        found = self.reader.get("/search/", "q=story").body.decode()
        assert seen.stories_named(found) <= stories
        self.moment += timedelta(milliseconds=7)

    @invariant()
    def the_desk_knows_to_which_stories_no_other_leads(self):
        reckoned = self.reckoned()
        texts = [(edition.article_id, edition.body) for edition in reckoned.lives.values()]
        pages = StandingPage.objects.filter(is_live=True).values_list("body", flat=True)
        texts += [(None, body) for body in pages]
        led_to = set().union(*(reckoned.led_to(*text) for text in texts))
        found = report.orphans(report.Window(at=self.moment)).rows
        assert {edition.article_id for edition in found} == reckoned.lives.keys() - led_to

    def nothing_is_kept_of_what_is_gone(self, reckoned):
        """Not even for when there is no database."""
        gone = Edition.objects.exclude(article__in=reckoned.lives)
        gone = set(gone.values_list("path", flat=True))
        for path in set(self.pages()):
            page = self.reader.store.find(name_at(path), "identity", 0)
            if page and page.stale_until > self.moment.timestamp():
                assert not gone & seen.stories_named(page.body.decode()), path

    def shows(self, html, lines, links, reckoned):
        assert seen.lines_on_page(html) == lines
        assert seen.links_in_text(html) == links
        assert seen.told_to_machines(html) == [line.path for line in lines]
        for path, headline in seen.headlines_listed(html):
            assert headline == reckoned.by_path[path].headline

    def tells(self, feed, told, reckoned):
        for path, (title, text) in seen.items_of(feed).items():
            assert 'href="/' not in text  # of no use in another program
            lines, links = told[path]
            assert title == reckoned.by_path[path].headline
            assert seen.lines_in_feed(text) == lines
            assert seen.links_in_text(text) == links


def led_elsewhere(text, article, other):
    """What a line says of itself was said of the one; only its label fits the other too."""

    def led(line):
        label = re.search(r' data-label="[^"]*"', line[2])
        words = escape(other.headline, quote=False)
        return f'<aside data-interesting="{other.pk}"{label[0] if label else ""}>{words}</aside>'

    return STORED_LINE.sub(lambda line: led(line) if line[1] == str(article.pk) else line[0], text)


def leads(texts, article):
    """Whether any of these texts has a line there."""
    return any(f'data-interesting="{article.pk}"' in text for text in texts)


PINNED, LABEL = ' data-pinned=""', ' data-label="Also"'


def a_day(m):
    """Every act, and each where it changes something for readers."""
    yield m.time_passes(seconds=61)
    yield m.schedule(number=2, minutes=5, length=0)
    yield m.write(
        lines=[(("story", 3), PINNED), (("waiting", 9), ""), (("link", 1), "")],
        tag="Sea",
        section=0,
        language="en",
        is_live=False,
    )
    yield m.schedule(number=7, minutes=20, length=30)
    yield m.write_about_us(
        lines=[(("story", 1), ""), (("tag", 0), ""), (("section", 0), "")], is_live=True
    )
    yield m.change_its_headline_alone(number=0)
    yield m.change_its_headline_alone(number=2)
    yield m.time_passes_until_a_page_ends(is_over=False)
    yield m.time_passes_until_a_page_ends(is_over=True)
    yield m.the_worker_tells_of_what_has_begun()
    yield m.withdraw(number=1)
    yield m.restore(number=1, version=0, is_published=True)
    yield m.withdraw(number=3)
    yield m.publish(number=3, is_quiet=False, minutes=0)
    yield m.change_and_publish(number=3, what="slug")
    yield m.change_and_publish(number=4, what="section")
    yield m.change_and_publish(number=6, what="language")
    yield m.change_and_publish(number=3, what="image")
    yield m.declare_a_follow_up(number=6, follows=4)
    yield m.declare_a_follow_up(number=7, follows=3)
    yield m.time_passes_until_a_page_ends(is_over=True)
    yield m.time_passes(seconds=1200)
    yield m.undo_a_follow_up(number=1)
    yield m.time_passes(seconds=3600)
    yield m.withdraw(number=6)
    yield m.undo_a_follow_up(number=0)
    yield m.say_otherwise(number=4, place=0, said="")
    yield m.say_otherwise(number=2, place=1, said=LABEL)
    yield m.translate(number=4, original=3, language="ar")
    yield m.write_other_lines(
        number=3,
        lines=[(("waiting", 11), ""), (("tag", 2), LABEL), (("section", 1), PINNED)],
        is_published=True,
    )
    yield m.write(
        lines=[(("link", 4), ""), (("story", 3), ""), (("story", 3), PINNED)],
        tag="Tides",
        section=1,
        language="en",
        is_live=True,
    )
    awaited = (("waiting", (m.count + 2) % STORIES), "")
    yield m.write_about_us(lines=[(("story", 1), ""), awaited, (("tag", 0), "")], is_live=True)
    yield m.change_and_publish(number=8, what="headline")
    yield m.merge_tags(numbers=(2, 1))
    yield m.move_lines(number=1, to=0, is_taken_back=True)
    yield m.move_lines(number=3, to=0, is_taken_back=True)
    yield m.move_lines(number=3, to=0, is_taken_back=False)
    yield m.take_back_what_moved(number=0)
    yield m.let_an_older_story_lead_to_it(number=6, others=[0, 1, 2], is_taken_back=True)
    yield m.let_an_older_story_lead_to_it(number=6, others=[2], is_taken_back=False)
    yield m.take_back_what_was_accepted(number=0)
    yield m.publish(number=5, is_quiet=True, minutes=2)
    yield m.refuse_lines(number=11, other=3, is_published=False)
    yield m.refuse_lines(number=0, other=3, is_published=True)
    yield m.allow_lines_again(number=0, is_published=True)
    yield m.publish(number=5, is_quiet=True, minutes=2)
    yield m.time_passes(seconds=61)
    yield m.time_passes(seconds=61)
    yield m.withdraw_and_lead_elsewhere(number=0, to=3, how="move")
    yield m.withdraw_and_lead_elsewhere(number=1, to=2, how="follow")
    yield m.correct(number=2, with_changes=True)
    yield m.import_a_story(number=3, line="Story, 5")
    yield m.rename_or_remove_a_tag(number=0, is_gone=False)
    yield m.rename_or_remove_a_tag(number=0, is_gone=True)
    yield m.change_a_section(number=0, what="name")
    yield m.change_a_section(number=1, what="slug")
    yield m.change_the_publication(labels={"ur": "مزید"}, own="Also", automatic=0)
    yield m.change_a_picture(number=0, what="digest")
    yield m.remove_about_us()


def test_on_a_day_of_all_acts_readers_see_the_lines_whose_stories_they_can_open(_plain_storage):
    with at_work(Lines) as newsroom:
        newsroom.a_newspaper()
        newsroom.readers_see_the_lines_whose_stories_they_can_open()
        for _ in a_day(newsroom):
            newsroom.readers_see_the_lines_whose_stories_they_can_open()
            newsroom.the_desk_knows_to_which_stories_no_other_leads()


def test_after_every_act_readers_see_the_lines_whose_stories_they_can_open(_plain_storage):
    run(Lines, name="LINES", examples=4, steps=16)
