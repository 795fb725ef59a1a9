"""The invoice and receipt of a payment that has come: the same facts as a page and as a PDF.

An invoice is written from the payment, which nothing changes once it has come, and from the money that went
back out of it since; its number is the payment's reference.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.template.loader import render_to_string

from magazine import printing
from subscriptions import terms
from subscriptions.models import Payment, Refund
from subscriptions.models.payment import PaymentQuerySet

FACES = {f"house:{name}": f"fonts/{name}.woff2" for name in ("newsreader", "newsreader-bold")}


@dataclass(frozen=True)
class Invoice:
    """One payment on paper: every sum in whole minor units of ``currency``, days in the magazine's zone."""

    number: str
    subscription_number: str
    seller: tuple[str, ...]
    vat_number: str
    reader_name: str
    reader_email: str
    issued_at: datetime
    paid_on: date
    plan: str
    term: str
    is_switch: bool
    is_print: bool
    starts_on: date | None
    ends_on: date | None
    price_minor: int
    discount_minor: int
    discount_for: str
    credit_minor: int
    print_minor: int
    print_zone: str
    total_minor: int
    currency: str
    paid_by: str
    refunds: tuple[Refund, ...]

    @property
    def refunded_minor(self) -> int:
        """What went, or goes, back."""
        return sum(refund.amount_minor for refund in self.refunds)

    @property
    def kept_minor(self) -> int:
        """What remains of it."""
        return self.total_minor - self.refunded_minor


def of_reader(reader) -> PaymentQuerySet:
    """Return the payments of ``reader`` that have an invoice: those that came."""
    return Payment.objects.confirmed().filter(subscription__reader=reader.pk)


def invoice_of(payment: Payment) -> Invoice:
    """Write the invoice of ``payment``, which has come. Two queries, and one more for print alone."""
    payment = Payment.objects.select_related(
        "subscription__reader",
        "price__version__plan",
        "term",
        "offer_use__offer",
        "print_add_on__zone_price__zone",
    ).get(pk=payment.pk)
    if payment.confirmed_at is None or payment.paid_on is None:
        raise ValueError("What has not come has no invoice.")
    name, email = payment.subscription.reader.on_invoices()
    days = days_of(payment)
    is_print = payment.purpose == Payment.Purpose.PRINT
    add_on = payment.print_add_on
    return Invoice(
        number=payment.reference,
        subscription_number=payment.subscription.number,
        seller=tuple(line.strip() for line in settings.IMPRINT.split("|") if line.strip()),
        vat_number=settings.VAT_NUMBER,
        reader_name=name,
        reader_email=email,
        issued_at=payment.confirmed_at,
        paid_on=payment.paid_on,
        plan=payment.price.version.plan.name,
        term=payment.price.term_label,
        is_switch=payment.purpose == Payment.Purpose.SWITCH,
        is_print=is_print,
        starts_on=days.starts_on if days else None,
        ends_on=days.ends_on if days else None,
        price_minor=0 if is_print else payment.price.amount_minor,
        discount_minor=payment.discount_minor,
        discount_for=payment.offer_use.offer.name if payment.offer_use else "",
        credit_minor=payment.credit_minor,
        print_minor=payment.print_minor,
        print_zone=add_on.zone_price.zone.name if add_on else "",
        total_minor=payment.amount_minor,
        currency=payment.currency,
        paid_by=str(payment.get_method_display()),
        refunds=tuple(payment.refunds.order_by("pk")),
    )


def days_of(payment: Payment) -> terms.Span | None:
    """Return the days that ``payment``, which has come, bought; none when it came too late."""
    if payment.purpose == Payment.Purpose.PRINT:
        printed = list(payment.printed_terms.select_related("term"))
        if not printed:
            return None
        return terms.Span(
            min(max(one.starts_on, one.term.starts_on) for one in printed),
            max(one.term.ends_on for one in printed),
        )
    term = getattr(payment, "term", None)
    return terms.Span(term.starts_on, term.ends_on) if term else None


def as_pdf(invoice: Invoice) -> bytes:
    """Print ``invoice``; raises ``printing.NoPrinterError`` on a machine that has not what it takes."""
    html = render_to_string("subscriptions/invoice_pdf.html", {"invoice": invoice})
    return printing.printed(html, styles="css/invoice.css", faces=FACES)
