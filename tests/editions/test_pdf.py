"""An issue on paper. Texts are written here, not gathered: most of this asks no database."""

import re
from datetime import date
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image as Pixels

from articles import rendering
from editions.builders import pdf, pdf_bodies, pdf_fitting, pdf_pictures
from editions.builders.images import MissingPictureError
from editions.source import Department, Image, IssueText, Name, Note, Piece
from magazine import printing
from magazine.press import _OwnFacesAlone
from tests.editions import structure

MM = 72 / 25.4
ARABIC = "وصل النهر إلى المدينة القديمة في الصباح وكان الماء هادئا"
LONGEST_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2


def image(key: int, width: int = 1600, height: int = 1067, **fields: str) -> Image:
    words = {"alt": f"A quay, number {key}", "caption": f"Caption {key}.", "credit": "Illustration: Halyard"}
    return Image(
        id=key,
        name=f"originals/{key}.jpg",
        content_hash=f"{key:064x}",
        width=width,
        height=height,
        **words | fields,
    )


def piece(key: int, words: int = 120, *, body: str = "", images: tuple[Image, ...] = (), **fields) -> Piece:
    source = body or f"<p>{'The tide came in and went out again. ' * (words // 8)}</p>"
    rendered = rendering.render(source, addresses={}, pictures={one.id: one for one in images})
    values = {
        "headline": f"Piece number {key}",
        "kicker": "Rivers",
        "standfirst": f"What number {key} is about.",
        "section": "Politics",
        "byline": "Tobias Wren",
        "names": (Name("Tobias Wren", "", f"Tobias Wren wrote number {key}."),),
        "body": rendered.html,
        "words": rendered.words,
        "page": None,
        "length": None,
        "tags": (),
        "corrections": (),
        "lead": None,
        "address": f"https://halyard.example/politics/{key}/",
        "published_on": date(2026, 11, 15),
    }
    return Piece(id=key, **values | fields)


def issue(*departments: tuple[str, tuple[Piece, ...]], cover: Image | None = None, images=()) -> IssueText:
    return IssueText(
        magazine="Halyard",
        tagline="A fortnightly of politics, ideas and the made world",
        language="en-gb",
        address="https://halyard.example/issues/3/24/",
        volume=3,
        number=24,
        label="Volume 3, number 24",
        title="The River Returns",
        standfirst="Lower Hask bends its river back again.",
        cover_on=date(2026, 11, 15),
        cover=cover,
        departments=tuple(
            Department(name, name.lower().replace(" ", "-"), pieces) for name, pieces in departments
        ),
        imprint=("Halyard Press", "4 Ropewalk", "Tallow Bay"),
        images={one.id: one for one in (*images, *([cover] if cover else []))},
    )


COVER, LEAD, FIGURE = image(1, 1200, 1600), image(2), image(3, 900, 900)
FEATURE_BODY = (
    "<p>Ada Pell keeps the drawing behind the photocopier."
    '<sup class="fn" data-note="It is dated March 1931."></sup></p>'
    "<h2>A very good ditch</h2><p>The engineers were not fools. " + "They dug and dug on. " * 120 + "</p>"
    '<figure data-image="3"></figure>'
    '<p>See <a data-article="12">the other piece</a> and <a href="https://example.org/x">that</a>.</p>'
    "<table><thead><tr><th>Rain</th><th>Level</th><th>Delay</th><th>Hours</th></tr></thead>"
    "<tbody><tr><td>28 mm</td><td>1.9 m</td><td>5 h</td><td>4</td></tr></tbody></table>"
    '<aside class="pullquote"><p>I took it as a comment.</p></aside>'
    "<p>" + "Nobody could hear it over the river. " * 40 + "The last word.</p>"
)


def two_pieces() -> IssueText:
    feature = piece(
        11,
        body=FEATURE_BODY,
        images=(FIGURE,),
        lead=LEAD,
        headline="<script>alert(1)</script> & the river",
        corrections=(Note(date(2026, 11, 20), "The year was 1931."),),
    )
    body = feature.body.replace("the other piece", '<a href="piece:12">the other piece</a>')
    feature = Piece(**{**vars(feature), "body": body})
    other = piece(12, headline="To a niece", section="Finance")
    return issue(("Politics", (feature,)), ("Finance", (other,)), cover=COVER, images=(LEAD, FIGURE))


KEPT = pdf_pictures.images.jpeg


def drawn(picture: Image, *, longest: int, quality: int) -> bytes:
    """A picture of the right shape, without a file."""
    scale = min(1, longest / max(picture.width, picture.height))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    target = BytesIO()
    Pixels.new("RGB", size, (40 + picture.id, 90, 120)).save(target, "JPEG", quality=quality)
    return target.getvalue()


@pytest.fixture(scope="module", autouse=True)
def _drawn_pictures():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf_pictures.images, "jpeg", drawn)
        yield


@pytest.fixture(scope="module")
def told():
    """What whoever waited for the file was told."""
    return []


@pytest.fixture(scope="module")
def screen(told):
    """Two pieces as a file to read; built once."""
    return pdf.build(two_pieces(), lambda percent, step: told.append((percent, step)))


@pytest.fixture(scope="module")
def press():
    """The same for the printer's works; built once."""
    return pdf.build(two_pieces(), for_press=True)


def pages_of(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    found = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return [" ".join(text.replace("\ufffe", "").replace("-\r\n", "").split()) for text in found]


def page_with(data: bytes, words: str, *, after: int = 3) -> int:
    """The page on which ``words`` stand, behind the contents."""
    return next(n for n, text in enumerate(pages_of(data), start=1) if n > after and words in text)


def test_a_reader_turns_from_the_contents_to_the_page_that_they_name(screen):
    contents = pages_of(screen.data)[2]
    page = page_with(screen.data, "To a niece")

    assert re.search(rf"What number 12 is about\. Tobias Wren {page}\b", contents)
    assert contents.index("Politics") < contents.index("Finance")


def test_screen_and_press_begin_each_piece_on_the_same_page_and_say_so(screen, press):
    assert screen.starts == press.starts
    for key, headline in ((11, "the river"), (12, "To a niece")):
        assert headline in pages_of(screen.data)[screen.starts[key] - 1]


def test_a_reader_finds_everything_that_the_piece_says(screen):
    text = " ".join(pages_of(screen.data))

    for words in ("A very good ditch", "It is dated March 1931.", "Caption 3.", "Illustration: Halyard"):
        assert words in text
    for words in ("The last word.", "28 mm", "The year was 1931.", "Tobias Wren wrote number 11."):
        assert words in text
    assert "Halyard Press" in text
    assert "Correction, 20 November 2026" in text


def test_a_headline_that_looks_like_markup_is_printed_as_it_is(screen):
    assert "<script>alert(1)</script> & the river" in " ".join(pages_of(screen.data))


def test_a_reader_is_led_from_one_piece_to_the_page_of_another_and_to_the_web(screen):
    page = page_with(screen.data, "To a niece")

    assert f"the other piece ({page})" in " ".join(pages_of(screen.data))
    with pikepdf.open(BytesIO(screen.data)) as file:
        links = [link for one in file.pages for link in one.get("/Annots", [])]
        assert "https://example.org/x" in {str(link.A.URI) for link in links if "/A" in link}
        names = file.Root.Names.Dests.Names
        places = {str(name): place[0].objgen for name, place in zip(names[::2], names[1::2], strict=True)}
        wanted = {str(link.Dest) for link in links if "/Dest" in link}
        assert "piece-12" in wanted
        assert places["piece-12"] == file.pages[page - 1].objgen


def test_whoever_has_it_read_aloud_hears_an_ordered_text(screen):
    assert structure.faults(screen.data) == []
    assert structure.headings(screen.data)[0] == 1
    assert structure.alternatives(screen.data) == [COVER.alt, LEAD.alt, FIGURE.alt]


def test_the_bookmarks_are_the_departments_with_their_pieces(screen):
    assert structure.outline(screen.data) == [
        (0, "Cover"),
        (0, "Masthead"),
        (0, "Contents"),
        (0, "Politics"),
        (1, "<script>alert(1)</script> & the river"),
        (0, "Finance"),
        (1, "To a niece"),
    ]


def test_the_file_says_what_it_is_and_when_it_came_out(screen):
    with pikepdf.open(BytesIO(screen.data)) as file:
        assert str(file.Root.Lang) == "en-gb"
        assert str(file.docinfo["/Title"]) == "Halyard, Volume 3, number 24: The River Returns"
        assert str(file.docinfo["/CreationDate"]).startswith("D:20261115")
        assert len(file.pages) == screen.pages
        width, height = (float(side) / MM for side in file.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (210, 275)
    assert (screen.extension, screen.media_type, screen.warnings) == ("pdf", "application/pdf", ())


def test_the_same_issue_is_the_same_file_to_the_byte(screen, press):
    assert pdf.build(two_pieces()).data == screen.data
    assert pdf.build(two_pieces(), for_press=True).data == press.data


def test_whoever_waits_is_told_how_far_it_is(screen, told):
    percents = [percent for percent, _ in told]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert all(step for _, step in told)
    assert len(set(percents)) > 5


def test_the_printer_gets_bleed_and_crop_marks_around_the_trimmed_page(press):
    with pikepdf.open(BytesIO(press.data)) as file:
        for page in file.pages:
            trim, bleed, media = (
                [float(side) / MM for side in box] for box in (page.trimbox, page.bleedbox, page.mediabox)
            )
            assert [round(trim[2] - trim[0], 1), round(trim[3] - trim[1], 1)] == [210, 275]
            assert [round(outer - inner, 1) for inner, outer in zip(trim, bleed, strict=True)] == [
                -3,
                -3,
                3,
                3,
            ]
            assert [round(o - i, 1) for i, o in zip(trim, media, strict=True)] == [-11, -11, 11, 11]
            assert "/Annots" not in page
    assert structure.faults(press.data) == []


def test_the_cover_goes_over_the_edge_where_the_knife_will_cut(press):
    document = pypdfium2.PdfDocument(press.data)
    sheet = document[0].render(scale=1).to_pil().convert("RGB")
    document.close()
    inside, outside = round(9 * MM), round(4 * MM)

    assert sheet.getpixel((inside, sheet.height // 2)) != (255, 255, 255)
    assert sheet.getpixel((outside, sheet.height // 2)) == (255, 255, 255)
    assert min(sheet.getpixel((x, round(11 * MM)))[0] for x in range(outside, inside)) < 200


def test_the_printer_is_told_which_pictures_are_too_small(press):
    assert any("Picture 1" in warning and "300" in warning for warning in press.warnings)
    assert all("dpi" in warning or "multiple of four" in warning for warning in press.warnings)


def test_a_picture_that_is_gone_is_left_out_and_named(monkeypatch):
    def gone(picture: Image, **_: int) -> bytes:
        raise MissingPictureError(picture.name)

    monkeypatch.setattr(pdf_pictures.images, "jpeg", gone)
    built = pdf.build(two_pieces())

    assert len(built.warnings) == 3
    assert all("missing" in warning for warning in built.warnings)
    assert "Caption 3." not in " ".join(pages_of(built.data))
    assert structure.alternatives(built.data) == []
    # The cover is set in type.
    assert "The River Returns" in pages_of(built.data)[0]
    assert structure.faults(built.data) == []


def test_a_picture_of_the_library_is_made_for_its_place(monkeypatch):
    monkeypatch.setattr(pdf_pictures.images, "jpeg", KEPT)
    target = BytesIO()
    Pixels.new("RGB", (1600, 1067), (10, 120, 90)).save(target, "JPEG")
    default_storage.save(LEAD.name, ContentFile(target.getvalue()))
    prints = pdf_pictures.Prints(dpi=150, quality=75, is_strict=False)

    made = prints.fit(LEAD, width=85, most=150)

    assert made is not None
    assert (made.width, round(made.height)) == (85, 57)
    assert Pixels.open(BytesIO(prints.files[made.src])).width == 502


EDGES = {
    "an Arabic piece": piece(
        1, headline=ARABIC, standfirst=ARABIC, body=f"<p>{ARABIC * 6}</p><p>And so.</p>"
    ),
    "very long words": piece(
        2, headline=LONGEST_WORD, standfirst=LONGEST_WORD, body=f"<p>{LONGEST_WORD}</p>"
    ),
    "a table wider than the page": piece(
        3,
        body="<table><tbody>"
        + "".join(f"<tr>{''.join(f'<td>{row}·{cell}</td>' for cell in range(18))}</tr>" for row in range(3))
        + "</tbody></table><p>After.</p>",
    ),
    "no words at all": piece(4, body="<p></p>", byline="", standfirst="", kicker="", names=()),
    "a piece that ends with a list": piece(5, body="<p>First.</p><ul><li>One</li><li>Two</li></ul>"),
}


@pytest.mark.wide
@pytest.mark.parametrize("edge", EDGES)
def test_an_odd_piece_alone_without_a_cover_is_printed_within_its_page(edge):
    built = pdf.build(issue(("Politics", (EDGES[edge],))))

    assert built.warnings == ()
    assert structure.faults(built.data) == []
    document = pypdfium2.PdfDocument(built.data)
    for page in document:
        text = page.get_textpage()
        for number in range(text.count_chars()):
            left, _, right, _ = text.get_charbox(number)
            if right > left:
                assert left >= 5 * MM
                assert right <= (210 - 5) * MM
    document.close()


def test_a_picture_is_cut_when_that_saves_an_almost_empty_page():
    page = pdf_fitting.PAGE * pdf_fitting.COLUMNS
    heights = (140, 120, 100)

    saved = pdf_fitting.fitted(1.28 * page, opening=40, heights=heights)
    full = pdf_fitting.fitted(0.9 * page, opening=40, heights=heights)
    hopeless = pdf_fitting.fitted(1.65 * page, opening=40, heights=heights)

    assert saved.height < 140
    assert saved.is_good
    assert (full.height, full.is_good) == (140, True)
    assert (hopeless.height, hopeless.is_tight, hopeless.is_good) == (140, False, False)


def test_a_block_that_reads_the_other_way_says_so():
    assert pdf_bodies.direction(ARABIC) == "rtl"
    assert pdf_bodies.direction("1931: שלום") == "rtl"
    assert pdf_bodies.direction("“River”") == "ltr"
    assert pdf_bodies.direction("") == "ltr"


def test_places_in_two_pieces_never_share_a_name():
    body = '<h2>Rain</h2><p>One.<sup class="fn" data-note="A note."></sup> <a href="#b-rain">Up</a></p>'
    prints = pdf_pictures.Prints(dpi=150, quality=75, is_strict=False)
    made = [
        "".join(
            part.html
            for part in pdf_bodies.Body(
                piece(key, body=body),
                {},
                prints,
                column=55,
                measure=176,
                here={1, 2},
                has_initial=False,
                for_press=False,
            ).parts()
        )
        for key in (1, 2)
    ]

    assert 'id="a1-b-rain"' in made[0]
    assert 'href="#a1-b-rain"' in made[0]
    assert 'id="a2-b-rain"' in made[1]


@pytest.mark.parametrize(
    "address", ["http://example.com/x.jpg", "file:///etc/passwd", "picture:9@100", "data:image/png;base64,AA"]
)
def test_the_printer_is_handed_no_picture_but_those_of_the_issue(address):
    fetcher = _OwnFacesAlone(pdf.FACES, {"picture:1@100": b"jpeg"})

    assert fetcher.fetch("picture:1@100").read() == b"jpeg"
    with pytest.raises(ValueError, match="asks for nothing"):
        fetcher.fetch(address)


def test_a_machine_that_cannot_print_says_so(monkeypatch):
    monkeypatch.setattr(printing, "_press", lambda: None)

    with pytest.raises(printing.NoPrinterError):
        pdf.build(two_pieces())


@pytest.mark.drill
def test_an_issue_of_two_hundred_pieces_is_printed_in_order():
    pieces = tuple(piece(key, words=500 if key % 3 else 200) for key in range(1, 201))
    built = pdf.build(issue(("Politics", pieces[:100]), ("Culture", pieces[100:])))

    starts = [title for depth, title in structure.outline(built.data) if depth == 1]
    assert starts == [one.headline for one in pieces]
