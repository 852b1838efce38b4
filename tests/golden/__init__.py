"""Stories of which it is known where they should lead, and how often the desk's suggestions agree.

The figure: of the first three suggestions, those that a careful editor chose too, as a share of
three or of as many as the editor chose, if these were fewer; over all stories that should lead
anywhere. 1 means that every story's first suggestions are all good.
"""

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from articles import publishing
from articles.links.suggest import Story, candidates
from articles.models import Article, Section

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
FIRST = 3


def told() -> list[dict]:
    return tomllib.loads(Path(__file__).with_name("stories.toml").read_text("utf-8"))["story"]


def publish(stories: list[dict]) -> dict[str, Article]:
    """All of them, live at ``AT``, by key."""
    written = {}
    for story in sorted(stories, key=lambda story: "translation_of" in story):
        section = Section.objects.filter(name=story["section"]).first()
        article = publishing.save(
            Article(),
            base_version=0,
            headline=story["headline"],
            section=section or publishing.change(Section(name=story["section"])),
            tags=tuple(story["tags"]),
            language=story.get("language", "en"),
            body=f"<p>{story['text']}</p>",
            translation_of=written.get(story.get("translation_of")),
        )
        publishing.publish(article, at=AT - timedelta(days=story["days"]))
        written[story["key"]] = article
    return written


def figure(first: Callable[[dict], list[str]], stories: list[dict]) -> float:
    """How good the first suggestions are that ``first`` gives for a story, as keys."""
    good = asked = 0
    for story in stories:
        if story["links"]:
            good += len(set(first(story)[:FIRST]) & set(story["links"]))
            asked += min(FIRST, len(story["links"]))
    return good / asked


def suggested(written: dict[str, Article], *, without: str = "") -> Callable[[dict], list[str]]:
    """As the desk suggests them, with one of the signals left out."""
    keys = {article.pk: key for key, article in written.items()}

    def first(story):
        article = written[story["key"]]
        asking = Story(
            headline=story["headline"],
            body=article.body,
            tags=tuple(story["tags"]),
            section=article.section_id,
            language=article.language,
            article=article.pk,
            original=article.translation_of_id,
        )
        found = candidates(asking, at=AT, without=without)
        return [keys[suggestion.article_id] for suggestion in found]

    return first


def by_shared_tags(stories: list[dict]) -> Callable[[dict], list[str]]:
    """What is usual: the stories that share the most tags, of these the newest first."""

    def first(story):
        others = [other for other in stories if other["key"] != story["key"]]
        shared = {o["key"]: len(set(o["tags"]) & set(story["tags"])) for o in others}
        others.sort(key=lambda other: (-shared[other["key"]], other["days"]))
        return [other["key"] for other in others if shared[other["key"]]]

    return first
