"""What sections, authors, tags, images, series and the publication have in common at the desk."""

from django.utils.text import capfirst

from articles import publishing

from .deleting import DeletesWithCare


class NounAdmin(DeletesWithCare):
    """Saves through ``publishing.change``, deletes through ``publishing.remove``."""

    class Media:
        css = {"all": ["desk/desk.css"]}

    def changelist_view(self, request, extra_context=None):
        """Headed as the menu calls it: not everyone who reads a list means to change something."""
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def save_model(self, request, obj, form, change):
        publishing.change(obj)

    def delete_model(self, request, obj):
        publishing.remove(obj)

    def delete_queryset(self, request, queryset):
        for thing in queryset:
            self.delete_model(request, thing)
