"""A newsroom that does anything in any order, and a page store that must stay true all the while.

``Machine`` is what state machines about it share (test_exactness.py, test_interesting_machine.py):
the clock, the site, the acts that concern every page, and what must hold after each act.

A new kind of act is one more ``@rule`` of the machine that it concerns, or of ``Machine``: call the
verb, suppress what it may refuse. If every page shows what it changes, set ``is_site_wide``. A new
kind of page is one more address from ``pages``; all are read after each act, with the older pages
that they lead to, and looked at after the next. ``elsewhere`` are pages with which no act has
anything to do. ``run`` runs a machine; it runs the same sequences each time unless its size is set.
"""

import os
import re
import time
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from difflib import unified_diff
from html import escape
from itertools import chain
from types import SimpleNamespace
from unittest import mock
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from articles import publishing
from articles.models import (
    Article,
    Author,
    BreakingNews,
    Edition,
    FollowUp,
    FrontSlot,
    Image,
    MovedLines,
    Publication,
    Section,
    Series,
    StandingPage,
    Tag,
)
from articles.public import front as front_module
from articles.public import lists
from articles.public.page import LONGEST_SECONDS
from articles.public.sitemaps import IS_NEWS_FOR
from newsroom import serving
from newsroom.pagestore import pages as pages_module
from newsroom.pagestore import store as store_module
from newsroom.pagestore import wsgi as wsgi_module
from newsroom.serving import renewal, site

from .builders import change_article
from .reader import Reader

FEEDS = ("", *serving.FEEDS)
INSTANT = timedelta(milliseconds=1)
TAGS = ("Floods", "Tides", "Sea")

NUMBER = st.integers(0, 11)  # of a story, counted round
LINE = st.one_of(
    st.tuples(st.just("story"), NUMBER),
    st.tuples(st.just("waiting"), NUMBER),
    st.tuples(st.sampled_from(["tag", "section"]), st.integers(0, 1)),
    st.tuples(st.just("link"), NUMBER),  # within the text
)
SAID = st.sampled_from(
    ["", "", ' data-label="Also"', ' data-pinned=""', ' data-origin="suggestion"']
)
AT_LENGTH = "".join(  # a text with room for three lines
    f"<p>{' '.join([word] * 130)}</p>" for word in "tide wall boat pier crew storm".split()
)
LINES = st.lists(st.tuples(LINE, SAID), max_size=4)


class Machine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.stack = ExitStack()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.moment = timezone.now().replace(microsecond=300_000)
        self.began = self.moment
        self.stack.enter_context(mock.patch("django.utils.timezone.now", lambda: self.moment))
        clock = SimpleNamespace(
            time=lambda: self.moment.timestamp(),
            monotonic=time.monotonic,
            time_ns=time.time_ns,
            sleep=time.sleep,
        )
        for module in (wsgi_module, pages_module, store_module, renewal, site):
            self.stack.enter_context(mock.patch.object(module, "time", clock))
        self.stack.enter_context(short_lists())
        self.reader = Reader()
        self.count, self.count_of_acts = 0, 0
        self.homes, self.pages_of_the_desk, self.elsewhere = {"/"}, set(), set()
        self.is_site_wide = False

    def teardown(self):
        self.reader.close()
        self.stack.close()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    # The newsroom

    def article(self, number):
        articles = Article.objects.exclude(headline="Far away").order_by("pk")
        return articles[number % articles.count()]

    def live(self, number):
        """Of the stories that readers see; None if they see none."""
        lives = Article.objects.filter(editions__in=Edition.objects.live(at=self.moment))
        lives = lives.exclude(headline="Far away").order_by("pk")
        return lives[number % lives.count()] if lives else None

    def tag(self, number):
        tags = Tag.objects.exclude(name="Far").order_by("pk")
        return tags[number % tags.count()] if tags else None

    def later(self, minutes):
        return self.moment + timedelta(minutes=minutes)

    def body(self, lines):
        """A text with these LINES between its paragraphs."""
        parts = [f"<p>Text {self.count}.</p>"]
        for (kind, number), said in lines:
            target, words = "", f"Story {number}"
            if kind == "link":
                article = self.article(number)
                parts.append(f'<p>See <a data-article="{article.pk}">words {number}</a>.</p>')
                continue
            if kind == "story":
                target, words = self.article(number).pk, escape(self.article(number).headline)
            elif kind == "tag" and self.tag(number):
                target, words = f"tag-{self.tag(number).pk}", "Latest"
            elif kind == "section":
                target, words = f"section-{self.sections[number].pk}", ""
            parts.append(f'<aside data-interesting="{target}"{said}>{words}</aside><p>More.</p>')
        return "".join(parts)

    @contextmanager
    def exactly(self):
        """Around an act for which no page may be thrown away that would look the same again."""
        self.reader.drain()  # what was to be said before
        fresh = set(self.reader.store.names())
        yield
        gone = fresh.intersection(self.reader.drain()[0])
        for name in gone:
            before = self.reader.store.find(name, "identity", 0)
            now = self.reader.application.pages.render(name)
            assert (int(before.status[:3]), before.body) != (now.status, now.body), name

    # Acts

    @rule(number=NUMBER, minutes=st.integers(1, 90), length=st.integers(0, 60))
    def schedule(self, number, minutes, length):
        article = self.article(number)
        if article.editions.once_live(at=self.moment).exists():
            article = change_article(article, standfirst=f"From minute {minutes} on")
        publishing.publish(
            article, at=self.later(minutes), until=self.later(minutes + length) if length else None
        )

    @rule(number=NUMBER)
    def withdraw(self, number):
        with suppress(publishing.NotLive):
            publishing.withdraw(self.live(number) or self.article(number))

    @rule(number=NUMBER, with_changes=st.booleans())
    def correct(self, number, with_changes):
        with suppress(publishing.BadMoment):  # it has just begun
            if article := self.live(number):
                publishing.correct(
                    article, kind="correction", text="It was Tuesday.", with_changes=with_changes
                )

    @rule(number=NUMBER, version=st.integers(0, 5), is_published=st.booleans())
    def restore(self, number, version, is_published):
        article = self.article(number)
        revision = article.revisions.order_by("version")[version % article.revisions.count()]
        with suppress(ValidationError):  # what it says is no longer possible
            publishing.restore(article, revision=revision, base_version=article.version)
            if is_published:
                publishing.publish(self.article(number))

    @rule(number=NUMBER, original=NUMBER, language=st.sampled_from("en ur ar".split()))
    def translate(self, number, original, language):
        article, original = self.article(number), self.article(original)
        with suppress(ValidationError):  # that is no translation
            changes = {"translation_of": original, "language": language}
            publishing.publish(change_article(article, **changes))

    @rule(number=NUMBER, follows=NUMBER)
    def declare_a_follow_up(self, number, follows):
        with suppress(publishing.NotAFollowUp):
            publishing.declare_follow_up(self.article(number), follows=self.article(follows))

    @rule()
    def undo_a_follow_up(self):
        if row := FollowUp.objects.filter(distance=1).order_by("-pk").first():
            publishing.undo_follow_up(row.follow_up, follows=row.story)

    @rule(number=NUMBER, to=NUMBER)
    def move_lines(self, number, to):
        with suppress(publishing.NothingToMove):
            publishing.move_lines(self.article(number), to=self.article(to))

    @rule()
    def take_back_what_moved(self):
        if moved := MovedLines.objects.filter(taken_back_at=None).first():
            publishing.move_lines_back(moved)

    @rule(number=NUMBER, other=NUMBER, is_taken_back=st.booleans())
    def let_an_older_story_lead_to_it(self, number, other, is_taken_back):
        article, older = self.live(number), self.article(other)
        if article and article != older:
            change_article(older, body=AT_LENGTH, tags=tuple(article.tags.names()))
            publishing.publish(older)
            found = publishing.proposals(article)
            if found:
                chosen = {proposal.source: proposal.place.before for proposal in found}
                act = publishing.accept(article, chosen=chosen).act
                if is_taken_back:
                    publishing.take_back(act)

    @rule(number=NUMBER, to=NUMBER)
    def refuse_lines(self, number, to):
        publishing.refuse_lines(self.article(number), targets=[self.article(to).pk])

    @rule(
        number=st.integers(0, 1),
        what=st.sampled_from(["alt", "caption", "credit", "focal_x", "digest"]),
    )
    def change_a_picture(self, number, what):
        self.count += 1
        image = self.images[number % len(self.images)]
        image.refresh_from_db()
        values = {"focal_x": self.count % 10 / 10, "digest": f"{self.count:064}"}
        setattr(image, what, values.get(what, f"{what} {self.count}"))
        publishing.change(image)
        self.is_site_wide = Publication.current().logo_id == image.pk

    @rule()
    def the_worker_tells_of_what_has_begun(self):
        publishing.announce()

    @rule(seconds=st.sampled_from([1, 20, 61, 600, 3600, 5400]))
    def time_passes(self, seconds):
        self.moment += timedelta(seconds=seconds)

    @rule(is_over=st.booleans())
    def time_passes_until_a_page_ends(self, is_over):
        """To just before, when it must still be true as all others are, or just after."""
        ends = min((page.fresh_until for page in self.kept()), default=0)
        end = datetime.fromtimestamp(ends, UTC)
        end += timedelta(seconds=1) if is_over else -INSTANT
        self.moment = max(self.moment, end)

    # What readers get

    def pages(self):
        """Every address at which there is something to be stored, or once was."""
        for model in (Section, Tag, Author, Series):
            self.homes |= {thing.get_absolute_url() for thing in model.objects.all()}
        self.pages_of_the_desk |= {page.get_absolute_url() for page in StandingPage.objects.all()}
        yield from self.pages_of_the_desk
        yield from (f"{home}{feed}" for home in self.homes for feed in FEEDS)
        yield from serving.FOR_MACHINES
        zone = ZoneInfo(Publication.current().time_zone)
        for path, at in Edition.objects.values_list("path", "published_at").distinct():
            yield from (path, f"{path}history/", f"/sitemap-{at:%Y-%m}.xml")
            yield from serving.paths_in_archive(at, zone)
        yield from (f"/media/{pk}/" for pk in Image.objects.values_list("pk", flat=True))
        for article in Article.objects.values_list("pk", flat=True):
            yield f"/media/share/{article}/"

    def read_everything(self):
        for path in set(self.pages()):
            self.read(path)

    def read(self, path):
        """The page, the older ones that it leads to, and the versions of which it tells."""
        query, pages = "", 0
        while query is not None and pages < 4:
            said = self.reader.get(path, query)
            older = re.search(rb'rel="next" href="[^"?]*\?([^"]+)"', said.body)
            query, pages = older and older[1].decode(), pages + 1
        if path.endswith("/history/"):
            for version in set(re.findall(rb'href="([^"]*/history/\d+/)"', said.body)):
                self.reader.get(version.decode())

    def kept(self):
        """The stored pages that readers get now."""
        find, now = self.reader.store.find, self.moment.timestamp()
        return [find(name, "identity", now) for name in self.reader.store.names()]

    def every_kept_page_is_true(self):
        """To be called after each act, before anything is read."""
        self.count_of_acts += 1
        gone, _ = self.reader.renew() if self.count_of_acts % 2 else self.reader.drain()
        kept, moments = self.reader.store.names(), self.moments()
        for name in kept:
            page = self.reader.store.find(name, "identity", self.moment.timestamp())
            fresh = self.reader.application.pages.render(name)
            assert int(page.status[:3]) == fresh.status, name
            assert page.body == fresh.body, (name, difference(page.body, fresh.body))
            location = dict(page.headers).get("Location", "")
            assert location == "".join(fresh.all("location")), name
            is_longest = page.fresh_until - page.stored_at > LONGEST_SECONDS - 1
            assert is_longest or int(page.fresh_until) in moments, name
        self.what_has_nothing_to_do_with_it_is_still_there(kept, gone)
        self.is_site_wide = False

    def moments(self):
        """When anything begins or ends, in whole seconds and the one before: a page ends no sooner
        than it must."""
        editions = Edition.objects.values_list("live_from", "live_until", "published_at")
        ends = [(begin, end, published + IS_NEWS_FOR) for begin, end, published in editions]
        for model in (FrontSlot, BreakingNews):
            ends.append(model.objects.values_list("ends_at", flat=True))
        seconds = {int(moment.timestamp()) for moment in chain.from_iterable(ends)}
        return seconds | {second - 1 for second in seconds}

    def what_has_nothing_to_do_with_it_is_still_there(self, kept, gone):
        elsewhere = {serving.name_at(path) for path in self.elsewhere}
        within_reach = self.moment - self.began < timedelta(days=6)
        has_been_read = self.reader.site.application.counts["renders"]
        if not self.is_site_wide and has_been_read and within_reach:
            assert elsewhere <= set(kept)
            assert not elsewhere & set(gone)  # nor was it rendered again


def difference(*bodies):
    lines = unified_diff(*(body.decode().splitlines() for body in bodies), lineterm="", n=0)
    return "\n".join(lines)


@contextmanager
def short_lists():
    """Lists of three stories, so that those of a few pages have older ones."""
    queries = (lists._stories, front_module._stories)

    def forget():  # the SQL that has the number in it
        for query in queries:
            query._statements.clear()

    forget()
    with mock.patch.object(lists, "PER_PAGE", 3):
        yield
    forget()


@contextmanager
def at_work(machine):
    """One of these, for whoever says what it does."""
    newsroom = machine()
    try:
        yield newsroom
    finally:
        newsroom.teardown()


def run(machine, *, name, examples, steps):
    """``machine``, as often and as long as NAME_EXAMPLES and NAME_STEPS of the environment say."""
    assert connection.in_atomic_block
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get(f"{name}_EXAMPLES", examples)),
            stateful_step_count=int(os.environ.get(f"{name}_STEPS", steps)),
            deadline=None,
            derandomize=f"{name}_EXAMPLES" not in os.environ,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
