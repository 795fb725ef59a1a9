"""The flatplan: the running order of an issue as pages, and changing it.

=============  =====================================================================================
Page           What it is
=============  =====================================================================================
1              the front cover
2              the inside of the cover: masthead and imprint
3              the contents
4 and on       the pieces in running order, each from the page after the one before
the last       the back cover
=============  =====================================================================================

The first half is pure. The second writes the page, the length and the issue of pieces and nothing else,
because somebody may be writing in them: a row is only touched if its version is still the one that was read.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.issues import lengths
from articles.issues.life import PERMISSION, pieces_of
from articles.models import Article, Issue
from articles.models.issue import State
from articles.publishing import Conflict, Refused

Status = Article.Status

FRONT_PAGES = 3
BACK_PAGES = 1
FIRST_PAGE = FRONT_PAGES + 1
# What is sewn or glued is printed in sheets of four pages.
SHEET = 4
MOST_PAGES = 400
MOST_LENGTH = 99

WAITING = (Status.DRAFT, Status.SUBMITTED, Status.APPROVED)
# Who takes new pieces, and whose order may still be changed.
TAKES_PIECES = {State.PLANNED, State.OPEN}
MOVES_PIECES = {*TAKES_PIECES, State.CLOSED}


class Fill(StrEnum):
    """What stands on a page."""

    COVER = "cover"
    INSIDE = "inside"
    CONTENTS = "contents"
    PIECE = "piece"
    FREE = "free"
    BACK = "back"


@dataclass(frozen=True)
class Piece:
    """An article as the flatplan sees it; ``length`` is what was stated, if anything was."""

    pk: int
    headline: str
    page: int | None = None
    length: int | None = None
    words: int = 0
    has_lead: bool = False
    version: int = 0
    article: Article | None = None

    @property
    def pages(self) -> int:
        """How many pages it fills, stated or reckoned."""
        return self.length or lengths.reckoned(self.words, has_lead=self.has_lead)

    @property
    def last_page(self) -> int | None:
        """The last of them, once it has a page."""
        return None if self.page is None else self.page + self.pages - 1


@dataclass(frozen=True)
class Page:
    """One page: its ``fill``, and of a piece the ``part`` that stands here, from 1.

    ``clashes`` are other pieces that say they stand here too; ``is_over`` that there is no such page in the
    budget.
    """

    number: int
    fill: Fill
    piece: Piece | None = None
    part: int = 0
    clashes: tuple[Piece, ...] = ()
    is_over: bool = False

    @property
    def begins(self) -> bool:
        """Whether a piece begins here."""
        return self.part == 1


@dataclass(frozen=True)
class Flatplan:
    """An issue as pages: the pieces in running order as they are stored, and the sheets they stand on."""

    budget: int
    pieces: tuple[Piece, ...]
    pages: tuple[Page, ...]

    @property
    def filled(self) -> int:
        """How many pages the pieces fill."""
        return sum(piece.pages for piece in self.pieces)

    @property
    def fixed(self) -> int:
        """How many pages are not for pieces."""
        return FRONT_PAGES + BACK_PAGES

    @property
    def free(self) -> int:
        """How many pages are left; negative when there are too many pieces."""
        return self.budget - self.fixed - self.filled

    @property
    def over(self) -> int:
        """How many pages too many there are."""
        return max(0, -self.free)

    @property
    def follows(self) -> bool:
        """Whether each piece stands on the page after the one before."""
        return all(piece.page == page for piece, page in zip(self.pieces, numbered(self.pieces), strict=True))

    @property
    def spreads(self) -> list[tuple[Page | None, Page | None]]:
        """The pages two by two, as they lie open: the first and, of an even number, the last alone."""
        sides: list[Page | None] = [None, *self.pages]
        if len(sides) % 2:
            sides.append(None)
        return list(zip(sides[::2], sides[1::2], strict=True))


def in_order(pieces: Iterable[Piece]) -> list[Piece]:
    """Sort by page; what has none stands at the end."""
    return sorted(
        pieces, key=lambda piece: (piece.page is None, piece.page or 0, piece.headline.lower(), piece.pk)
    )


def numbered(pieces: Sequence[Piece]) -> list[int]:
    """Return the page on which each of ``pieces``, in running order, begins."""
    pages, page = [], FIRST_PAGE
    for piece in pieces:
        pages.append(page)
        page += piece.pages
    return pages


def drawn(pieces: Iterable[Piece], budget: int) -> Flatplan:
    """Draw the pieces on the pages stored for them; what has no page is only in the list. No query."""
    order = in_order(pieces)
    standing: dict[int, list[tuple[Piece, int]]] = {}
    for piece in order:
        for part in range(1, piece.pages + 1) if piece.page else ():
            standing.setdefault((piece.page or 0) + part - 1, []).append((piece, part))
    last = min(max([budget, *(page + BACK_PAGES for page in standing)]), MOST_PAGES)
    fixed = {1: Fill.COVER, 2: Fill.INSIDE, 3: Fill.CONTENTS, last: Fill.BACK}
    pages = []
    for number in range(1, last + 1):
        here = standing.get(number, [])
        fill = fixed.get(number, Fill.PIECE if here else Fill.FREE)
        if fill != Fill.PIECE:
            # A piece on a page that is not for pieces is told of as a clash.
            pages.append(Page(number, fill, clashes=tuple(piece for piece, _part in here)))
            continue
        (piece, part), *others = sorted(here, key=lambda row: row[1])
        clashes = tuple(other for other, _part in others)
        pages.append(Page(number, fill, piece, part, clashes, is_over=number > budget - BACK_PAGES))
    return Flatplan(budget, tuple(order), tuple(pages))


def mark_of(pieces: Iterable[Piece]) -> str:
    """Return what the order of ``pieces``, their pages and lengths are recognised by."""
    told = "\n".join(f"{piece.pk} {piece.page} {piece.length}" for piece in in_order(pieces))
    return sha256(told.encode()).hexdigest()[:16]


def moved_before(order: Sequence[Piece], piece: Piece, before: int | None) -> list[Piece]:
    """Return ``order`` with ``piece`` in it before the piece with the key ``before``, or at the end."""
    rest = [other for other in order if other.pk != piece.pk]
    keys = [other.pk for other in rest]
    place = keys.index(before) if before in keys else len(rest)
    return [*rest[:place], piece, *rest[place:]]


# -- What is stored -----------------------------------------------------------


def flatplan_of(issue: Issue) -> Flatplan:
    """Draw ``issue`` as it is stored. One query."""
    return drawn(_load(issue), issue.pages)


def waiting(words: str = "") -> QuerySet[Article]:
    """The pieces that no issue has and that have no date yet, those to be read first at the front.

    With ``words``, only those whose headline has each of them.
    """
    rows = Article.objects.at_hand().filter(issue=None, status__in=WAITING, published_at=None)
    for word in words[:100].split()[:8]:
        rows = rows.filter(headline__icontains=word)
    return _slim(rows).order_by("-status", "-changed_at", "-pk")


def why_still(issue: Issue, at: datetime | None = None) -> str:
    """Say why the order of ``issue`` cannot be changed; empty when it can."""
    state = issue.state(at)
    if state in MOVES_PIECES and issue.released_at is None:
        return ""
    if state == State.AT_PRESS:
        return _("It is at press: the order stands. Call it back to change it.")
    if state in {State.RELEASED, State.ARCHIVED}:
        return _("Readers have it: the order stands.")
    return _("It is set to be released: call that off to change it.")


def why_closed(issue: Issue, at: datetime | None = None) -> str:
    """Say why ``issue`` takes no new piece; empty when it does."""
    if still := why_still(issue, at):
        return still
    if issue.state(at) in TAKES_PIECES:
        return ""
    return _("It is closed and takes no new piece. Open it again to take one in.")


def place(
    issue: Issue, pk: int, *, before: int | None, by: Any, seen: str, at: datetime | None = None
) -> None:
    """Put the piece ``pk`` before the piece ``before`` (none: at the end), and take it in if it waits.

    ``seen`` is the ``mark_of`` the plan that the person looked at. Raises ``PermissionDenied``; ``Refused``
    when the issue takes no pieces or the piece does not wait; ``Conflict`` when somebody was faster.
    """
    with _changing(issue, by=by, seen=seen, at=at) as (issue, order):
        piece = next((one for one in order if one.pk == pk), None)
        if piece is None:
            if closed := why_closed(issue, at):
                raise Refused([closed])
            article = waiting().filter(pk=pk).first()
            if article is None:
                raise Refused(
                    [_("This piece is not waiting any more: it stands in an issue, or has a date.")]
                )
            piece = piece_of(article)
            _write([piece], issue=(None, issue))
            piece = replace(piece, version=piece.version + 1)
        _number(issue, moved_before(order, piece, before))


def shift(issue: Issue, pk: int, by_places: int, *, by: Any, seen: str, at: datetime | None = None) -> None:
    """Move the piece ``pk`` so many places down (negative: up) in the running order. Raises as ``place``."""
    with _changing(issue, by=by, seen=seen, at=at) as (issue, order):
        piece = _piece(order, pk)
        at_place = max(0, min(order.index(piece) + by_places, len(order) - 1))
        rest = [other for other in order if other is not piece]
        _number(issue, [*rest[:at_place], piece, *rest[at_place:]])


def set_length(
    issue: Issue, pk: int, length: int | None, *, by: Any, seen: str, at: datetime | None = None
) -> None:
    """State how many pages the piece ``pk`` fills; none: it is reckoned. Raises as ``place``."""
    if length is not None and not 1 <= length <= MOST_LENGTH:
        raise Refused([_("A piece fills 1 to %(most)d pages.") % {"most": MOST_LENGTH}])
    with _changing(issue, by=by, seen=seen, at=at) as (issue, order):
        piece = _piece(order, pk)
        _number(issue, [replace(one, length=length) if one is piece else one for one in order], {pk})


def number_anew(issue: Issue, *, by: Any, seen: str, at: datetime | None = None) -> None:
    """Give every piece the page after the one before it. Raises as ``place``."""
    with _changing(issue, by=by, seen=seen, at=at) as (issue, order):
        _number(issue, order)


def take_out(issue: Issue, pk: int, *, by: Any, seen: str, at: datetime | None = None) -> None:
    """Take the piece ``pk`` out of ``issue``; those behind it move up. Raises as ``place``.

    A piece that was approved for this issue has no other date: it is held over, or loses its approval first.
    """
    with _changing(issue, by=by, seen=seen, at=at) as (issue, order):
        piece = _piece(order, pk)
        if _is_approved_for_its_issue(piece):
            sentence = _(
                "“%(headline)s” is approved for this issue. Hold it over for another one, or take its "
                "approval back first."
            )
            raise Refused([sentence % {"headline": piece.headline}])
        _write([replace(piece, page=None)], issue=(issue, None))
        _number(issue, [one for one in order if one is not piece])


def hold_over(issue: Issue, pk: int, to: Issue, *, by: Any, seen: str, at: datetime | None = None) -> None:
    """Move the piece ``pk`` from ``issue`` to the end of the issue ``to``. Raises as ``place``."""
    with _changing(issue, by=by, seen=seen, at=at) as (issue, order):
        piece = _piece(order, pk)
        to = Issue.objects.select_for_update(no_key=True).get(pk=to.pk)
        if to.pk == issue.pk:
            raise Refused([_("It stands in this issue already.")])
        if why_closed(to, at):
            raise Refused([_("%(issue)s takes no pieces.") % {"issue": to.label}])
        end = max([FIRST_PAGE, *((one.last_page or 0) + 1 for one in _load(to))])
        _write([replace(piece, page=end)], issue=(issue, to))
        _number(issue, [one for one in order if one is not piece])


def others_that_take_pieces(issue: Issue, at: datetime | None = None) -> list[Issue]:
    """Return the next issues for which a piece of ``issue`` can be held over. One query."""
    at = at or timezone.now()
    coming = Issue.objects.filter(released_at=None, closed_at=None, to_press_at=None).exclude(pk=issue.pk)
    later = coming.filter(cover_on__gte=timezone.localdate(at)).order_by("cover_on", "pk")
    return [one for one in later[:6] if not why_closed(one, at)]


def piece_of(article: Article) -> Piece:
    """Return ``article`` as the flatplan sees it."""
    return Piece(
        article.pk,
        article.headline,
        page=article.page,
        length=article.length,
        words=article.words,
        has_lead=article.lead_picture_id is not None,
        version=article.version,
        article=article,
    )


def _slim(rows: QuerySet[Article]) -> QuerySet[Article]:
    """What a piece shows, without its words."""
    return rows.select_related("section", "lead_picture").defer(
        "body", "body_html", "opening_html", "body_text", "opening_text", "standfirst"
    )


def _load(issue: Issue) -> list[Piece]:
    return in_order(piece_of(article) for article in _slim(pieces_of(issue)))


def _piece(order: Sequence[Piece], pk: int) -> Piece:
    found = next((one for one in order if one.pk == pk), None)
    if found is None:
        raise Refused([_("This piece does not stand in the issue any more.")])
    return found


def _is_approved_for_its_issue(piece: Piece) -> bool:
    article = piece.article
    return article is not None and article.status == Status.APPROVED and article.published_at is None


@contextmanager
def _changing(
    issue: Issue, *, by: Any, seen: str, at: datetime | None
) -> Iterator[tuple[Issue, list[Piece]]]:
    """Hold the issue while its order is changed, and give it and that order as they are now."""
    if not by.has_perm(PERMISSION):
        raise PermissionDenied
    with transaction.atomic():
        # Locked as a release locks it.
        stored = Issue.objects.select_for_update(no_key=True).get(pk=issue.pk)
        if still := why_still(stored, at):
            raise Refused([still])
        order = _load(stored)
        if mark_of(order) != seen:
            raise Conflict([_("Somebody changed this flatplan since you looked. This is how it stands now.")])
        yield stored, order


def _number(issue: Issue, order: Sequence[Piece], lengths_of: Collection[int] = ()) -> None:
    """Write the pages that follow from ``order`` where they differ, and the lengths of those named."""
    changed = [
        replace(piece, page=page)
        for piece, page in zip(order, numbered(order), strict=True)
        if piece.page != page or piece.pk in lengths_of
    ]
    _write(changed, issue=(issue, issue))


def _write(pieces: Iterable[Piece], *, issue: tuple[Issue | None, Issue | None]) -> None:
    """Write page and length, and the issue ``issue[1]`` to pieces that stand in ``issue[0]``."""
    before, after = issue
    for piece in pieces:
        as_read = Article.objects.at_hand().filter(pk=piece.pk, version=piece.version, issue=before)
        written = as_read.update(page=piece.page, length=piece.length, issue=after, version=F("version") + 1)
        if not written:
            sentence = _("Somebody saved “%(headline)s” at this moment. Nothing was done: try again.")
            raise Conflict([sentence % {"headline": piece.headline}])
