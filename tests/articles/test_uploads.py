"""What happens to a file that somebody puts into the picture library."""

import random
import resource
import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tasks_db.models import DBTaskResult
from PIL import ExifTags, Image, ImageCms, ImageDraw, PngImagePlugin

from articles import uploads
from articles.models import Picture
from articles.uploads import RefusedUpload, decode, take_picture
from tests.patience import patience

RED, BLUE = (200, 30, 30), (30, 30, 200)


def drawn(size=(800, 600), mode="RGB"):
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, RED)
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, *size), fill=BLUE)
    return image.convert(mode)


def encoded(image=None, form="JPEG", **options):
    target = BytesIO()
    (image or drawn()).save(target, form, **options)
    return target.getvalue()


def uploaded(data=None, name="harbour.jpg", **words):
    return take_picture(SimpleUploadedFile(name, encoded() if data is None else data), **words)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_that_claims(width, height, *extra):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + chunk(b"IDAT", zlib.compress(bytes(1000), 9))


def looks_like(pixel, wanted):
    return all(abs(a - b) < 12 for a, b in zip(pixel, wanted, strict=True))


# -- What is taken ------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_an_editor_may_send_each_of_the_five_usual_formats(form):
    picture = uploaded(encoded(form=form), name=f"a.{form.lower()}")

    assert (picture.width, picture.height) == (800, 600)
    with default_storage.open(picture.renditions[0]["name"]) as file, Image.open(file) as shown:
        assert looks_like(shown.getpixel((20, 20)), RED)
        assert looks_like(shown.getpixel((shown.width - 20, 20)), BLUE)


@pytest.mark.django_db
def test_a_new_picture_can_be_shown_at_once():
    picture = uploaded(encoded(drawn((1200, 800))), alt="The harbour at dawn", credit="Ada Wren")

    assert [entry["width"] for entry in picture.renditions] == [1200, 960, 640, 320]
    assert {entry["mime"] for entry in picture.renditions} == {"image/jpeg"}
    assert all(default_storage.exists(entry["name"]) for entry in picture.renditions)
    assert picture.src.startswith("/media/pictures/")
    assert picture.alt == "The harbour at dawn"
    assert picture.title == "harbour"
    assert looks_like(bytes.fromhex(picture.colour[1:]), (115, 30, 115))


@pytest.mark.django_db
def test_the_lighter_formats_are_asked_of_the_worker():
    picture = uploaded()

    waiting = DBTaskResult.objects.get()
    assert waiting.task_path == "articles.tasks.make_renditions"
    assert waiting.args_kwargs["args"] == [picture.pk]


@pytest.mark.django_db
def test_the_same_pixels_sent_twice_are_one_picture_that_keeps_its_words():
    first = uploaded(encoded(form="PNG"), alt="As first described")
    again = uploaded(encoded(form="GIF"), name="copy.gif", alt="Somebody else's words")

    assert again == first
    assert Picture.objects.get().alt == "As first described"
    assert DBTaskResult.objects.count() == 1


def test_a_photograph_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # The top of the scene is the right-hand side of the file.
    upright = decode(encoded(exif=exif))

    assert upright.size == (600, 800)
    assert looks_like(upright.getpixel((300, 20)), RED)
    assert looks_like(upright.getpixel((300, 780)), BLUE)


def test_transparent_parts_become_paper():
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    assert decode(encoded(image, "PNG")).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "I;16", "RGBA", "CMYK"])
def test_every_kind_of_pixels_becomes_rgb(mode):
    form = "JPEG" if mode == "CMYK" else "PNG"
    image = (
        Image.new("L", (30, 20), 128).convert(mode) if mode != "I;16" else Image.new(mode, (30, 20), 32896)
    )
    plain = decode(encoded(image, form))

    assert (plain.mode, plain.size, plain.info) == ("RGB", (30, 20), {})
    if mode != "1":
        assert looks_like(plain.getpixel((3, 3)), (128, 128, 128))


def test_colours_of_another_space_are_brought_to_srgb():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert decode(encoded(icc_profile=lab)).info == {}
    # A profile that is not one is left aside; the picture still counts.
    assert looks_like(decode(encoded(icc_profile=b"no profile" * 50)).getpixel((20, 20)), RED)


# -- What stays outside -------------------------------------------------------


@pytest.mark.django_db
def test_nothing_but_pixels_is_kept():
    secret = b"<script>alert(1)</script>"
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = secret.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[1] = "N"
    jpeg = encoded(exif=exif, comment=secret, icc_profile=secret * 9) + b"PK\x03\x04" + secret
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", secret.decode())
    png = encoded(drawn((640, 300)), "PNG", pnginfo=text) + secret

    for picture in (uploaded(jpeg), uploaded(png, name="b.png")):
        for name in [picture.original.name, *(entry["name"] for entry in picture.renditions)]:
            stored = default_storage.open(name).read()
            assert b"script" not in stored
            assert b"Exif" not in stored
            assert b"PK\x03\x04" not in stored
            assert stored.endswith(b"\xff\xd9")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>",
        b"%PDF-1.7\n1 0 obj",
        b"<!doctype html><title>Hello</title>",
        b"BM" + bytes(100),
        b"II*\x00" + bytes(100),
        b"%!PS-Adobe-3.0 EPSF-3.0",
    ],
)
def test_what_is_no_picture_for_us_is_refused_whatever_it_calls_itself(data):
    with pytest.raises(RefusedUpload, match="not a picture we can use"):
        decode(data)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.jpg",
        "..\\..\\windows.jpg",
        "a\x00b.jpg",
        "<img src=x onerror=alert(1)>.jpg",
        "con.jpg",
        "\u202egpj.exe",
        ".htaccess",
        "x" * 300 + ".jpg",
        "new\nline.jpg",
        "",
    ],
)
def test_a_hostile_file_name_decides_nothing(name):
    picture = take_picture(ContentFile(encoded(), name=name))

    assert picture.original.name == f"originals/{picture.content_hash[:2]}/{picture.content_hash[2:]}.jpg"
    assert all(e["name"].startswith(f"pictures/{picture.content_hash[:2]}/") for e in picture.renditions)
    assert picture.title
    assert picture.title.isprintable()
    assert len(picture.title) <= 200


@pytest.mark.django_db
def test_a_file_that_is_too_heavy_is_refused_before_it_is_looked_at():
    with pytest.raises(RefusedUpload, match="larger than 25 MB"):
        uploaded(encoded() + bytes(uploads.MAX_BYTES))


# -- Bombs and damage ---------------------------------------------------------


def webp_that_claims(width, height):
    size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + size + b"VP8 " + struct.pack("<I", 8) + bytes(8)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg_of_many_scans():
    """A small progressive JPEG whose last scan is there half a million times."""
    data = encoded(drawn((1600, 1200)), progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * 4_000 + b"\xff\xd9"


HUGE_FRAME = b"\x2c" + bytes(4) + b"\xff\xff\xff\xff\x00\x08"
BOMBS = {
    "PNG of 60,000 by 60,000": lambda: png_that_claims(60_000, 60_000),
    "PNG of 45 megapixels": lambda: png_that_claims(9_000, 5_000),
    "PNG one pixel high": lambda: png_that_claims(39_000_000, 1),
    "PNG text": lambda: png_that_claims(
        10, 10, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(200_000_000), 9))
    ),
    "PNG profile": lambda: png_that_claims(
        10, 10, chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(200_000_000), 9))
    ),
    "PNG of a million pieces": lambda: png_that_claims(10, 10, chunk(b"tEXt", b"a\0b") * 1_000_000),
    "GIF screen": lambda: (
        b"GIF89a\xff\xff\xff\xff\x00\x00\x00" + b"\x2c" + bytes(4) + b"\xff\xff\xff\xff\x00\x08"
    ),
    "GIF frame beyond its screen": lambda: (
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00" + b"\x2c" + bytes(4) + b"\xff\xff\xff\xff\x00\x08"
    ),
    "WebP canvas": lambda: webp_that_claims(16_383, 16_383),
    "JPEG size": lambda: encoded().replace(struct.pack(">HH", 600, 800), struct.pack(">HH", 65_000, 65_000)),
    "JPEG of many scans": jpeg_of_many_scans,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_in_a_second_and_little_memory(bomb):
    data = BOMBS[bomb]()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with patience(1), pytest.raises(RefusedUpload):
        decode(data)

    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak) / 1024 < 256


def mutations(data, rng, count):
    for _n in range(count):
        odd = bytearray(data)
        for _m in range(rng.randint(1, 8)):
            match rng.randrange(4):
                case 0:
                    odd[rng.randrange(len(odd))] = rng.randrange(256)
                case 1:
                    del odd[rng.randrange(len(odd)) :]
                case 2:
                    at = rng.randrange(len(odd))
                    odd[at:at] = rng.randbytes(rng.randint(1, 9))
                case 3:
                    at = rng.randrange(len(odd))
                    odd[at : at + 4] = rng.choice([b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff"])
            if len(odd) < 20:
                break
        yield bytes(odd)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_a_damaged_file_is_taken_or_refused_and_nothing_else_happens(form):
    rng = random.Random(form)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 3
    options = {} if form == "GIF" else {"exif": exif}
    data = encoded(drawn((64, 48)), form, **options)
    refused = 0
    for odd in mutations(data, rng, 200):
        try:
            assert decode(odd).mode == "RGB"
        except RefusedUpload:
            refused += 1

    assert refused > 20
