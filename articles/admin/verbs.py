"""The small pages of a story: withdraw, correct, history, restore."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from articles import publishing
from articles.body import BodyRefused
from articles.links import pages, web
from articles.models import FOREVER, Article, Correction

from .clock import in_newsroom_time
from .compare import compare
from .leading import LinesForm, has_lines
from .standing import standing_of

PUBLISH = "articles.publish_article"


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        help_text="Kept in the story’s history, for the newsroom only.",
    )


class CorrectForm(forms.ModelForm):
    with_changes = forms.BooleanField(
        required=False,
        label="Publish what was saved since, together with it",
        help_text="Otherwise readers go on seeing the text they see now, with this note.",
    )

    class Meta:
        model = Correction
        fields = ["kind", "text"]
        widgets = {
            "kind": forms.Select(attrs={"autofocus": True}),
            "text": forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        }


class Verbs(admin.ModelAdmin):
    """Each asks for the permission of its button: a page reached by its address is no side door."""

    def get_urls(self):
        def page(address, view, name):
            view = self.admin_site.admin_view(view)
            return path(f"<int:pk>/{address}/", view, name=f"articles_article_{name}")

        return [
            page("withdraw", self.withdraw_view, "withdraw"),
            page("correct", self.correct_view, "correct"),
            page("history/<int:version>", self.revision_view, "revision"),
            page("history/<int:version>/restore", require_POST(self.restore_view), "restore"),
            *super().get_urls(),
        ]

    def has_publish_permission(self, request):
        return request.user.has_perm(PUBLISH) and self.has_change_permission(request)

    @in_newsroom_time
    def withdraw_view(self, request, pk):
        """With the lines to it, if readers see any: they may lead elsewhere in the same act."""
        article = self._for_publishers(request, pk)
        form = WithdrawForm(request.POST or None)
        number, on_pages = web.count_of_live_in(article), pages.pages_in(article)
        leading = None
        if has_lines(number, on_pages):
            leading = LinesForm(request.POST or None, article=article)
        if request.method == "POST" and form.is_valid() and (not leading or leading.is_valid()):
            reason = form.cleaned_data["reason"]
            try:
                with transaction.atomic():
                    led = leading.act(by=request.user) if leading else ""
                    publishing.withdraw(article, by=request.user, reason=reason)
            except publishing.NotLive as refused:
                form.add_error(None, str(refused))
            except (publishing.NothingToMove, publishing.NotAFollowUp) as refused:
                leading.add_error("story", str(refused))
            else:
                self.log_change(request, article, f"Withdrawn: {reason} {led}".strip())
                self.message_user(
                    request,
                    f"“{article.headline}” is off the site. Its text stays here, as a draft. {led}",
                    messages.SUCCESS,
                )
                return self._back(article)
        elif not standing_of(article).is_on_site:
            self.message_user(
                request, f"“{article.headline}” is not on the site.", messages.WARNING
            )
            return self._back(article)
        found, following = web.lines_in(article) if any(number) else ((), None)
        return self._page(
            request,
            "withdraw",
            article,
            "Withdraw",
            form=form,
            leading=leading,
            media=self.media + leading.media if leading else self.media,
            number=number,
            pages=on_pages,
            pointing=[line.source for line in found if line.is_live],
            has_more=following is not None,
        )

    @in_newsroom_time
    def correct_view(self, request, pk):
        article = self._for_publishers(request, pk)
        form = CorrectForm(request.POST or None)
        if article.state != Article.State.CHANGED:
            del form.fields["with_changes"]
        if request.method == "POST" and form.is_valid():
            try:
                publishing.correct(article, by=request.user, **form.cleaned_data)
            except (publishing.NotLive, publishing.NotReady, ValidationError) as refused:
                form.add_error(
                    None, refused if isinstance(refused, ValidationError) else str(refused)
                )
            else:
                self.log_change(request, article, "Corrected.")
                self.message_user(request, "Readers see the correction.", messages.SUCCESS)
                return self._back(article)
        elif request.method != "POST" and article.live_path is None:
            self.message_user(
                request,
                f"“{article.headline}” is not live, so there is nothing to correct on the site.",
                messages.WARNING,
            )
            return self._back(article)
        return self._page(request, "correct", article, "Correct", form=form)

    @in_newsroom_time
    def history_view(self, request, object_id, extra_context=None):
        article = self._for_viewers(request, object_id)
        revisions = Paginator(
            article.revisions.select_related("saved_by").defer("content"), self.list_per_page
        ).get_page(request.GET.get("p"))
        return self._page(
            request,
            "history",
            article,
            "History",
            revisions=revisions,
            history=_history(article, revisions),
        )

    @in_newsroom_time
    def revision_view(self, request, pk, version):
        article = self._for_viewers(request, pk)
        revision = get_object_or_404(article.revisions.select_related("saved_by"), version=version)
        then = publishing.Content.from_json(revision.content)
        return self._page(
            request,
            "revision",
            article,
            f"Version {version}",
            revision=revision,
            fields=compare(then, publishing.Content.of(article)),
            is_current=version == article.version,
            may_restore=self.has_change_permission(request, article),
        )

    def restore_view(self, request, pk, version):
        article = self._for_viewers(request, pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        revision = get_object_or_404(article.revisions, version=version)
        base_version = request.POST.get("base_version", "")
        try:
            publishing.restore(
                article,
                revision=revision,
                base_version=int(base_version) if base_version.isdecimal() else -1,
                by=request.user,
            )
        except publishing.StaleVersion as stale:
            message = f"{stale} Look at what changed, then restore again if you still want to."
            self.message_user(request, message, messages.ERROR)
            return redirect("admin:articles_article_revision", pk, version)
        except (BodyRefused, ValidationError) as refused:
            self.message_user(request, f"Not restored: {refused}", messages.ERROR)
            return redirect("admin:articles_article_revision", pk, version)
        self.log_change(request, article, f"Restored version {version}.")
        self.message_user(
            request,
            f"This is version {version} again, saved as a new draft. Readers see no change until "
            "you publish it.",
            messages.SUCCESS,
        )
        return self._back(article)

    def _for_viewers(self, request, pk):
        article = self.get_object(request, str(pk))
        if not self.has_view_or_change_permission(request, article):
            raise PermissionDenied
        if article is None:
            raise Http404(f"No article {pk}")
        return article

    def _for_writers(self, request, pk=None):
        """The story that is being written; None, without ``pk``, for one never saved."""
        article = None if pk is None else self.get_object(request, str(pk))
        if article is None and pk is not None:
            raise Http404(f"No article {pk}")
        may_write = (
            self.has_change_permission(request, article)
            if article
            else self.has_add_permission(request)
        )
        if not may_write:
            raise PermissionDenied
        return article

    def _for_publishers(self, request, pk):
        article = self._for_viewers(request, pk)
        if not self.has_publish_permission(request):
            raise PermissionDenied
        return article

    def _back(self, article):
        return redirect("admin:articles_article_change", article.pk)

    def _page(self, request, name, article, title, **more):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "article": article,
            "standing": standing_of(article),
            "title": title,
            "subtitle": article.headline,
            "back": reverse("admin:articles_article_change", args=[article.pk]),
            **more,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, f"admin/articles/article/{name}.html", context)


def _history(article, revisions):
    """Each revision of one page of the history, with the editions that were made from it."""
    revisions = list(revisions)
    made = {revision.version: [] for revision in revisions}
    editions = article.editions.filter(version__in=made).order_by("number").defer("body")
    for edition in editions.select_related("published_by", "withdrawn_by"):
        edition.was_called_off = edition.live_until == edition.live_from
        edition.ends = edition.live_until != FOREVER
        made[edition.version].append(edition)
    return [(revision, made[revision.version]) for revision in revisions]
