"""Where the sign-in pages need more than the library's own forms."""

from typing import Any

from allauth.account import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest


class SignupForm(forms.SignupForm):
    """The library's form, which takes as long for an address that has an account already."""

    def try_save(self, request: HttpRequest) -> Any:
        """Make the account, or seem to.

        Without the hashing that a new account costs, the answer's speed would say which it was.
        """
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)
