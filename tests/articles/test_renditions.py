"""The files that readers get of a picture, and the door they come through."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from articles import renditions
from articles.tasks import make_renditions
from articles.uploads import take_picture
from tests import make


@pytest.fixture
def picture(db):
    target = BytesIO()
    Image.radial_gradient("L").resize((1400, 700)).convert("RGB").save(target, "PNG")
    return take_picture(ContentFile(target.getvalue(), name="gradient.png"), alt="A gradient")


@pytest.mark.parametrize(
    ("width", "made"),
    [
        (1, [1]),
        (320, [320]),
        (321, [321]),
        (400, [320, 400]),
        (1000, [320, 640, 1000]),
        (1600, [320, 640, 960, 1600]),
        (9000, [320, 640, 960, 1600, 2240]),
    ],
)
def test_no_reader_gets_a_picture_blown_up(width, made):
    assert renditions.widths_for(width) == made


def test_the_worker_adds_the_lighter_formats_in_every_width(picture):
    assert make_renditions.call(picture.pk) == 8

    picture.refresh_from_db()
    assert [mime for mime, _files in picture.sources()] == ["image/avif", "image/webp", "image/jpeg"]
    for entry in picture.renditions:
        with default_storage.open(entry["name"]) as file, Image.open(file) as image:
            assert image.size == (entry["width"], entry["height"])
            assert Image.MIME[image.format] == entry["mime"]


def test_the_worker_may_be_told_twice(picture):
    make_renditions.call(picture.pk)
    picture.refresh_from_db()
    before = picture.renditions

    assert make_renditions.call(picture.pk) == 0
    picture.refresh_from_db()
    assert picture.renditions == before


def test_a_file_cut_short_by_a_dead_worker_is_written_again(picture):
    name = renditions.file_name(picture.content_hash, 320, renditions.AVIF)
    default_storage.save(name, ContentFile(b"half a"))

    make_renditions.call(picture.pk)
    with default_storage.open(name) as file, Image.open(file) as image:
        assert image.width == 320


def test_a_picture_that_was_deleted_meanwhile_is_no_failure(db):
    assert make_renditions.call(987_654) == 0


def test_readers_of_an_article_get_the_lighter_formats_once_they_exist(picture):
    article = make.article(body=f'<p>Look.</p><figure data-image="{picture.pk}"></figure>')
    assert ".avif" not in article.body_html
    version, changed_at = article.version, article.changed_at

    make_renditions.call(picture.pk)

    article.refresh_from_db()
    assert ".avif" in article.body_html
    assert (article.version, article.changed_at) == (version, changed_at)


def test_lighter_formats_are_lighter(picture):
    make_renditions.call(picture.pk)
    picture.refresh_from_db()
    sizes = {
        (entry["mime"], entry["width"]): default_storage.size(entry["name"]) for entry in picture.renditions
    }
    assert sizes["image/avif", 640] < sizes["image/jpeg", 640]
    assert sizes["image/webp", 640] < sizes["image/jpeg", 640]


# -- The door -----------------------------------------------------------------


def test_a_picture_may_be_kept_for_ever_by_every_cache(client, picture):
    response = client.get(picture.src)

    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies
    assert b"".join(response.streaming_content).startswith(b"\xff\xd8")


def test_serving_a_picture_costs_no_query(client, picture, django_assert_num_queries):
    address = picture.src
    with django_assert_num_queries(0):
        client.get(address)


def test_the_original_is_never_served(client, picture):
    assert default_storage.exists(picture.original.name)
    assert client.get(f"/media/{picture.original.name}").status_code == 404


@pytest.mark.parametrize(
    "spelling",
    [
        "",
        "pictures/",
        "pictures/../originals/x.jpg",
        "pictures/%2e%2e/%2e%2e/magazine.sqlite3",
        "pictures//ab/x.jpg",
        "/etc/passwd",
        "..%5c..%5cx.jpg",
        "pictures/ab/x.jpg%00.png",
        "PICTURES/ab/x.jpg",
        "pictures/ab/" + "0" * 32 + "/320a.jpg",
        "pictures/ab/" + "0" * 32 + "/320a.jpg%0a",
        "pictures/ab/" + "0" * 32 + "/320a.svg",
        "x" * 5000,
    ],
)
def test_an_odd_spelling_finds_nothing(client, db, spelling):
    assert client.get(f"/media/{spelling}").status_code == 404


def test_nobody_writes_through_the_door(client, picture):
    assert client.post(picture.src).status_code == 405
    assert client.delete(picture.src).status_code == 405


def test_a_watchman_learns_that_the_house_stands(client, db):
    response = client.get("/health/")
    assert (response.status_code, response.content) == (200, b"ok\n")
