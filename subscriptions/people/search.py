"""Finding the person a caller means, by whatever they can say.

What stands on a paper in their hand is looked up whole, in an index: the number of a subscription, the
reference of a payment, the code of a label or of a gift's card, an e-mail address. Everything else is words,
and each of them has to fit somewhere: in the name, in the e-mail address, or in a postal address, of the
reader or of whom a copy went to.
"""

from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Q, QuerySet, Subquery

from subscriptions.fulfilment import addresses
from subscriptions.models import Address, Gift, Label, Payment, Subscription

MOST_WORDS = 6


def find(words: str) -> QuerySet[Any]:
    """Return the people whom ``words`` may mean, by e-mail address; without words, the newest orders first.

    One query, or two where the words are no key. A key of our own decides: nobody else is meant by it.
    """
    people = get_user_model().objects.order_by("email")
    typed = words.split()[:MOST_WORDS]
    if not typed:
        return _newest(people)
    if meant := _by_key("".join(typed)):
        return people.filter(pk__in=meant)
    fits = people
    for word in typed:
        fits = fits.filter(_fits(word))
    return fits


def _by_key(typed: str) -> set[int]:
    """The readers whose paper says ``typed``: each table is asked by its unique index. One query."""
    key = typed.upper()
    people = get_user_model().objects
    keys = [
        people.filter(email=typed.lower()).values_list("pk"),
        Subscription.objects.filter(number=key).values_list("reader"),
        Payment.objects.filter(reference=key).values_list("subscription__reader"),
        Label.objects.filter(code=key).values_list("reader"),
        Gift.objects.filter(code=key).values_list("giver"),
        Gift.objects.filter(code=key, recipient__isnull=False).values_list("recipient"),
    ]
    first, *others = (rows.order_by() for rows in keys)
    return {pk for (pk,) in first.union(*others)}


def _fits(word: str) -> Q:
    """Whether ``word`` stands in the name or an address, in any case, for the letters of every script."""
    spellings = {word, word.lower(), word.upper(), word.title()} if not word.isascii() else {word}
    named = reduce(or_, (Q(name__icontains=one) | Q(email__icontains=one) for one in sorted(spellings)))
    lives = Address.objects.filter(withdrawn_at=None, search__contains=addresses.searchable([word]))
    return named | Q(pk__in=lives.values("reader"))


def _newest(people: QuerySet[Any]) -> QuerySet[Any]:
    """Those who have ordered, the newest order first."""
    newest = Subscription.objects.filter(reader=OuterRef("pk")).order_by("-ordered_at")
    came = people.annotate(newest_at=Subquery(newest.values("ordered_at")[:1]))
    return came.filter(newest_at__isnull=False).order_by("-newest_at", "pk")
