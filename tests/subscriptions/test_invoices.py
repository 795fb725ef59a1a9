"""Invoices: every sum of a payment that came, on a page and on paper, for its own reader alone."""

import re
import zlib
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import ImageFile
from pytest_django.asserts import assertContains, assertNotContains

from magazine import printing
from magazine.press import _OwnFacesAlone
from subscriptions import terms
from subscriptions.life import switching
from subscriptions.models import Payment
from subscriptions.paying import guarantee, invoices, payments, refunds
from subscriptions.selling import offers
from subscriptions.selling.checkout import place_order
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.wide]


@pytest.fixture
def reader(client):
    user = make.reader(email="ada@example.org", name="Ada Marlowe")
    client.force_login(user)
    return user


def page_of(payment: Payment) -> str:
    return reverse("subscriptions:invoice", args=[payment.reference])


def pdf_of(payment: Payment) -> str:
    return reverse("subscriptions:invoice_pdf", args=[payment.reference])


def pay(payment: Payment) -> Payment:
    payments.confirm(payment, paid_on=terms.day_of(timezone.now()))
    payment.refresh_from_db()
    return payment


def test_a_reader_sees_who_sold_what_to_whom_for_how_much_and_when(client, reader, settings):
    settings.IMPRINT, settings.VAT_NUMBER = "Halyard Press|4 Ropewalk|Tallow Bay", "GB 000 0000 00"
    payment = make.subscription(by=reader).payments.get()

    response = client.get(page_of(payment))

    at = timezone.localtime(payment.confirmed_at)
    for words in (
        payment.reference,
        "4 Ropewalk",
        "VAT GB 000 0000 00",
        "Ada Marlowe",
        "ada@example.org",
        "Halyard, 1 year",
        "£84.00",
        "by bank transfer",
        f"{at.day} {at:%B %Y, %H:%M}",
    ):
        assertContains(response, words)
    assertNotContains(response, "Credit note")
    assert response["Cache-Control"] == "private, no-store"


def test_without_a_vat_number_nothing_is_said_of_one(client, reader):
    assertNotContains(client.get(page_of(make.subscription(by=reader).payments.get())), "VAT")


def test_what_an_offer_takes_off_stands_on_the_invoice(client, reader):
    offer = make.offer(name="Harvest reading", percent=25)
    payment = pay(
        place_order(reader, make.price(), method=Payment.Method.TRANSFER, offer=offer).payments.get()
    )
    assert offers.off(offer, make.price()) == 2100

    response = client.get(page_of(payment))

    for words in ("£84.00", "Offer: Harvest reading", "−£21.00", "£63.00"):
        assertContains(response, words)


def test_the_credit_of_a_change_stands_on_the_invoice(client, reader):
    subscription = make.subscription(by=reader, months=1)
    switching.switch(subscription, make.price(), by=reader)
    payment = pay(Payment.objects.expected().get())

    response = client.get(page_of(payment))

    for words in ("change of plan", "Unused days of the plan before", "−£9.00", "£75.00"):
        assertContains(response, words)


def test_money_that_went_back_stands_on_a_credit_note(client, reader):
    payment = make.subscription(by=reader).payments.get()
    refunds.give_back(payment, 1000, by=None, reason="A late issue")

    part = client.get(page_of(payment))
    for words in ("Credit note", "Given by staff", "−£10.00", "not sent yet", "£74.00"):
        assertContains(part, words)
    refunds.execute(guarantee.plan_refund(make.loaded(payment.subscription)), by=reader)

    whole = client.get(page_of(payment))
    for words in ("−£10.00", "−£74.00", "Money-back guarantee", "£0.00"):
        assertContains(whole, words)


def test_the_sums_of_every_invoice_add_up(reader):
    make.offer(audience="everyone")
    subscription = make.subscription(by=reader, months=1)
    switching.switch(subscription, make.price(), by=reader)
    pay(Payment.objects.expected().get())

    for payment in Payment.objects.confirmed():
        told = invoices.invoice_of(payment)
        assert told.price_minor - told.discount_minor - told.credit_minor == told.total_minor
        assert told.total_minor - told.refunded_minor == told.kept_minor == payment.kept_minor


def test_what_has_not_come_has_no_invoice(client, reader):
    expected = make.order(by=reader).payments.get()

    assert client.get(page_of(expected)).status_code == 404
    assert client.get(pdf_of(expected)).status_code == 404
    with pytest.raises(ValueError, match="no invoice"):
        invoices.invoice_of(expected)


@pytest.mark.parametrize("address", [page_of, pdf_of])
def test_somebody_elses_invoice_does_not_exist_m9(client, reader, address):
    make.subscription(by=reader)
    theirs = make.subscription().payments.get()

    response = client.get(address(theirs))

    assert response.status_code == 404
    assert theirs.subscription.reader.email not in response.content.decode()


@pytest.mark.parametrize("reference", ["H-000000-1", "1", "x" * 200, "H-AED6K4-1-pdf"])
def test_a_reference_that_never_was_is_not_found(client, reader, reference):
    assert client.get(f"/account/invoices/{reference}/").status_code == 404
    assert client.get(f"/account/invoices/{reference}.pdf").status_code == 404


def test_an_invoice_costs_few_queries(client, reader, django_assert_max_num_queries):
    payment = make.subscription(by=reader).payments.get()
    for _refund in range(3):
        refunds.give_back(payment, 100, by=None, reason="A late issue")
    client.get(page_of(payment))

    with django_assert_max_num_queries(5):  # Session, reader, payment, invoice, refunds.
        client.get(page_of(payment))


# -- On paper -----------------------------------------------------------------


def test_the_pdf_is_a_tagged_document_about_this_payment_alone(client, reader):
    payment = make.subscription(by=reader).payments.get()
    make.subscription()

    response = client.get(pdf_of(payment))

    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Disposition"] == f'inline; filename="{payment.reference}.pdf"'
    pdf = response.content
    assert pdf.startswith(b"%PDF-")
    plain = pdf + b"".join(inflated(pdf))
    assert f"Invoice and receipt {payment.reference}".encode() in plain
    assert b"/MarkInfo" in plain
    assert b"en-gb" in plain.lower()
    assert b"House" in plain
    assert b"/EmbeddedFile" not in plain
    assert b"/URI" not in plain


def inflated(pdf: bytes) -> list[bytes]:
    """What the document's compressed streams hold."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return found


def test_a_name_that_looks_like_markup_is_printed_as_it_is(client, reader):
    reader.name = '<img src="file:///etc/passwd"> & <link rel="attachment" href="http://example.com/">'
    reader.save()
    payment = make.subscription(by=reader).payments.get()

    assertContains(client.get(page_of(payment)), "&lt;img src=")
    assert client.get(pdf_of(payment)).content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    "address", ["http://example.com/", "file:///etc/passwd", "house:../settings.py", "data:text/plain,x", ""]
)
def test_the_printer_is_handed_nothing_but_the_two_faces(address):
    with pytest.raises(ValueError, match="asks for nothing"):
        _OwnFacesAlone(invoices.FACES).fetch(address)
    assert _OwnFacesAlone(invoices.FACES).fetch("house:newsreader").read()


def test_the_printer_leaves_uploads_as_strict_as_they_were():
    assert printing.can_print()
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


def test_a_machine_that_cannot_print_says_so_and_shows_the_page(client, reader, monkeypatch):
    monkeypatch.setattr(printing, "_press", lambda: None)
    payment = make.subscription(by=reader).payments.get()

    assertContains(client.get(page_of(payment)), "A PDF cannot be made here")
    assertNotContains(client.get(page_of(payment)), ".pdf")
    assertContains(client.get(pdf_of(payment)), "A PDF cannot be made here", status_code=503)


def test_money_that_came_too_late_has_an_invoice_that_says_so(client, reader):
    payment = make.order(by=reader).payments.get()
    Payment.objects.filter(pk=payment.pk).update(
        status=Payment.Status.CONFIRMED,
        paid_on=timezone.localdate(),
        confirmed_at=timezone.now() - timedelta(minutes=1),
    )

    assertContains(client.get(page_of(payment)), "too late to buy any days")
