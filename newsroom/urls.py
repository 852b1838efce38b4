"""A table of contents: the desk, and everything a reader can fetch."""

from django.contrib import admin
from django.urls import include, path

handler404 = "articles.public.not_found.not_found"
handler500 = "newsroom.unavailable.handler500"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("articles.urls")),
]
