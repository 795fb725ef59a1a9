"""What an action does to a subscription: money to the cent, days, issues, access, letters.

A ``Picture`` is a subscription at an instant, in facts that a person understands. ``Consequences`` are two of
them, before and after, and say in sentences what differs. Nothing here knows the actions: whatever they do is
seen.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import ngettext

from subscriptions import terms
from subscriptions.features import Feature
from subscriptions.fulfilment import add_on as printing
from subscriptions.fulfilment import notices
from subscriptions.ledger.accounts import account_of
from subscriptions.ledger.coming import ComingIssue
from subscriptions.life import lifecycle, switching
from subscriptions.life.lifecycle import State
from subscriptions.models import Entitlement, Gift, Letter, Payment, Price, Refund, Subscription
from subscriptions.money import formatted
from subscriptions.providers import provider_for
from subscriptions.selling import offers

_BECOMES = {
    State.PENDING: _later("The order then waits for its payment."),
    State.TRIAL: _later("The days to try then go on."),
    State.ACTIVE: _later("The plan is then active."),
    State.PAUSED: _later("The plan is then paused."),
    State.GRACE: _later("The days of grace then run."),
    State.LAPSED: _later("The plan has then ended."),
    State.REFUNDED: _later("The plan has then ended, and all of the money is given back."),
    State.CLOSED: _later("The order is then withdrawn."),
}
_GIFT_BECOMES = {
    "paid": _later("The gift is then paid, and its code is good."),
    "void": _later("The gift’s code is then dead, and what it opened closes at once."),
    "withdrawn": _later("The gift is then withdrawn."),
}
_EMAILS = {
    Letter.Kind.PAYMENT_REQUEST: _later("An email says how to pay."),
    Letter.Kind.WELCOME: _later("An email says welcome, and what the plan gives."),
    Letter.Kind.RECEIPT: _later("An email brings the receipt."),
    Letter.Kind.TRIAL: _later("An email says until when everything is open to try."),
    Letter.Kind.RENEWAL_NOTICE: _later("An email announces that the card will be charged."),
    Letter.Kind.CARD_FAILED: _later("An email says that the card was refused."),
    Letter.Kind.GRACE: _later("An email says until when everything stays open all the same."),
    Letter.Kind.LAPSED: _later("An email says that the plan has ended."),
    Letter.Kind.CANCELLED: _later("An email confirms the cancellation."),
    Letter.Kind.PAUSED: _later("An email confirms the pause."),
    Letter.Kind.SWITCHED: _later("An email confirms the change of plan."),
    Letter.Kind.REFUNDED: _later("An email confirms what is given back."),
    Letter.Kind.REFUND_SENT: _later("An email says that the money has been sent."),
    Letter.Kind.PRICE_CHANGE: _later("An email announces the new price."),
    Letter.Kind.EXTENDED: _later("An email says how many days were added."),
    Letter.Kind.PRINT_ADDED: _later("An email says which copies come, and where they go."),
    Letter.Kind.PRINT_DROPPED: _later("An email says which copy is the last."),
    Letter.Kind.GIFT_BOUGHT: _later("An email brings the giver the card."),
    Letter.Kind.GIFT_REDEEMED: _later("An email tells the giver that the gift was taken up."),
    Letter.Kind.ADDRESS_CHANGED: _later("An email confirms the address."),
}


@dataclass(frozen=True)
class Asked:
    """One payment: how much is asked for, how far it has come, and on which day a card is charged for it."""

    reference: str
    amount_minor: int
    currency: str
    status: str
    given_back_minor: int
    charged_on: date | None
    credit_minor: int
    discount_minor: int
    method: str
    print_minor: int = 0

    @property
    def amount(self) -> str:
        """The sum, as people read it."""
        return formatted(self.amount_minor, self.currency)


@dataclass(frozen=True)
class Back:
    """One sum that goes back, out of the payment ``reference``."""

    key: str
    reference: str
    amount_minor: int
    currency: str
    how: str

    @property
    def amount(self) -> str:
        """The sum, as people read it."""
        return formatted(self.amount_minor, self.currency)


@dataclass(frozen=True)
class Issues:
    """The account of issues, each by its weight."""

    promised: int
    received: int
    owed: int


@dataclass(frozen=True)
class Print:
    """The printed copy: for which zone at which price a year, how far it is paid, and which copies come.

    ``first`` is the next copy and ``last`` the last one, each with its day and ``cutoff`` the end of the time
    in which something said counts for the first; empty where nobody knows. ``begins_on`` is the first day
    that has print when what is asked for is paid today.
    """

    zone: str
    year: str
    is_dropped: bool
    until_on: date | None
    begins_on: date | None
    first: str
    cutoff: str
    last: str


@dataclass(frozen=True)
class Picture:
    """A subscription at one instant. ``access`` is what the reader has of it: each feature with its last
    day, and ``opens_on`` when the first of it begins, where nothing is had today. ``offers`` were taken;
    ``copies_go_to`` says where the next printed copy would go, and ``gift``, of an order for somebody else,
    what has become of it."""

    state: str
    is_cancelled: bool
    paid_until_on: date | None
    renews_on: date | None
    next_price: str
    planned: str
    rest: tuple[date, date] | None
    grace_until_on: date | None
    pays_by: str
    offers: tuple[str, ...]
    payments: tuple[Asked, ...]
    refunds: tuple[Back, ...]
    access: tuple[tuple[str, date], ...]
    opens_on: date | None
    issues: Issues
    letters: tuple[str, ...]
    print: Print | None = None
    copies_go_to: str = ""
    gift: str = ""


def picture(subscription_id: int, at: datetime) -> Picture:
    """Look at a subscription as it is in the database at ``at``."""
    subscription = Subscription.objects.with_facts().get(pk=subscription_id)
    now = lifecycle.standing(subscription, at)
    planned = switching.planned_for(subscription)
    price = switching.price_of_term(subscription, now.renews_on) if now.renews_on else None
    account = account_of(subscription, at)
    print_minor = printing.next_minor(subscription, now, at)
    return Picture(
        state=now.state.value,
        is_cancelled=now.is_cancelled,
        paid_until_on=now.paid_until_on,
        renews_on=now.renews_on,
        next_price=_costs(price, print_minor) if price else "",
        planned=f"{planned.price} {planned.from_on}" if planned else "",
        rest=(now.pause.starts_on, now.pause.ends_on) if now.pause else None,
        grace_until_on=now.grace_until_on,
        pays_by=_way_of_paying(subscription),
        offers=_offers(subscription),
        payments=tuple(_asked(payment) for payment in subscription.payments.order_by("pk")),
        refunds=tuple(
            Back(
                refund.key,
                refund.payment.reference,
                refund.amount_minor,
                refund.currency,
                str(provider_for(refund.payment.provider).way_back(refund.payment)),
            )
            for refund in Refund.objects.filter(payment__subscription=subscription)
            .select_related("payment")
            .order_by("pk")
        ),
        access=_access(subscription, at),
        opens_on=_opens_on(subscription, at),
        issues=Issues(account.promised, account.received, account.owed),
        letters=tuple(
            Letter.objects.filter(subscription=subscription).order_by("pk").values_list("kind", flat=True)
        ),
        print=_print(subscription, at),
        copies_go_to=", ".join(notices.goes_to(subscription.reader, at).lines),
        gift=_gift(subscription),
    )


def _gift(subscription: Subscription) -> str:
    gift = Gift.objects.filter(order=subscription).first() if subscription.is_gift else None
    if gift is None:
        return ""
    if gift.void_at is not None:
        return "void"
    if gift.paid_at is not None:
        return "paid"
    return "withdrawn" if subscription.closed_at is not None else "asked for"


def _print(subscription: Subscription, at: datetime) -> Print | None:
    facts = printing.facts(subscription, at)
    if facts is None:
        return None
    price = facts.add_on.zone_price
    first = facts.first
    return Print(
        zone=price.zone.name,
        year=formatted(price.year_minor, price.currency),
        is_dropped=facts.is_dropped,
        until_on=facts.until_on,
        begins_on=facts.begins_on,
        first=_issue(first.issue) if first else "",
        cutoff=notices.moment(first.cutoff_at) if first else "",
        last=_issue(facts.last) if facts.last else "",
    )


def _issue(issue: ComingIssue) -> str:
    return _("%(issue)s, on %(day)s") % {"issue": issue.name, "day": terms.in_words(issue.on)}


def _costs(price: Price, print_minor: int) -> str:
    said = _("%(amount)s for %(term)s") % {
        "amount": formatted(price.amount_minor + print_minor, price.currency),
        "term": price.term_label,
    }
    if not print_minor:
        return said
    return _("%(said)s, %(print)s of it for the printed copy") % {
        "said": said,
        "print": formatted(print_minor, price.currency),
    }


def _asked(payment: Payment) -> Asked:
    return Asked(
        payment.reference,
        payment.amount_minor,
        payment.currency,
        payment.status,
        payment.refunded_minor,
        terms.day_of(payment.next_try_at) if payment.next_try_at else None,
        payment.credit_minor,
        payment.discount_minor,
        payment.method,
        payment.print_minor,
    )


def _access(subscription: Subscription, at: datetime) -> tuple[tuple[str, date], ...]:
    """What is had now or later, each feature with the last day of all."""
    ends: dict[str, date] = {}
    for right in Entitlement.objects.filter(subscription=subscription, until_at__gt=at):
        if right.until_at is not None and right.until_at > right.from_at:
            last_on = terms.last_day_before(right.until_at)
            ends[right.feature] = max(last_on, ends.get(right.feature, last_on))
    return tuple((feature.value, ends[feature.value]) for feature in Feature if feature.value in ends)


def _opens_on(subscription: Subscription, at: datetime) -> date | None:
    to_come = Entitlement.objects.filter(subscription=subscription, until_at__gt=at)
    begins = [right.from_at for right in to_come if right.until_at is None or right.until_at > right.from_at]
    return terms.day_of(min(begins)) if begins and min(begins) > at else None


def _way_of_paying(subscription: Subscription) -> str:
    provider = provider_for(subscription.provider)
    return str(provider.label if len(provider.methods) == 1 else Payment.Method(subscription.method).label)


def _offers(subscription: Subscription) -> tuple[str, ...]:
    uses = subscription.offer_uses.select_related("offer").order_by("pk")
    return tuple(f"{use.offer}: {offers.described(use.offer)}" for use in uses)


@dataclass(frozen=True)
class Consequences:
    """What a deed does: ``before`` and ``after`` it, at the instant ``at``."""

    subscription_id: int
    at: datetime
    before: Picture
    after: Picture

    @property
    def asked(self) -> list[Asked]:
        """The payments that are newly asked for."""
        known = {payment.reference for payment in self.before.payments}
        return [
            payment
            for payment in self.after.payments
            if payment.reference not in known and payment.status == Payment.Status.EXPECTED
        ]

    @property
    def no_longer_asked(self) -> list[Asked]:
        """The payments that were asked for and are so no longer."""
        return self._became(Payment.Status.VOID)

    @property
    def received(self) -> list[Asked]:
        """The payments that are noted as received."""
        return self._became(Payment.Status.CONFIRMED)

    @property
    def back(self) -> list[Back]:
        """The sums that go back to the reader."""
        known = {refund.key for refund in self.before.refunds}
        return [refund for refund in self.after.refunds if refund.key not in known]

    @property
    def lost(self) -> list[tuple[str, date]]:
        """The features that the reader loses, or has less long: each with the last day it would have had."""
        after = dict(self.after.access)
        return [
            (feature, until)
            for feature, until in self.before.access
            if feature not in after or after[feature] < until
        ]

    @property
    def letters(self) -> list[str]:
        """The kinds of letters that are written."""
        new = Counter(self.after.letters) - Counter(self.before.letters)
        return list(new.elements())

    @property
    def days(self) -> int:
        """How many days later the paid days end; fewer than none when they end earlier."""
        if self.before.paid_until_on is None or self.after.paid_until_on is None:
            return 0
        return (self.after.paid_until_on - self.before.paid_until_on).days

    @property
    def mark(self) -> str:
        """What was shown, in short: the deed is done as it was shown, or not at all."""
        shown = (
            [(one.amount_minor, one.currency, one.charged_on) for one in self.asked],
            [one.reference for one in self.no_longer_asked],
            [one.reference for one in self.received],
            [(one.reference, one.amount_minor, one.currency) for one in self.back],
            # The same sum a second time is another deed.
            [(one.reference, one.given_back_minor) for one in self.after.payments],
            self.after.state,
            self.after.is_cancelled,
            self.after.paid_until_on,
            self.after.renews_on,
            self.after.next_price,
            self.after.planned,
            self.after.rest,
            self.after.pays_by,
            self.after.offers,
            self.after.opens_on,
            self.after.access,
            self.after.issues,
            self.after.print,
            self.after.copies_go_to,
            sorted(self.letters),
        )
        return sha256(repr(shown).encode()).hexdigest()[:32]

    @property
    def sentences(self) -> list[str]:
        """Say it all, one thing after the other, to the reader; staff read the same."""
        said = [
            *self._about_money(),
            *self._about_days(),
            *self._about_print(),
            *self._about_issues(),
            *self._about_letters(),
        ]
        return said or [_("Nothing changes.")]

    def _about_money(self) -> list[str]:
        said = [_("%(amount)s is noted as received.") % {"amount": one.amount} for one in self.received]
        for one in self.asked:
            if one.charged_on is not None and one.charged_on <= terms.day_of(self.at):
                said.append(_("The card is charged %(amount)s now.") % {"amount": one.amount})
            elif one.charged_on is not None:
                said.append(
                    _("The card is charged %(amount)s on %(day)s.")
                    % {"amount": one.amount, "day": terms.in_words(one.charged_on)}
                )
            else:
                said.append(_("There is %(amount)s to pay.") % {"amount": one.amount})
            if one.print_minor and one.print_minor == one.amount_minor:
                said.append(_("It is for the printed copy, on the paid days that are left."))
            elif one.print_minor:
                said.append(
                    _("%(print)s of it is for the printed copy.")
                    % {"print": formatted(one.print_minor, one.currency)}
                )
            if one.credit_minor:
                said.append(
                    _("%(credit)s for the unused days has been taken off.")
                    % {"credit": formatted(one.credit_minor, one.currency)}
                )
            if one.discount_minor:
                said.append(
                    _("The offer has taken %(discount)s off.")
                    % {"discount": formatted(one.discount_minor, one.currency)}
                )
        said += [
            _("The bill of %(amount)s (%(reference)s) is withdrawn.")
            % {"amount": one.amount, "reference": one.reference}
            for one in self.no_longer_asked
        ]
        said += [
            _("%(amount)s goes back (%(reference)s). %(how)s.")
            % {"amount": one.amount, "reference": one.reference, "how": one.how}
            for one in self.back
        ]
        said += [
            _("%(offer)s.") % {"offer": offer}
            for offer in self.after.offers
            if offer not in self.before.offers
        ]
        if self.after.pays_by != self.before.pays_by:
            way = self.after.pays_by[:1].lower() + self.after.pays_by[1:]
            said.append(_("From now on the plan is paid by %s.") % way)
        return said

    def _about_days(self) -> list[str]:
        before, after = self.before, self.after
        said = []
        if after.rest != before.rest and after.rest is not None:
            said.append(
                _("From %(first)s to %(last)s the plan rests: nothing opens, and no paid day is used up.")
                % {"first": terms.in_words(after.rest[0]), "last": terms.in_words(after.rest[1])}
            )
        elif before.rest is not None and after.rest is None:
            said.append(
                _("The pause ends: everything opens today.")
                if before.rest[0] <= terms.day_of(self.at)
                else _("The pause is called off: everything stays open.")
            )
        ends = bool(before.access and not after.access)
        if ends:
            said.append(_("Access to everything in the plan ends at once."))
        elif before.opens_on is None and after.opens_on is not None:
            said.append(
                _("Access ends at once, and everything opens again on %(day)s.")
                % {"day": terms.in_words(after.opens_on)}
            )
        if not ends and after.paid_until_on is not None and after.paid_until_on != before.paid_until_on:
            if before.paid_until_on is None or (after.access and not before.access):
                said.append(
                    _("Everything in the plan opens until %(day)s.")
                    % {"day": terms.in_words(after.paid_until_on)}
                )
            else:
                said.append(
                    _("The last paid day moves from %(old)s to %(new)s.")
                    % {
                        "old": terms.in_words(before.paid_until_on),
                        "new": terms.in_words(after.paid_until_on),
                    }
                )
        elif after.is_cancelled and not before.is_cancelled and after.access and after.paid_until_on:
            said.append(
                _("Everything stays open until %(day)s, the last paid day.")
                % {"day": terms.in_words(after.paid_until_on)}
            )
        if before.renews_on is not None and after.renews_on is None:
            said.append(_("No further term follows, and no further payment is asked for."))
        elif after.renews_on is not None and (after.renews_on, after.next_price) != (
            before.renews_on,
            before.next_price,
        ):
            said.append(
                _("The next term begins on %(day)s and costs %(price)s.")
                % {"day": terms.in_words(after.renews_on), "price": after.next_price}
            )
        if after.gift:
            if after.gift != before.gift:
                said.append(str(_GIFT_BECOMES[after.gift]))
        elif after.state != before.state:
            said.append(str(_BECOMES[State(after.state)]))
        return said

    def _about_print(self) -> list[str]:
        before, after = self.before.print, self.after.print
        said = []
        if after is None:
            if before is not None:
                said.append(
                    _("The printed copy ends at once: no further one comes.")
                    if before.until_on
                    else _("The printed copy is no longer asked for: none comes.")
                )
        elif before is None or (before.is_dropped and not after.is_dropped):
            said += self._about_first_copy(after, is_new=before is None)
        elif after.is_dropped and not before.is_dropped:
            said.append(_("No further term has the printed copy."))
            if after.last:
                said.append(_("The last copy that comes is %s.") % after.last)
            elif after.until_on:
                said.append(
                    _("Copies come until %s, the last day that is paid.") % terms.in_words(after.until_on)
                )
            else:
                said.append(_("No copy comes."))
        else:
            said += self._about_other_print(before, after)
        if self.after.copies_go_to != self.before.copies_go_to and self.after.copies_go_to:
            said.append(_("Copies go to %s.") % self.after.copies_go_to)
        return said

    def _about_first_copy(self, after: Print, *, is_new: bool) -> list[str]:
        said = [
            _("The printed copy costs %(year)s a year (%(zone)s).") % {"year": after.year, "zone": after.zone}
            if is_new
            else _("The printed copy goes on.")
        ]
        waits = bool(self.asked)
        if after.begins_on is None:
            said.append(_("The first copy comes with your first paid term."))
        elif not after.first:
            said.append(_("Copies come from %s on.") % terms.in_words(after.begins_on))
        elif waits:
            said.append(
                _("The first copy that comes is %(issue)s, if your payment is here before %(cutoff)s.")
                % {"issue": after.first, "cutoff": after.cutoff}
            )
        else:
            said.append(_("The first copy that comes is %s.") % after.first)
        return said

    def _about_other_print(self, before: Print, after: Print) -> list[str]:
        said = []
        if (after.zone, after.year) != (before.zone, before.year):
            said.append(
                _(
                    "From the next term on print costs %(year)s a year (%(zone)s). Copies that are paid for "
                    "go there at no extra cost."
                )
                % {"year": after.year, "zone": after.zone}
                if after.until_on
                else _("Print costs %(year)s a year there (%(zone)s).")
                % {"year": after.year, "zone": after.zone}
            )
        if after.until_on is None and before.until_on is not None:
            said.append(_("The printed copy ends at once: no further one comes."))
        elif after.until_on is not None and before.until_on is None and after.first:
            said.append(_("The first copy that comes is %s.") % after.first)
        elif after.until_on != before.until_on and after.until_on is not None:
            said.append(_("The printed copy is then paid until %s.") % terms.in_words(after.until_on))
        return said

    def _about_issues(self) -> list[str]:
        before, after = self.before.issues, self.after.issues
        if after.owed == before.owed:
            return []
        return [
            ngettext(
                "%(owed)d issue is still to come, instead of %(before)d.",
                "%(owed)d issues are still to come, instead of %(before)d.",
                after.owed,
            )
            % {"owed": after.owed, "before": before.owed}
        ]

    def _about_letters(self) -> list[str]:
        return [str(_EMAILS[Letter.Kind(kind)]) for kind in dict.fromkeys(self.letters)]

    def _became(self, status: str) -> list[Asked]:
        earlier = {payment.reference: payment.status for payment in self.before.payments}
        return [
            payment
            for payment in self.after.payments
            if payment.status == status and earlier.get(payment.reference) not in (None, status)
        ]
