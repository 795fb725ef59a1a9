"""The pretend Stripe speaks as the library does: a name that it made up would prove nothing."""

import re
import sys
from collections.abc import Iterator
from typing import Any, Literal, get_args

import pytest
import stripe
from stripe import params

from subscriptions.providers.stripe.pretend import CARDS
from subscriptions.providers.stripe.pretend.routes import ROUTES
from subscriptions.providers.stripe.pretend.world import shown

ASKED_WITH = {
    "POST /v1/customers": params.CustomerCreateParams,
    "GET /v1/customers": params.CustomerListParams,
    "GET /v1/customers/{id}": params.CustomerRetrieveParams,
    "POST /v1/customers/{id}": params.CustomerUpdateParams,
    "GET /v1/payment_methods": params.PaymentMethodListParams,
    "POST /v1/billing_portal/sessions": params.billing_portal.SessionCreateParams,
    "GET /v1/payment_intents/{id}": params.PaymentIntentRetrieveParams,
    "POST /v1/payment_intents/{id}": params.PaymentIntentUpdateParams,
    "GET /v1/charges": params.ChargeListParams,
    "POST /v1/refunds": params.RefundCreateParams,
    "GET /v1/refunds": params.RefundListParams,
    "GET /v1/disputes": params.DisputeListParams,
    "POST /v1/checkout/sessions": params.checkout.SessionCreateParams,
    "GET /v1/checkout/sessions": params.checkout.SessionListParams,
    "GET /v1/checkout/sessions/{id}": params.checkout.SessionRetrieveParams,
    "POST /v1/checkout/sessions/{id}/expire": params.checkout.SessionExpireParams,
    "POST /v1/invoices": params.InvoiceCreateParams,
    "POST /v1/invoiceitems": params.InvoiceItemCreateParams,
    "POST /v1/invoices/{id}/finalize": params.InvoiceFinalizeInvoiceParams,
    "POST /v1/invoices/{id}/pay": params.InvoicePayParams,
    "POST /v1/invoices/{id}/void": params.InvoiceVoidInvoiceParams,
    "DELETE /v1/invoices/{id}": params.InvoiceDeleteParams,
    "GET /v1/invoices/{id}": params.InvoiceRetrieveParams,
    "GET /v1/invoices": params.InvoiceListParams,
}
THINGS = {
    one.OBJECT_NAME: one
    for one in (
        stripe.Customer,
        stripe.PaymentMethod,
        stripe.checkout.Session,
        stripe.billing_portal.Session,
        stripe.PaymentIntent,
        stripe.Charge,
        stripe.Refund,
        stripe.Dispute,
        stripe.Invoice,
        stripe.InvoiceItem,
        stripe.InvoiceLineItem,
        stripe.InvoicePayment,
        stripe.Event,
        stripe.ListObject,
    )
}


def unknown_names(shape: Any, model: Any, where: str) -> Iterator[str]:
    """Yield the names in ``shape`` that the library's type ``model`` does not have."""
    for name, inner in shape.items():
        name = name.rstrip("!")
        if name not in model.__annotations__:
            yield f"{where}.{name}"
            continue
        inner = inner[0] if isinstance(inner, list) else inner
        if isinstance(inner, dict):
            module = vars(sys.modules[model.__module__])
            kinds = [
                module[word]
                for word in re.findall(r"\w+", str(model.__annotations__[name]))
                if word in module
            ]
            [kind] = [kind for kind in kinds if hasattr(kind, "__annotations__")]
            yield from unknown_names(inner, kind, f"{where}.{name}")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.pattern}")
def test_every_parameter_is_one_that_the_library_sends(route):
    asked = f"{route.method} {re.sub(r'[(][?]P<[^)]+[)]', '{id}', route.pattern)}"

    assert not list(unknown_names(route.shape, ASKED_WITH[asked], asked))


def literals(annotation: Any) -> set[Any]:
    """Return the values that a type spells out."""
    if getattr(annotation, "__origin__", None) is Literal:
        return set(get_args(annotation))
    return {value for part in get_args(annotation) for value in literals(part)}


def classes(annotation: Any) -> Iterator[type]:
    """Yield the classes of the library's objects within a type."""
    if isinstance(annotation, type) and issubclass(annotation, stripe.StripeObject):
        yield annotation
    for part in get_args(annotation):
        yield from classes(part)


def made_up(thing: dict[str, Any], model: Any, where: str) -> Iterator[str]:
    """Yield what ``thing`` says and the library's type ``model`` has no place for."""
    for name, value in thing.items():
        annotation = model.__annotations__.get(name)
        if annotation is None and (name, value) != ("object", getattr(model, "OBJECT_NAME", "")):
            yield f"{where}.{name}"
            continue
        if isinstance(value, str) and (known := literals(annotation)) and value not in known:
            yield f"{where}.{name} = {value}"
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and str(one.get("object")) in THINGS:
                yield from made_up(one, THINGS[one["object"]], f"{where}.{name}")
            elif isinstance(one, dict) and name not in {"metadata", "data"}:
                [inner] = classes(annotation)
                yield from made_up(one, inner, f"{where}.{name}")


def test_everything_that_is_shown_has_its_place_in_the_librarys_types(till):
    payment, customer = till.renewal()
    till.stripe.refuse_next(customer, "insufficient_funds")
    till.provider.charge(payment, customer=customer)
    payment.tries = 2
    till.provider.charge(payment, customer=customer)
    till.stripe.pay(till.open(till.expect()), CARDS["refused"])
    refund = till.provider.refund(till.owed(payment, 100))
    till.stripe.settle_refund(refund.provider_reference, "failed")
    till.stripe.decide(till.stripe.dispute(payment.reference), won=True)
    till.stripe.change_card(customer, CARDS["other"])
    till.provider.portal(customer, return_to="https://magazine.example/")
    withdrawn = till.expect()
    till.open(withdrawn)
    till.provider.withdraw(withdrawn)
    v1 = till.provider.v1
    answers = [
        v1.invoices.list({"expand": ["data.payments", "data.customer"]}),
        v1.checkout.sessions.list({"expand": ["data.payment_intent.latest_charge"]}),
    ]

    kept = [shown(thing) for kind in THINGS for thing in till.stripe.store.find(kind)]

    assert {thing["object"] for thing in kept} >= set(THINGS) - {"list", "line_item"}
    assert not [
        what
        for thing in [*kept, *(answer.to_dict() for answer in answers)]
        for what in made_up(thing, THINGS[thing["object"]], thing["object"])
    ]


@pytest.mark.parametrize(
    ("ask", "complaint"),
    [
        (lambda v1: v1.prices.list(), "Unrecognized request URL"),
        (lambda v1: v1.customers.create({"name": "A"}), "unknown parameter: name"),
        (lambda v1: v1.refunds.create({}), "Missing required param: payment_intent"),
        (lambda v1: v1.refunds.create({"payment_intent": "pi_none"}), "No such payment_intent"),
        (lambda v1: v1.invoices.list({"created": {"after": 1}}), "unknown parameter: created"),
        (lambda v1: v1.invoices.list({"limit": 101}), "between 1 and 100"),
        (lambda v1: v1.invoices.list({"limit": -1}), "Invalid integer"),
        (lambda v1: v1.invoices.list({"status": "late"}), "must be one of"),
        (lambda v1: v1.customers.list({"email": ""}), "empty string"),
        (lambda v1: v1.customers.create({"metadata": "x"}), "Invalid object"),
        (lambda v1: v1.customers.create({"expand": "sources"}), "Invalid array"),
        (lambda v1: v1.customers.create({"expand": ["sources"]}), "cannot be expanded"),
        (lambda v1: v1.customers.create({"expand": ["a.b.c.d.e"]}), "more than 4 levels"),
        (lambda v1: v1.customers.list({"starting_after": "cus_none"}), "No such object"),
    ],
)
def test_what_it_does_not_know_it_refuses(till, ask, complaint):
    with pytest.raises(stripe.InvalidRequestError, match=re.escape(complaint)):
        ask(till.provider.v1)
    assert not till.stripe.store.find("customer")


def test_another_api_version_is_refused(till):
    with pytest.raises(stripe.InvalidRequestError, match="version"):
        till.provider.v1.customers.list(options={"stripe_version": "2024-06-20"})


def test_the_same_key_with_the_same_words_answers_the_same_for_a_day(till):
    v1, options = till.provider.v1, {"idempotency_key": "one"}

    first = v1.customers.create({"email": "a@example.org"}, options)
    till.clock.turn(hours=23)
    again = v1.customers.create({"email": "a@example.org"}, options)
    till.clock.turn(hours=2)
    later = v1.customers.create({"email": "a@example.org"}, options)

    assert first.id == again.id != later.id


def test_the_same_key_with_other_words_is_refused(till):
    v1, options = till.provider.v1, {"idempotency_key": "one"}
    v1.customers.create({"email": "a@example.org"}, options)

    with pytest.raises(stripe.IdempotencyError):
        v1.customers.create({"email": "b@example.org"}, options)
    assert len(till.stripe.store.find("customer")) == 1


def test_a_request_that_is_refused_half_way_leaves_nothing_behind(till):
    _, customer = till.paid()
    events = len(list(till.stripe.messages()))

    with pytest.raises(stripe.InvalidRequestError):
        till.provider.v1.customers.update(customer, {"email": "x@example.org", "expand": ["nonsense"]})

    assert till.stripe.store.get(customer)["email"] != "x@example.org"
    assert len(list(till.stripe.messages())) == events
