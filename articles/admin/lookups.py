"""What the pickers in the editor ask, answered in JSON to those who may see the things."""

import re
from collections import defaultdict

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from articles import links, media
from articles.body import legible
from articles.models import Article, Edition, Image, Section, Tag

from .clock import in_newsroom_time
from .standing import moment as _moment

_SHOWN = 10
_LISTS = 3  # of each kind
_KNOWN_MOST = 200  # asked for by id at once


class Lookups(admin.ModelAdmin):
    """Four addresses under the article's own."""

    def get_urls(self):
        shown_to = self.admin_site.admin_view
        return [
            path("stories/", shown_to(self.stories), name="articles_article_stories"),
            path("pictures/", shown_to(self.pictures), name="articles_article_pictures"),
            path("tag-names/", shown_to(self.tag_names), name="articles_article_tag_names"),
            path("session/", shown_to(self.session), name="articles_article_session"),
            *super().get_urls(),
        ]

    def session(self, request):
        """That whoever asks is signed in, and the token that forms need since they are."""
        return JsonResponse({"token": get_token(request)})

    @in_newsroom_time
    def stories(self, request):
        """``?q=`` words of a headline, ``?not=`` an id to leave out; or ``?id=``, many times.

        Found by ``id``, a story has the headline that readers see, if they do, and says what a line
        in the story ``not`` shows in its place. With ``lists``, or with ids such as ``tag-5``,
        there are also the latest stories of tags and sections. Three queries at most for stories,
        three for lists, and what Django asks about the user.
        """
        self._only_who_may_see(Article, request)
        articles, lists, shown = Article.objects.with_state(), [], {}
        ids, asked = _ids(request, "id"), _list_ids(request)
        within = next(iter(_ids(request, "not")), None)
        if ids or asked:
            articles = articles.filter(pk__in=ids)
            shown = _shown_for(ids, within=within)
            lists = _lists(lambda kind, things: things.filter(pk__in=asked[kind]), within, asked)
        else:
            articles = articles.matching(_asked(request)).exclude(pk__in=_ids(request, "not"))[
                :_SHOWN
            ]
            words = _asked(request).strip()
            if words and request.GET.get("lists"):
                lists = _lists(
                    lambda kind, things: things.filter(name__icontains=words)[:_LISTS], within
                )
        articles = list(articles.defer("body"))
        live = Edition.objects.live().filter(article__in=articles)
        live = {e.article_id: e for e in live.only("article", "headline", "published_at")}
        found = [_story(a, live.get(a.pk), shown.get(a.pk), is_known=bool(ids)) for a in articles]
        return JsonResponse({"found": found + lists})

    def pictures(self, request):
        """``?q=`` words of alt text, caption or credit; or ``?id=`` any number of ids."""
        self._only_who_may_see(Image, request)
        images = Image.objects.all()
        if ids := _ids(request, "id"):
            images = images.filter(pk__in=ids)
        else:
            for word in _asked(request).split()[:5]:
                images = images.filter(
                    Q(alt__icontains=word) | Q(caption__icontains=word) | Q(credit__icontains=word)
                )
            images = images[:_SHOWN]
        return JsonResponse({"found": [_picture(image) for image in images]})

    def tag_names(self, request):
        """``?q=`` the beginning of a name."""
        self._only_who_may_see(Tag, request)
        tags = Tag.objects.filter(name__istartswith=_asked(request).strip())
        return JsonResponse({"found": list(tags.values_list("name", flat=True)[:_SHOWN])})

    def _only_who_may_see(self, model, request):
        if not self.admin_site.get_model_admin(model).has_view_permission(request):
            raise PermissionDenied


def _asked(request):
    return legible(request.GET.get("q", ""))  # PostgreSQL refuses a NUL


def _ids(request, name):
    asked = (value for value in request.GET.getlist(name) if value.isascii() and value.isdigit())
    return [int(value) for value in asked if len(value) <= 18][:_KNOWN_MOST]


def _list_ids(request):
    """Of lists asked for as ``tag-5``, by kind."""
    asked = defaultdict(list)
    for value in request.GET.getlist("id")[:_KNOWN_MOST]:
        if found := re.fullmatch(r"(tag|section)-([1-9]\d{0,17})", value, re.ASCII):
            asked[found[1]].append(int(found[2]))
    return asked


def _shown_for(ids, *, within):
    """What a line to each of these stories shows in its place, where that is another story.

    ``within`` is the id of the story that the line stands in, if it has one yet.
    """
    stories = links.find(ids, lines=ids, at=timezone.now())
    shown = {pk: links.followed(pk, within, stories)[0] for pk in stories.later}
    return {pk: story.headline for pk, story in shown.items() if story and story.article != pk}


def _lists(chosen, within, kinds=("tag", "section")):
    """The tags and sections that ``chosen`` picks of all, as stories are found. Three queries.

    In the story ``within`` a line to the latest shows the newest of the others.
    """
    models = {"tag": Tag, "section": Section}
    things = {(k, t.pk): t for k in kinds for t in chosen(k, models[k].objects.all())}
    newest = links.newest_of(dict.fromkeys(things, 2), at=timezone.now()).stories
    return [
        _list(kind, thing, [s for s in newest.get((kind, pk), ()) if s.article != within])
        for (kind, pk), thing in things.items()
    ]


def _list(kind, thing, stories):
    return {
        "id": f"{kind}-{thing.pk}",
        "headline": f"Latest on {thing.name}",
        "is_live": bool(stories),
        "state": Article.State.LIVE if stories else Article.State.DRAFT,
        "says": f"latest of the {kind}",
        "when": f"now “{stories[0].headline}”" if stories else "no story that readers can open",
    }


def _story(article, live, shown_instead=None, *, is_known):
    """``article``, which may have a live edition; readers see that one's headline.

    By that it is called where it ``is_known``; who looks for it knows the desk's.
    """
    verb, when = ("published", live.published_at) if live else ("saved", article.updated_at)
    when = f"{verb} {date_format(localtime(when), 'j F Y')}"
    headline = article.headline
    if live and live.headline != headline:
        if is_known:
            headline = live.headline
        else:
            when += f", as “{live.headline}”"
    return {
        "id": article.pk,
        "headline": headline,
        "is_live": live is not None,
        "state": article.state,
        "says": Article.State(article.state).label,
        "when": when,
        "from": _moment(article.live_next_at) if article.live_next_at else "",
        "shown": shown_instead or "",
    }


def _picture(image):
    shown = media.picture(image, "card")
    return {
        "id": image.pk,
        "url": shown.url,
        "width": shown.width_px,
        "height": shown.height_px,
        "alt": image.alt,
        "caption": image.caption,
        "credit": image.credit,
    }
