from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.shortcuts import redirect

from articles import links
from articles.models import Publication
from articles.models.publication import MOST_AUTOMATIC_LINES

from .fields import LabelsField
from .nouns import NounAdmin


class PublicationForm(forms.ModelForm):
    time_zone = forms.ChoiceField(
        choices=lambda: [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())],
        help_text=Publication._meta.get_field("time_zone").help_text,
    )
    labels = LabelsField(
        label="In other languages",
        help_text="The same word before the lines of stories in other languages, one to a line, as "
        f"“ur: دلچسپ”. Known without being written here: {', '.join(sorted(links.INTERESTING))}.",
    )

    automatic_lines = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=MOST_AUTOMATIC_LINES,
        help_text=Publication._meta.get_field("automatic_lines").help_text,
    )

    def clean_automatic_lines(self):
        return self.cleaned_data["automatic_lines"] or 0


@admin.register(Publication)
class PublicationAdmin(NounAdmin):
    """The one row. It is there to be changed, whether it was ever saved or not."""

    form = PublicationForm
    fields = ["name", "tagline", "logo", "language", "time_zone", "interesting_label", "labels"]
    fields += ["automatic_lines"]
    autocomplete_fields = ["logo"]

    def get_object(self, request, object_id, from_field=None):
        return Publication.current() if str(object_id) == "1" else None

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        return redirect("admin:articles_publication_change", 1)
