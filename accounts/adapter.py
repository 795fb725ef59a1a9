"""How sign-in differs from the library's defaults."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    """Our answers to the questions that sign-in leaves open."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "This address and this password do not belong together. Try again, or let us mail you a code."
        ),
        "incorrect_code": _("That is not the code from our letter. Look once more, or begin again."),
        "too_many_login_attempts": _(
            "That went wrong too often. Wait five minutes, or let us mail you a code."
        ),
    }

    def is_safe_url(self, url: str | None) -> bool:
        """Whether a browser may be led to ``url``: never to what is no address at all."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead staff to their desk and readers to their account."""
        if request.user.is_staff:
            return reverse("admin:index")
        return super().get_login_redirect_url(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a letter that knows the magazine's name and true address, in its subject too."""
        magazine = {"name": settings.MAGAZINE_NAME, "address": settings.SITE_URL}
        super().send_mail(template_prefix, email, {"magazine": magazine, **context})
