"""Groups with seats: who belongs, by name, by an e-mail domain or by a network, and what a seat opens.

==========  ====================================================  =======================================
Known by    What is asked                                         The seat is theirs
==========  ====================================================  =======================================
name        the contact, or staff, wrote down their address; the  until it is taken back
            reader has verified it and takes the seat
domain      the reader has verified an address whose domain is    for 90 days; then they show it again
            one of the group's: the same, and not one below it
network     the reader's request comes from one of the group's    for 30 days; then they show it again
            ranges, by the address that the limits of sign-in go
            by (no header is believed beyond the trusted proxies)
==========  ====================================================  =======================================

The rights of a seat (``entitlements.write_for_seat``) end with the agreement, with the proof, or at once when
the seat is taken back: they are rights like all others, and every page, file and feed asks for those.

Whoever changes the seats of a group holds the group's row, so that no two take the last one.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from subscriptions import entitlements, terms
from subscriptions.letters import post
from subscriptions.models import GroupNetwork, Letter, ReaderGroup, Seat

PROVEN_BY_MAIL = timedelta(days=90)
PROVEN_BY_NETWORK = timedelta(days=30)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NoSeatError(ValueError):
    """The seat cannot be given or taken; the text is the sentence for whoever wanted to."""


@dataclass(frozen=True)
class Opening:
    """A group that a reader belongs to and has no seat in, and how that is known."""

    group: ReaderGroup
    proof: str
    proven_until_on: date


def room_in(group: ReaderGroup, at: datetime | None = None) -> int | None:
    """Return how many seats are free; none where there are as many as belong. One query."""
    if group.seats_count is None:
        return None
    return max(0, group.seats_count - _standing(group, at or timezone.now()))


def give(group: ReaderGroup, email: str, *, by, at: datetime | None = None) -> Seat:
    """Give a seat to whoever has the address ``email``, and write to them; ``by`` answers for it.

    Given twice, it is given once. Raises ``NoSeatError`` when the group has ended or is full.
    """
    at = at or timezone.now()
    email = email.strip().lower()
    with transaction.atomic():
        group = _held(group, at)
        if there := group.seats.held().filter(email__iexact=email).first():
            return there
        _check_room(group, at)
        seat = Seat.objects.create(group=group, email=email, given_at=at, given_by=by)
        post.queue_to(by, Letter.Kind.SEAT_GIVEN, about=seat, key=seat.pk, address=email, at=at)
    return seat


def give_all(group: ReaderGroup, emails: Iterable[str], *, by, at: datetime | None = None) -> list[Seat]:
    """Give a seat to each of ``emails``: to all of them, or with ``NoSeatError`` to none."""
    with transaction.atomic():
        return [give(group, email, by=by, at=at) for email in emails]


def waiting_for(reader) -> list[Seat]:
    """Return the seats that were given to an address that ``reader`` has verified. Two queries."""
    mine = _verified(reader)
    if not mine:
        return []
    held = Seat.objects.held().filter(reader=None, group__ended_at=None, email__in=mine)
    return list(held.select_related("group__plan_version__plan").order_by("given_at", "pk"))


def take(seat: Seat, reader, *, at: datetime | None = None) -> Seat:
    """Let ``reader`` take a seat that was given to an address they have verified.

    Taken twice, it is taken once. Raises ``NoSeatError``.
    """
    at = at or timezone.now()
    with transaction.atomic():
        group = _held(seat.group, at)
        seat = Seat.objects.select_related("group__plan_version").get(pk=seat.pk)
        if seat.ended_at is not None or seat.email.lower() not in _verified(reader):
            raise NoSeatError(_("This seat is not for the address you are signed in with."))
        if seat.reader_id is not None:
            return seat
        if other := group.seats.held().filter(reader=reader.pk).first():
            # They came by the domain before: the seat that was given by name stays longer.
            _end(other, at)
        _take(seat, reader, at)
    return seat


def openings(reader, address: Address | None, at: datetime | None = None) -> list[Opening]:
    """Return the groups that ``reader`` may take a seat in at ``at`` by showing that they belong.

    By the domain of an address they have verified, and by the network that ``address`` is in, each group
    once. A seat that was shown to be theirs before and is to be shown again counts as none. Four queries.
    """
    at = at or timezone.now()
    today = terms.day_of(at)
    open_groups = ReaderGroup.objects.open(today).select_related("plan_version__plan")
    found: dict[int, Opening] = {}
    # What follows the last “@”, whole: neither a domain below it nor one that only ends alike.
    domains = {email.rpartition("@")[2] for email in _verified(reader)}
    for group in open_groups.filter(domains__domain__in=domains).distinct() if domains else ():
        found[group.pk] = Opening(group, Seat.Proof.MAIL, today + PROVEN_BY_MAIL)
    if address is not None:
        networks = GroupNetwork.objects.filter(group__in=open_groups).values_list("group_id", "network")
        inside = {group_id for group_id, network in networks if _contains(network, address)} - found.keys()
        for group in open_groups.filter(pk__in=inside) if inside else ():
            found[group.pk] = Opening(group, Seat.Proof.NETWORK, today + PROVEN_BY_NETWORK)
    mine = Seat.objects.held().filter(reader=reader.pk, group__in=found)
    for seat in mine:
        if seat.proven_until_on is None or seat.proven_until_on >= today + timedelta(days=7):
            del found[seat.group_id]
    return list(found.values())


def join(group: ReaderGroup, reader, address: Address | None, *, at: datetime | None = None) -> Seat:
    """Let ``reader`` take a seat because they belong, or show again that they do.

    Raises ``NoSeatError`` when they do not, when the group has ended, and when it is full.
    """
    at = at or timezone.now()
    with transaction.atomic():
        group = _held(group, at)
        _end_unproven(group, at)
        seat = group.seats.held().select_related("group__plan_version").filter(reader=reader.pk).first()
        shown = next((one for one in openings(reader, address, at) if one.group.pk == group.pk), None)
        if shown is None:
            if seat is not None:
                return seat
            raise NoSeatError(_("We could not see that you belong to %s.") % group.name)
        if seat is None and (named := group.seats.held().filter(email__iexact=reader.email).first()):
            return take(named, reader, at=at)
        if seat is None:
            _check_room(group, at)
            seat = Seat(group=group, email=reader.email.lower(), given_at=at)
        seat.proof, seat.proven_until_on = shown.proof, shown.proven_until_on
        _take(seat, reader, at)
    return seat


def take_back(seat: Seat, *, at: datetime | None = None) -> None:
    """Take a seat back, given or taken: what it opened closes at once. A second time changes nothing."""
    at = at or timezone.now()
    with transaction.atomic():
        _locked(seat.group_id)
        _end(Seat.objects.select_related("group").get(pk=seat.pk), at)


def end(group: ReaderGroup, *, at: datetime | None = None) -> int:
    """End the agreement and every seat with it, at once; return how many seats that were."""
    at = at or timezone.now()
    with transaction.atomic():
        group = _locked(group.pk)
        if group.ended_at is None:
            group.ended_at = at
            group.save(update_fields=["ended_at"])
        seats = list(group.seats.held().select_related("group"))
        for seat in seats:
            _end(seat, at)
    return len(seats)


def follow(group: ReaderGroup, *, at: datetime | None = None) -> int:
    """Let the rights of every seat follow the group's days and plan after they were changed; return how many.

    For use inside the transaction that changed them.
    """
    at = at or timezone.now()
    seats = Seat.objects.held().filter(group=group, taken_at__isnull=False)
    return sum(bool(entitlements.write_for_seat(seat, at)) for seat in _with_facts(seats))


def end_unproven(at: datetime | None = None) -> int:
    """Free the seats whose proof has run out, in every group; return how many."""
    at = at or timezone.now()
    ended = 0
    groups = ReaderGroup.objects.filter(seats__in=_unproven(at)).distinct()
    for group_id in list(groups.values_list("pk", flat=True)):
        with transaction.atomic():
            ended += _end_unproven(_locked(group_id), at)
    return ended


def _locked(group_id: int) -> ReaderGroup:
    groups = ReaderGroup.objects.select_related("plan_version__plan").select_for_update(of=["self"])
    return groups.get(pk=group_id)


def _held(group: ReaderGroup, at: datetime) -> ReaderGroup:
    """Load the group as it is now, let others who want a seat wait; raise ``NoSeatError`` when it is over."""
    group = _locked(group.pk)
    if group.ended_at is not None or group.until_on < terms.day_of(at):
        raise NoSeatError(_("The agreement with %s has ended.") % group.name)
    return group


def _standing(group: ReaderGroup, at: datetime) -> int:
    return group.seats.held().exclude(pk__in=_unproven(at)).count()


def _check_room(group: ReaderGroup, at: datetime) -> None:
    if group.seats_count is not None and _standing(group, at) >= group.seats_count:
        raise NoSeatError(
            ngettext(
                "%(name)s has agreed on %(n)d seat, and it is given. Take one back, or ask us for more.",
                "%(name)s has agreed on %(n)d seats, and all of them are given. "
                "Take one back, or ask us for more.",
                group.seats_count,
            )
            % {"name": group.name, "n": group.seats_count}
        )


def _unproven(at: datetime) -> QuerySet[Seat]:
    return Seat.objects.held().filter(proven_until_on__lt=terms.day_of(at))


def _end_unproven(group: ReaderGroup, at: datetime) -> int:
    seats = list(_unproven(at).filter(group=group).select_related("group"))
    for seat in seats:
        _end(seat, at)
    return len(seats)


def _end(seat: Seat, at: datetime) -> None:
    if seat.ended_at is None:
        seat.ended_at = at
        seat.save(update_fields=["ended_at"])
    entitlements.end_seat(seat, at)


def _take(seat: Seat, reader, at: datetime) -> None:
    seat.reader, seat.taken_at = reader, seat.taken_at or at
    seat.save()
    entitlements.write_for_seat(seat, at)


def _with_facts(seats: QuerySet[Seat]) -> QuerySet[Seat]:
    return seats.select_related("group__plan_version", "reader")


def _verified(reader) -> set[str]:
    """The addresses that ``reader`` has shown to be theirs, in small letters. One query."""
    mine = EmailAddress.objects.filter(user=reader.pk, verified=True)
    return {email.lower() for email in mine.values_list("email", flat=True)}


def _contains(network: str, address: Address) -> bool:
    held = ipaddress.ip_network(network)
    return held.version == address.version and address in held
