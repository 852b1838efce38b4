"""The links of one story: what it points at, what points at it, and moving that elsewhere."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_POST

from articles import publishing
from articles.links import pages, web
from articles.models import Article

from .clock import in_newsroom_time
from .leading import LinesForm, has_lines
from .verbs import Verbs

State = Article.State
_NOT_YET = {State.DRAFT, State.IN_REVIEW, State.SCHEDULED}


class Links(Verbs):
    """A page beside the story's form, for whoever may see that."""

    def get_urls(self):
        def page(address, view, name):
            view = self.admin_site.admin_view(view)
            return path(f"<int:pk>/{address}", view, name=f"articles_article_{name}")

        return [
            page("links/", self.links_view, "links"),
            page("links/move/", self.move_lines_view, "move_lines"),
            page(
                "links/move/<int:moved>/back/", require_POST(self.move_back_view), "move_lines_back"
            ),
            *super().get_urls(),
        ]

    @in_newsroom_time
    def links_view(self, request, pk):
        """Its cost in queries is fixed, however many stories point here: see the test."""
        article = self._for_viewers(request, pk)
        before = request.GET.get("before", "")
        if before and not (before.isascii() and before.isdecimal() and len(before) <= 18):
            raise Http404("No such page.")
        found, following = web.lines_in(article, before=int(before) if before else None)
        number, on_pages = web.count_of_live_in(article), pages.pages_in(article)
        return self._page(
            request,
            "links",
            article,
            "Links",
            out=[(line, *said_of(line)) for line in web.lines_out(article)],
            found=[(line, *_said_of_source(line, article)) for line in found],
            following=following,
            is_first=not before,
            number=number,
            pages=on_pages,
            has_lines=has_lines(number, on_pages),
            days=web.FOLLOWS_DAYS,
            is_counting=settings.COUNT_FOLLOWS,
            follow_up=web.follow_up_of(article),
            external=web.external_of(article)[:100],
            acts=article.moved_lines.select_related("to", "moved_by").defer("to__body", "lines")[
                :5
            ],
            refused=article.refused_lines.select_related("target", "refused_by")
            .defer("target__body")
            .order_by("-refused_at", "-pk"),
            may_allow=self.may_refuse(request, article, is_live=article.live_path is not None),
            may_move=self.has_publish_permission(request),
        )

    @in_newsroom_time
    def move_lines_view(self, request, pk):
        article = self._for_publishers(request, pk)
        form = LinesForm(request.POST or None, article=article, may_leave=False)
        if request.method == "POST" and form.is_valid():
            try:
                said = form.act(by=request.user)
            except (publishing.NothingToMove, publishing.NotAFollowUp) as refused:
                form.add_error(None, str(refused))
            else:
                self.log_change(request, article, said)
                self.message_user(request, said, messages.SUCCESS)
                return redirect("admin:articles_article_links", pk)
        number = web.count_of_live_in(article)
        own = number.lines - number.through
        more = {"form": form, "lines": own, "media": self.media + form.media}
        return self._page(request, "move_lines", article, "Lead its lines elsewhere", **more)

    def move_back_view(self, request, pk, moved):
        article = self._for_publishers(request, pk)
        moved = get_object_or_404(article.moved_lines, pk=moved)
        try:
            number = publishing.move_lines_back(moved, by=request.user)
        except publishing.NothingToMove as refused:
            self.message_user(request, str(refused), messages.WARNING)
        else:
            stories = "story leads" if number == 1 else "stories lead"
            said = f"{number:,} {stories} here again."
            self.log_change(request, article, f"Took back moved lines: {said}")
            self.message_user(request, said, messages.SUCCESS)
        return redirect("admin:articles_article_links", pk)


def said_of(line: web.Out) -> tuple[str, str]:
    """Where a reference stands: a state of ``desk.css``, and the words for it."""
    if line.is_empty:
        state, words = "waiting", "Not shown: no other story of it is live"
    elif line.latest_of:
        state, words = (
            ("live", "Follows the newest one") if line.is_live else ("draft", "At the desk")
        )
    elif line.is_of_nothing:
        state, words = "gone", "Not shown: that tag or section was deleted"
    elif line.target is None:
        state, words = "waiting", "Waits for a story of this headline"
    elif line.is_shown:
        state, words = "live", "Readers see it"
        if not line.is_at_desk:
            words = "Readers see it; it is gone from your text"
    elif line.leads_to:
        state, words = "draft", "In your text; readers see it when you publish"
    elif line.target.state in _NOT_YET:
        state, words = "scheduled", f"Not shown: not yet live ({_label(line.target)})"
    else:
        state, words = "gone", f"Not shown: {_label(line.target)}"
    return state, words


def _said_of_source(line, article):
    if not line.is_live:
        return "draft", f"At the desk only ({_label(line.source)})"
    if article.live_path:
        return "live", "Readers see it"
    return "gone", "Not shown: this story is not live"


def _label(article):
    return State(article.state).label.lower()
