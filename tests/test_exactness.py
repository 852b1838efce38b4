"""Whatever the newsroom does, each stored page is what a fresh render would be, and no page that
has nothing to do with it is gone.

Longer: ``STATE_EXAMPLES=25 STATE_STEPS=30 pytest tests/test_exactness.py``.
"""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from articles import importers, publishing
from articles.body import find_references
from articles.models import (
    Article,
    Author,
    Edition,
    Publication,
    Section,
    Series,
    Spoil,
    StandingPage,
    Tag,
)

from .builders import (
    change_article,
    interesting,
    make_article,
    make_author,
    make_image,
    make_live,
    make_page,
    make_section,
    make_series,
)
from .machine import FEEDS, LINES, NUMBER, TAGS, Machine, run
from .surfaces import address_of

pytestmark = pytest.mark.django_db


class Everything(Machine):
    @initialize()
    def a_newspaper(self):
        self.sections = [make_section(name) for name in ("World", "Sport")]
        self.authors = [make_author(name) for name in ("Ada Quill", "Ben Reed")]
        self.images = [make_image(digest * 64) for digest in "01"]
        self.series = [make_series(title) for title in ("Water", "Stone")]
        make_page("About", body="<p>About us.</p>")
        far = {"section": make_section("Far"), "tags": ("Far",), "authors": (make_author("Far"),)}
        alone = make_live(headline="Far away", **far)
        self.elsewhere = {address_of(alone)}
        for thing in (far["section"], far["authors"][0], alone.tags.get()):
            self.elsewhere |= {f"{thing.get_absolute_url()}{feed}" for feed in FEEDS}
        self.publish_new(0, 0, "Floods", "")
        self.publish_new(1, 1, "Tides", "Story 1")
        self.publish_new(0, 1, "Floods", "Story 7")

    @rule(
        section=st.integers(0, 1),
        author=st.integers(0, 1),
        tag=st.sampled_from(TAGS),
        points_at=st.sampled_from(["", "Story 1", "Story 2", "Story 7"]),
    )
    def publish_new(self, section, author, tag, points_at):
        self.count += 1
        found = Article.objects.filter(headline=points_at).first() or points_at
        line = interesting(found) if points_at else ""
        link = f'<p>See <a data-article="{found.pk}">it</a>.</p>' if hasattr(found, "pk") else ""
        image = self.images[self.count % 2]
        figure = f'<figure data-image="{image.pk}"></figure>' if self.count % 3 else ""
        make_live(
            headline=f"Story {self.count}",
            section=self.sections[section],
            authors=(self.authors[author],),
            tags=(tag,),
            lead_image=image if self.count % 4 == 0 else None,
            body=f"<p>One.</p>{line}<p>Two.</p>{link}{figure}<p>End.</p>",
        )

    @rule(
        number=NUMBER,
        what=st.sampled_from(["headline", "standfirst", "slug", "body"]),
        quiet=st.booleans(),
    )
    def change_and_publish(self, number, what, quiet):
        self.count += 1
        value = {"body": f"<p>Text {self.count}.</p><p>More.</p>", "slug": f"slug-{self.count}"}
        article = change_article(
            self.article(number), **{what: value.get(what, f"Story {self.count} {what}")}
        )
        publishing.publish(article, quiet=quiet)

    @rule(number=NUMBER, lines=LINES)
    def write_lines(self, number, lines):
        self.count += 1
        publishing.publish(change_article(self.article(number), body=self.body(lines)))

    @rule(number=NUMBER, tags=st.lists(st.sampled_from(TAGS), unique=True))
    def tag_it_otherwise(self, number, tags):
        publishing.publish(change_article(self.article(number), tags=tuple(tags)))

    @rule(number=NUMBER, lines=LINES)
    def save_what_no_reader_sees(self, number, lines):
        self.count += 1
        last = Spoil.objects.last()
        change_article(self.article(number), headline=f"Unseen {self.count}", body=self.body(lines))
        assert Spoil.objects.last() == last

    @rule(days=st.sampled_from([1, 3, 40, 400]), section=st.integers(0, 1))
    def publish_with_an_old_date(self, days, section):
        self.count += 1
        make_live(
            at=self.moment - timedelta(days=days),
            headline=f"Story {self.count}",
            section=self.sections[section],
            tags=TAGS[section:],
        )

    @rule(number=NUMBER, section=st.integers(0, 1), author=st.integers(0, 1))
    def move_to_another_section_and_byline(self, number, section, author):
        article = change_article(
            self.article(number),
            section=self.sections[section],
            authors=(self.authors[author],),
            tags=("Sea", "Tides")[: author + 1],
        )
        publishing.publish(article)

    @rule(number=NUMBER, series=st.sampled_from([0, 1, None]), part=st.integers(1, 9))
    def change_its_part_of_a_series(self, number, series, part):
        article = self.article(number)
        series = None if series is None else self.series[series]
        with suppress(ValidationError):  # another story is that part
            publishing.publish(change_article(article, series=series, part=part, note=f"{part}"))

    @rule(
        numbers=st.dictionaries(st.integers(0, 6), st.integers(0, 9), max_size=4),
        minutes=st.sampled_from([0, 5, 90]),
        sections=st.integers(0, 3),
    )
    def arrange_the_front_page(self, numbers, minutes, sections):
        until = {"until": self.later(minutes)} if minutes else {}
        stories = {self.article(number): position for position, number in numbers.items()}
        publishing.arrange_front(
            {position: publishing.Placed(story, **until) for story, position in stories.items()},
            sections=[*self.sections, *Section.objects.filter(name="Far")][:sections],
        )

    @rule(number=st.sampled_from([None, 0, 3]), minutes=st.sampled_from([0, 1, 60]))
    def break_news(self, number, minutes):
        self.count += 1
        story = None if number is None else self.article(number)
        until = self.later(minutes) if minutes else None
        publishing.break_news(f"News {self.count}", article=story, until=until)

    @rule()
    def end_breaking_news(self):
        publishing.end_breaking_news()

    @rule(number=NUMBER, image=st.sampled_from([0, 1, None]))
    def replace_the_picture(self, number, image):
        self.count += 1
        image = None if image is None else self.images[image]
        publishing.publish(
            change_article(self.article(number), lead_image=image, note=f"Picture {self.count}")
        )

    @rule(
        number=st.integers(0, 2),
        what=st.sampled_from(["title", "body", "is_live", "slug"]),
        points_at=NUMBER,
    )
    def change_a_page_of_the_desk(self, number, what, points_at):
        self.count += 1
        pages = StandingPage.objects.order_by("pk")
        if not pages:
            return
        page = pages[number % len(pages)]
        changes = {
            "title": f"About {self.count}",
            "body": f"<p>{self.count}</p>{interesting(self.article(points_at))}<p>More.</p>"
            + f'<figure data-image="{self.images[0].pk}"></figure>' * (points_at % 2),
            "is_live": not page.is_live,
            "slug": f"about-{self.count % 4}",  # so that addresses go from one to another
        }
        setattr(page, what, changes[what])
        publishing.change_page(page, base_version=page.version)
        self.is_site_wide = what != "body"

    @rule()
    def write_a_page_at_the_desk(self):
        self.count += 1
        make_page(f"Page {self.count}", slug=f"about-{self.count % 4}")
        self.is_site_wide = True

    @rule()
    def remove_a_page_of_the_desk(self):
        if page := StandingPage.objects.order_by("-pk").first():
            publishing.remove_page(page)
            self.is_site_wide = True

    @rule(numbers=st.tuples(st.integers(0, 2), st.integers(0, 2)))
    def merge_tags(self, numbers):
        tags = list(Tag.objects.exclude(name="Far").order_by("pk"))
        one, other = (tags[number % len(tags)] for number in numbers)
        if one != other and len(tags) > 1:
            publishing.merge_tags(one, into=other)

    @rule(minutes=st.integers(1, 90))
    def schedule_new(self, minutes):
        self.count += 1
        article = make_article(headline=f"Story {self.count}", section=self.sections[0])
        publishing.publish(article, at=self.later(minutes))

    @rule(
        kind=st.sampled_from([Section, Author, Tag, Series]),
        number=st.integers(0, 3),
        what=st.sampled_from(["name", "slug", "more"]),
    )
    def change_a_noun(self, kind, number, what):
        self.count += 1
        name = "title" if kind is Series else "name"
        things = kind.objects.exclude(**{name: "Far"}).order_by("pk")
        thing = things[number % things.count()]
        what = name if what == "name" else what
        if what == "more":
            what = "role" if kind is Author else "description"
        setattr(thing, what, f"changed-{self.count}")
        publishing.change(thing)
        self.is_site_wide = kind is Section

    @rule(kind=st.sampled_from([Section, Author, Tag, Series]))
    def add_a_noun(self, kind):
        self.count += 1
        publishing.change(kind(**{"title" if kind is Series else "name": f"New {self.count}"}))
        self.is_site_wide = kind is Section

    @rule(kind=st.sampled_from([Section, Author, Tag, Series]), number=st.integers(0, 3))
    def remove_a_noun(self, kind, number):
        needed = [*self.sections, *self.authors, *self.series]
        needed = [thing.pk for thing in needed if isinstance(thing, kind)]
        name = "title" if kind is Series else "name"
        things = kind.objects.exclude(pk__in=needed).exclude(**{name: "Far"}).order_by("pk")
        if things:
            with suppress(ProtectedError):
                publishing.remove(things[number % len(things)])
                self.is_site_wide = kind is Section

    @rule(number=st.integers(0, 1))
    def move_a_section_in_the_navigation(self, number):
        self.count += 1
        section = Section.objects.get(pk=self.sections[number].pk)
        section.position = self.count
        publishing.change(section)
        self.is_site_wide = True

    @rule(number=st.integers(0, 1), image=st.sampled_from([0, 1, None]))
    def change_a_portrait(self, number, image):
        author = Author.objects.get(pk=self.authors[number].pk)
        author.portrait = None if image is None else self.images[image]
        publishing.change(author)

    @rule(image=st.sampled_from([0, 1, None]))
    def change_the_logo(self, image):
        publication = Publication.current()
        publication.logo = None if image is None else self.images[image]
        publishing.change(publication)
        self.is_site_wide = True

    @rule(
        change=st.sampled_from(
            [
                {"name": "The Post"},
                {"tagline": "Daily"},
                {"automatic_lines": 2},
                {"interesting_label": "See also"},
                {"labels": {"ur": "مزید", "de": "Mehr"}},
                {"time_zone": "Asia/Karachi"},
                {"language": "de"},
            ]
        )
    )
    def change_the_publication(self, change):
        publication = Publication.current()
        for name, value in change.items():
            setattr(publication, name, value)
        publishing.change(publication)
        self.is_site_wide = True

    @rule(number=st.integers(1, 8))
    def import_a_story(self, number):
        self.count += 1
        record = importers.Record(
            location=f"/archive/{number}",
            digest=f"{self.count:064}",
            headline=f"Story {number}",
            body=f"<p>From the archive, {self.count}.</p>",
        )
        importers.keep(
            record, section=self.sections[0], author=self.authors[0], tags=("Sea",), publish=True
        )

    @invariant()
    def every_picture_of_a_live_story_is_written_down(self):
        for edition in Edition.objects.live().prefetch_related("picture_uses"):
            shown = {*find_references(edition.body).images, edition.lead_image_id} - {None}
            assert {use.image_id for use in edition.picture_uses.all()} == shown

    @invariant()
    def every_page_is_what_a_fresh_render_would_be(self):
        self.every_kept_page_is_true()
        self.read_everything()
        self.moment += timedelta(milliseconds=7)


def test_after_every_act_every_page_is_what_a_fresh_render_would_be(_plain_storage):
    run(Everything, name="STATE", examples=2, steps=14)
