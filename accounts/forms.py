"""Where the sign-in pages need more than the library's own forms."""

from typing import Any

from allauth.account import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class LoginForm(forms.LoginForm):
    """The library's form without its link below the password: our page has a place for that."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class SignupForm(forms.SignupForm):
    """The library's form, which takes as long for an address that has an account already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _(
            "Ten characters or more. A short sentence is easy to keep in mind and hard to guess."
        )

    def try_save(self, request: HttpRequest) -> Any:
        """Make the account, or seem to.

        Without the hashing that a new account costs, the answer's speed would say which it was.
        """
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)
