"""The one place that answers who may read: asked by every page, file, feed and label run.

Only entitlements are read here. Payments, gifts and grants write entitlements elsewhere
(``subscriptions.entitlements``); none of them opens anything by itself.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from subscriptions import terms
from subscriptions.features import Feature
from subscriptions.models.entitlement import Entitlement
from subscriptions.models.feed_address import FeedAddress
from subscriptions.models.payment import Payment
from subscriptions.models.sharing import GiftLink, MeteredPiece


class Audience(models.TextChoices):
    """For whom a piece is written."""

    EVERYONE = "everyone", _("Everyone")
    REGISTERED = "registered", _("Registered readers")
    SUBSCRIBERS = "subscribers", _("Subscribers")


class Reason(StrEnum):
    """Why a verdict is what it is."""

    OPEN = "open"
    REGISTERED = "registered"
    ENTITLED = "entitled"
    STAFF = "staff"
    STRANGER = "stranger"
    NOT_ENTITLED = "not_entitled"
    LAPSED = "lapsed"
    PAUSED = "paused"
    GIVEN_BACK = "given_back"
    METERED = "metered"
    GIVEN = "given"


# What opens one piece and gives no right: out of a month's allowance, or by a subscriber's link.
SINGLE_PIECES = frozenset({Reason.METERED, Reason.GIVEN})


@dataclass(frozen=True)
class Verdict:
    """Granted, or why not.

    ``until`` is the first instant without the right: ahead (granted) or past (lapsed), where there is
    one. ``opens_at`` is when a right that rests holds again. ``audience`` is for whom the piece was
    written, where the question was about a piece. ``source`` is why there is the right that lasts longest, or
    why there was the last one (``Entitlement.Source``).
    """

    granted: bool
    reason: Reason
    until: datetime | None = None
    audience: str | None = None
    opens_at: datetime | None = None
    source: str = ""

    @property
    def needs_sign_in(self) -> bool:
        """Whether signing in alone could open the piece, or show that it is open."""
        return self.reason == Reason.STRANGER

    @property
    def wants_registration(self) -> bool:
        """Whether an account without a plan would open the piece."""
        return not self.granted and self.audience == Audience.REGISTERED

    @property
    def is_by_right(self) -> bool:
        """Whether the reader may read what is like it, too, and not this one piece alone."""
        return self.granted and self.reason not in SINGLE_PIECES

    @property
    def has_lapsed(self) -> bool:
        """Whether the reader once had the right, and it is over."""
        return self.reason in (Reason.LAPSED, Reason.GIVEN_BACK)

    @property
    def is_resting(self) -> bool:
        """Whether the reader paused the plan, so that the right comes back by itself."""
        return self.reason == Reason.PAUSED


@dataclass(frozen=True)
class Asked:
    """The one piece that is asked about, as the room that publishes it names it.

    ``link`` is the gift link by which it is asked for, and ``device`` the digest of the device's cookie.
    """

    piece: str
    link: GiftLink | None = None
    device: str = ""


def verdict_for(reader, audience: str, at: datetime | None = None, *, about: Asked | None = None) -> Verdict:
    """Say whether ``reader`` may read a piece for ``audience`` at the instant ``at`` (default: now).

    ``reader`` is a user or Django's anonymous user. With ``about``, whoever has no right to such pieces may
    still have this one: given by a subscriber, or opened out of the month's allowance. At most one query,
    and none for open pieces; ``about`` costs those without the right one more for each of the two.
    """
    if audience == Audience.EVERYONE:
        return Verdict(True, Reason.OPEN, audience=audience)
    if audience == Audience.REGISTERED and reader.is_authenticated and reader.is_active:
        reason = Reason.STAFF if reader.is_staff else Reason.REGISTERED
        return Verdict(True, reason, audience=audience)
    verdict = may(reader, Feature.EXCLUSIVE_CONTENT, at, audience=audience)
    if verdict.granted or about is None or audience != Audience.SUBSCRIBERS:
        return verdict
    return _single(reader, about, at or timezone.now()) or verdict


def _single(reader, about: Asked, at: datetime) -> Verdict | None:
    """Grant the one piece that ``about`` names, if it was opened for ``reader`` before; else nothing."""
    link = about.link
    if (
        link is not None
        and link.piece == about.piece
        and link.is_open(at)
        and link.was_opened_on(about.device)
    ):
        return Verdict(True, Reason.GIVEN, link.expires_at, Audience.SUBSCRIBERS)
    if reader.is_authenticated and reader.is_active:
        month = terms.month_of(at)
        if MeteredPiece.objects.filter(reader=reader.pk, month=month.starts_on, piece=about.piece).exists():
            return Verdict(True, Reason.METERED, terms.end_of(month.ends_on), Audience.SUBSCRIBERS)
    return None


def holders(feature: Feature, at: datetime | None = None) -> models.QuerySet[Any]:
    """Return the readers with a right to ``feature`` in force at ``at`` (default: now), by their keys."""
    held = Entitlement.objects.current(at).filter(feature=feature)
    readers = get_user_model()._default_manager.filter(pk__in=held.order_by().values("reader"))
    return readers.filter(is_active=True).order_by("pk")


def may(reader, feature: Feature, at: datetime | None = None, *, audience: str | None = None) -> Verdict:
    """Say whether ``reader`` has ``feature`` at the instant ``at`` (default: now).

    One query at most, and a second for a right that was ended within a day. Staff have every feature.
    ``audience`` is noted in the verdict for the sentence on the wall.
    """
    at = at or timezone.now()
    if not (reader.is_authenticated and reader.is_active):
        return Verdict(False, Reason.STRANGER, audience=audience)
    if reader.is_staff:
        return Verdict(True, Reason.STAFF, audience=audience)
    held = list(Entitlement.objects.filter(reader=reader, feature=feature).order_by("from_at"))
    if current := [entitlement for entitlement in held if entitlement.is_current(at)]:
        source = max(current, key=_lasts).source
        return Verdict(True, Reason.ENTITLED, _unbroken_end(held, at), audience, source=source)
    # None of these is current, so each that has begun has an end, and it has passed.
    over = [right for right in held if right.until_at is not None and right.from_at <= at]
    if not over:
        return Verdict(False, Reason.NOT_ENTITLED, audience=audience)
    last = max(over, key=lambda right: right.until_at or right.from_at)
    if following := _rests_until(last, held):
        return Verdict(False, Reason.PAUSED, last.until_at, audience, opens_at=following.from_at)
    reason = Reason.GIVEN_BACK if _was_given_back(last) else Reason.LAPSED
    return Verdict(False, reason, last.until_at, audience, source=last.source)


def _lasts(right: Entitlement) -> datetime:
    return right.until_at or datetime.max.replace(tzinfo=UTC)


def may_hear(
    reader, audience: str, at: datetime | None = None, *, may_read: Verdict | None = None
) -> Verdict:
    """Say whether ``reader`` may listen to a piece for ``audience`` at the instant ``at`` (default: now).

    What may be read may be heard; a piece for subscribers only by those whose plan comes with audio as
    well. ``may_read`` is what ``verdict_for`` said, if that is known. Two queries at most.
    """
    verdict = may_read or verdict_for(reader, audience, at)
    if not verdict.granted or audience != Audience.SUBSCRIBERS:
        return verdict
    return may(reader, Feature.AUDIO, at, audience=audience)


def may_have_issue(reader, *, is_current: bool, at: datetime | None = None) -> Verdict:
    """Say whether ``reader`` may have an issue as a file: the current one, or one of those before it."""
    return may(reader, Feature.DIGITAL_EDITION if is_current else Feature.PAST_ISSUES, at)


def known_as(reader, at: datetime | None = None) -> str:
    """Return by what a copy is known as ``reader``'s: the number of the subscription behind their rights.

    For rights without one (staff, guests, a gift) it is their initials and the number of their account. One
    query.
    """
    held = Entitlement.objects.current(at).filter(reader=reader.pk, subscription__isnull=False)
    number = held.order_by("-from_at", "-pk").values_list("subscription__number", flat=True).first()
    words = (reader.get_full_name().partition("@")[0]).split()
    return number or f"{''.join(word[:1] for word in words).upper()} {reader.pk}"


# -- Programs that cannot sign in ----------------------------------------------


def feed_token(reader) -> str:
    """Return what stands in the addresses of ``reader``'s own feeds; empty before they asked for one."""
    address = FeedAddress.objects.filter(reader=reader.pk).first()
    return token_of(address) if address else ""


def token_of(address: FeedAddress) -> str:
    """Return what stands in the addresses of feeds for ``address``. No query."""
    return _feed_signer().sign(address.key)


def feed_reader(token: str) -> Any:
    """Return whose feeds have ``token`` in their addresses; nobody for a wrong one, or one that was replaced.

    It says who asks and opens nothing: what they may have is asked as for every reader. One query.
    """
    try:
        key = _feed_signer().unsign(token)
    except signing.BadSignature:
        return None
    address = FeedAddress.objects.select_related("reader").filter(key=key).first()
    return address.reader if address and address.reader.is_active else None


def _feed_signer() -> signing.Signer:
    return signing.Signer(salt="subscriptions.feed", sep=".")


def feed_seal(reader) -> str:
    """Return a word that changes with ``reader``'s feed address, and from which nobody learns it."""
    address = FeedAddress.objects.filter(reader=reader.pk).first()
    return salted_hmac("subscriptions.feed_seal", address.key).hexdigest()[:20] if address else ""


def _rests_until(last: Entitlement, held: list[Entitlement]) -> Entitlement | None:
    """Return the right that goes on with what ``last`` began: a pause parts the rights of one term."""
    return next(
        (
            right
            for right in held
            if right.term_id is not None
            and right.term_id == last.term_id
            and right.from_at > last.from_at
            and right.until_at != right.from_at
        ),
        None,
    )


def _was_given_back(last: Entitlement) -> bool:
    """Whether the money for ``last`` was given back. Only such an end comes in the middle of a day."""
    if last.term_id is None or last.until_at is None:
        return False
    if last.until_at == terms.end_of(terms.last_day_before(last.until_at)):
        return False
    paid = Payment.objects.filter(term=last.term_id)
    return any(payment.is_given_back for payment in paid)


def _unbroken_end(held: list[Entitlement], at: datetime) -> datetime | None:
    """Follow rights that touch or overlap (``held``, by beginning) from ``at`` to the first gap."""
    end = at
    for entitlement in held:
        if entitlement.from_at > end:
            break
        if entitlement.until_at is None:
            return None
        end = max(end, entitlement.until_at)
    return end


def explain(verdict: Verdict) -> str:
    """Return the sentence that tells a reader at the wall why, and what opens it."""
    if verdict.granted:
        return gettext("This is open to you.")
    if verdict.reason == Reason.LAPSED and verdict.until:
        day = date_format(terms.last_day_before(verdict.until), "j F Y")
        if verdict.source == Entitlement.Source.GIFT:
            return gettext("Your gift ended on %(day)s. Go on with a plan of your own from here.") % {
                "day": day
            }
        if verdict.source == Entitlement.Source.SEAT:
            return gettext(
                "What your seat opened ended on %(day)s. Show again that you belong, in your account, or "
                "take a plan of your own."
            ) % {"day": day}
        return gettext("Your plan ended on %(day)s. Take it up again and read on from here.") % {"day": day}
    if verdict.reason == Reason.GIVEN_BACK and verdict.until:
        day = date_format(terms.day_of(verdict.until), "j F Y")
        return gettext(
            "Your plan ended on %(day)s, when you had your money back. You are welcome to begin again."
        ) % {"day": day}
    if verdict.reason == Reason.PAUSED and verdict.opens_at:
        last_day = terms.last_day_before(verdict.opens_at)
        return gettext(
            "Your plan rests until %(day)s and opens again then by itself. You can also end the pause today."
        ) % {"day": date_format(last_day, "j F Y")}
    if verdict.wants_registration:
        sentence = gettext("The rest of this piece is for registered readers of %(name)s. It costs nothing.")
    elif verdict.reason == Reason.STRANGER:
        sentence = gettext(
            "The rest of this piece is for subscribers of %(name)s, who pay for the work behind it."
        )
    else:
        sentence = gettext("You are signed in, but have no plan yet. Any plan of %(name)s opens the rest.")
    return sentence % {"name": settings.MAGAZINE_NAME}


@dataclass(frozen=True)
class Considered:
    """One right that was looked at for a question, and whether it answers it."""

    right: Entitlement
    holds: bool
    why: str


@dataclass(frozen=True)
class Trace:
    """A verdict with all that was looked at to reach it; ``sentence`` says it to a member of staff."""

    verdict: Verdict
    at: datetime
    considered: tuple[Considered, ...]
    sentence: str


def trace(reader, feature: Feature, at: datetime | None = None, *, audience: str | None = None) -> Trace:
    """Answer as ``may`` does, or with ``audience`` as ``verdict_for``, and say what was looked at.

    The verdict is theirs and not computed anew. At most two queries.
    """
    at = at or timezone.now()
    if audience is None:
        verdict = may(reader, feature, at)
    else:
        feature, verdict = Feature.EXCLUSIVE_CONTENT, verdict_for(reader, audience, at)
    held = Entitlement.objects.filter(reader=reader.pk, feature=feature)
    return Trace(
        verdict,
        at,
        tuple(
            Considered(right, right.is_current(at), _why(right, at))
            for right in held.select_related("subscription", "granted_by").order_by("from_at", "pk")
        ),
        explain_to_staff(verdict),
    )


def _why(right: Entitlement, at: datetime) -> str:
    if right.is_current(at):
        return gettext("In force.")
    if right.until_at is not None and right.until_at <= right.from_at:
        return gettext("Taken back before it began.")
    if right.from_at > at:
        return gettext("Has not begun.")
    return gettext("Has ended.")


def explain_to_staff(verdict: Verdict) -> str:
    """Return the sentence that answers a member of staff who asked about a reader."""
    last_on = date_format(terms.last_day_before(verdict.until), "j F Y") if verdict.until else ""
    opens_on = date_format(terms.day_of(verdict.opens_at), "j F Y") if verdict.opens_at else ""
    sentences = {
        Reason.OPEN: gettext("Yes: it is open to everyone."),
        Reason.REGISTERED: gettext("Yes: it is open to whoever is registered."),
        Reason.STAFF: gettext("Yes: members of staff have everything."),
        Reason.ENTITLED: gettext("Yes, until %s.") % last_on if last_on else gettext("Yes, without end."),
        Reason.METERED: gettext("Yes, this piece alone: opened out of the month’s allowance."),
        Reason.GIVEN: gettext("Yes, this piece alone: a subscriber gave it."),
        Reason.STRANGER: gettext("No: the account is switched off."),
        Reason.LAPSED: gettext("No: the last right to it ended on %s.") % last_on,
        Reason.PAUSED: gettext("No: the plan rests, and it opens again on %s.") % opens_on,
        Reason.GIVEN_BACK: gettext("No: the money went back, and the right to it ended on %s.") % last_on,
        Reason.NOT_ENTITLED: gettext("No: there has been no right to it up to then."),
    }
    said = sentences[verdict.reason]
    if verdict.source in _ALSO_SAID:
        return (
            f"{said} {gettext('It is, or was, from: %s.') % Entitlement.Source(verdict.source).label.lower()}"
        )
    return said


# Where a right comes from is said when it is not a plan of the reader's own.
_ALSO_SAID = (Entitlement.Source.COMPLIMENTARY, Entitlement.Source.GIFT, Entitlement.Source.SEAT)
