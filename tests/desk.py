"""What the forms of the desk are sent, and what they say: what its tests share."""

import re

from django.urls import reverse

from articles.models import Article

from .builders import BODY, make_section


def form_of(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def typed(article=None, **changes):
    """What the form of ``article`` posts when only ``changes`` were typed."""
    if article is None:
        fields = {
            "headline": "The council met",
            "section": make_section().pk,
            "language": "en",
            "body": BODY,
            "base_version": 0,
        }
    else:
        article = Article.objects.get(pk=article.pk)
        fields = {
            "headline": article.headline,
            "standfirst": article.standfirst,
            "section": article.section_id,
            "slug": article.slug,
            "language": article.language,
            "body": article.body,
            "byline": [row.author_id for row in article.bylines.all()],
            "tags": ", ".join(article.tags.names()),
            "note": article.note,
            "series": article.series_id,
            "part": article.part,
            "translation_of": article.translation_of_id,
            "base_version": article.version,
        }
        if article.is_in_review:
            fields["is_in_review"] = "on"
    return {name: value for name, value in (fields | changes).items() if value is not None}


def said(response):
    """The messages and errors of a page, as one text."""
    return " ".join(
        re.findall(r'<li class="(?:success|error|warning)">(.*?)</li>', response.text, re.DOTALL)
        + re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', response.text, re.DOTALL)
    )


def stored(article):
    return Article.objects.get(pk=article.pk)
