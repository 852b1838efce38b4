"""The small page on which a story is declared to follow another, and that is taken back."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone

from articles import publishing
from articles.links import suggest, web
from articles.models import Article, FollowUp, InterestingLink

from .clock import in_newsroom_time

OFFERED = 4


class FollowsForm(forms.Form):
    follows = forms.ModelChoiceField(
        Article.objects.all(),
        label="This story follows",
        widget=AutocompleteSelect(FollowUp._meta.get_field("story"), admin.site),
        help_text="Every line to that story will lead here, for as long as readers can open this "
        "one. No text changes, and you can take it back.",
    )


class Following(admin.ModelAdmin):
    """Beside ``Verbs``, whose permissions and outline it shares."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.follow_up_view)
        name = "articles_article_follow_up"
        return [path("<int:pk>/follow-up/", view, name=name), *super().get_urls()]

    @in_newsroom_time
    def follow_up_view(self, request, pk):
        """Choose what the story follows; ``undo`` takes back what was declared of that story."""
        article = self._for_publishers(request, pk)
        is_undone = request.method == "POST" and "undo" in request.POST
        form = FollowsForm(request.POST if request.method == "POST" and not is_undone else None)
        try:
            if is_undone:
                earlier, later = self._declared(article, request.POST["undo"])
                publishing.undo_follow_up(later, follows=earlier)
                said = f"Lines to “{earlier}” lead there again."
            elif form.is_valid():
                earlier = form.cleaned_data["follows"]
                publishing.declare_follow_up(article, follows=earlier, by=request.user)
                said = f"Lines to “{earlier}” lead to “{article}” from now on."
            else:
                return self._follow_up_page(request, article, form)
        except publishing.NotAFollowUp as refused:
            if not is_undone:
                form.add_error("follows", str(refused))
                return self._follow_up_page(request, article, form)
            self.message_user(request, str(refused), messages.ERROR)
        else:
            self.log_change(request, article, said)
            self.message_user(request, said, messages.SUCCESS)
            if not is_undone:  # to the lines that lead here now, and the way back
                return redirect("admin:articles_article_follow_up", pk)
        return self._back(article)

    def _declared(self, article, story):
        """The two stories of a declaration that ``article`` is one of: earlier and later."""
        story = int(story) if story.isascii() and story.isdecimal() and len(story) < 19 else 0
        rows = article.follows.filter(distance=1) | article.followed_by.filter(distance=1)
        row = get_object_or_404(rows.select_related("story", "follow_up"), story=story)
        return row.story, row.follow_up

    def _follow_up_page(self, request, article, form):
        now = timezone.now()
        follows = article.follows.filter(distance=1).select_related("story", "declared_by")
        followed = article.followed_by.filter(distance=1).select_related("follow_up", "declared_by")
        lines = InterestingLink.objects.filter(edition=None, target=article)
        followed_already = {row.story_id for row in follows}
        found, following = web.lines_in(article) if follows else ((), None)
        return self._page(
            request,
            "follow_up",
            article,
            "Follow-up",
            form=form,
            media=self.media + form.media,
            follows=follows,
            followed=followed.first(),
            offered=[
                (one, one.reason.text(at=now))
                for one in _earlier_than(article, at=now)
                if one.article_id not in followed_already
            ][:OFFERED],
            lines=lines.exclude(source=article).count(),
            number=web.count_of_live_in(article) if follows else None,
            pointing=[line.source for line in found if line.is_live and line.is_line],
            has_more=following is not None,
        )


def _earlier_than(article, *, at):
    """The live stories that ``article`` is likely to take further, the best first."""
    story = publishing.story_of(article, publishing.Content.of(article))
    own = article.editions.live(at=at).values_list("published_at", flat=True)
    before = own.first() or at
    found = suggest.candidates(story, at=at)
    return [one for one in found if one.reason.published_at < before]
