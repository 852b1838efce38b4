from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db.models import Max

from articles.models import Article

from .content import Content


def in_series(article: Article, content: Content) -> Content:
    """``content`` with its part of the series, the next one if none was given. One query.

    Raises ValidationError if another story is that part, saying which are free.
    """
    if content.series is None:
        return content
    others = Article.objects.filter(series=content.series).exclude(pk=article.pk)
    following = (others.aggregate(last=Max("part"))["last"] or 0) + 1
    if content.part is None:
        return replace(content, part=following)
    other = others.filter(part=content.part).first()
    if other:
        raise ValidationError(
            {
                "part": f"Part {content.part} of “{content.series}” is “{other}”. The next free "
                f"part is {following}; to exchange two, give one of them that for a moment."
            }
        )
    return content
