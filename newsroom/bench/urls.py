"""The site's addresses, and that of a view which does nothing, behind the same middleware."""

from django.http import HttpResponse
from django.urls import path

from newsroom.urls import handler500, urlpatterns

from .probe import BARE

__all__ = ["handler500", "urlpatterns"]

urlpatterns = [path(BARE[1:], lambda request: HttpResponse("ok")), *urlpatterns]
