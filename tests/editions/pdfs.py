"""Small PDFs as they come from elsewhere: pages of words, pages that are pictures, and such as mean harm."""

from collections.abc import Callable
from io import BytesIO

import pikepdf
from django.utils import timezone
from pikepdf import Array, Dictionary, Name, Stream

from articles.models import Issue
from editions.models import Edition, EditionPage, Format

PAPER = Array([0, 0, 420, 595])


def pdf(*pages: str | None, then: Callable[[pikepdf.Pdf], None] = lambda made: None, **save) -> bytes:
    """Return a PDF with a page for each of ``pages``, in lines; ``None`` is a page that is one picture.

    ``then`` may do to it what it likes before it is saved.
    """
    made = pikepdf.new()
    font = made.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for words in pages:
        made.pages.append(_scan(made) if words is None else _page(made, font, words))
    then(made)
    target = BytesIO()
    made.save(target, deterministic_id="encryption" not in save, **save)
    return target.getvalue()


def brought(issue: Issue, *texts: str, quality: int = 100) -> Edition:
    """The rows of a PDF that was brought here as ``issue``, a page for each of ``texts``; it has no bytes."""
    edition = Edition.objects.create(
        issue=issue,
        format=Format.PDF,
        is_brought=True,
        file=f"editions/{issue.pk}.pdf",
        made_from=f"{issue.pk:064}",
        made_at=timezone.now(),
        pages=len(texts),
    )
    EditionPage.objects.bulk_create(
        EditionPage(edition=edition, number=number, text=text, quality=quality)
        for number, text in enumerate(texts, start=1)
    )
    return edition


def _page(made: pikepdf.Pdf, font: pikepdf.Object, words: str) -> pikepdf.Page:
    lines = [
        line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("latin-1")
        for line in words.splitlines()
    ]
    shown = b" T* ".join(b"(" + line + b") Tj" for line in lines)
    content = b"0.9 0.5 0.2 rg 0 500 420 95 re f 0 g BT /F 12 Tf 14 TL 40 450 Td " + shown + b" ET"
    return pikepdf.Page(
        made.make_indirect(
            Dictionary(
                Type=Name.Page,
                MediaBox=PAPER,
                Resources=Dictionary(Font=Dictionary(F=font)),
                Contents=Stream(made, content),
            )
        )
    )


def _scan(made: pikepdf.Pdf) -> pikepdf.Page:
    picture = Stream(
        made,
        bytes(range(192)),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=8,
        Height=8,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
    )
    return pikepdf.Page(
        made.make_indirect(
            Dictionary(
                Type=Name.Page,
                MediaBox=PAPER,
                Resources=Dictionary(XObject=Dictionary(P=picture)),
                Contents=Stream(made, b"420 0 0 595 0 0 cm /P Do"),
            )
        )
    )


def arm(made: pikepdf.Pdf) -> None:
    """Put into it everything that could act on whoever opens it, and a link that may stay."""
    run = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert('tamperwort')"))
    launch = Dictionary(Type=Name.Action, S=Name.Launch, F=pikepdf.String("tamperwort.exe"))
    made.Root.OpenAction = run
    made.Root.AA = Dictionary(WC=run)
    made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([pikepdf.String("a"), run])))
    made.attachments["tamperwort.exe"] = b"tamperwort"
    made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Stream(made, b"tamperwort"))
    page = made.pages[0].obj
    page.AA = Dictionary(O=launch)
    rect = Array([0, 0, 100, 100])
    honest = Dictionary(S=Name.URI, URI=pikepdf.String("https://example.org/honest"))
    made.pages[0].obj.Annots = Array(
        [
            Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=rect, A=honest),
            Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=rect, A=launch),
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=rect,
                A=Dictionary(S=Name.URI, URI=pikepdf.String("javascript:tamperwort")),
            ),
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=rect,
                A=Dictionary(S=Name.GoTo, D=Array([page, Name.Fit]), Next=Array([run])),
            ),
            Dictionary(Type=Name.Annot, Subtype=Name.Screen, Rect=rect, AA=Dictionary(E=run)),
            Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=rect),
        ]
    )
    with made.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Contents", 0))
    made.Root.Outlines.First.A = made.make_indirect(launch)
