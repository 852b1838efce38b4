"""The article form: what a journalist writes, as the fields of ``publishing.Content``."""

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.validators import MaxValueValidator, MinValueValidator

from articles import links
from articles.models import FOREVER, Article, Publication
from articles.publishing import EARLIEST, Content

from .fields import BodyField, BylineField, HeadlineWidget, TagsField

_MOMENT = {"type": "datetime-local", "class": "desk-moment"}


class MomentField(forms.DateTimeField):
    """A moment or none. Browsers take a year of two digits for one of the first century."""

    def __init__(self, **kwargs):
        widget = forms.DateTimeInput(attrs=_MOMENT, format="%Y-%m-%dT%H:%M")
        said = "Look at the year: write it with four digits, or leave all of this empty."
        limits = [MinValueValidator(EARLIEST, said), MaxValueValidator(FOREVER, said)]
        super().__init__(widget=widget, required=False, validators=limits, **kwargs)


class ArticleForm(forms.ModelForm):
    """``furnish`` it to write in. ``content`` is what was typed, once the form is valid."""

    body = BodyField(label="Text", required=False)
    byline = BylineField(help_text="In the order readers see. Empty: the story is unsigned.")
    tags = TagsField(required=False, help_text="Separated by commas.")
    base_version = forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages={"required": "This form has lost its version. Open the article again."},
    )
    live_from = MomentField(label="From")
    live_until = MomentField(label="Until")

    class Meta:
        model = Article
        fields = ["headline", "standfirst", "section", "lead_image", "slug", "language"]
        fields += ["note", "series", "part", "translation_of", "is_in_review"]
        widgets = {
            "headline": HeadlineWidget(attrs={"rows": 2}),
            "standfirst": AdminTextareaWidget(attrs={"rows": 2}),
            "note": AdminTextareaWidget(attrs={"rows": 2}),
        }

    def __init__(self, data=None, *, instance):
        initial = {"base_version": instance.version}
        if instance.pk:
            content = Content.of(instance)
            initial |= {"byline": [a.pk for a in content.authors], "tags": content.tags}
        super().__init__(data, instance=instance, initial=initial)

    def furnish(self, *, tags_url):
        publication = Publication.current()
        if self.instance.pk is None and not self.is_bound:
            self.initial["language"] = publication.language
        labels = links.Labels.of_publication(publication)
        language = self["language"].value() or publication.language
        self.fields["body"].furnish(article=self.instance, labels=labels, language=language)
        self.fields["tags"].widget.attrs |= {"data-names": tags_url, "class": "vTextField"}
        for name in ("headline", "standfirst", "tags", "note"):
            self.fields[name].widget.attrs["dir"] = "auto"
        for button in ("add", "change", "delete", "view"):
            setattr(self.fields["section"].widget, f"can_{button}_related", False)
        for name in ("lead_image", "series"):
            self.fields[name].widget.can_delete_related = False
        for button in ("add", "change", "delete", "view"):
            setattr(self.fields["translation_of"].widget, f"can_{button}_related", False)

    def validate_constraints(self):
        """Left to ``publishing.save``, which says which part is free."""

    @property
    def moments(self):
        return [self["live_from"], self["live_until"]]

    def content(self) -> dict:
        """The fields of Content, by name."""
        typed = self.cleaned_data
        names = (name for name in vars(Content()) if name != "authors")
        return {name: typed[name] for name in names} | {"authors": typed["byline"]}

    def refuse(self, error):
        """Show what a verb refused beside the field that it is about, or above them all."""
        plain = {NON_FIELD_ERRORS: getattr(error, "messages", [error])}
        for name, messages in getattr(error, "message_dict", plain).items():
            for message in messages:
                self.add_error(name if name in self.fields else None, str(message))


def as_posted(content: Content) -> dict[str, list[str]]:
    """``content`` as a browser would send it back; what is not there was left empty."""
    single = {name: getattr(content, name) for name in ("headline", "standfirst", "slug")}
    single |= {"language": content.language, "body": content.body, "note": content.note}
    single |= {"part": "" if content.part is None else str(content.part)}
    single |= {"tags": TagsField().prepare_value(content.tags)}
    posted = {name: [value] for name, value in single.items()}
    for name in ("section", "lead_image", "series", "translation_of"):
        thing = getattr(content, name)
        posted[name] = [str(thing.pk)] if thing else []
    posted["authors"] = [str(author.pk) for author in content.authors]
    posted["is_in_review"] = ["on"] if content.is_in_review else []
    return posted
