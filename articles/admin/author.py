from django.contrib import admin

from articles.models import Author

from .nouns import NounAdmin


@admin.register(Author)
class AuthorAdmin(NounAdmin):
    list_display = ["name", "role", "user"]
    list_select_related = ["user"]
    fields = ["name", "role", "biography", "portrait", "user", "slug"]
    autocomplete_fields = ["portrait", "user"]
    search_fields = ["name"]
