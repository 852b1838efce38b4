"""Builders: each makes one thing, complete and valid, with what matters to the test changed."""

from django.urls import reverse

from articles import publishing
from articles.models import Article, Author, Image, Section, Series, StandingPage

BODY = "<p>The council met on Tuesday.</p><p>It agreed on nothing new.</p><p>It meets again.</p>"


def make_section(name="World"):
    return Section.objects.filter(name=name).first() or publishing.change(Section(name=name))


def make_author(name="Ada Quill"):
    return Author.objects.filter(name=name).first() or publishing.change(Author(name=name))


def make_series(title="Water"):
    return Series.objects.filter(title=title).first() or publishing.change(Series(title=title))


def make_page(title="About", *, body="<p>A paper for the harbour.</p>", **columns):
    """A live standing page."""
    page = StandingPage(title=title, body=body, **{"is_live": True} | columns)
    return publishing.change_page(page, base_version=0)


def make_article(**changes):
    """A draft, saved once. ``changes`` are fields of publishing.Content."""
    content = {
        "headline": "The council met",
        "standfirst": "What was said, and what was not.",
        "section": changes.pop("section", None) or make_section(),
        "authors": (make_author(),),
        "tags": ("Floods",),
        "body": BODY,
    } | changes
    return publishing.save(Article(), base_version=0, **content)


def make_live(*, at=None, until=None, **changes):
    """A published article."""
    article = make_article(**changes)
    publishing.publish(article, at=at, until=until)
    return article


def change_article(article, **changes):
    """``article`` as it is stored now, saved with ``changes``."""
    article = Article.objects.get(pk=article.pk)
    return publishing.save(article, base_version=article.version, **changes)


def interesting(target):
    """An Interesting line to ``target``, or one that waits for a headline."""
    if isinstance(target, str):
        return f'<aside data-interesting="">{target}</aside>'
    return f'<aside data-interesting="{target.pk}">{target.headline}</aside>'


def make_image(digest="0" * 64, **columns):
    """A picture's row, without a file."""
    columns = {"alt": "A quay", "width_px": 1600, "height_px": 1067} | columns
    image = Image(digest=digest, file="originals/quay.jpg", **columns)
    Image.objects.bulk_create([image])  # ``save`` would open the file to measure it
    return image


def pointing(*targets, text="", **changes):
    """A live story with a line to each of ``targets``."""
    lines = "".join(f"<p>And more.</p>{interesting(target)}" for target in targets)
    body = f"<p>At first.</p>{text}{lines}<p>At last.</p>"
    return make_live(body=body, **{"tags": ()} | changes)  # nothing else leads on from it


def linked(target):
    """A paragraph with a link to ``target``."""
    return f'<p>As <a data-article="{target.pk}">we wrote</a>.</p>'


def desk_page(name, article, *more):
    """The address of a page that the desk has of ``article``."""
    return reverse(f"admin:articles_article_{name}", args=[article.pk, *more])
