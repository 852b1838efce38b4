"""The front desk: which stories stand where on the front page, and the strip of breaking news."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from js_asset import Media, Script, Stylesheet

from articles import publishing
from articles.models import (
    FOREVER,
    SLOTS,
    Article,
    BreakingNews,
    FrontSlot,
    Publication,
    Section,
)

from .clock import in_newsroom_time
from .form import MomentField

HERE = "admin:articles_frontslot_changelist"
_NAMES = ["Lead", "Beside, first", "Beside, second", *(f"Below, {n}" for n in range(1, SLOTS - 2))]
_FILLS = ["the newest story", *["the newest with a picture"] * (SLOTS - 1)]


class StoryField(forms.ModelChoiceField):
    """A story found by the words of its headline."""

    def __init__(self, field, **kwargs):
        widget = AutocompleteSelect(field, admin.site)
        super().__init__(Article.objects.all(), widget=widget, required=False, **kwargs)


class FrontForm(forms.Form):
    """A story and a moment for each slot, and the sections that have a block below."""

    sections = forms.ModelMultipleChoiceField(
        Section.objects.all(), widget=forms.CheckboxSelectMultiple, required=False
    )
    base = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None):
        held = {slot.position: slot for slot in FrontSlot.objects.held()}
        initial = {
            "base": publishing.arrangement(),
            "sections": Section.objects.filter(is_on_front=True),
        }
        for position, slot in held.items():
            initial[f"story_{position}"] = slot.article_id
            initial[f"until_{position}"] = None if slot.ends_at == FOREVER else slot.ends_at
        super().__init__(data, initial=initial)
        story = FrontSlot._meta.get_field("article")
        for position, name in enumerate(_NAMES):
            self.fields[f"story_{position}"] = StoryField(story, label=f"{name}: story")
            self.fields[f"until_{position}"] = MomentField(label=f"{name}: until")

    def clean(self):
        seen = {}
        for position, name in enumerate(_NAMES):
            story = self.cleaned_data.get(f"story_{position}")
            until = self.cleaned_data.get(f"until_{position}")
            if until and not story:
                self.add_error(f"until_{position}", "Choose a story for this slot, or no moment.")
            elif until and until <= timezone.now():
                self.add_error(f"until_{position}", "This moment is over. Choose a later one.")
            if story in seen:
                self.add_error(
                    f"story_{position}", f"It stands in “{seen[story]}” too. Empty one of them."
                )
            elif story:
                seen[story] = name
        return self.cleaned_data

    def placed(self):
        typed = self.cleaned_data
        return {
            position: publishing.Placed(story, typed[f"until_{position}"] or FOREVER)
            for position in range(SLOTS)
            if (story := typed[f"story_{position}"])
        }

    def slots(self):
        """Of each slot: name, what fills it, both fields, and the story that stands there."""
        chosen = {position: self[f"story_{position}"].value() for position in range(SLOTS)}
        ids = [pk for pk in chosen.values() if str(pk).isdecimal()]
        stories = Article.objects.with_state().defer("body").filter(pk__in=ids).in_bulk()
        for position, (name, fills) in enumerate(zip(_NAMES, _FILLS, strict=True)):
            pk = chosen[position]
            story = stories.get(int(pk)) if str(pk).isdecimal() else None
            yield {
                "name": name,
                "fills": fills,
                "story": self[f"story_{position}"],
                "until": self[f"until_{position}"],
                "state": story and story.state,
                "says": story and Article.State(story.state).label,
                "is_live": bool(story and story.live_path),
            }


class BreakingForm(forms.Form):
    text = forms.CharField(
        max_length=BreakingNews._meta.get_field("text").max_length,
        label="What has happened",
        widget=forms.TextInput(attrs={"class": "vTextField", "dir": "auto"}),
        help_text=BreakingNews._meta.get_field("text").help_text,
    )
    article = StoryField(
        BreakingNews._meta.get_field("article"),
        label="Story",
        help_text=BreakingNews._meta.get_field("article").help_text,
    )
    until = MomentField(label="Until", help_text="It goes by itself then. Empty: when you end it.")


@admin.register(FrontSlot)
class FrontAdmin(admin.ModelAdmin):
    """One screen. Whoever may change the front page may do all that stands on it."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @in_newsroom_time
    def changelist_view(self, request, extra_context=None):
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        may_change = self.has_change_permission(request)
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            for button, act in self._buttons.items():
                if button in request.POST:
                    return act(self, request)
            return HttpResponseNotAllowed(["GET"])
        return self._screen(request)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return redirect(HERE)

    def history_view(self, request, object_id, extra_context=None):
        return redirect(HERE)

    def _arrange(self, request):
        form = FrontForm(request.POST)
        if not form.is_valid():
            return self._screen(request, form=form)
        typed = form.cleaned_data
        try:
            differs = publishing.arrange_front(
                form.placed(), sections=typed["sections"], base=typed["base"]
            )
        except publishing.StaleFront as stale:
            return self._screen(request, form=self._over_theirs(request, str(stale)))
        except ValidationError as refused:
            form.add_error(None, refused)
            return self._screen(request, form=form)
        if differs:
            self._log(request, "Arranged the front page.")
            said = "Readers see the front page like this now."
        else:
            said = "Nothing had changed."
        self.message_user(request, said, messages.SUCCESS)
        return redirect(HERE)

    def _over_theirs(self, request, said):
        """What was typed, fit to be sent again over what somebody else arranged."""
        posted = request.POST.copy()
        posted["base"] = publishing.arrangement()
        form = FrontForm(posted)
        form.is_valid()
        slots = FrontSlot.objects.held().select_related("article")
        theirs = "; ".join(f"{_NAMES[slot.position]}: “{slot.article}”" for slot in slots)
        form.add_error(
            None,
            f"{said} Nothing that you chose is lost: it is below. Theirs is: "
            f"{theirs or 'all slots fill themselves'}. Save again to put yours in its place.",
        )
        return form

    def _break(self, request):
        form = BreakingForm(request.POST)
        if form.is_valid():
            try:
                publishing.break_news(**form.cleaned_data, by=request.user)
            except ValidationError as refused:
                for name, words in refused.message_dict.items():
                    form.add_error(name if name in form.fields else None, words)
            else:
                self._log(request, f"Breaking news: {form.cleaned_data['text']}")
                said = "The strip is on the front page."
                self.message_user(request, said, messages.SUCCESS)
                return redirect(HERE)
        return self._screen(request, breaking=form)

    def _end(self, request):
        if publishing.end_breaking_news():
            self._log(request, "Ended the breaking news.")
            self.message_user(request, "The strip is off the front page.", messages.SUCCESS)
        else:
            self.message_user(request, "There was no strip any more.", messages.WARNING)
        return redirect(HERE)

    _buttons = {"_arrange": _arrange, "_break": _break, "_end": _end}

    def _log(self, request, words):
        publication = Publication.current()
        if publication._state.adding is False:
            LogEntry.objects.log_actions(
                request.user.pk, [publication], CHANGE, words, single_object=True
            )

    def _screen(self, request, *, form=None, breaking=None):
        news = BreakingNews.objects.on().select_related("article", "begun_by").last()
        form = form or FrontForm()
        if breaking is None:
            initial = {}
            if news:
                until = None if news.ends_at == FOREVER else news.ends_at
                initial = {"text": news.text, "article": news.article_id, "until": until}
            breaking = BreakingForm(initial=initial)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Front page",
            "form": form,
            "slots": list(form.slots()),
            "breaking": breaking,
            "news": news,
            "may_change": self.has_change_permission(request),
            "media": form.media + breaking.media + _MEDIA,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/articles/front.html", context)


_MEDIA = Media(
    css={"all": [Stylesheet("admin/css/forms.css"), Stylesheet("desk/desk.css")]},
    js=[Script("desk/front.js", defer=True)],
)
