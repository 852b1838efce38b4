"""Deleting, with a reason why not in place of a list of everything that stands in the way."""

from itertools import islice

from django.contrib import admin, messages
from django.contrib.admin import actions as stock
from django.contrib.admin.utils import unquote
from django.db.models import PROTECT, ProtectedError
from django.shortcuts import redirect

from articles.models import Byline, EditionAuthor

MOST_AT_ONCE = 500  # to confirm an act sends each back, and Django takes 1,000 fields
_REASONS = 5  # that are said at once
_MOST = 1_000  # counted; a section can stand on 100,000 editions, and one is enough to keep it
_WORDS = {Byline: "articles", EditionAuthor: "editions"}


class DeletesWithCare(admin.ModelAdmin):
    """What is still needed is kept, with a message. Django would load all that needs it."""

    def why_kept(self, thing) -> str:
        """Why ``thing`` cannot be deleted, or nothing. A query for each kind that may need it."""
        needed_by = []
        for relation in thing._meta.get_fields(include_hidden=True):
            if getattr(relation, "on_delete", None) is not PROTECT:
                continue
            rows = relation.related_model._base_manager.filter(**{relation.field.name: thing})
            if number := rows.order_by()[:_MOST].count():
                opts = relation.related_model._meta
                one, many = opts.verbose_name, opts.verbose_name_plural
                words = _WORDS.get(relation.related_model, one if number == 1 else many)
                needed_by.append(f"{number:,}{'+' if number == _MOST else ''} {words}")
        if not needed_by:
            return ""
        return f"“{thing}” cannot be deleted: it stands in {' and '.join(needed_by)}."

    def delete_view(self, request, object_id, extra_context=None):
        thing = self.get_object(request, unquote(object_id))
        if thing is None or not self.has_delete_permission(request, thing):
            return super().delete_view(request, object_id, extra_context)
        reason = self.why_kept(thing)
        if not reason:
            try:
                return super().delete_view(request, object_id, extra_context)
            except ProtectedError:  # somebody needed it a moment ago
                reason = self.why_kept(thing) or f"“{thing}” cannot be deleted: it is in use."
        self.message_user(request, reason, messages.ERROR)
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", thing.pk)

    @admin.action(permissions=["delete"], description="Delete selected %(verbose_name_plural)s")
    def delete_selected(self, request, queryset):
        if not self.has_few(request, queryset):
            return None
        reasons = list(islice(filter(None, map(self.why_kept, queryset)), _REASONS))
        if not reasons:
            return stock.delete_selected(self, request, queryset)
        for reason in reasons:
            self.message_user(request, reason, messages.ERROR)
        self.message_user(request, "Nothing was deleted.", messages.WARNING)
        return None

    def has_few(self, request, queryset) -> bool:
        """Whether an act on all of ``queryset`` can be confirmed; says so if it cannot."""
        is_few = queryset[: MOST_AT_ONCE + 1].count() <= MOST_AT_ONCE
        if not is_few:
            said = f"Nothing was done: choose {MOST_AT_ONCE} at most at once."
            self.message_user(request, said, messages.ERROR)
        return is_few

    actions = [delete_selected]

    def get_deleted_objects(self, objs, request):
        """The things themselves; what goes with them (a story's revisions) is not listed."""
        objs = list(objs)
        forbidden = {self.opts.verbose_name for obj in objs if not self._may_delete(request, obj)}
        return [str(obj) for obj in objs], {self.opts.verbose_name_plural: len(objs)}, forbidden, []

    def _may_delete(self, request, obj):
        return self.has_delete_permission(request, obj)
