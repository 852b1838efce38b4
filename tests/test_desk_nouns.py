"""Sections, authors, the publication and pictures at the desk."""

import io
import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as PillowImage

from articles import publishing
from articles.models import (
    Image,
    Publication,
    Spoil,
)

from .builders import (
    make_article,
    make_author,
    make_image,
    make_section,
)
from .desk import said

pytestmark = pytest.mark.django_db


# Nouns


def test_a_section_is_saved_through_the_verb(desk):
    section = make_section("World")
    Spoil.objects.all().delete()

    desk.post(
        reverse("admin:articles_section_change", args=[section.pk]),
        {"name": "The world", "position": 3, "slug": ""},
    )

    section.refresh_from_db()
    assert (section.name, section.slug) == ("The world", "the-world")
    assert set(Spoil.objects.values_list("key", flat=True)) == {
        f"section-{section.pk}",
        "publication",
    }


@pytest.mark.parametrize("noun", ["author", "image", "section", "series", "tag"])
def test_a_list_of_the_desk_is_headed_as_the_menu_calls_it(desk, noun):
    page = desk.get(reverse(f"admin:articles_{noun}_changelist")).text

    heading = re.search(r"<h1>(.*?)</h1>", page)[1]
    assert heading == {"series": "Series"}.get(noun, f"{noun.capitalize()}s")


def way_to(desk, name, *args):
    page = desk.get(reverse(f"admin:articles_{name}", args=args)).text
    way = re.search(r'<ol class="breadcrumbs">(.*?)</ol>', page, re.DOTALL)[1]
    return [place.strip() for place in re.findall(r">([^<>]+)</a>", way)]


def test_the_way_to_a_screen_names_each_place_once_and_begins_as_all_others(desk):
    story = make_article(headline="Tides")

    assert way_to(desk, "article_change", story.pk) == ["Home", "The paper", "Articles"]
    assert way_to(desk, "article_links", story.pk) == ["Home", "The paper", "Articles", "Tides"]
    assert way_to(desk, "frontslot_changelist") == ["Home", "The paper"]


def test_pictures_are_listed_by_the_newsrooms_own_clock_as_stories_are(desk):
    publishing.change(Publication(name="The Quay", time_zone="Asia/Karachi"))
    image = make_image()
    Image.objects.filter(pk=image.pk).update(added_at=datetime(2026, 11, 25, 20, 30, tzinfo=UTC))

    page = desk.get(reverse("admin:articles_image_changelist")).text

    added = re.search(r'<td class="field-added[^"]*">(.*?)</td>', page)[1]
    assert added == "26 Nov 2026, 01:30"


def test_an_author_without_a_slug_gets_one(desk):
    desk.post(reverse("admin:articles_author_add"), {"name": "Zoë Last"})

    assert make_author("Zoë Last").slug == "zoë-last"


def test_the_publication_is_one_row_that_is_always_there(desk):
    response = desk.get(reverse("admin:articles_publication_changelist"), follow=True)
    form = response.context["adminform"].form.initial
    desk.post(
        response.redirect_chain[0][0],
        {name: value or "" for name, value in form.items()} | {"name": "The Tide"},
    )

    assert Publication.objects.get().name == "The Tide"
    assert desk.get(reverse("admin:articles_publication_add")).status_code == 403
    assert desk.get(reverse("admin:articles_publication_delete", args=[1])).status_code == 403


def test_an_unknown_time_zone_is_refused(desk):
    response = desk.post(
        reverse("admin:articles_publication_change", args=[1]),
        {"name": "X", "language": "en", "time_zone": "Mars/Olympus", "interesting_label": "See"},
    )

    assert "Mars/Olympus is not one of the available choices" in said(response)


def a_picture(colour="#357", name="quay.jpg"):
    file = io.BytesIO()
    PillowImage.new("RGB", (64, 48), colour).save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


def test_a_picture_is_taken_in_with_its_words_and_focal_point(desk):
    desk.post(
        reverse("admin:articles_image_add"),
        {
            "upload": a_picture(),
            "alt": "A quay",
            "caption": "At dawn",
            "focal_x": 0.2,
            "focal_y": 1,
        },
    )

    image = Image.objects.get()
    assert (image.alt, image.caption, image.width_px) == ("A quay", "At dawn", 64)
    assert (image.focal_x, image.focal_y) == (0.2, 1)
    listed = desk.get(reverse("admin:articles_image_changelist")).text
    shown = re.search(rf'src="(/media/{image.pk}/[^"]*)"', listed)[1]
    answer = desk.get(shown)  # though no story shows it
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    answer.getvalue()  # at the end of which the file is closed


def test_a_file_that_is_no_picture_is_refused_beside_its_field(desk):
    file = SimpleUploadedFile("quay.jpg", b"no picture at all", "image/jpeg")

    response = desk.post(
        reverse("admin:articles_image_add"),
        {"upload": file, "alt": "A quay", "focal_x": 0.5, "focal_y": 0.5},
    )

    assert "is not a JPEG, PNG, WebP or GIF picture" in said(response)
    assert 'value="A quay"' in response.text
    assert not Image.objects.exists()


def test_the_same_picture_again_leads_to_the_one_there_is(desk):
    words = {"alt": "First", "focal_x": 0.5, "focal_y": 0.5}
    desk.post(reverse("admin:articles_image_add"), {"upload": a_picture(), **words})

    response = desk.post(
        reverse("admin:articles_image_add"),
        {"upload": a_picture(), **words, "alt": "Second"},
        follow=True,
    )

    assert "was here already" in said(response)
    assert Image.objects.get().alt == "First"


def test_changing_a_caption_spoils_the_pages_that_show_the_picture(desk):
    image = make_image()

    desk.post(
        reverse("admin:articles_image_change", args=[image.pk]),
        {"alt": "A quay", "caption": "At dusk", "focal_x": 0.5, "focal_y": 0.5},
    )

    assert Image.objects.get().caption == "At dusk"
    assert Spoil.objects.filter(key=f"image-{image.pk}").exists()


def test_a_picture_on_a_story_is_kept(desk):
    image = make_image()
    make_article(lead_image=image)

    response = desk.post(
        reverse("admin:articles_image_delete", args=[image.pk]), {"post": "yes"}, follow=True
    )

    assert "it stands in 1 article" in said(response)
    assert Image.objects.exists()
