from django.contrib import admin

from articles.models import Section

from .nouns import NounAdmin


@admin.register(Section)
class SectionAdmin(NounAdmin):
    list_display = ["name", "position", "slug"]
    fields = ["name", "description", "position", "slug"]
    search_fields = ["name"]
