"""Invoices: a page and a PDF for every payment of one's own that has come. Anybody else's is not found."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from magazine import printing
from subscriptions.paying import invoices


@login_required
@require_safe
def invoice(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one's own invoice."""
    payment = get_object_or_404(invoices.of_reader(request.user), reference=reference)
    context = {"invoice": invoices.invoice_of(payment), "can_print": printing.can_print()}
    return render(request, "subscriptions/invoice.html", context)


@login_required
@require_safe
def invoice_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand one's own invoice out as a PDF; on a machine that cannot print, say so."""
    payment = get_object_or_404(invoices.of_reader(request.user), reference=reference)
    told = invoices.invoice_of(payment)
    try:
        pdf = invoices.as_pdf(told)
    except printing.NoPrinterError:
        context = {"invoice": told, "can_print": False}
        return render(request, "subscriptions/invoice.html", context, status=503)
    headers = {"Content-Disposition": f'inline; filename="{told.number}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
