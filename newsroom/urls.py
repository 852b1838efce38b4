"""A table of contents: the desk, and everything a reader can fetch."""

from django.contrib import admin
from django.urls import include, path

handler500 = "newsroom.unavailable.handler500"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("articles.urls")),
]
