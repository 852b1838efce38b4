"""Lines that nobody chose: up to N for a story that has none, as the publication says."""

from collections.abc import Collection
from dataclasses import replace

from articles import links
from articles.body import find_references
from articles.body.placement import best_place, insert_line
from articles.links.suggest import Story, Suggestion, suggest
from articles.links.suggest.weigh import same_language
from articles.models import Article, Edition, InterestingLink, Publication

from .content import Content

AUTOMATIC_LEAST = 0.3  # the score below which no line is better than one nobody chose


def story_of(article: Article | None, content: Content) -> Story:
    """What suggestions are made from. ``article`` None is a story never saved."""
    original = content.translation_of
    return Story(
        headline=content.headline,
        standfirst=content.standfirst,
        body=content.body,
        tags=tuple(content.tags),
        section=content.section and content.section.pk,
        language=content.language,
        article=article and article.pk,
        original=original and original.pk,
    )


def with_automatic_lines(
    article: Article, content: Content, *, at, before: Edition | None = None
) -> Content:
    """``content`` as an edition freezes it; the working copy never has these lines."""
    if find_references(content.body).lines:
        return content
    most = Publication.current().automatic_lines
    earlier = before.body if before else ""
    html, _ = automatic_lines(article, content, at=at, most=most, before=earlier)
    return replace(content, body=html)


def automatic_lines(
    article: Article | None,
    content: Content,
    *,
    at,
    most: int,
    before: str = "",
    suggested: Collection[Suggestion] | None = None,
) -> tuple[str, list[Suggestion]]:
    """``content``'s body with up to ``most`` lines that nobody chose, and the suggestions they are.

    None for a story that has a line already. Those that stood in ``before``, the body readers see
    until now, come first, so that a second edition leads where the first did. ``suggested`` is all
    that ``suggest`` found for it at that moment, where that is known.
    """
    if not most or find_references(content.body).lines:
        return content.body, []
    story = story_of(article, content)
    refused = set(article.refused_lines.values_list("target", flat=True)) if article else set()
    earlier = find_references(before).targets
    if earlier or refused:
        follow_ups = links.follow_ups_of(earlier | refused, at=at)
        earlier, refused = (
            {follow_ups.shown(target, source=story.article) for target in targets}
            for targets in (earlier, refused)
        )
    if suggested is None:
        suggested = suggest(story, at=at, most=None)
    found = [
        suggestion
        for suggestion in suggested
        if (suggestion.score >= AUTOMATIC_LEAST or suggestion.article_id in earlier)
        and suggestion.article_id not in refused
        and same_language(suggestion.language, content.language)
    ]
    found.sort(key=lambda suggestion: suggestion.article_id not in earlier)
    html, chosen = content.body, []
    for suggestion in found[:most]:
        place = best_place(html, about=suggestion.reason.tags)
        if place is None:
            break
        html = insert_line(
            html,
            place,
            target=suggestion.article_id,
            headline=suggestion.headline,
            origin=InterestingLink.Origin.AUTOMATIC,
            reason=suggestion.reason.why(),
        )
        chosen.append(suggestion)
    return html, chosen
