from hashlib import sha256
from itertools import combinations
from types import MappingProxyType

import pytest
from PIL import Image, ImageChops, ImageStat

from demo import art
from demo.art.press import Sheet

SMALL = (300, 200)
COVER = MappingProxyType(
    {
        "number": 7,
        "volume": 3,
        "date_line": "15 November 2026",
        "title": "A Pencil and a Ticket",
        "lines": ["Politics|The returning officer’s pencil", "Which of them works in the rain"],
        "scene": "railway",
        "seed": "ticket-to-lower-hask",
        "palette": "dusk",
    }
)


def fingerprint(image: Image.Image) -> str:
    return sha256(image.tobytes()).hexdigest()


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return how far two pictures are apart in the mean, 0 to 255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


@pytest.mark.parametrize("scene", art.SCENES)
def test_an_editor_who_loads_the_demo_twice_gets_the_same_picture(scene):
    first = art.picture(scene, "two-clocks", SMALL)

    again = art.picture(scene, "two-clocks", SMALL)

    assert fingerprint(first) == fingerprint(again)


@pytest.mark.parametrize("scene", art.SCENES)
def test_a_reader_sees_another_picture_of_the_same_scene_for_another_seed(scene):
    one, other = (art.picture(scene, seed, SMALL, palette="moss") for seed in ("first", "second"))

    assert difference(one, other) > 5


def test_a_reader_can_tell_any_two_scenes_apart():
    pictures = {scene: art.picture(scene, "seed", SMALL, palette="moss") for scene in art.SCENES}

    alike = [pair for pair in combinations(pictures, 2) if difference(*map(pictures.get, pair)) < 8]

    assert len(pictures) == 16
    assert alike == []


@pytest.mark.parametrize("size", [(1600, 1067), (240, 320), (64, 64)])
def test_a_picture_editor_gets_the_size_she_asked_for(size):
    image = art.picture("harbour", "whose-quay", size)

    assert image.size == size
    assert image.mode == "RGB"


@pytest.mark.parametrize("palette", art.PALETTES)
def test_a_picture_editor_can_name_the_inks(palette):
    assert fingerprint(art.picture("sea", "a", SMALL, palette=palette)) != fingerprint(
        art.picture("sea", "a", SMALL, palette="moss" if palette != "moss" else "ice")
    )


def test_a_writer_who_misspells_a_scene_is_told_which_there_are():
    with pytest.raises(ValueError, match=r"no scene “harbor”.*harbour"):
        art.picture("harbor", "seed")


def test_a_writer_who_misspells_a_palette_is_told_which_there_are():
    with pytest.raises(ValueError, match=r"no palette “mos”.*moss"):
        art.picture("sea", "seed", SMALL, palette="mos")


def test_an_author_keeps_the_same_face_and_no_two_look_alike():
    seeds = [f"author-{number}" for number in range(8)]

    faces = [art.portrait(seed, (200, 200)) for seed in seeds]

    assert fingerprint(faces[0]) == fingerprint(art.portrait(seeds[0], (200, 200)))
    assert all(difference(one, other) > 8 for one, other in combinations(faces, 2))
    assert {face.size for face in faces} == {(200, 200)}


def test_an_author_may_ask_for_a_bun():
    assert difference(art.portrait("ada", (200, 200)), art.portrait("ada-bun", (200, 200))) > 2


def test_a_subscriber_gets_the_same_cover_in_every_copy():
    first, again = art.cover(**COVER), art.cover(**COVER)

    assert first.size == (1200, 1600)
    assert fingerprint(first) == fingerprint(again)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"title": "Never Finished"}, (0, 1170, 1200, 1360)),
        ({"lines": ["Culture|By ear"]}, (0, 1370, 1200, 1600)),
        ({"lines": []}, (0, 1370, 1200, 1600)),
        ({"date_line": "1 December 2026"}, (0, 60, 1200, 110)),
        ({"number": 8}, (60, 60, 360, 110)),
        ({"seed": "never-finished-viaduct"}, (40, 400, 1160, 1160)),
    ],
)
def test_a_subscriber_reads_on_the_cover_what_the_issue_holds(change, part):
    before, after = art.cover(**COVER), art.cover(**(COVER | change))

    assert difference(before.crop(part), after.crop(part)) > 0.3


@pytest.mark.parametrize(
    "title", ["A", "An Extraordinarily Long Cover Line That Nobody Would Write But Somebody Might Type"]
)
def test_a_cover_line_of_any_length_stays_on_the_page(title):
    page = art.cover(**(COVER | {"title": title, "lines": ["word " * 60, "x" * 80, "c", "d"]}))

    bare = art.cover(**(COVER | {"title": " ", "lines": []}))
    for edge in ((0, 1180, 30, 1600), (1180, 1180, 1200, 1600), (0, 1580, 1200, 1600)):
        assert difference(page.crop(edge), bare.crop(edge)) == 0


def test_an_art_director_is_told_when_a_cover_cannot_be_made():
    with pytest.raises(ValueError, match="no cover palette “mist”"):
        art.cover(**(COVER | {"palette": "mist"}))
    with pytest.raises(ValueError, match="3 to 4"):
        art.cover(**COVER, size=(1000, 1000))


def test_a_reader_sees_the_light_of_a_lamp_fade_away_without_an_edge():
    inks = art.PALETTES["night"]
    sheet = Sheet((400, 400), inks, "lamp")
    paper = sheet.image.copy()

    sheet.glow(inks.accent, 500, 500, 400, 1.0)

    middle, edge = (190, 190, 210, 210), (42, 190, 50, 210)
    assert difference(sheet.image.crop(middle), Image.new("RGB", (20, 20), inks.accent)) < 8
    assert difference(sheet.image.crop(edge), paper.crop(edge)) < 1
