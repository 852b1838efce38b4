import taggit.admin  # noqa: F401  it registers a tag of its own, which nothing here uses
from django.contrib import admin
from taggit.models import Tag as TaggitsTag

from articles.models import Tag

from .nouns import NounAdmin

admin.site.unregister(TaggitsTag)


@admin.register(Tag)
class TagAdmin(NounAdmin):
    list_display = ["name", "slug", "description"]
    fields = ["name", "description", "slug"]
    search_fields = ["name"]
