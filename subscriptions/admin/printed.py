"""What the desk says of a person's printed copies: whether they have them, where they go, what came back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from subscriptions import terms
from subscriptions.features import Feature
from subscriptions.fulfilment import addresses, claims, notices
from subscriptions.fulfilment.notices import GoesTo
from subscriptions.models import Address, CopyClaim, Hold, Label
from subscriptions.money import formatted
from subscriptions.people.records import Records

NEWEST_LABELS = 6


@dataclass(frozen=True)
class Copy:
    """One label that was made for them, and what became of the copy."""

    label: Label
    said: str
    can_be_claimed: bool


@dataclass(frozen=True)
class Printed:
    """A person’s printed copies: ``goes_to`` is where the next goes, ``others`` hold later."""

    sentences: tuple[str, ...]
    goes_to: GoesTo
    others: tuple[str, ...]
    holds: tuple[Hold, ...]
    copies: tuple[Copy, ...]


def printed_of(found: Records, at: datetime) -> Printed | None:
    """Say how it is with the printed copy at ``at``; none for who never had to do with it. Three queries."""
    printed = found.printed
    if printed.is_empty and not _rights(found):
        return None
    today = terms.day_of(at)
    goes_to = notices.goes_to(found.reader, at)
    return Printed(
        sentences=tuple(_about(found, today)),
        goes_to=goes_to,
        others=tuple(_others(printed.addresses, goes_to, today)),
        holds=tuple(one for one in printed.holds if one.called_off_at is None and one.ends_on >= today),
        copies=tuple(
            Copy(label, _became(label), claims.can_claim(label, at))
            for label in printed.labels[:NEWEST_LABELS]
        )
        if printed.labels
        else (),
    )


def _rights(found: Records) -> list[datetime]:
    return [
        right.until_at
        for right in found.rights
        if right.feature == Feature.PRINT_EDITION and right.until_at is not None
    ]


def _about(found: Records, today: date) -> Iterable[str]:
    ends = [terms.last_day_before(until_at) for until_at in _rights(found)]
    last_on = max((day for day in ends if day >= today), default=None)
    if last_on is not None:
        yield _("Has the printed copy until %s.") % terms.in_words(last_on)
    for add_on in found.printed.add_ons:
        if add_on.ended_at is not None:
            continue
        price = add_on.zone_price
        yield _("%(zone)s: %(price)s a year.") % {
            "zone": price.zone.name,
            "price": formatted(price.year_minor, price.currency),
        }
        if add_on.dropped_at is not None:
            yield _("Dropped: the next term comes without it.")
        elif last_on is None:
            yield _("Asked for, and not paid yet.")
    if withheld := found.printed.withheld:
        last = withheld[0]
        yield _("%(issue)s was not sent: %(why)s.") % {
            "issue": last.run.issue_name,
            "why": str(last.get_why_display()).lower(),
        }


def _others(known: Iterable[Address], goes_to: GoesTo, today: date) -> Iterable[str]:
    """The addresses that hold later, or for some days, beside the one the next copy goes to."""
    for address in known:
        is_over = address.until_on is not None and address.until_on < today
        if address.withdrawn_at is not None or is_over or address == goes_to.address:
            continue
        if not address.is_temporary and address.from_on <= today:
            continue
        if address.until_on is not None:
            days = _("%(first)s – %(last)s") % {
                "first": terms.in_words(address.from_on),
                "last": terms.in_words(address.until_on),
            }
        else:
            days = _("from %s") % terms.in_words(address.from_on)
        yield f"{days}: {addresses.one_line(address)}"


def _became(label: Label) -> str:
    said = [] if label.kind == Label.Kind.REGULAR else [str(label.get_kind_display())]
    if label.returned_at is not None:
        said.append(_("came back: %s") % (label.returned_why or _("no reason given")))
    claim: CopyClaim | None = getattr(label, "claim", None)
    if claim is not None:
        said.append(f"{claim.get_why_display()} – {claim.get_outcome_display()}")
    return "; ".join(said)
