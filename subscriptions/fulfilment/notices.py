"""What is said wherever an address stands: which issue goes there, and until when a change counts for it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from subscriptions import terms
from subscriptions.fulfilment import addresses, cutoffs
from subscriptions.fulfilment.cutoffs import Upcoming
from subscriptions.models import Address

# As far ahead as anybody looks for the issue that a change takes effect from.
FURTHEST = 60


@dataclass(frozen=True)
class GoesTo:
    """Where the next copy goes for which a change still counts: ``upcoming``, if one is known.

    ``address`` is none where none was given, and then ``lines`` are empty.
    """

    address: Address | None
    lines: tuple[str, ...]
    upcoming: Upcoming | None

    @property
    def is_undeliverable(self) -> bool:
        """Whether copies came back from there, so that nothing is sent."""
        return self.address is not None and self.address.undeliverable_at is not None

    @property
    def sentence(self) -> str:
        """It all in words."""
        if self.address is None:
            said = _("We have no address for your copies yet.")
        elif self.is_undeliverable:
            said = _("Copies came back from %s: nothing is sent there.") % ", ".join(self.lines)
        else:
            said = _("Goes to %s.") % ", ".join(self.lines)
        return " ".join([said, *self.about_changes])

    @property
    def about_changes(self) -> list[str]:
        """From which issue a change takes effect, and until when it is to be made."""
        if self.upcoming is None:
            return [_("A change takes effect from the next issue that is announced.")]
        return [
            _("A change takes effect from %(issue)s (%(day)s), if you make it before %(cutoff)s.")
            % {
                "issue": self.upcoming.issue.name,
                "day": terms.in_words(self.upcoming.issue.on),
                "cutoff": moment(self.upcoming.cutoff_at),
            }
        ]


def goes_to(reader, at: datetime | None = None) -> GoesTo:
    """Return where copies for ``reader`` go, as it is known at ``at`` (default: now). Three queries."""
    at = at or timezone.now()
    return for_upcoming(reader, cutoffs.next_affected(at), at)


def for_upcoming(reader, upcoming: Upcoming | None, at: datetime) -> GoesTo:
    """Return where the copy of ``upcoming`` (none: of today) goes for ``reader``. One query."""
    on = upcoming.issue.on if upcoming else terms.day_of(at)
    address = addresses.address_of(reader, on, at)
    return GoesTo(address, addresses.lines_of(address) if address else (), upcoming)


def first_between(first_on: date, last_on: date | None, at: datetime) -> Upcoming | None:
    """Return the first issue within the days that something said at ``at`` counts for, if one is known."""
    return next(
        (
            each
            for each in cutoffs.upcoming(at, count=FURTHEST)
            if each.issue.on >= first_on and (last_on is None or each.issue.on <= last_on)
        ),
        None,
    )


def takes_effect(address: Address, at: datetime) -> str:
    """Say which copies go to ``address`` if it stays as it was said. Two queries."""
    first = first_between(address.from_on, address.until_on, at)
    lines = addresses.one_line(address)
    if first is None and address.until_on is not None:
        return _(
            "From %(first)s to %(last)s copies go to %(lines)s. No issue is announced for these days."
        ) % {
            "first": terms.in_words(address.from_on),
            "last": terms.in_words(address.until_on),
            "lines": lines,
        }
    if first is None:
        return _("From %(first)s on copies go to %(lines)s.") % {
            "first": terms.in_words(address.from_on),
            "lines": lines,
        }
    known = {"issue": first.issue.name, "day": terms.in_words(first.issue.on), "lines": lines}
    if address.until_on is not None:
        known["last"] = terms.in_words(address.until_on)
        return _("Copies go to %(lines)s from %(issue)s (%(day)s) on, and as before after %(last)s.") % known
    return _("Copies go to %(lines)s from %(issue)s (%(day)s) on.") % known


def moment(at: datetime) -> str:
    """Return “Thursday 26 November, 18:00”, by the magazine's clock."""
    return date_format(timezone.localtime(at, timezone.get_default_timezone()), "l j F, H:i")
