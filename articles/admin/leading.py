"""Where the lines to a story shall lead instead: the form of that choice, and doing it."""

from collections.abc import Iterable

from django import forms
from django.utils import timezone
from django.utils.html import format_html

from articles import publishing
from articles.links import suggest
from articles.links.pages import PageIn
from articles.links.web import LiveIn
from articles.models import Article, FrontSlot

from .front import StoryField

LEAVE, MOVE, FOLLOW, OTHER = "leave", "move", "follow", "other"
OFFERED = 4
_HOW = {
    LEAVE: "Leave them. They vanish with it, and return if it does.",
    MOVE: "Move them to another story. Their texts change, their dates do not.",
    FOLLOW: "Let them lead to its follow-up. No text changes; it can be taken back.",
}


def has_lines(number: LiveIn, on_pages: Iterable[PageIn]) -> bool:
    """Whether there are lines to a story itself: those to what it follows up are not its own."""
    return number.lines > number.through or any(
        found.is_line and not found.is_through for found in on_pages
    )


class LinesForm(forms.Form):
    """What becomes of the lines to ``article``: the live stories that suit it best are offered."""

    lines = forms.ChoiceField(
        widget=forms.RadioSelect, choices=_HOW.items(), label="The lines to it"
    )
    to = forms.ChoiceField(widget=forms.RadioSelect, required=False, label="Which story")
    story = StoryField(FrontSlot._meta.get_field("article"), label="Another story")

    def __init__(self, data=None, *, article, may_leave=True, **kwargs):
        kwargs["initial"] = {"lines": LEAVE if may_leave else MOVE} | kwargs.get("initial", {})
        super().__init__(data, **kwargs)
        self.article = article
        if not may_leave:
            self.fields["lines"].choices = [(how, _HOW[how]) for how in (MOVE, FOLLOW)]
        now = timezone.now()
        story = publishing.story_of(article, publishing.Content.of(article))
        offered = suggest.replacements(story, at=now, is_going=may_leave, most=OFFERED)
        self.fields["to"].choices = [
            (
                str(found.article_id),
                format_html(
                    "<span><bdi>{}</bdi> <small>{}</small></span>",
                    found.headline,
                    found.reason.text(at=now),
                ),
            )
            for found in offered
        ] + [(OTHER, "Another one:")]
        if not offered:
            self.initial["to"] = OTHER

    def clean(self):
        typed = super().clean()
        if typed.get("lines") not in (MOVE, FOLLOW) or self.errors:
            return typed
        to = typed.get("to") or (OTHER if typed.get("story") else "")
        if not to:
            self.add_error("to", "Choose the story that the lines shall lead to.")
        elif to == OTHER and not typed.get("story"):
            self.add_error("story", "Find the story by words of its headline.")
        else:
            pk = typed["story"].pk if to == OTHER else int(to)
            found = Article.objects.with_state().defer("body").filter(pk=pk).first()
            if found is None or found.live_path is None:
                self.add_error("story", "Readers cannot open that story now. Choose another one.")
            typed["leading_to"] = found
        return typed

    def act(self, *, by) -> str:
        """Do what was chosen; says what was done. Raises what the verbs raise."""
        to = self.cleaned_data.get("leading_to")
        match self.cleaned_data["lines"]:
            case "move":
                moved = publishing.move_lines(self.article, to=to, by=by)
                number = len(moved.lines)
                stories = "story leads" if number == 1 else "stories lead"
                return f"{number:,} {stories} to “{to.headline}” now."
            case "follow":
                publishing.declare_follow_up(to, follows=self.article, by=by)
                return f"“{to.headline}” is its follow-up: all lines lead there now."
        return ""
