"""A Stripe of our own, for tests and for the demo: no network, no keys, no money.

It stands in the library's ``http_client`` seam, so our provider and Stripe's library run as they do in
production and only the wire is missing. It knows what the provider uses and nothing else, and says no to
the rest: an unknown address, parameter or thing to expand is an error here, and a test compares every name
with the library's own types.

It keeps the promises that matter: idempotency keys hold for a day, a page expires after a day, an invoice
is paid once, no more goes back than came. And it can do what the real one does seldom: lose an answer after
doing the work, be down, refuse a card, let a bank dispute a payment. ``ledger()`` is the truth that our own
books are compared with.

It lives beside the provider, not among the tests, because the demo pays with it too. Production refuses it.
"""

from subscriptions.providers.stripe.pretend.bank import PretendStripe
from subscriptions.providers.stripe.pretend.cards import CARDS, Card
from subscriptions.providers.stripe.pretend.faults import Fault

__all__ = ["CARDS", "Card", "Fault", "PretendStripe"]
