"""What readers and their programs fetch: files, what was lent to them, and the catalogue."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.models import Issue
from editions import addresses, finding, handing_out, lending, opds, rights
from editions.handing_out import NotReadyError
from editions.models import Edition, Format, GuestLink
from editions.rights import Asker
from magazine.headers import public_page, reader_of
from subscriptions import access

# Entries on one page of the catalogue.
ENTRIES = 50
LONGEST_QUERY = 200
# Nobody turns to the ten-thousandth page of results; a longer number is somebody trying doors.
MOST_DIGITS = 4


@require_safe
def download(request: HttpRequest, volume: int, number: int, file: str) -> HttpResponseBase:
    """Give a file of an issue to the reader who is signed in."""
    issue = get_object_or_404(Issue, volume=volume, number=number)
    form = addresses.format_named(issue, file)
    if form is None:
        raise Http404
    return _given(request, Asker.of(reader_of(request)), issue, form)


@require_safe
def signed(request: HttpRequest, address: str, file: str) -> HttpResponseBase:
    """Give a file to a reader's program, which the catalogue sent here a while ago."""
    found = addresses.read_signed(address, _active_reader)
    if found is None:
        raise Http404
    reader, key, form = found
    issue = get_object_or_404(Issue, pk=key)
    if addresses.file_name(issue, form) != file:
        raise Http404
    return _secret(_given(request, Asker.of(reader), issue, form))


@require_safe
def lent(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Show a guest the issue they were lent, until when, and its files."""
    link = _link_or_404(secret)
    editions = Edition.objects.filter(issue=link.issue).exclude(file="").exclude(format=Format.PRESS)
    files = [
        {
            "label": edition.get_format_display(),
            "size": edition.size,
            "address": reverse(
                "editions:lent_file", args=[secret, addresses.file_name(link.issue, edition.format)]
            ),
        }
        for edition in editions.order_by("format")
    ]
    context = {"link": link, "issue": link.issue, "files": files}
    return _secret(render(request, "editions/lent.html", context))


@require_safe
def lent_file(request: HttpRequest, secret: str, file: str) -> HttpResponseBase:
    """Give a guest a file of the issue they were lent."""
    link = _link_or_404(secret)
    form = addresses.format_named(link.issue, file)
    if form is None or form == Format.PRESS:
        raise Http404
    return _secret(_handed_over(request, link.issue, form, lending.mark_of(link)))


@require_safe
def catalogue(request: HttpRequest, token: str) -> HttpResponseBase:
    """Tell a reader's program which issues there are, and where it fetches those that they may have."""
    reader = access.feed_reader(token)
    if reader is None:
        raise Http404
    asker = Asker.of(reader)
    issues = Issue.objects.published(asker.at).select_related("cover").prefetch_related("editions")
    page = Paginator(issues.order_by("-cover_on", "-pk"), ENTRIES).get_page(request.GET.get("page"))
    address = reverse("editions:catalogue", args=[token])
    feed = opds.catalogue(page, asker, address=address, seal=access.feed_seal(reader))
    return _secret(HttpResponse(feed, content_type=f"{opds.KIND};charset=utf-8"))


# -- What all of them do -------------------------------------------------------


def _given(request: HttpRequest, asker: Asker, issue: Issue, form: Format) -> HttpResponseBase:
    if not asker.knows(issue, form):
        raise Http404
    verdict = asker.verdict(issue)
    if not verdict.granted:
        context = {"issue": issue, "verdict": verdict, "why": rights.explain(verdict)}
        return render(request, "editions/refused.html", context, status=403)
    is_maker = rights.sees_everything(asker.reader)
    mark = access.known_as(asker.reader, asker.at)
    return _handed_over(request, issue, form, mark, to_staff=is_maker)


def _handed_over(
    request: HttpRequest, issue: Issue, form: Format, mark: str, *, to_staff: bool = False
) -> HttpResponseBase:
    try:
        edition = handing_out.edition_to_give(issue, form, timezone.now(), to_staff=to_staff)
        if edition is None:
            raise Http404
        return handing_out.answer(request, edition, mark)
    except NotReadyError:
        waiting = render(request, "editions/being_made.html", {"issue": issue}, status=503)
        waiting.headers["Retry-After"] = "60"
        return waiting


# -- Looking for words ---------------------------------------------------------


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show on which pages of past issues the words of ``?q=`` stand, to whoever may have those issues."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    asked = request.GET.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= MOST_DIGITS else 1
    results = finding.find(query, reader=reader_of(request), page=page)
    context = {
        "query": query,
        "results": results,
        "why": "" if results.verdict.granted else finding.explain(results.verdict),
        "issues": finding.searchable(),
        "carried": urlencode({"q": query}),
    }
    return public_page(request, render(request, "editions/search.html", context))


def _link_or_404(secret: str) -> GuestLink:
    link = lending.link_behind(secret)
    if link is None:
        raise Http404
    return link


def _active_reader(key: int) -> Any:
    return get_user_model().objects.filter(pk=key, is_active=True).first()


def _secret(response: HttpResponseBase) -> HttpResponseBase:
    """The address is a key: it is handed to no other site and kept in no index."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
