"""Translations of one story know each other by their original, the story that was written first.

The original is named by its editions too, from the moment that a translation is published; so a
page asks for translations only where there are some.
"""

from dataclasses import replace

from django.core.exceptions import ValidationError

from articles import cache
from articles.models import Article, Edition

from .content import Content


def settled(article: Article, content: Content) -> Content:
    """``content`` with its original in place of another translation of it. Two queries at most.

    Raises ValidationError for what would not be a translation, and for an original in the language
    of one.
    """
    original = content.translation_of
    if original is None:
        taken = article.pk and article.translations.filter(language=content.language).first()
        if taken:
            raise ValidationError({"language": _taken(taken, content.language)})
        return content
    original = original.translation_of or original
    refusal = _refusal(article, original, content.language)
    if refusal:
        raise ValidationError({"translation_of": refusal})
    return replace(content, translation_of=original)


def _refusal(article, original, language):
    if original.pk == article.pk:
        return "A story is no translation of itself. Choose the one that it was translated from."
    if article.pk and (own := article.translations.first()):
        return f"“{own}” is a translation of this story, which is therefore the original."
    others = Article.objects.filter(translation_of=original, language=language)
    taken = original if original.language == language else others.exclude(pk=article.pk).first()
    return f"{_taken(taken, language)} Or choose another original." if taken else ""


def _taken(story, language):
    return (
        f"“{story}” is the version in this language ({language}). "
        "Look at the language of this story."
    )


def original_of(article: Article) -> Article | None:
    """What the editions of ``article`` name as their original. One query at most."""
    if article.translation_of_id:
        return article.translation_of
    return article if article.translations.exists() else None


def make_known(edition: Edition) -> set[str]:
    """Let the original's own editions know that it is translated; the keys that this spoils."""
    original = edition.original_id
    if original is None or original == edition.article_id:
        return set()
    unaware = Edition.objects.filter(article=original, original=None)
    return {cache.article_key(original)} if unaware.update(original=original) else set()
