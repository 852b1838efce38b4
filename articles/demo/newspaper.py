import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from articles import media, publishing
from articles.body import paragraphs_to_html
from articles.models import Article, Author, Publication, Section, Series, Source, StandingPage, Tag

from .pictures import draw

FOLDER = Path(__file__).parent
_NAMED = re.compile(r'data-image="([a-z]+)"')
_LED = re.compile(r'data-interesting="(story|tag):([^"]+)"')
LOCATION = "demo:"  # how the Source of a demo story begins


@dataclass(frozen=True)
class Story:
    location: str
    front: dict  # the TOML block of the file
    text: str

    @property
    def age(self) -> timedelta:
        return timedelta(hours=self.front["age_hours"])


def is_wanted() -> bool:
    """Whether the database is empty, but for what an interrupted run left behind."""
    own = Article.objects.filter(source__location__startswith=LOCATION)
    return not Publication.objects.exists() and own.count() == Article.objects.count()


def make(*, now: datetime | None = None) -> Iterator[tuple[int, int, str]]:
    """Make the demo publication; yields (done, all, headline) after each story.

    Stories are as old as they say at ``now`` (aware, default the present). The publication's row
    comes last: it says that the demo is complete.
    """
    now = now or timezone.now()
    plan = tomllib.loads((FOLDER / "publication.toml").read_text(encoding="utf-8"))
    for position, columns in enumerate(plan.pop("sections")):
        _keep(Section, columns | {"position": position})
    for columns in plan.pop("authors"):
        _keep(Author, columns)
    for columns in plan.pop("series"):
        _keep(Series, columns)
    front, pages = plan.pop("front"), plan.pop("pages")
    stories = sorted(_stories(), key=lambda story: story.age, reverse=True)
    for number, story in enumerate(stories, start=1):
        if not Source.objects.filter(location=story.location).exists():
            _tell(story, now)
        yield number, len(stories), story.front["headline"]
    if not Publication.objects.exists():
        _open(plan, front, pages)


@transaction.atomic
def _open(columns, front, pages):
    """The front page as its editors arranged it, the standing pages, and the publication."""
    stories = [_told(name) for name in front]
    publishing.arrange_front({n: publishing.Placed(story) for n, story in enumerate(stories)})
    publishing.change(Publication(**columns))
    for position, page in enumerate(pages):
        page = StandingPage(**page | {"body": paragraphs_to_html(page["body"])}, position=position)
        publishing.change_page(page, base_version=0)


def _told(name):
    """The story of the file ``name``, which was told before."""
    return Article.objects.get(source__location=f"{LOCATION}{name}")


def _stories():
    for file in sorted((FOLDER / "stories").glob("*.txt")):
        _, front, text = file.read_text(encoding="utf-8").split("+++\n", 2)
        yield Story(f"{LOCATION}{file.stem}", tomllib.loads(front), text)


def _keep(model, columns):
    if not model.objects.filter(slug=columns["slug"]).exists():
        publishing.change(model(**columns))


def _tell(story, now):
    front = story.front
    lead_image = _picture(front["picture"], seed=front["headline"]) if "picture" in front else None
    body = _body(story)
    authors = {author.slug: author for author in Author.objects.filter(slug__in=front["authors"])}
    with transaction.atomic():
        article = publishing.save(
            Article(),
            base_version=0,
            headline=front["headline"],
            standfirst=_as_it_was(front["standfirst"], story),
            language=front["language"],
            section=Section.objects.get(slug=front["section"]),
            authors=tuple(authors[slug] for slug in front["authors"]),
            tags=tuple(front["tags"]),
            lead_image=lead_image,
            body=_as_it_was(body, story),
            note=front.get("note", ""),
            series=Series.objects.get(slug=front["series"]) if "series" in front else None,
            part=front.get("part"),
            translation_of=_told(front["translation_of"]) if "translation_of" in front else None,
            is_in_review=front["state"] == "in_review",
        )
        Source.objects.create(
            article=article,
            location=story.location,
            digest=hashlib.sha256(story.text.encode()).hexdigest(),
            version=article.version,
        )
        if front["state"] != "in_review":
            publishing.publish(article, at=now - story.age)
        for correction in front.get("corrections", ()):
            if "was" in correction:
                article = publishing.save(
                    article,
                    base_version=article.version,
                    standfirst=front["standfirst"],
                    body=body,
                )
                Source.objects.filter(article=article).update(version=article.version)
            at = now - story.age + timedelta(hours=correction["hours_after"])
            publishing.correct(
                article,
                kind=correction["kind"],
                text=correction["text"],
                at=min(at, now),
                with_changes="was" in correction,
            )
        if front["state"] == "withdrawn":
            publishing.withdraw(article, reason="Withdrawn to show what readers see then")


def _body(story):
    """The text of a story: plain paragraphs, and those in HTML that begin with a tag.

    A picture in it is named as in the front matter: ``<figure data-image="quay">``. A line may lead
    to ``story:FILE`` or to the latest of ``tag:SLUG``, both told before.
    """
    pictures = {
        columns["name"]: _picture(columns, seed=story.location + columns["name"])
        for columns in story.front.get("pictures", ())
    }
    parts = [
        part if part.lstrip().startswith("<") else paragraphs_to_html(part)
        for part in re.split(r"\n\n+", story.text)
    ]
    text = _NAMED.sub(lambda name: f'data-image="{pictures[name[1]].pk}"', "".join(parts))
    return _LED.sub(lambda line: f'data-interesting="{_target(*line.groups())}"', text)


def _target(kind, name):
    if kind == "story":
        return _told(name).pk
    return f"tag-{Tag.objects.get(slug=name).pk}"


def _as_it_was(text, story):
    """``text`` with the words that corrections took out of it."""
    for correction in story.front.get("corrections", ()):
        for words, before in correction.get("was", {}).items():
            text = text.replace(words, before)
    return text


def _picture(columns, *, seed):
    drawn = draw(columns["scene"], seed=int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4]))
    buffer = BytesIO()
    drawn.save(buffer, "JPEG", quality=88)
    return media.take_in(
        ContentFile(buffer.getvalue(), name=f"{columns['scene']}.jpg"),
        alt=columns["alt"],
        caption=columns["caption"],
        credit=columns["credit"],
    )
