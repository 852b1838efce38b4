from django import forms
from django.contrib import admin, messages

from articles import links, publishing
from articles.addresses import is_reserved
from articles.models import Article, Publication, StandingPage
from articles.slugs import slug_for

from .deleting import DeletesWithCare
from .fields import BodyField

_STALE = (
    "“{}” was saved by someone else while you were writing. Nothing that you typed is lost: it is "
    "in the form. Open the page in another window to see theirs, take over what should stay, and "
    "save again to put yours over it."
)


class StandingPageForm(forms.ModelForm):
    body = BodyField(label="Text")
    base_version = forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages={"required": "This form has lost its version. Open the page again."},
    )

    class Meta:
        model = StandingPage
        fields = ["title", "body", "is_live", "position", "language", "slug"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["base_version"] = self.instance.version
        if "language" not in self.fields:  # somebody who may only look
            return
        publication = Publication.current()
        if self.instance.pk is None:
            self.initial["language"] = publication.language
        self.fields["body"].furnish(
            article=Article(),
            labels=links.Labels.of_publication(publication),
            language=self["language"].value(),
        )

    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        return slug and slug_for(slug)

    def clean(self):
        typed = super().clean()
        made = typed.get("slug") or slug_for(typed.get("title") or "x")
        if is_reserved(made):
            self.add_error(
                "slug", f"/{made}/ is an address of the site itself. Choose another word."
            )
        stored = StandingPage.objects.filter(pk=self.instance.pk).values_list("version", flat=True)
        if stored and typed.get("base_version") not in (None, stored[0]):
            self.add_error(None, _STALE.format(self.instance))
            self.data = self.data.copy()
            self.data["base_version"] = str(stored[0])
        return typed


@admin.register(StandingPage)
class StandingPageAdmin(DeletesWithCare):
    form = StandingPageForm
    fields = ["title", "body", "is_live", "position", "language", "slug", "base_version"]
    list_display = ["title", "shown_address", "is_live", "position", "language"]
    search_fields = ["title"]

    class Media:
        css = {"all": ["desk/desk.css"]}

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except publishing.StalePage:  # between the look and the save; the second look sees it
            return super().changeform_view(request, object_id, form_url, extra_context)

    def view_on_site(self, page):
        return page.get_absolute_url() if page.is_live else None

    def get_view_on_site_url(self, obj=None):
        return obj and self.view_on_site(obj)

    def save_model(self, request, obj, form, change):
        publishing.change_page(obj, base_version=form.cleaned_data["base_version"])
        if not obj.is_live:
            said = "Readers do not see it. Tick “On the site” when it is ready."
            self.message_user(request, said, messages.WARNING)

    def delete_model(self, request, obj):
        publishing.remove_page(obj)

    def delete_queryset(self, request, queryset):
        for page in queryset:
            self.delete_model(request, page)

    @admin.display(description="address")
    def shown_address(self, page):
        return f"/{page.slug}/"
