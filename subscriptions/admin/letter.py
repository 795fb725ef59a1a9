"""The outgoing post: what was written to whom, what may not have arrived, and a look at every letter."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.decorators import action, display

from subscriptions import letters
from subscriptions.admin.base import FactsAdmin, StateFilter, by_day
from subscriptions.letters import sending
from subscriptions.letters.sending import State
from subscriptions.models import Letter

PANEL_ROWS = 8
SENT_AGAIN = {State.IN_DOUBT, State.FAILED}


class LetterFilter(StateFilter):
    """Letters by how far they have come."""

    states = State
    in_state = staticmethod(sending.in_state)


class ReasonForm(forms.Form):
    """Why somebody acts."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.TextInput(attrs={"class": "desk-input"})
    )


@admin.register(Letter)
class LetterAdmin(FactsAdmin):
    """Letters are queued by what happens; here they are found, read, and sent again when in doubt."""

    desk_order = 84
    list_display = ["kind", "reader_email", "subscription", "state_badge", "recorded_at", "sent_at"]
    list_filter = [LetterFilter, "kind", by_day("recorded_at")]
    search_fields = ["address", "reader__email", "reader__name", "subscription__number", "subject", "key"]
    search_help_text = _("A reader’s name or email address, a subscription’s number, or words of the subject")
    fields = [
        "kind",
        "state",
        "reader_email",
        "subscription",
        "address",
        "subject",
        "text",
        "recorded_at",
        "begun_at",
        "sent_at",
        "failure",
        "key",
    ]
    actions_list = ["samples"]
    actions_detail = ["send_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("reader", "subscription")

    def get_urls(self) -> list[Any]:
        one = path(
            "samples/<slug:kind>/",
            self.admin_site.admin_view(self.sample),
            name="subscriptions_letter_sample",
        )
        return [one, *super().get_urls()]

    @display(description=_("reader"), ordering="reader__email")
    def reader_email(self, letter: Letter) -> str:
        return letter.reader.email

    @display(description=_("state"))
    def state(self, letter: Letter) -> str:
        return str(sending.state_of(letter).label)

    @display(
        description=_("state"),
        label={
            State.WAITING: "info",
            State.ON_ITS_WAY: "info",
            State.SENT: "success",
            State.IN_DOUBT: "danger",
            State.FAILED: "warning",
            State.DROPPED: "",
        },
    )
    def state_badge(self, letter: Letter) -> tuple[str, str]:
        state = sending.state_of(letter)
        return state.value, str(state.label)

    # -- Samples ---------------------------------------------------------------

    @action(description=_("Look at every letter"), url_path="samples", permissions=["view"])
    @method_decorator(require_safe)
    def samples(self, request: HttpRequest) -> HttpResponse:
        """List the letters we write, each with its subject as a reader would get it."""
        written = [(kind, letters.sample(kind).write().subject) for kind in letters.LETTERS]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("The letters we write"),
            "rows": [
                {
                    "label": Letter.Kind(kind).label,
                    "subject": subject,
                    "address": reverse("admin:subscriptions_letter_sample", args=[kind]),
                }
                for kind, subject in written
            ],
        }
        return TemplateResponse(request, "admin/subscriptions/letters.html", context)

    @method_decorator(require_safe)
    def sample(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Show one letter as it looks, with invented facts."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if kind not in letters.LETTERS:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": Letter.Kind(kind).label,
            "letter": letters.sample(kind).write(),
            "samples": reverse("admin:subscriptions_letter_samples"),
        }
        return TemplateResponse(request, "admin/subscriptions/letter_sample.html", context)

    # -- Sending again ---------------------------------------------------------

    def has_send_again_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person may have a letter sent again."""
        return request.user.has_perm("subscriptions.grant_entitlement")

    @action(description=_("Send again"), url_path="send-again", permissions=["send_again"])
    def send_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say what is known of a letter that may not have arrived; a POST sends it once more."""
        letter = self.found(request, object_id)
        state = sending.state_of(letter)
        page = redirect("admin:subscriptions_letter_change", letter.pk)
        if state not in SENT_AGAIN:
            messages.info(
                request,
                gettext("This letter is not sent again: %(state)s.") % {"state": str(state.label).lower()},
            )
            return page
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                sending.send_again(letter)
            except sending.CannotSendAgainError:
                messages.info(request, gettext("Somebody else had it sent again a moment ago."))
            else:
                reason = form.cleaned_data["reason"]
                self.log_change(request, letter, gettext("Sent again: %(reason)s") % {"reason": reason})
                messages.success(request, gettext("It goes out within the next minutes."))
            return page
        return self.act_page(
            request,
            letter,
            title=gettext("Send “%s” again") % letter.get_kind_display(),
            button=gettext("Send it again"),
            facts=[
                (gettext("To"), letter.reader.email),
                (gettext("Subject"), letter.subject or "–"),
                (gettext("State"), str(state.label)),
            ],
            sentences=[
                _known(letter, state),
                gettext("It is written anew, from how things stand today."),
            ],
            form=form,
        )

    def desk_panels(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The first page's list of letters that may not have arrived; nothing when there are none."""
        if not self.has_send_again_permission(request):
            return []
        unclear = sending.in_state(Letter.objects.all(), State.IN_DOUBT) | sending.in_state(
            Letter.objects.all(), State.FAILED
        )
        rows = [
            {
                "text": f"{letter.get_kind_display()} · {sending.state_of(letter).label}",
                "note": letter.reader.email,
                "address": reverse("admin:subscriptions_letter_change", args=[letter.pk]),
            }
            for letter in unclear.select_related("reader").order_by("recorded_at", "pk")[:PANEL_ROWS]
        ]
        if not rows:
            return []
        address = reverse("admin:subscriptions_letter_changelist")
        return [
            {"title": _("Letters that may not have arrived"), "rows": rows, "address": address, "order": 65}
        ]


def _known(letter: Letter, state: State) -> str:
    if state == State.IN_DOUBT and letter.begun_at:
        return gettext(
            "It was given to the mail server on %(when)s, and nobody knows whether it left: "
            "the machine stopped at that moment. The reader may get it twice."
        ) % {"when": date_format(localtime(letter.begun_at), "j F Y, H:i")}
    return gettext("It has not gone out. %(failure)s") % {"failure": letter.failure}
