"""The answer for an address that leads nowhere: a way to search, and what is new."""

from django.db import Error as NoAnswer
from django.views.defaults import page_not_found

from .page import Page
from .search import latest, unkept


def not_found(request, exception):
    """404, with the newest headlines if the database answers. Three queries, none for files.

    It is not stored, for there are any number of addresses that lead nowhere.
    """
    is_file = "." in request.path_info.rpartition("/")[2]
    if is_file:
        response = page_not_found(request, exception)
        response["Cache-Control"] = "no-store"  # it may be there a moment later
        return response
    try:
        page = Page(request)
        return unkept(page.render("nowhere.html", {"latest": latest(page)}, status=404))
    except NoAnswer:
        return page_not_found(request, exception)
