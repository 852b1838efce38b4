"""The links report: what is wrong, or worth knowing, in the web of stories; and its picture."""

import re
from datetime import UTC, date, datetime, time, timedelta

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from js_asset import Media, Script, Stylesheet

from articles.links import report
from articles.links.graph import graph_of
from articles.models import Article, InterestingLink, Section, Tag

from .clock import in_newsroom_time

HERE = "admin:articles_interestinglink_changelist"
NAMES = {
    "waiting": "Waiting",
    "hidden": "Not shown",
    "corrected": "To corrected stories",
    "orphans": "Led to by none",
    "pointed": "Most led to",
    "followed": "Most followed",
    "tags": "Broad tags",
    "external": "Other sites",
}
ABOUT = {
    "waiting": "Lines of live stories and pages to a headline that no story has. They show when it "
    "has one.",
    "hidden": "Lines of live stories and pages that readers do not see, because the other story is "
    "not live, or none of that tag or section is.",
    "corrected": "Lines of live stories and pages to one that was corrected or retracted since. "
    "Read them again; publishing the story once more, or saving the page, takes it off this list.",
    "orphans": "Live stories to which no other live story leads, nor a page such as About. Of "
    "stories that follow each other, lines lead to the last one; a line to the latest of a tag or "
    "section counts for none.",
    "pointed": "The stories to which most others lead.",
    "followed": f"What readers followed most on the days you choose, or in the last "
    f"{report.FOLLOWS_DAYS}, once a reader and day.",
    "tags": "Tags on so many stories that they tell them apart no more: neither readers nor "
    "suggestions gain by them.",
    "external": "Addresses of other sites that do not answer any more, or have moved for good.",
}
_KEY = re.compile(r"(-?[0-9]{1,17})-([0-9]{1,18})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Date(forms.DateField):
    def __init__(self, label):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(
            label=label,
            required=False,
            widget=widget,
            # What lies beyond is no moment in every time zone.
            validators=[MinValueValidator(date(1000, 1, 1)), MaxValueValidator(date(3000, 1, 1))],
        )


class ReportFilter(forms.Form):
    section = forms.ModelChoiceField(Section.objects.all(), required=False, empty_label="All")
    since = _Date("Published from")
    until = _Date("until")

    def clean(self):
        typed = super().clean()
        since, until = typed.get("since"), typed.get("until")
        if since and until and since > until:
            self.add_error("until", "The end comes before the beginning.")
        return typed

    def window(self, **more) -> report.Window:
        """What was chosen; the days are the newsroom's, the last one included."""
        typed = self.cleaned_data if self.is_valid() else {}
        until = typed.get("until")
        return report.Window(
            at=timezone.now(),
            section=typed.get("section"),
            since=_midnight(typed.get("since")),
            until=_midnight(until and until + timedelta(days=1)),
            **more,
        )


class GraphFilter(forms.Form):
    section = forms.ModelChoiceField(Section.objects.all(), required=False, empty_label="–")
    tag = forms.CharField(
        required=False, max_length=100, widget=forms.TextInput(attrs={"dir": "auto"})
    )

    def clean_tag(self):
        name = self.cleaned_data["tag"].strip()
        if not name:
            return None
        tag = Tag.objects.filter(name__iexact=name).first()
        if tag is None:
            raise forms.ValidationError("There is no tag of this name.")
        return tag


@admin.register(InterestingLink)
class LinksReport(admin.ModelAdmin):
    """Open to whoever may see stories. Nothing is changed here; each row leads to where it is."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.graph_view)
        return [path("graph/", view, name="articles_interestinglink_graph"), *super().get_urls()]

    def has_view_permission(self, request, obj=None):
        return self.admin_site.get_model_admin(Article).has_view_permission(request)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @in_newsroom_time
    def changelist_view(self, request, extra_context=None):
        """One page of one report: a few queries, each of which looks at a bounded part of all."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        name = request.GET.get("report", "waiting")
        names = dict(NAMES)
        if not settings.COUNT_FOLLOWS:
            del names["followed"]
        if name not in names:
            raise Http404("No such report.")
        form = ReportFilter(request.GET)
        if name == "followed":  # which has days of its own
            form.fields["since"].label = "Followed from"
        found = report.REPORTS[name](form.window(before=_read(request.GET.get("before", ""))))
        for row in found.rows:
            story = getattr(row, "to", row)
            if isinstance(story, Article):
                row.says = Article.State(story.state).label
        chosen = request.GET.copy()
        for key in ("before", "report"):
            chosen.pop(key, None)
        context = {
            "title": "Links report",
            "name": name,
            "names": names.items(),
            "about": ABOUT[name],
            "form": form,
            "found": found,
            "days": report.FOLLOWS_DAYS,
            "chosen": chosen.urlencode(),
            "before": _key(found.following),
            "is_first": "before" not in request.GET,
            "is_counting": settings.COUNT_FOLLOWS,
            "is_checking": settings.LINK_CHECKS_PER_HOUR > 0,
        }
        return self._screen(request, "links_report", context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return redirect(HERE)

    def history_view(self, request, object_id, extra_context=None):
        return redirect(HERE)

    @in_newsroom_time
    def graph_view(self, request):
        """Six queries and a tenth of a second of drawing, however large the section is."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = GraphFilter(request.GET)
        graph = of = None
        if form.is_valid():
            of = form.cleaned_data["tag"] or form.cleaned_data["section"]
            graph = of and graph_of(of, at=timezone.now())
        context = {"title": "Links as a picture", "form": form, "graph": graph, "of": of}
        return self._screen(request, "links_graph", context)

    def _screen(self, request, name, context):
        context |= {**self.admin_site.each_context(request), "opts": self.opts, "media": _MEDIA}
        request.current_app = self.admin_site.name
        return TemplateResponse(request, f"admin/articles/{name}.html", context)


_MEDIA = Media(
    css={"all": [Stylesheet("admin/css/forms.css"), Stylesheet("desk/desk.css")]},
    js=[Script("desk/graph.js", defer=True)],
)


def _midnight(day: date | None) -> datetime | None:
    return day and timezone.make_aware(datetime.combine(day, time.min))


def _key(key: report.Key | None) -> str:
    return f"{(key[0] - _EPOCH) // timedelta(microseconds=1)}-{key[1]}" if key else ""


def _read(text: str) -> report.Key | None:
    if not text:
        return None
    match = _KEY.fullmatch(text)
    if not match:
        raise Http404("No such page.")
    try:
        return _EPOCH + timedelta(microseconds=int(match[1])), int(match[2])
    except OverflowError:
        raise Http404("No such page.")
