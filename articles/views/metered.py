"""Opening one piece out of a month's allowance: a button on the wall, never a mere visit."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles import giving
from articles.models import Article
from subscriptions.access import Audience
from subscriptions.sharing import meter


@login_required
@require_POST
def open_metered(request: HttpRequest, section: str, slug: str) -> HttpResponse:
    """Open a public piece for subscribers to the reader, while something is left of the month."""
    article = get_object_or_404(
        Article.objects.published().select_related("section"), section__slug=section, slug=slug
    )
    if article.audience == Audience.SUBSCRIBERS:
        try:
            meter.open_piece(request.user, giving.name_of(article))
        except meter.NothingLeftError:
            messages.info(request, _("You have opened all the pieces that this month gives you."))
    return redirect(article)
