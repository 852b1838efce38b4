from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from articles import media, publishing
from articles.models import Article, Author, Edition, Image, Publication

from .clock import in_newsroom_time
from .nouns import NounAdmin
from .standing import moment

_KINDS = "image/jpeg,image/png,image/webp,image/gif"
_USES = 20  # named one by one


class NewImageForm(forms.ModelForm):
    upload = forms.FileField(
        label="Picture",
        validators=[media.validate_picture],
        widget=forms.ClearableFileInput(attrs={"accept": _KINDS}),
        help_text="JPEG, PNG, WebP or GIF. 1,600 pixels wide or more looks best.",
    )


class ImageForm(forms.ModelForm):
    upload = forms.FileField(
        label="Another file in its place",
        required=False,
        widget=forms.FileInput(attrs={"accept": _KINDS}),
        help_text="Every story that shows this picture shows the new one from then on.",
    )

    def clean_upload(self):
        if file := self.cleaned_data["upload"]:
            media.validate_replacement(self.instance, file)
        return file


@admin.register(Image)
class ImageAdmin(NounAdmin):
    list_display = ["thumbnail", "__str__", "credit", "added"]
    list_display_links = ["thumbnail", "__str__"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["caption", "alt", "credit"]
    readonly_fields = ["preview", "size", "used_by"]

    class Media:
        js = ["desk/focal-point.js"]

    @in_newsroom_time
    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        kwargs["form"] = ImageForm if obj else NewImageForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request, obj=None):
        about = ["alt", "caption", "credit", ("focal_x", "focal_y")]
        if obj is None:
            return [(None, {"fields": ["upload", *about]})]
        may_change = self.has_change_permission(request, obj)
        file = ["preview", "size", *(["upload"] if may_change else []), "used_by"]
        return [(None, {"fields": [*file, *about]})]

    def save_form(self, request, form, change):
        if change:
            image = super().save_form(request, form, change)
            if file := form.cleaned_data.get("upload"):
                media.replace(image, file)
            return image
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

    @admin.display(description="added", ordering="added_at")
    def added(self, image):
        return moment(image.added_at)

    @admin.display(description="picture")
    def preview(self, image):
        return _shown(image, "body", "desk-preview")

    @admin.display(description="size")
    def size(self, image):
        return f"{image.width_px:,} × {image.height_px:,} pixels"

    @admin.display(description="shown by")
    def used_by(self, image):
        stories = Article.objects.filter(picture_uses__image=image).distinct().with_state()
        found = [
            (address_of(story), story, Article.State(story.state).label)
            for story in stories.order_by("-updated_at")[:_USES]
        ]
        found += [(address_of(a), a, "portrait") for a in Author.objects.filter(portrait=image)]
        found += [(address_of(p), p, "page") for p in media.standing_pages_with(image)]
        found += [(address_of(p), p, "logo") for p in Publication.objects.filter(logo=image)]
        if not found:
            return "Nothing yet. Readers cannot see a picture that nothing on the site shows."
        rows = format_html_join("", '<li><a href="{}">{}</a> ({})</li>', found)
        more = stories.count() - _USES
        return format_html("<ul>{}</ul>{}", rows, f"and {more:,} more stories" if more > 0 else "")

    def why_kept(self, thing):
        reason = super().why_kept(thing)
        shown = thing.uses.filter(edition__in=Edition.objects.not_ended())
        if not reason and (shown.exists() or media.standing_pages_with(thing)):
            return f"“{thing}” cannot be deleted: it stands in the text of what readers see."
        return reason


def address_of(thing):
    return reverse(
        f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk]
    )


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
