import hashlib
import io
import struct
import subprocess
import sys
import threading
import zlib
from collections import Counter
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.storage.memory import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django_tasks_db.models import DBTaskResult
from PIL import ExifTags, ImageCms
from PIL import Image as Pillow

from articles.media import (
    RENDITIONS,
    Busy,
    PictureRefused,
    forget,
    make_renditions,
    open_rendition,
    open_similar,
    picture,
    pixels,
    remove_old,
    renditions,
    specs,
    storing,
    take_in,
    validate_picture,
)
from articles.models import Image

RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (255, 255, 255)


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def make_upload(width=900, height=600, *, kind="JPEG", colour=BLUE, paint=(), **options):
    """An upload of one colour; ``paint`` holds (colour, box) to lay over it."""
    drawn = Pillow.new("RGBA" if len(colour) == 4 else "RGB", (width, height), colour)
    for patch, box in paint:
        drawn.paste(patch, box)
    out = io.BytesIO()
    drawn.save(out, kind, **options)
    return ContentFile(out.getvalue(), name=f"picture.{kind.lower()}")


def make_image(**changes):
    """A row that was never saved and has no file: enough for all that is only worked out."""
    facts = {"digest": "ab" * 32, "width_px": 3000, "height_px": 2000} | changes
    return Image(**facts)


def png_bomb(width, height):
    """A valid PNG of about a thousandth of its pixels' size: black, one bit of data a pixel."""

    def chunk(name, content):
        checksum = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + width * 3)) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def names(srcset):
    """The names of the renditions in a ``srcset``."""
    return [entry.split()[0].rpartition("/")[2] for entry in srcset.split(", ") if entry]


def names_of(image, spec):
    """All renditions of ``image`` at ``spec``, by format."""
    shown = picture(image, spec)
    listed = [
        names(srcset) for srcset in (shown.srcset, shown.still, *dict(shown.sources).values())
    ]
    return {some[0].rpartition(".")[2]: some for some in listed if some}


def content(image, name):
    with open_rendition(image, name) as file:
        return file.read()


def seen(image, spec, form="webp"):
    """The pixels a reader gets at ``spec``, at the largest size."""
    found = Pillow.open(io.BytesIO(content(image, names_of(image, spec)[form][-1])))
    found.load()
    return found


def is_near(colour, wanted):
    return all(abs(a - b) < 40 for a, b in zip(colour[:3], wanted[:3], strict=True))


# What comes in


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_picture_of_an_accepted_kind_is_kept_with_its_credits(db, kind):
    upload = make_upload(kind=kind)

    image = take_in(upload, alt="A lake", caption="At dawn", credit="A. Ahmed", focal=(0.2, 0.9))

    image.refresh_from_db()
    assert image.digest == hashlib.sha256(upload.read()).hexdigest()
    assert (image.width_px, image.height_px) == (900, 600)
    assert (image.alt, image.caption, image.credit) == ("A lake", "At dawn", "A. Ahmed")
    assert (image.focal_x, image.focal_y) == (0.2, 0.9)
    assert image.file.storage.exists(image.file.name)


def test_telephone_picture_with_a_second_one_behind_it_is_taken(db):
    second = Pillow.new("RGB", (300, 200), RED)
    upload = make_upload(kind="MPO", save_all=True, append_images=[second])

    image = take_in(upload)

    assert image.file.name.endswith(".jpg")
    assert is_near(seen(image, "body").getpixel((5, 5)), BLUE)


@pytest.mark.parametrize(
    "content",
    [
        b"Dear editor, here are the pictures.",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a",
        b"\xff\xd8\xff",
    ],
)
def test_other_file_named_jpg_is_refused(db, content):
    with pytest.raises(PictureRefused, match="not a JPEG, PNG, WebP or GIF"):
        take_in(ContentFile(content, name="holiday.jpg"))

    assert not Image.objects.exists()


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "PPM", "ICO"])
def test_kinds_that_browsers_cannot_show_are_refused(kind):
    with pytest.raises(PictureRefused, match="Export the picture as a JPEG"):
        validate_picture(make_upload(64, 64, kind=kind))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("part", [0.4, 0.9])
def test_truncated_file_is_refused(kind, part):
    noise = Pillow.effect_noise((400, 300), 90).convert("P" if kind == "GIF" else "RGB")
    out = io.BytesIO()
    noise.save(out, kind)
    half = out.getvalue()[: int(len(out.getvalue()) * part)]

    with pytest.raises(PictureRefused, match=r"damaged|not a JPEG"):
        validate_picture(ContentFile(half, name="half.jpg"))


def test_truncated_progressive_jpeg_is_refused():
    whole = make_upload(kind="JPEG", progressive=True).read()

    with pytest.raises(PictureRefused, match="damaged"):
        validate_picture(ContentFile(whole[: len(whole) // 2]))


def test_empty_file_is_refused():
    with pytest.raises(PictureRefused, match="empty"):
        validate_picture(ContentFile(b""))


def test_file_over_25_megabytes_is_refused():
    padded = make_upload().read() + bytes(25_000_000)

    with pytest.raises(PictureRefused, match="25 MB"):
        validate_picture(ContentFile(padded))


@pytest.mark.parametrize("size", [(7072, 7072), (12_000, 12_000), (30_000, 30_000)])
def test_decompression_bomb_is_refused_before_decoding(monkeypatch, size):
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda _: pytest.fail("was decoded"))
    header_only = png_bomb(*size)[:200] if size[0] < 8000 else png_bomb(size[0], 1)
    header = struct.pack(">II", *size)
    forged = header_only[:16] + header + header_only[24:]
    checksum = struct.pack(">I", zlib.crc32(forged[12:29]))
    forged = forged[:29] + checksum + forged[33:]

    with pytest.raises(PictureRefused, match="more than 50 megapixels"):
        validate_picture(ContentFile(forged))


def test_decompression_bomb_costs_next_to_no_memory(tmp_path):
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(png_bomb(13_300, 13_300))
    script = """if True:
        import os, re, sys
        from pathlib import Path
        os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
        import django
        django.setup()
        from django.core.files.base import ContentFile
        from articles.media import PictureRefused, validate_picture

        def peak():
            return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

        content = ContentFile(Path(sys.argv[1]).read_bytes())
        before = peak()
        try:
            validate_picture(content)
        except PictureRefused:
            print(peak() - before)
    """
    if not Path("/proc/self/status").exists():
        pytest.skip("peak memory is read from /proc")

    run = subprocess.run(
        [sys.executable, "-c", script, str(bomb)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
        check=True,
    )

    assert bomb.stat().st_size < 1_000_000
    assert int(run.stdout) < 20_000  # kB; decoded, it would be 530,000


def test_large_webp_is_refused_because_decoding_it_takes_four_times_the_memory():
    upload = make_upload(5100, 5000, kind="WEBP", method=0)

    with pytest.raises(PictureRefused, match="more than 25 megapixels"):
        validate_picture(upload)


def test_form_shows_why_a_picture_was_refused_and_takes_the_file_from_its_beginning():
    class Form(forms.Form):
        file = forms.FileField(validators=[validate_picture])

    good = Form(files={"file": SimpleUploadedFile("a.jpg", make_upload().read())})
    bad = Form(files={"file": SimpleUploadedFile("b.jpg", b"words")})

    assert good.is_valid()
    assert good.cleaned_data["file"].read(2) == b"\xff\xd8"
    assert "whatever its name says" in bad.errors["file"][0]


def test_refusal_reads_as_a_sentence_wherever_it_is_printed():
    with pytest.raises(PictureRefused) as refused:
        validate_picture(ContentFile(b""))

    assert str(refused.value) == "This file is empty. Choose the picture again."


def test_same_bytes_are_one_image_and_leave_it_unchanged(db, media_root):
    first = take_in(make_upload(), alt="First words", focal=(0.1, 0.1))

    second = take_in(make_upload(), alt="Other words", focal=(0.9, 0.9))

    assert second == first
    assert (second.alt, second.focal_x) == ("First words", 0.1)
    assert Image.objects.count() == 1
    assert len(list((media_root / "originals").rglob("*.jpeg"))) == 0
    assert len(list((media_root / "originals").rglob("*.jpg"))) == 1


def test_same_picture_from_two_people_at_one_moment_is_one_image(db, monkeypatch):
    first = take_in(make_upload())
    monkeypatch.setattr(Image.objects.none().__class__, "first", lambda _: None)  # seen too early

    second = take_in(make_upload())

    assert second == first
    assert Image.objects.count() == 1


def test_lost_original_comes_back_with_the_same_upload(db):
    image = take_in(make_upload())
    default_storage.delete(image.file.name)

    take_in(make_upload())

    assert default_storage.exists(image.file.name)


def test_rolled_back_intake_leaves_no_row_and_no_renditions(
    db, media_root, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        take_in(make_upload())
        transaction.set_rollback(True)

    assert not Image.objects.exists()
    assert not list(media_root.rglob("*.webp"))
    assert not list(media_root.rglob("*.part"))


def test_the_background_worker_makes_what_pages_will_ask_for(
    db, media_root, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        image = take_in(make_upload())
        assert not list(media_root.rglob("renditions"))
    (waiting,) = DBTaskResult.objects.ready()
    assert waiting.task.func(*waiting.args_kwargs["args"]) == 18

    made = {path.name for path in media_root.rglob("renditions/*/*/*")}
    specs_ahead = [spec for spec in RENDITIONS if RENDITIONS[spec].ahead]
    listed = [
        name for spec in specs_ahead for some in names_of(image, spec).values() for name in some
    ]
    assert made == set(listed)
    assert len(listed) == 3 * (2 + 2 + 2)


@pytest.mark.parametrize("focal", [(1.1, 0.5), (0.5, -0.1), (float("nan"), 0.5)])
def test_focal_point_outside_the_picture_is_an_error(db, focal):
    with pytest.raises(ValueError, match="focal point"):
        take_in(make_upload(), focal=focal)


def test_text_that_the_column_cannot_hold_is_an_error_before_anything_is_kept(db, media_root):
    with pytest.raises(ValidationError):
        take_in(make_upload(), credit="x" * 201)

    assert not list(media_root.rglob("*.jpg"))


# What goes out


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_picture_stands_upright_whichever_way_the_camera_was_held(db, orientation, kind):
    upright = Pillow.new("RGB", (900, 600), BLUE)
    upright.paste(RED, (0, 0, 300, 200))
    undo = {6: 8, 8: 6}.get(orientation, orientation)  # all others undo themselves
    turn = pixels._UPRIGHT.get(undo)
    exif = Pillow.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    out = io.BytesIO()
    (upright.transpose(turn) if turn is not None else upright).save(out, kind, exif=exif)

    image = take_in(ContentFile(out.getvalue()))

    assert (image.width_px, image.height_px) == (900, 600)
    shown = seen(image, "body")
    assert shown.size == (800, 533)
    assert is_near(shown.getpixel((10, 10)), RED)
    assert all(is_near(shown.getpixel(at), BLUE) for at in [(790, 10), (790, 520), (10, 520)])


def test_reader_never_learns_where_or_with_what_a_picture_was_taken(db):
    exif = Pillow.Exif()
    exif[ExifTags.Base.Make] = "SecretCamera"
    exif[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: 33.7}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SecretPlace</x:xmpmeta>"
    upload = make_upload(exif=exif, icc_profile=profile, xmp=xmp, comment=b"SecretNote")
    assert upload.read().count(b"Secret") == 3

    image = take_in(upload)

    every = [r.name for r in specs.all_renditions(image)]
    assert {name.rpartition(".")[2] for name in every} == {"avif", "webp", "jpg"}
    for name in every:
        file = content(image, name)
        assert b"Secret" not in file
        assert not {"exif", "xmp", "icc_profile"} & Pillow.open(io.BytesIO(file)).info.keys()
        marks = (b"EXIF", b"Exif", b"XMP ", b"xmpmeta", b"ICCP", b"ICC_PROFILE", b"prof")
        assert not any(mark in file for mark in marks)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_unreadable_exif_costs_nothing_but_the_orientation(db):
    image = take_in(make_upload(exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff" + b"\xee" * 40))

    assert is_near(seen(image, "card").getpixel((5, 5)), BLUE)


def test_broken_colour_profile_is_as_good_as_none(db):
    image = take_in(make_upload(icc_profile=b"not a profile"))

    assert is_near(seen(image, "card").getpixel((5, 5)), BLUE)


def test_colours_of_another_profile_become_srgb(db):
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"temp").replace(b"bXYZ", b"rXYZ").replace(b"temp", b"bXYZ")

    shown = seen(take_in(make_upload(colour=(255, 0, 0), icc_profile=swapped)), "card")

    assert is_near(shown.getpixel((5, 5)), (0, 0, 255))


def test_print_colours_become_screen_colours(db):
    out = io.BytesIO()
    Pillow.new("CMYK", (900, 600), (0, 255, 255, 0)).save(out, "JPEG")

    shown = seen(take_in(ContentFile(out.getvalue())), "card")

    assert shown.mode == "RGB"
    assert is_near(shown.getpixel((5, 5)), (255, 0, 0))


def test_grey_of_sixteen_bits_keeps_its_shades(db):
    out = io.BytesIO()
    Pillow.new("I;16", (900, 600), 0x8000).save(out, "PNG")

    shown = seen(take_in(ContentFile(out.getvalue())), "card")

    assert is_near(shown.getpixel((5, 5)), (128, 128, 128))


def test_transparency_stays(db):
    shown = seen(take_in(make_upload(kind="PNG", colour=(20, 20, 220, 0))), "card")

    assert shown.mode == "RGBA"
    assert shown.getpixel((5, 5))[3] == 0


@pytest.mark.parametrize(
    "size, subject, focal",
    [
        ((2000, 400), (0, 0, 200, 400), (0.05, 0.5)),
        ((2000, 400), (1800, 0, 2000, 400), (0.95, 0.5)),
        ((2000, 400), (1300, 0, 1500, 400), (0.7, 0.5)),
        ((400, 2000), (0, 0, 400, 150), (0.5, 0.0)),
        ((400, 2000), (0, 1850, 400, 2000), (0.5, 1.0)),
    ],
)
def test_cut_keeps_what_the_journalist_pointed_at(db, size, subject, focal):
    image = take_in(make_upload(*size, paint=[(RED, subject)]), focal=focal)

    for spec in ("card", "lead", "portrait"):
        colours = seen(image, spec).convert("RGB").get_flattened_data()
        red = sum(is_near(colour, RED) for colour in colours) / len(colours)
        assert red > 0.2, spec  # in the middle of the cut, only the last two would be there


def test_body_picture_is_shown_whole(db):
    corners = [(RED, (0, 0, 100, 100)), (GREEN, (1900, 300, 2000, 400))]

    shown = seen(take_in(make_upload(2000, 400, paint=corners), focal=(0, 0)), "body")

    assert shown.size == (1280, 256)
    assert is_near(shown.getpixel((5, 5)), RED)
    assert is_near(shown.getpixel((1275, 251)), GREEN)


@pytest.mark.parametrize("width, height", [(1, 1), (50, 40), (700, 700), (40, 3000), (5000, 30)])
def test_picture_is_never_enlarged_and_never_without_a_rendition(db, width, height):
    image = take_in(make_upload(width, height, kind="PNG"))

    for spec in RENDITIONS:
        shown = picture(image, spec)
        assert 1 <= shown.width_px <= width
        assert 1 <= shown.height_px <= height
        for form in names_of(image, spec):
            assert seen(image, spec, form).size == (shown.width_px, shown.height_px)


def test_picture_taller_than_webp_allows_is_made_narrower(db):
    image = take_in(make_upload(100, 20_000, kind="PNG"))

    shown = seen(image, "body")

    assert shown.height <= 16_383
    assert abs(shown.width / shown.height - 100 / 20_000) < 0.001


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("scale", [1, 0.24, 0.16, 0.07, 0.04])
def test_picture_decoded_small_has_everything_at_its_place(kind, scale):
    patches = [(RED, (0, 0, 100, 100)), (GREEN, (1403, 903, 1503, 1003))]
    upload = make_upload(1503, 1003, kind=kind, paint=patches)

    small, factor = pixels.shrunk(upload, scale)

    assert max(1, 0.5 / scale / 2) <= factor <= max(1, 0.5 / scale)
    for at, wanted in [((50, 50), RED), ((150, 50), BLUE), ((1453, 953), GREEN)]:
        assert is_near(small.getpixel((at[0] // factor, at[1] // factor)), wanted)


def test_picture_says_all_that_a_template_needs_without_query_or_file(
    django_assert_num_queries, db
):
    image = make_image(pk=9, alt="A lake", caption="At dawn", credit="A. Ahmed", colour="7a6b0c")

    with django_assert_num_queries(0):
        shown = picture(image, "lead")

    cut = shown.url[-12:-4]
    assert shown.url == f"/media/9/lead-1600-{cut}.jpg"

    def srcset(form):
        return ", ".join(f"/media/9/lead-{w}-{cut}.{form} {w}w" for w in (480, 720, 1200, 1600))

    assert shown.srcset == srcset("jpg")
    assert shown.sources == (("image/avif", srcset("avif")), ("image/webp", srcset("webp")))
    assert (shown.width_px, shown.height_px) == (1600, 1067)
    assert (shown.alt, shown.caption, shown.credit) == ("A lake", "At dawn", "A. Ahmed")
    assert shown.sizes == RENDITIONS["lead"].sizes
    assert shown.tint == "tint r2 g2 b0"
    with pytest.raises(FrozenInstanceError):
        shown.url = "elsewhere"


def test_name_changes_with_the_focal_point_where_the_picture_is_cut():
    before, after = make_image(focal_x=0.5), make_image(focal_x=0.51)

    changed = {spec for spec in RENDITIONS if picture(before, spec) != picture(after, spec)}

    assert changed == {"card", "lead", "portrait", "share"}
    assert picture(before, "card") == picture(make_image(focal_x=0.5), "card")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../../../originals/{shelf}/{digest}.jpg",
        "..%2f..%2fsecret-key",
        "/etc/passwd",
        ".turn",
        "{digest}/card-320-{cut}.webp",
        "card-321-{cut}.webp",
        "card-0320-{cut}.webp",
        "card-٣٢٠-{cut}.webp",
        "card-1600-{cut}.webp",
        "card-320-{square}.webp",
        "poster-320-{cut}.webp",
        "card-320-00000000.webp",
        "card-320-{cut}.webp\n",
        "card-320-{cut}.webp\0",
        "card-320-{cut}.gif",
        "card-320-{cut}",
        "CARD-320-{cut}.webp",
        "./card-320-{cut}.webp",
        "share-900-{wide}.webp",
    ],
)
def test_no_other_name_opens_a_file(db, name):
    image = take_in(make_upload())
    asked = name.format(
        digest=image.digest,
        shelf=image.digest[:2],
        cut=picture(image, "card").url[-12:-4],
        square=picture(image, "portrait").url[-12:-4],
        wide=picture(image, "share").url[-12:-4],
    )

    with pytest.raises(FileNotFoundError):
        open_rendition(image, asked)


def test_rendition_whose_original_is_gone_is_not_found(db):
    image = take_in(make_upload())
    default_storage.delete(image.file.name)

    with pytest.raises(FileNotFoundError):
        open_rendition(image, names_of(image, "card")["webp"][0])


def test_deleted_rendition_is_made_again_when_a_reader_asks(db, media_root):
    image = take_in(make_upload())
    make_renditions(image)
    for file in media_root.rglob("renditions/*/*/*"):
        file.unlink()

    assert seen(image, "card").size == (720, 480)


def test_rendition_that_is_there_is_opened_without_a_query(db, django_assert_num_queries):
    image = take_in(make_upload())
    make_renditions(image)

    with django_assert_num_queries(0):
        seen(image, "card")


def test_old_cut_stays_for_pages_stored_before_the_focal_point_moved(db):
    image = take_in(make_upload())
    before = names_of(image, "card")["avif"][0]
    open_rendition(image, before).close()

    image.focal_x = 0.1
    image.save()

    open_rendition(image, before).close()
    assert names_of(image, "card")["avif"][0] != before
    assert remove_old(image) == 1
    with pytest.raises(FileNotFoundError):
        open_rendition(image, before)


def test_renditions_that_are_there_are_not_made_again(db):
    image = take_in(make_upload())

    assert len(make_renditions(image)) == 18  # the other widths would enlarge it
    assert make_renditions(image) == []


def test_many_who_make_the_same_at_one_moment_encode_each_file_once(db, monkeypatch):
    image = take_in(make_upload())
    encoded = Counter()
    encode = pixels.encoded
    monkeypatch.setattr(
        pixels, "encoded", lambda *of: (encoded.update([(of[0].size, of[1])]), encode(*of))[1]
    )

    many = [threading.Thread(target=make_renditions, args=[image]) for _ in range(8)]
    for one in many:
        one.start()
    for one in many:
        one.join()

    sizes = {(r.width_px, r.height_px, r.format) for r in specs.made_ahead(image)}
    assert encoded.total() == len(list(specs.made_ahead(image))) == 18
    assert {(*size, form) for size, form in encoded} == sizes


def test_only_so_many_pictures_are_waited_for_and_the_others_show_what_there_is(db, monkeypatch):
    image = take_in(make_upload(2000, 1400))
    wanted = [r.name for r in specs.all_renditions(image)]
    there = names_of(image, "card")["jpg"][0]
    open_rendition(image, there).close()
    waiting, go_on = threading.Semaphore(0), threading.Event()
    make = renditions.make_renditions
    monkeypatch.setattr(
        renditions, "make_renditions", lambda *of: (waiting.release(), go_on.wait(), make(*of))[2]
    )
    asked = [name for name in wanted if name != there][: renditions.MOST_WAITED_FOR]
    readers = [threading.Thread(target=content, args=[image, name]) for name in asked]
    for reader in readers:
        reader.start()
    waiting.acquire()  # one of them makes, the others wait for their turn
    while len(renditions._waited_for) < renditions.MOST_WAITED_FOR:
        threading.Event().wait(0.01)

    with pytest.raises(Busy):
        open_rendition(image, wanted[-1])
    file, name = open_similar(image, names_of(image, "card")["avif"][1])
    file.close()
    go_on.set()
    for reader in readers:
        reader.join()

    assert name == there
    assert not renditions._waited_for
    assert all(content(image, name) for name in wanted)


def test_file_is_never_seen_half_written(media_root, monkeypatch):
    def power_cut(_):
        raise OSError("no space left on device")

    monkeypatch.setattr("os.fsync", power_cut)

    with pytest.raises(OSError, match="no space"):
        storing.keep("renditions/ab/picture.webp", b"content")
    assert not [path for path in media_root.rglob("*") if path.is_file()]


def test_storage_without_a_disk_works_too(db, monkeypatch, settings):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": f"{InMemoryStorage.__module__}.{InMemoryStorage.__qualname__}"}
    }

    image = take_in(make_upload())

    assert seen(image, "card").size == (720, 480)
    assert len(make_renditions(image)) == 17
    assert make_renditions(image) == []


def test_deleted_image_leaves_no_file(db, media_root, django_capture_on_commit_callbacks):
    image = take_in(make_upload())
    make_renditions(image)

    with django_capture_on_commit_callbacks(execute=True):
        image.delete()
        forget(image)

    left = [path for path in media_root.rglob("*") if path.is_file()]
    assert {path.parent.name for path in left} == {".turns"}


def test_image_that_came_back_keeps_its_files(db, django_capture_on_commit_callbacks):
    image = take_in(make_upload())

    with django_capture_on_commit_callbacks(execute=True):
        image.delete()
        forget(image)
        take_in(make_upload())

    assert default_storage.exists(image.file.name)
    assert seen(image, "card").size == (720, 480)
