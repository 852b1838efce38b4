from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from articles.models import Article, Series

from .nouns import NounAdmin


@admin.register(Series)
class SeriesAdmin(NounAdmin):
    list_display = ["title", "slug", "description"]
    fields = ["title", "description", "slug", "parts"]
    readonly_fields = ["parts"]
    search_fields = ["title"]

    @admin.display(description="parts")
    def parts(self, series):
        """The stories in their order; which part a story is, is said in the story's own form."""
        if series.pk is None:
            return "Save it, then choose it in the forms of its stories."
        stories = Article.objects.with_state().filter(series=series).defer("body").order_by("part")
        rows = [
            (
                story.part,
                reverse("admin:articles_article_change", args=[story.pk]),
                story.headline,
                story.state,
                Article.State(story.state).label,
            )
            for story in stories
        ]
        if not rows:
            return "No story yet. Choose this series in the form of a story."
        row = '<li value="{}"><a href="{}"><bdi>{}</bdi></a> '
        row += '<span class="desk-state" data-state="{}">{}</span></li>'
        return format_html("<ol>{}</ol>", format_html_join("", row, rows))
