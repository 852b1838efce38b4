"""What the desk suggests beside a text, and which older stories could lead to a new one."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from articles import body, publishing
from articles.body import placement
from articles.languages import direction_of
from articles.links import Labels
from articles.links.suggest import suggest
from articles.models import AcceptedLines, Article, Publication

from .clock import in_newsroom_time
from .fields import TagsField

MOST = 8
ACTS_SHOWN = 5


class Suggestions(admin.ModelAdmin):
    """Beside the form: asked for by its script. A page of its own: after publishing."""

    def get_urls(self):
        def page(address, view, name):
            return path(address, self.admin_site.admin_view(view), name=f"articles_article_{name}")

        return [
            page("suggestions/", require_POST(self.suggestions), "suggestions"),
            page("<int:pk>/refuse/", require_POST(self.refuse), "refuse"),
            page("<int:pk>/allow/", require_POST(self.allow), "allow"),
            page("<int:pk>/proposals/", self.proposals, "proposals"),
            page("<int:pk>/proposals/undo/<int:act>/", require_POST(self.undo), "proposals_undo"),
            *super().get_urls(),
        ]

    @in_newsroom_time
    def suggestions(self, request):
        """The form as it is being typed in, answered in JSON: ``found`` (the best first), what
        the guard ``warns`` of, and the lines that publishing would add (``automatic``).

        Nothing is kept. Shown to who may write this story; bounded by what a body may be.
        """
        article = self._being_written(request)
        content = _typed(request.POST)
        now = timezone.now()
        found = suggest(publishing.story_of(article, content), at=now, most=None)
        places = placement.free_places(content.body)
        most = Publication.current().automatic_lines
        seen = article and most and article.editions.live(at=now).values_list("body", flat=True)
        before = (seen and seen.first()) or ""
        _, automatic = publishing.automatic_lines(
            article, content, at=now, most=most, before=before, suggested=found
        )
        return JsonResponse(
            {
                "found": [_shown(one, places, now) for one in found[:MOST]],
                "warns": placement.warnings(content.body),
                "automatic": [
                    {"id": one.article_id, "headline": one.headline} for one in automatic
                ],
            }
        )

    def refuse(self, request, pk):
        """``story=`` an id that no automatic line of this story may lead to any more."""
        article = self._for_refusing(request, pk)
        target = Article.objects.filter(pk=_number(request.POST.get("story", ""))).first()
        if target is None:
            return JsonResponse({"error": "Which story?"}, status=400)
        publishing.refuse_lines(article, targets=[target.pk], by=request.user)
        self.log_change(request, article, f"No automatic line to “{target}” any more.")
        return JsonResponse({})

    def allow(self, request, pk):
        """Take back that ``story=`` an id was refused: a button beside the story's links."""
        article = self._for_refusing(request, pk)
        row = article.refused_lines.filter(target=_number(request.POST.get("story", "")))
        row = row.select_related("target").first()
        if row and publishing.allow_lines(article, targets=[row.target_id]):
            said = f"Automatic lines may lead to “{row.target}” again."
            self.log_change(request, article, said)
            self.message_user(request, said, messages.SUCCESS)
        else:
            self.message_user(request, "That was allowed already.", messages.WARNING)
        return redirect("admin:articles_article_links", pk)

    def may_refuse(self, request, article, *, is_live):
        """Of a live story readers see what is refused go, so who publishes it may."""
        may_change = self.has_change_permission(request, article)
        return self.has_publish_permission(request) if is_live else may_change

    def _for_refusing(self, request, pk):
        article = get_object_or_404(Article, pk=pk)
        if not self.may_refuse(request, article, is_live=article.editions.live().exists()):
            raise PermissionDenied
        return article

    @in_newsroom_time
    def proposals(self, request, pk):
        article = self._for_publishers(request, pk)
        if request.method == "POST":
            return self._accepted(request, article)
        try:
            found = publishing.proposals(article)
        except publishing.NotLive as refused:
            self.message_user(request, str(refused), messages.WARNING)
            return self._back(article)
        now = timezone.now()
        return self._page(
            request,
            "proposals",
            article,
            "Older stories that could lead here",
            proposals=[(one, one.reason.text(at=now)) for one in found],
            label=Labels.of_publication(Publication.current()).of(article.language).text,
            acts=article.accepted_lines.filter(taken_back_at=None)
            .select_related("accepted_by")
            .prefetch_related("lines__source")[:ACTS_SHOWN],
        )

    def _accepted(self, request, article):
        """Lines in the chosen stories, or in ``all`` that were shown; each says its paragraph."""
        posted = request.POST
        offered = [name.removeprefix("paragraph-") for name in posted if name[:10] == "paragraph-"]
        chosen = {
            int(pk): posted.get(f"paragraph-{pk}", "")
            for pk in (offered if "all" in posted else posted.getlist("story"))
            if pk.isdecimal() and len(pk) <= 18
        }
        here = redirect("admin:articles_article_proposals", article.pk)
        if not chosen:
            self.message_user(request, "Choose at least one story.", messages.WARNING)
            return here
        try:
            accepted = publishing.accept(article, chosen=chosen, by=request.user)
        except (publishing.NotLive, publishing.NothingFits) as refused:
            self.message_user(request, str(refused), messages.WARNING)
            return here
        lines = list(accepted.act.lines.select_related("source"))
        for line in lines:
            self.log_change(request, line.source, f"A line to “{article.headline}” added.")
        said = format_html(
            '{} to “{}” now. <a href="#accepted">Take back…</a>',
            _stories(len(lines)),
            article.headline,
        )
        self.message_user(request, said, messages.SUCCESS)
        for headline in accepted.skipped:
            self.message_user(
                request, f"Left as it is, for it has changed meanwhile: “{headline}”.",
                messages.WARNING,
            )  # fmt: skip
        return here

    def undo(self, request, pk, act):
        article = self._for_publishers(request, pk)
        act = get_object_or_404(AcceptedLines, pk=act, target=article)
        count = publishing.take_back(act, by=request.user)
        for line in act.lines.select_related("source"):
            self.log_change(request, line.source, f"The line to “{article.headline}” taken back.")
        self.message_user(
            request,
            f"Taken back: {count} {'story is' if count == 1 else 'stories are'} as before.",
            messages.SUCCESS,
        )
        return redirect("admin:articles_article_proposals", article.pk)

    def _being_written(self, request):
        return self._for_writers(request, _number(request.POST.get("article", "")))


def proposals_link(article):
    return format_html(
        ' <a href="{}">Older stories that could lead here…</a>',
        reverse("admin:articles_article_proposals", args=[article.pk]),
    )


def _number(text):
    return int(text) if text.isdecimal() and len(text) <= 18 else None


def _stories(count):
    return "1 story leads" if count == 1 else f"{count} stories lead"


def _typed(posted):
    """As much of the form as can be used; a text that cannot be kept suggests nothing."""
    try:
        html = body.clean(posted.get("body", ""))
    except body.BodyRefused:
        html = ""

    def words(name, most):
        return body.legible(posted.get(name, "")[:most])  # PostgreSQL refuses a NUL

    return publishing.Content(
        headline=words("headline", 200),
        standfirst=words("standfirst", 400),
        language=words("language", 12) or publishing.Content().language,
        section=_row("section", words("section", 19)),
        translation_of=_row("translation_of", words("translation_of", 19)),
        tags=TagsField(required=False).to_python(words("tags", 2000)),
        body=html,
    )


def _row(name, pk):
    """The row of that id, not asked for: only its id is looked at."""
    model, pk = Article._meta.get_field(name).related_model, _number(pk)
    return model(pk=pk) if pk is not None else None


def _shown(suggestion, places, now):
    place = placement.best_of(places, about=suggestion.reason.tags)
    return {
        "id": suggestion.article_id,
        "headline": suggestion.headline,
        "path": suggestion.path,
        "language": suggestion.language,
        "direction": direction_of(suggestion.language),
        "reason": suggestion.reason.text(at=now),
        "kept": suggestion.reason.why(),
        "place": place and place.index,
        "after": place.before if place else "",
    }
