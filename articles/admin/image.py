from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html

from articles import media, publishing
from articles.models import Image

from .nouns import NounAdmin

_KINDS = "image/jpeg,image/png,image/webp,image/gif"


class NewImageForm(forms.ModelForm):
    upload = forms.FileField(
        label="picture",
        validators=[media.validate_picture],
        widget=forms.ClearableFileInput(attrs={"accept": _KINDS}),
        help_text="JPEG, PNG, WebP or GIF. 1,600 pixels wide or more looks best.",
    )


@admin.register(Image)
class ImageAdmin(NounAdmin):
    list_display = ["thumbnail", "__str__", "credit", "added_at"]
    list_display_links = ["thumbnail", "__str__"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["caption", "alt", "credit"]
    readonly_fields = ["preview", "size"]

    class Media:
        css = {"all": ["desk/desk.css"]}
        js = ["desk/focal-point.js"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = NewImageForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request, obj=None):
        about = ["alt", "caption", "credit", ("focal_x", "focal_y")]
        return [(None, {"fields": [*(["preview", "size"] if obj else ["upload"]), *about]})]

    def save_form(self, request, form, change):
        if change:
            return super().save_form(request, form, change)
        words = {name: form.cleaned_data[name] for name in ("alt", "caption", "credit")}
        focal = form.cleaned_data["focal_x"], form.cleaned_data["focal_y"]
        began_at = timezone.now()
        image = media.take_in(form.cleaned_data["upload"], **words, focal=focal)
        image.was_here = image.added_at < began_at
        return image

    def response_add(self, request, obj, post_url_continue=None):
        if not obj.was_here or IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj, post_url_continue)
        message = "This picture was here already, as below. What you typed beside it was not kept."
        self.message_user(request, message, messages.WARNING)
        return redirect("admin:articles_image_change", obj.pk)

    def save_model(self, request, obj, form, change):
        if change:  # a new one is kept by ``take_in``
            super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        """An image has no related rows."""

    def delete_model(self, request, obj):
        publishing.remove(obj)
        media.forget(obj)

    @admin.display(description="")
    def thumbnail(self, image):
        return _shown(image, "card", "desk-thumbnail")

    @admin.display(description="picture")
    def preview(self, image):
        return _shown(image, "body", "desk-preview")

    @admin.display(description="size")
    def size(self, image):
        return f"{image.width_px:,} × {image.height_px:,} pixels"


def _shown(image, spec, name):
    picture = media.picture(image, spec)
    return format_html(
        '<img class="{}" src="{}" width="{}" height="{}" alt="{}" loading="lazy">',
        name,
        picture.url,
        picture.width_px,
        picture.height_px,
        picture.alt,
    )
