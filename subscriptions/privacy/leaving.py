"""Before a reader is erased: what they would give up, what ends at once, and what is finished first."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from magazine.personal import Loss
from subscriptions import terms
from subscriptions.letters import post
from subscriptions.life import lifecycle
from subscriptions.models import Gift, Letter, Payment, Refund, Seat, Subscription
from subscriptions.models.payment import Dispute
from subscriptions.money import formatted
from subscriptions.paying import guarantee


def loses(reader: Any, at: datetime) -> Iterator[Loss]:
    """Yield what ``reader`` has at ``at`` and would have no more: paid days, gifts, seats."""
    for subscription in Subscription.objects.with_facts().live().filter(reader=reader.pk, is_gift=False):
        yield from _paid_days(subscription, at)
    for gift in Gift.objects.banked().filter(recipient=reader.pk).select_related("price"):
        yield Loss(
            _("A gift of %(term)s waits for you: it would be lost.") % {"term": gift.price.term_label},
            ((_("Begin it"), reverse("subscriptions:account")),),
        )
    for seat in Seat.objects.held().filter(reader=reader.pk).select_related("group"):
        yield Loss(
            _("Your seat in “%(group)s” ends. Whoever gave it can give it to somebody else.")
            % {"group": seat.group}
        )


def _paid_days(subscription: Subscription, at: datetime) -> Iterator[Loss]:
    now = lifecycle.standing(subscription, at)
    today = terms.day_of(at)
    if not now.is_running or now.paid_until_on is None or now.paid_until_on < today:
        return
    days = (now.paid_until_on - today).days
    ways = []
    if last_day := guarantee.last_day_to_claim(subscription, at):
        ways.append(
            (
                _("Have your money back first (until %(day)s)") % {"day": date_format(last_day, "j F Y")},
                reverse("subscriptions:refund"),
            )
        )
    if not now.is_cancelled:
        ways.append((_("Cancel, and come back when they are over"), reverse("subscriptions:cancel")))
    yield Loss(
        ngettext(
            "You have paid until %(day)s. For the day that is left nothing is paid back.",
            "You have paid until %(day)s. For the %(days)s days that are left nothing is paid back.",
            days,
        )
        % {"day": date_format(now.paid_until_on, "j F Y"), "days": days},
        tuple(ways),
    )


def stop(reader: Any, at: datetime, by: Any) -> None:
    """Cancel what would go on, so that nothing more is asked for or charged; and confirm it in a letter."""
    for subscription in Subscription.objects.live().filter(reader=reader.pk, is_gift=False):
        try:
            lifecycle.cancel(subscription, by=by, at=at, reason=_("The account is to be erased"))
        except lifecycle.NothingToCancelError:
            continue
    post.queue_to(reader, Letter.Kind.ERASURE, about=reader, key=f"{reader.pk}-{at:%Y%m%d%H%M%S%f}", at=at)


def waits(reader: Any) -> Iterator[str]:
    """Yield the money that has yet to reach ``reader``, and what their bank has in question."""
    mine = {"payment__subscription__reader": reader.pk}
    for refund in Refund.objects.owed().filter(**mine).exclude(payment__dispute=Dispute.OPEN):
        yield _("%(amount)s is on its way back to you: we erase your account when it is sent.") % {
            "amount": formatted(refund.amount_minor, refund.currency)
        }
    if Payment.objects.disputed().filter(subscription__reader=reader.pk).exists():
        yield _("Your bank has a payment in question: we erase your account when that is settled.")


def named_until(reader: Any) -> date | None:
    """Return the last day on which invoices have to name ``reader``, if there is one."""
    years = settings.PRIVACY_INVOICE_YEARS
    paid = Payment.objects.confirmed().filter(subscription__reader=reader.pk)
    last = paid.order_by("-paid_on").values_list("paid_on", flat=True).first()
    if last is None or not years:
        return None
    # Books are kept by whole years: from the end of the one in which it was paid.
    return date(last.year + years + 1, 1, 1) - timedelta(days=1)
