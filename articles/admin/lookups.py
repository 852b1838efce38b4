"""What the pickers in the editor ask, answered in JSON to those who may see the things."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import JsonResponse
from django.urls import path
from django.utils.formats import date_format
from django.utils.timezone import localtime

from articles import media
from articles.models import Article, Edition, Image, Tag

from .clock import in_newsroom_time

_SHOWN = 10
_KNOWN_MOST = 200  # asked for by id at once


class Lookups(admin.ModelAdmin):
    """Three addresses under the article's own."""

    def get_urls(self):
        shown_to = self.admin_site.admin_view
        return [
            path("stories/", shown_to(self.stories), name="articles_article_stories"),
            path("pictures/", shown_to(self.pictures), name="articles_article_pictures"),
            path("tag-names/", shown_to(self.tag_names), name="articles_article_tag_names"),
            *super().get_urls(),
        ]

    @in_newsroom_time
    def stories(self, request):
        """``?q=`` words of a headline, ``?not=`` an id to leave out; or ``?id=``, many times.

        Two queries, and what Django asks about the user.
        """
        self._only_who_may_see(Article, request)
        articles = Article.objects.with_state()
        if ids := _ids(request, "id"):
            articles = articles.filter(pk__in=ids)
        else:
            articles = articles.matching(request.GET.get("q", "")).exclude(
                pk__in=_ids(request, "not")
            )[:_SHOWN]
        articles = list(articles.defer("body"))
        published = dict(
            Edition.objects.live()
            .filter(article__in=articles)
            .values_list("article_id", "published_at")
        )
        return JsonResponse({"found": [_story(a, published.get(a.pk)) for a in articles]})

    def pictures(self, request):
        """``?q=`` words of alt text, caption or credit; or ``?id=`` any number of ids."""
        self._only_who_may_see(Image, request)
        images = Image.objects.all()
        if ids := _ids(request, "id"):
            images = images.filter(pk__in=ids)
        else:
            for word in request.GET.get("q", "").split()[:5]:
                images = images.filter(
                    Q(alt__icontains=word) | Q(caption__icontains=word) | Q(credit__icontains=word)
                )
            images = images[:_SHOWN]
        return JsonResponse({"found": [_picture(image) for image in images]})

    def tag_names(self, request):
        """``?q=`` the beginning of a name."""
        self._only_who_may_see(Tag, request)
        tags = Tag.objects.filter(name__istartswith=request.GET.get("q", "").strip())
        return JsonResponse({"found": list(tags.values_list("name", flat=True)[:_SHOWN])})

    def _only_who_may_see(self, model, request):
        if not self.admin_site.get_model_admin(model).has_view_permission(request):
            raise PermissionDenied


def _ids(request, name):
    asked = (value for value in request.GET.getlist(name) if value.isascii() and value.isdigit())
    return [int(value) for value in asked if len(value) <= 18][:_KNOWN_MOST]


def _story(article, published_at):
    verb, when = ("published", published_at) if published_at else ("saved", article.updated_at)
    return {
        "id": article.pk,
        "headline": article.headline,
        "is_live": published_at is not None,
        "state": article.state,
        "says": Article.State(article.state).label,
        "when": f"{verb} {date_format(localtime(when), 'j F Y')}",
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
