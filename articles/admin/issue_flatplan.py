"""The flatplan at the desk: the issue as pages, its running order, and what waits to be taken in."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods
from unfold.admin import ModelAdmin
from unfold.decorators import action

from articles.issues import flatplan, life
from articles.issues.flatplan import Flatplan, Piece
from articles.models import Issue, Section
from articles.publishing import Refused

# So many pieces that wait are listed; more are found by typing.
MOST_WAITING = 40
# So many departments have a colour of their own in the style sheet.
HUES = 8


class FlatplanMixin(ModelAdmin):
    """The flatplan of an issue, for ``IssueAdmin``."""

    def has_flatplan_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person makes up issues."""
        return request.user.has_perm(life.PERMISSION)

    @action(description=lazy("Flatplan"), url_path="flatplan", permissions=["flatplan"])
    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def flatplan(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Draw the issue as pages; a POST changes its running order."""
        issue = self.get_object(request, object_id)
        if issue is None:
            raise Http404
        if request.method == "POST":
            return self._change_flatplan(request, issue)
        return self._show_flatplan(request, issue)

    def _show_flatplan(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        plan = flatplan.flatplan_of(issue)
        hues = {pk: place % HUES + 1 for place, pk in enumerate(Section.objects.values_list("pk", flat=True))}
        words = request.GET.get("q", "")[:100]
        takes = not flatplan.why_closed(issue)
        found = list(flatplan.waiting(words)[: MOST_WAITING + 1]) if takes else []
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": issue,
            "title": _("Flatplan"),
            "issue": issue,
            "state": life.state_sentence(issue),
            "plan": plan,
            "mark": flatplan.mark_of(plan.pieces),
            "hues": hues,
            "spreads": [[_drawn(page, hues) for page in spread] for spread in plan.spreads],
            "rows": [_row(piece, hues) for piece in plan.pieces],
            "departments": _departments(plan, hues),
            "is_in_sheets": issue.pages % flatplan.SHEET == 0,
            "why_still": flatplan.why_still(issue),
            "why_closed": flatplan.why_closed(issue),
            "waiting": [_row(flatplan.piece_of(one), hues) for one in found[:MOST_WAITING]],
            "more_wait": len(found) > MOST_WAITING,
            "words": words,
            "others": flatplan.others_that_take_pieces(issue) if not flatplan.why_still(issue) else [],
            "back": reverse("admin:articles_issue_change", args=[issue.pk]),
        }
        return TemplateResponse(request, "admin/articles/issue/flatplan.html", context)

    def _change_flatplan(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        """Do what was pressed, and show the plan again at the piece that it was about."""
        page = reverse("admin:articles_issue_flatplan", args=[issue.pk])
        pk = _number(request.POST.get("piece", "")) or 0
        try:
            done = self._do(request, issue, pk)
        except Refused as refusal:
            messages.error(request, " ".join(refusal.reasons))
            return HttpResponseRedirect(page)
        if done:
            self.log_change(request, issue, done)
        return HttpResponseRedirect(f"{page}#piece-{pk}" if pk else page)

    def _do(self, request: HttpRequest, issue: Issue, pk: int) -> str:
        """Do what was pressed; return it as a line of the issue's history, or nothing for no such button."""
        told: dict[str, Any] = {"by": request.user, "seen": request.POST.get("seen", "")}
        match request.POST.get("act", ""):
            case "in" | "place":
                before = _number(request.POST.get("before", ""))
                flatplan.place(issue, pk, before=before, **told)
                return f"Placed piece {pk}"
            case "up" | "down" as way:
                flatplan.shift(issue, pk, -1 if way == "up" else 1, **told)
                return f"Moved piece {pk} {way}"
            case "length":
                flatplan.set_length(issue, pk, self._length(request.POST.get("length", "")), **told)
                return f"Set the length of piece {pk}"
            case "out":
                flatplan.take_out(issue, pk, **told)
                messages.success(request, _("Taken out. It waits for another issue."))
                return f"Took piece {pk} out"
            case "over":
                to = Issue.objects.filter(pk=_number(request.POST.get("to", "")) or 0).first()
                if to is None:
                    raise Refused([_("Choose the issue for which it is held over.")])
                flatplan.hold_over(issue, pk, to, **told)
                messages.success(request, _("Held over for %(issue)s.") % {"issue": to.label})
                return f"Held piece {pk} over for {to}"
            case "number":
                flatplan.number_anew(issue, **told)
                return "Numbered the pages anew"
        return ""

    @staticmethod
    def _length(typed: str) -> int | None:
        typed = typed.strip()
        if not typed:
            return None
        length = _number(typed)
        if length is None:
            raise Refused([_("Write the number of pages, or nothing to have it reckoned.")])
        return length


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def _row(piece: Piece, hues: dict[int, int]) -> dict[str, Any]:
    article: Any = piece.article
    return {
        "piece": piece,
        "article": article,
        "hue": hues.get(article.section_id, HUES),
        "address": reverse("admin:articles_article_change", args=[piece.pk]),
    }


def _drawn(page: flatplan.Page | None, hues: dict[int, int]) -> dict[str, Any] | None:
    if page is None:
        return None
    article: Any = page.piece.article if page.piece else None
    return {
        "page": page,
        "article": article,
        "hue": hues.get(article.section_id, HUES) if article else 0,
        "picture": article.lead_picture if article and page.begins else None,
    }


def _departments(plan: Flatplan, hues: dict[int, int]) -> list[dict[str, Any]]:
    """How many pages each department fills, in the order of the magazine."""
    pages: Counter[int] = Counter()
    names: dict[int, str] = {}
    for piece in plan.pieces:
        article: Any = piece.article
        pages[article.section_id] += piece.pages
        names[article.section_id] = article.section.name
    return [{"name": names[pk], "pages": pages[pk], "hue": hue} for pk, hue in hues.items() if pk in names]
