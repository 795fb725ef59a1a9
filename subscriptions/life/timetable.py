"""Moving paid days: when something comes between, the days of a term and of those behind it move along."""

from datetime import timedelta

from subscriptions import entitlements, terms
from subscriptions.fulfilment import printed
from subscriptions.models import Subscription, Term
from subscriptions.paying import payments


def move(subscription: Subscription, *, within: Term, days: int) -> None:
    """Let the term ``within`` end ``days`` later (or earlier, when negative), and the later ones follow it.

    Rights move along, and so do the days of grace and the charge of a card that waits for the end. For use
    inside a transaction that holds the subscription; pauses that parted the days are written before.
    """
    by = timedelta(days=days)
    later = [term for term in payments.kept_terms(subscription) if term.starts_on > within.starts_on]
    last = later[-1] if later else within
    charged_at = terms.end_of(last.ends_on)
    # A later term makes room before an earlier one is moved onto its days, and the other way round.
    for term in reversed(later) if days > 0 else later:
        was_on = term.starts_on
        term.starts_on += by
        term.ends_on += by
        term.save(update_fields=["starts_on", "ends_on"])
        printed.moved(term, was_on=was_on)
    within.ends_on += by
    within.save(update_fields=["ends_on"])
    for term in [within, *later]:
        term.subscription = subscription
        entitlements.write_for_term(term)
    untried = subscription.payments.expected().filter(next_try_at=charged_at, tries=0)
    untried.update(next_try_at=terms.end_of(last.ends_on))
    if subscription.grace_until_on is not None:
        subscription.grace_until_on += by
        subscription.save(update_fields=["grace_until_on"])
        entitlements.write_grace(
            subscription,
            after=max(term.ends_on for term in payments.kept_terms(subscription)),
            until_on=subscription.grace_until_on,
        )
