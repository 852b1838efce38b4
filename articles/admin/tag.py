import taggit.admin  # noqa: F401  it registers a tag of its own, which nothing here uses
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from taggit.models import Tag as TaggitsTag

from articles import publishing
from articles.models import FormerTag, Tag

from .nouns import NounAdmin

admin.site.unregister(TaggitsTag)


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        Tag.objects.all(),
        label="Into",
        widget=AutocompleteSelect(FormerTag._meta.get_field("tag"), admin.site),
        help_text="This tag stays, with its name and address.",
    )

    def __init__(self, data, *, tags):
        super().__init__(data)
        self.tags = tags

    def clean_into(self):
        into = self.cleaned_data["into"]
        if [into] == self.tags:
            raise forms.ValidationError("It cannot be merged into itself. Choose another tag.")
        return into


@admin.register(Tag)
class TagAdmin(NounAdmin):
    list_display = ["name", "slug", "description", "formerly"]
    fields = ["name", "description", "slug"]
    search_fields = ["name"]
    actions = ["delete_selected", "merge"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("former")

    @admin.display(description="also found as")
    def formerly(self, tag):
        return ", ".join(former.name for former in tag.former.all())

    def has_merge_permission(self, request):
        return self.has_change_permission(request) and self.has_delete_permission(request)

    @admin.action(permissions=["merge"], description="Merge selected tags into another…")
    def merge(self, request, queryset):
        """Asks into which, then does it. The chosen ones lead to that one from then on."""
        if not self.has_merge_permission(request):
            raise PermissionDenied
        if not self.has_few(request, queryset):
            return None
        tags = list(queryset)
        if not tags:  # its second page was sent twice, or by two
            said = "These tags were merged or deleted in the meantime."
            self.message_user(request, said, messages.WARNING)
            return None
        form = MergeForm(request.POST if "into" in request.POST else None, tags=tags)
        if form.is_valid():
            into = form.cleaned_data["into"]
            merged = [tag for tag in tags if tag != into and self._is_merged(request, tag, into)]
            if merged:
                names = ", ".join(f"“{tag}”" for tag in merged)
                said = f"{names} → “{into}”. Old addresses lead there."
                self.message_user(request, said, messages.SUCCESS)
            return None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Merge tags",
            "tags": tags,
            "form": form,
            "media": self.media + form.media,
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/articles/merge_tags.html", context)

    def _is_merged(self, request, tag, into):
        try:
            publishing.merge_tags(tag, into=into)
        except publishing.TagGone as gone:
            self.message_user(request, str(gone), messages.WARNING)
            return False
        self.log_change(request, into, f"Merged “{tag}” into it.")
        return True
