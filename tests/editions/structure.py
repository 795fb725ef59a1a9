"""What PDF/UA asks of a file's structure, as far as a program can see it.

Not the whole of the standard: whether an alternative text is a good one, and whether the order of reading
makes sense, are for people. Each check returns sentences about what is wrong.
"""

from collections.abc import Iterator
from io import BytesIO

import pikepdf

GROUPS = {"/Document", "/Part", "/Art", "/Sect", "/Div", "/NonStruct", "/BlockQuote"}
DRAWING = set("f F f* B B* b b* S s Tj TJ ' \" Do sh".split())


def faults(data: bytes) -> list[str]:
    """Say what keeps the PDF ``data`` from being read well by a machine."""
    with pikepdf.open(BytesIO(data)) as pdf:
        found = list(_of_the_document(pdf))
        if "/StructTreeRoot" not in pdf.Root:
            return [*found, "It has no structure."]
        elements = list(_walk(pdf.Root.StructTreeRoot.K))
        return [
            *found,
            *_of_figures(elements),
            *_of_headings(elements),
            *_of_lists_and_tables(elements),
            *_of_table_headers(elements),
            *_of_fonts(pdf),
            *_of_notes(elements),
            *_of_links(pdf, elements),
            *_of_pages(pdf, elements),
        ]


def headings(data: bytes) -> list[int]:
    """Return the level of each heading, in the order of reading."""
    with pikepdf.open(BytesIO(data)) as pdf:
        return [int(str(one.S)[2:]) for one in _walk(pdf.Root.StructTreeRoot.K) if _is_heading(one)]


def alternatives(data: bytes) -> list[str]:
    """Return what is said in place of each picture."""
    with pikepdf.open(BytesIO(data)) as pdf:
        figures = (one for one in _walk(pdf.Root.StructTreeRoot.K) if one.S == "/Figure")
        return [str(one.get("/Alt", "")) for one in figures]


def outline(data: bytes) -> list[tuple[int, str]]:
    """Return the bookmarks with their depth."""
    found: list[tuple[int, str]] = []
    with pikepdf.open(BytesIO(data)) as pdf, pdf.open_outline() as tree:
        rows = [(0, item) for item in tree.root]
        while rows:
            depth, item = rows.pop(0)
            found.append((depth, item.title))
            rows[:0] = [(depth + 1, child) for child in item.children]
    return found


def _of_the_document(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield "It is not marked as tagged."
    if not str(root.get("/Lang", "")):
        yield "It names no language."
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "A window would show its file's name instead of its title."
    with pdf.open_metadata() as metadata:
        if metadata.get("pdfuaid:part") != "1":
            yield "It does not say that it follows PDF/UA."
        if not metadata.get("dc:title"):
            yield "It has no title."
        if str(metadata.get("dc:title", "")) != str(pdf.docinfo.get("/Title", "")):
            yield "It has two titles."
    if root.get("/MarkInfo", {}).get("/Suspects"):
        yield "It doubts its own marks."
    if pdf.is_encrypted and not pdf.allow.accessibility:
        yield "It is closed to whoever reads aloud."
    if "/Outlines" not in root:
        yield "It has no bookmarks."
    for number, page in enumerate(pdf.pages, start=1):
        if "/Annots" in page and page.get("/Tabs") != "/S":
            yield f"Page {number} is not walked through in its order of reading."
        if "/StructParents" not in page:
            yield f"Page {number} is no part of the structure."


def _walk(kids: object) -> Iterator[pikepdf.Dictionary]:
    """Yield every element below ``kids``, parents first."""
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            if "/K" in kid:
                yield from _walk(kid.K)


def _is_heading(element: pikepdf.Dictionary) -> bool:
    return len(str(element.S)) == 3 and str(element.S)[1] == "H" and str(element.S)[2].isdigit()


def _of_figures(elements: list[pikepdf.Dictionary]) -> Iterator[str]:
    for element in elements:
        if element.S == "/Figure" and not str(element.get("/Alt", "")).strip():
            yield "A picture has no words in its place."


def _of_headings(elements: list[pikepdf.Dictionary]) -> Iterator[str]:
    last = 0
    for element in filter(_is_heading, elements):
        level = int(str(element.S)[2:])
        if level > last + 1:
            yield f"A heading of level {level} follows one of level {last}."
        last = level


def _of_lists_and_tables(elements: list[pikepdf.Dictionary]) -> Iterator[str]:
    wanted = {
        "/LI": {"/L"},
        "/LBody": {"/LI"},
        "/TR": {"/Table", "/THead", "/TBody", "/TFoot"},
        "/TD": {"/TR"},
        "/TH": {"/TR"},
    }
    for element in elements:
        parents = wanted.get(str(element.S))
        if parents and str(element.P.S) not in parents:
            yield f"{element.S} stands in {element.P.S}."


def _of_table_headers(elements: list[pikepdf.Dictionary]) -> Iterator[str]:
    """Every cell below or beside a heading names it."""
    ids = [str(one.get("/ID", "")) for one in elements if one.S == "/TH"]
    if "" in ids or len(set(ids)) != len(ids):
        yield "A heading in a table has no name of its own."
    for table in (one for one in elements if one.S == "/Table"):
        inside = list(_walk(table.K))
        cells = [one for one in inside if one.S == "/TD"]
        named = {str(name) for cell in cells for name in cell.get("/A", {}).get("/Headers", [])}
        if named - set(ids):
            yield "A cell names a heading that is not there."
        if cells and not named and any(one.S == "/TH" for one in inside):
            yield "No cell of a table names its headings."


def _of_fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Every face is in the file, and its shapes can be turned back into letters."""
    for font in (one for one in pdf.objects if isinstance(one, pikepdf.Dictionary)):
        if font.get("/Type") != "/Font":
            continue
        name = font.get("/BaseFont", "?")
        described = [font, *font.get("/DescendantFonts", [])]
        descriptors = [one.FontDescriptor for one in described if "/FontDescriptor" in one]
        files = {"/FontFile", "/FontFile2", "/FontFile3"}
        is_inside = any(files & set(one.keys()) for one in descriptors)
        if font.get("/Subtype") != "/Type3" and not is_inside:
            yield f"The face {name} is not in the file."
        is_part = str(font.get("/Subtype", "")).startswith("/CIDFont")
        # By the usual encoding letters are known without a table.
        if not is_part and "/ToUnicode" not in font and font.get("/Encoding") != "/WinAnsiEncoding":
            yield f"The letters of the face {name} cannot be read out."


def _of_notes(elements: list[pikepdf.Dictionary]) -> Iterator[str]:
    names = [str(element.get("/ID", "")) for element in elements if element.S == "/Note"]
    if len(set(names)) != len(names) or "" in names:
        yield "A note has no name of its own."


def _of_links(pdf: pikepdf.Pdf, elements: list[pikepdf.Dictionary]) -> Iterator[str]:
    tagged = set()
    for element in elements:
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR":
                tagged.add(kid.Obj.objgen)
                if element.S != "/Link":
                    yield f"A link stands in {element.S}."
    for number, page in enumerate(pdf.pages, start=1):
        for link in page.get("/Annots", []):
            if link.objgen not in tagged:
                yield f"A link on page {number} is no part of the text."
            if not str(link.get("/Contents", "")):
                yield f"A link on page {number} does not say where it leads."


def _of_pages(pdf: pikepdf.Pdf, elements: list[pikepdf.Dictionary]) -> Iterator[str]:
    """Everything on a page is a part of the text, or marked as none."""
    told = _told(elements)
    for number, page in enumerate(pdf.pages, start=1):
        marks: list[str] = []
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "BDC":
                    properties = operands[1]
                    key = properties.get("/MCID") if isinstance(properties, pikepdf.Dictionary) else None
                    if key is not None and (page.objgen, int(key)) not in told:
                        yield f"Something on page {number} is marked as text and belongs to none."
                    marks.append(str(operands[0]))
                case "BMC":
                    marks.append(str(operands[0]))
                case "EMC":
                    marks.pop()
                case drawn if drawn in DRAWING and not marks:
                    yield f"Something on page {number} is drawn and not marked ({drawn})."
        if marks:
            yield f"A mark on page {number} is not closed."


def _told(elements: list[pikepdf.Dictionary]) -> set[tuple[tuple[int, int], int]]:
    told = set()
    for element in elements:
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                told.add((element.Pg.objgen, int(kid)))
    return told
