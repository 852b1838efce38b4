"""Fields of the article form that Django has no like for."""

import csv
import io
import re

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.urls import reverse
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget
from js_asset import ImportMap, Media, Script, Stylesheet

from articles import body, links
from articles.languages import direction_of, validate_language
from articles.models import Article, Author, Publication, Tag

EDITOR = {
    **body.EXTENSIONS,
    "Exact": True,
    "Link": {**body.EXTENSIONS["Link"], "autolink": False},  # "council.bus" is no address
    "NoSpellCheck": False,
}


_LINE_BREAKS = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
LONGEST_LABEL = Publication._meta.get_field("interesting_label").max_length


class HeadlineWidget(AdminTextareaWidget):
    """One line of words, all of them in sight however narrow the window is."""

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return value and _LINE_BREAKS.sub(" ", value)


class BodyWidget(AdminProseEditorWidget):
    @property
    def media(self):
        shared = {
            f"desk/{name}": f"desk/{name}.js"
            for name in ("asking", "blocks", "picker", "picture", "stories")
        }
        return super().media + Media(
            importmap=ImportMap(shared), css={"all": [Stylesheet("desk/editor.css")]}
        )


class BodyField(ProseEditorFormField):
    """A text as it may be stored; the editor's buttons and the sanitiser share one list."""

    def __init__(self, **kwargs):
        super().__init__(
            config={"extensions": EDITOR}, sanitize=_storable, widget=BodyWidget, **kwargs
        )

    def furnish(self, *, article, labels, language):
        """Tell the editor where its pickers ask, for which article, and the word before its lines:
        that of ``language``, as readers see it. The other words open the picker too."""
        words = {labels.own, *labels.others.values(), *links.INTERESTING.values()}
        stories = {"search": reverse("admin:articles_article_stories"), "article": article.pk}
        pictures = {"search": reverse("admin:articles_article_pictures")}
        self.widget.config = {
            "extensions": EDITOR
            | {
                "Interesting": {
                    **stories,
                    "label": labels.of(language).text,
                    "direction": direction_of(language),
                    "words": sorted(words),
                },
                "ArticleLink": stories,
                "Picture": pictures,
                "Gallery": pictures,
                "Embed": {"providers": _providers()},
            }
        }


class LabelsField(forms.CharField):
    """The word before an Interesting line in other languages: a line for each, ``ur: دلچسپ``."""

    def __init__(self, **kwargs):
        widget = forms.Textarea(attrs={"rows": 4, "dir": "auto"})
        super().__init__(widget=widget, required=False, **kwargs)

    def prepare_value(self, value):
        if isinstance(value, dict):
            return "\n".join(f"{code}: {label}" for code, label in sorted(value.items()))
        return value

    def to_python(self, value):
        labels = {}
        for line in super().to_python(value).splitlines():
            if not line.strip():
                continue
            code, _, label = (part.strip() for part in line.partition(":"))
            label = " ".join(body.legible(label).split())
            try:
                validate_language(code)
                if not label or len(label) > LONGEST_LABEL:
                    raise ValidationError("there is no such word")
            except ValidationError:
                raise ValidationError(
                    f"“{line.strip()}”: write a language code, a colon and a word of at most "
                    f"{LONGEST_LABEL} characters, as in “ur: دلچسپ”."
                )
            labels[code] = label
        return labels

    def run_validators(self, value):
        """All of it was looked at while it was read."""


def _providers():
    providers = settings.EMBED_PROVIDERS.items()
    return [{"name": name, "pattern": provider["address"]} for name, provider in providers]


def _storable(html):
    try:
        return body.clean(html)
    except body.BodyRefused as refused:
        raise ValidationError(str(refused))


class BylineWidget(AutocompleteSelectMultiple):
    """Authors in the order they were chosen; ``byline.js`` keeps it while choosing."""

    def __init__(self):
        super().__init__(Article._meta.get_field("authors"), admin.site)

    def optgroups(self, name, value, attr=None):
        groups = super().optgroups(name, value, attr)
        groups[0][1].sort(key=lambda option: value.index(str(option["value"])))
        return groups

    @property
    def media(self):
        return super().media + Media(js=[Script("desk/byline.js", defer=True)])


class BylineField(forms.ModelMultipleChoiceField):
    def __init__(self, **kwargs):
        super().__init__(Author.objects.all(), widget=BylineWidget(), required=False, **kwargs)

    def clean(self, value):
        chosen = {str(author.pk): author for author in super().clean(value)}
        return tuple(dict.fromkeys(chosen[str(pk)] for pk in value or ()))


MOST_TAGS = 100  # of a story; what tells it from others are far fewer


class TagsField(forms.CharField):
    """Names separated by commas, and only by commas: “climate change” is one tag."""

    def prepare_value(self, value):
        if value is None or isinstance(value, str):
            return value
        line = io.StringIO()
        csv.writer(line).writerow(value)  # quotes a name that holds a comma itself
        return line.getvalue().strip().replace('",', '", ').replace(",", ", ").replace(",  ", ", ")

    def to_python(self, value):
        on_one_line = " ".join(body.legible(super().to_python(value)).splitlines())
        lines = csv.reader([on_one_line], skipinitialspace=True)
        try:
            return tuple(name.strip() for line in lines for name in line if name.strip())
        except csv.Error:  # longer than any name
            raise ValidationError("Write the names of tags here, separated by commas, no text.")

    def run_validators(self, value):
        if len(value) > MOST_TAGS:
            raise ValidationError(
                f"These are {len(value):,} tags; a story has {MOST_TAGS} at most. Is it a text?"
            )
        for name in value:
            try:
                Tag._meta.get_field("name").run_validators(name)
            except ValidationError as refused:
                raise ValidationError([f"“{name}”: {message}" for message in refused.messages])
