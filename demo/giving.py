"""Plans that others pay for: two gifts, a team with seats, and a library with its network."""

from datetime import datetime, timedelta

from accounts.models import User
from subscriptions.giving import gifts, groups, redeeming
from subscriptions.models import Gift, GroupDomain, GroupNetwork, Payment, Price, ReaderGroup
from subscriptions.paying.payments import confirm
from subscriptions.terms import day_of


def load(price: Price, at: datetime) -> None:
    """Give what is not given yet, as if it were ``at``."""
    giver = User.objects.get(email="subscriber@halyard.example")
    if not Gift.objects.filter(giver=giver).exists():
        taken = _give(giver, price, "Bryn", "For the long train home.", at - timedelta(days=40))
        reader = User.objects.get(email="gifted@halyard.example")
        redeeming.redeem(taken, reader, way=redeeming.Way.BEGIN, at=at - timedelta(days=36))
        _give(giver, price, "Aunt Odette", "Read the tide tables first.", at - timedelta(days=3))
    if not ReaderGroup.objects.exists():
        _team(price, at)
        _library(price, at)


def _give(giver: User, price: Price, name: str, message: str, at: datetime) -> Gift:
    wish = gifts.Wish(
        price=price,
        zone_price=None,
        recipient_name=name,
        recipient_email="",
        signed=giver.get_short_name(),
        message=message,
        gives_on=day_of(at),
    )
    gift = gifts.buy(giver, wish, method=Payment.Method.TRANSFER, at=at)
    confirm(gift.order.payments.get(), paid_on=day_of(at), at=at)
    gift.refresh_from_db()
    return gift


def _team(price: Price, at: datetime) -> None:
    contact = User.objects.get(email="print@halyard.example")
    team = ReaderGroup.objects.create(
        name="Carrow Pilots’ Office",
        plan_version=price.version,
        contact=contact,
        seats_count=5,
        from_on=day_of(at) - timedelta(days=60),
        until_on=day_of(at) + timedelta(days=304),
        agreement="Letter of 3 September, invoice 2026-118",
    )
    groups.give_all(team, ["first.pilot@example.org", "second.pilot@example.org"], by=contact, at=at)


def _library(price: Price, at: datetime) -> None:
    library = ReaderGroup.objects.create(
        kind=ReaderGroup.Kind.INSTITUTION,
        name="Carrow University Library",
        plan_version=price.version,
        from_on=day_of(at) - timedelta(days=100),
        until_on=day_of(at) + timedelta(days=264),
        agreement="Licence 2026/27, with the consortium",
    )
    GroupDomain.objects.create(group=library, domain="carrow-university.example")
    # The machine that the demo runs on stands in its reading room.
    GroupNetwork.objects.create(group=library, network="127.0.0.0/8")
