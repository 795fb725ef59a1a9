"""Is an issue ready to go to its readers? Lights for each piece and for the whole.

Red: nothing is released before it is mended. Amber: somebody may want to mend it first. Our own lights stand
here; rooms that read issues enter theirs in ``articles.issues.register``.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import rendering
from articles.issues import lengths, life, register
from articles.issues.register import Colour, Light
from articles.models import Article, Issue, Picture
from articles.models.issue import State
from articles.publishing import moment

# So much may a piece be longer or shorter than its pages, in pages, before somebody looks at it.
LEEWAY = 1


@dataclass(frozen=True)
class PieceLights:
    """One piece of the issue, and its lights."""

    article: Article
    lights: tuple[Light, ...]

    @property
    def colour(self) -> Colour:
        """The worst of them."""
        return worst(self.lights)

    @property
    def telling(self) -> list[Light]:
        """Those that have something to say."""
        return [light for light in self.lights if light.sentence]


@dataclass(frozen=True)
class Readiness:
    """All lights of an issue as they would be at ``at``."""

    issue: Issue
    at: datetime
    pieces: tuple[PieceLights, ...]
    lights: tuple[Light, ...]

    @property
    def every(self) -> Iterator[Light]:
        """The lights of the whole, and of each piece."""
        yield from self.lights
        for piece in self.pieces:
            yield from piece.lights

    @property
    def reds(self) -> list[Light]:
        """What has to be mended first."""
        return [light for light in self.every if light.colour == Colour.RED]

    @property
    def ambers(self) -> list[Light]:
        """What somebody may want to mend first."""
        return [light for light in self.every if light.colour == Colour.AMBER]

    @property
    def colour(self) -> Colour:
        """The worst of all."""
        return worst(self.every)


def worst(lights: Iterable[Light]) -> Colour:
    """Return red where there is a red, else amber where there is an amber, else green."""
    colours = {light.colour for light in lights}
    return next((colour for colour in (Colour.RED, Colour.AMBER) if colour in colours), Colour.GREEN)


def look(issue: Issue, at: datetime | None = None) -> Readiness:
    """Look at ``issue`` as it would be released at ``at`` (default: now).

    The number of queries does not grow with the pieces.
    """
    at = at or timezone.now()
    pieces = list(
        life.pieces_of(issue)
        .select_related("section", "lead_picture")
        .prefetch_related("bylines")
        .defer("body_html", "opening_html", "opening_text")
    )
    lights = [light for ask in [own_lights, *register.all_lights()] for light in ask(issue, pieces, at)]
    by_piece: dict[int | None, list[Light]] = {}
    for light in lights:
        by_piece.setdefault(light.piece, []).append(light)
    return Readiness(
        issue=issue,
        at=at,
        pieces=tuple(PieceLights(piece, tuple(by_piece.get(piece.pk, []))) for piece in pieces),
        lights=tuple(by_piece.get(None, [])),
    )


def own_lights(issue: Issue, pieces: Sequence[Article], at: datetime) -> Iterator[Light]:
    """What this room looks at. Three queries at most."""
    yield from _about_the_issue(issue, pieces, at)
    shown = {piece.pk: rendering.pictures_in(piece.body) for piece in pieces}
    linked = {piece.pk: rendering.links_to(piece.body) for piece in pieces}
    pictures = Picture.objects.in_bulk({pk for ids in shown.values() for pk in ids})
    open_then = _open_then(pieces, {pk for ids in linked.values() for pk in ids}, at)
    headlines = dict(
        Article.objects.filter(pk__in={pk for ids in linked.values() for pk in ids} - open_then).values_list(
            "pk", "headline"
        )
    )
    for piece in pieces:
        lead = [piece.lead_picture] if piece.lead_picture else []
        found = [*lead, *(pictures[pk] for pk in shown[piece.pk] if pk in pictures)]
        gone = [pk for pk in shown[piece.pk] if pk not in pictures]
        yield _approved(piece, at)
        yield _name(piece)
        yield _pictures(piece, found, len(gone))
        yield _alternatives(piece, found)
        yield _links(piece, [headlines.get(pk, "") for pk in linked[piece.pk] if pk not in open_then])
        yield _length(piece)


def _about_the_issue(issue: Issue, pieces: Sequence[Article], at: datetime) -> Iterator[Light]:
    if issue.state(at) in {State.PLANNED, State.OPEN}:
        yield Light(_("Closed"), Colour.RED, _("It still takes pieces. Close it first."))
    else:
        yield Light(_("Closed"), Colour.GREEN)
    count = len(pieces)
    if not count:
        yield Light(_("Pieces"), Colour.RED, _("Nothing stands in it."))
    else:
        yield Light(ngettext("%d piece", "%d pieces", count) % count, Colour.GREEN)
    if issue.cover is None:
        yield Light(_("Cover"), Colour.RED, _("It has no cover."))
    elif not issue.cover.alt.strip():
        sentence = _("The cover has no alternative text.")
        yield Light(_("Cover"), Colour.AMBER, sentence, address=_at(issue.cover))
    else:
        yield Light(_("Cover"), Colour.GREEN)
    for label, words, sentence in (
        (_("Cover line"), issue.title, _("It has no cover line: only its number names it.")),
        (_("Standfirst"), issue.standfirst, _("It has no standfirst: the contents open without a word.")),
    ):
        lacks = not words.strip()
        yield Light(label, Colour.AMBER if lacks else Colour.GREEN, sentence if lacks else "")
    yield _budget(issue, pieces)


def _budget(issue: Issue, pieces: Sequence[Article]) -> Light:
    filled = sum(lengths.pages_of(piece) for piece in pieces)
    told = {"filled": filled, "pages": issue.pages}
    if filled > issue.pages:
        sentence = _("The pieces fill %(filled)d pages, and there are %(pages)d.")
        return Light(_("Page budget"), Colour.RED, sentence % told)
    return Light(_("%(filled)d of %(pages)d pages") % told, Colour.GREEN)


def _approved(piece: Article, at: datetime) -> Light:
    label = _("Approved")
    if piece.status != Article.Status.APPROVED:
        state = piece.get_status_display()
        sentence = _("%(state)s: approve it, or take it out of the issue.") % {"state": state}
        return Light(label, Colour.RED, sentence, piece.pk)
    opens_at = max(moment for moment in (piece.published_at, piece.embargo_until, at) if moment is not None)
    if opens_at > at:
        sentence = _("Readers get it later than the issue: %(when)s.") % {"when": moment(opens_at)}
        return Light(label, Colour.AMBER, sentence, piece.pk)
    return Light(label, Colour.GREEN, piece=piece.pk)


def _name(piece: Article) -> Light:
    label = _("Names")
    if not piece.headline.strip():
        return Light(label, Colour.RED, _("It has no headline."), piece.pk)
    if not piece.bylines.all():
        return Light(label, Colour.RED, _("Nobody’s name stands over it: add a byline."), piece.pk)
    return Light(label, Colour.GREEN, piece=piece.pk)


def _pictures(piece: Article, pictures: Sequence[Picture], gone: int) -> Light:
    label = _("Pictures")
    if gone:
        sentence = ngettext(
            "A picture in the text is no longer in the library.",
            "%d pictures in the text are no longer in the library.",
            gone,
        )
        return Light(label, Colour.RED, sentence % gone if gone > 1 else sentence, piece.pk)
    uncredited = [picture for picture in pictures if not picture.credit.strip()]
    if uncredited:
        names = ", ".join(f"“{picture}”" for picture in uncredited)
        sentence = _("Nobody is named as the maker of %(names)s: are the rights clear?") % {"names": names}
        return Light(label, Colour.AMBER, sentence, piece.pk, _at(uncredited[0]))
    if piece.lead_picture is None:
        return Light(label, Colour.AMBER, _("It has no lead picture."), piece.pk)
    return Light(label, Colour.GREEN, piece=piece.pk)


def _alternatives(piece: Article, pictures: Sequence[Picture]) -> Light:
    silent = [picture for picture in pictures if not picture.alt.strip()]
    if not silent:
        return Light(_("Alt text"), Colour.GREEN, piece=piece.pk)
    names = ", ".join(f"“{picture}”" for picture in silent)
    sentence = _("Those who do not see are not told what %(names)s shows.") % {"names": names}
    return Light(_("Alt text"), Colour.RED, sentence, piece.pk, _at(silent[0]))


def _links(piece: Article, closed: Sequence[str]) -> Light:
    if not closed:
        return Light(_("Links"), Colour.GREEN, piece=piece.pk)
    names = [f"“{headline}”" for headline in closed if headline]
    if len(names) < len(closed):
        names.append(_("a piece that no longer exists"))
    sentence = _("It links to %(names)s, which readers will not find.") % {"names": ", ".join(names)}
    return Light(_("Links"), Colour.RED, sentence, piece.pk)


def _length(piece: Article) -> Light:
    label = _("Length")
    if not piece.words:
        return Light(label, Colour.RED, _("It has no words."), piece.pk)
    if piece.page is None:
        sentence = _("It has no printed page: it stands at the end of the issue.")
        return Light(label, Colour.AMBER, sentence, piece.pk)
    needed = lengths.reckoned(piece.words, has_lead=piece.lead_picture_id is not None)
    if piece.length and abs(piece.length - needed) > LEEWAY:
        told = {"words": piece.words, "needed": needed, "pages": piece.length}
        sentence = _("%(words)d words fill about %(needed)d pages, and it is given %(pages)d.") % told
        return Light(label, Colour.AMBER, sentence, piece.pk)
    return Light(label, Colour.GREEN, piece=piece.pk)


def _open_then(pieces: Sequence[Article], wanted: set[int], at: datetime) -> set[int]:
    """Those of the pieces ``wanted`` that readers find at ``at``, once the issue is released then."""
    ours = {
        piece.pk
        for piece in pieces
        if piece.awaits_release and not (piece.embargo_until and piece.embargo_until > at)
    }
    others = wanted - ours
    return (wanted & ours) | set(Article.objects.published(at).filter(pk__in=others).ids() if others else [])


def _at(picture: Any) -> str:
    return reverse("admin:articles_picture_change", args=[picture.pk])
