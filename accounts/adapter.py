"""How sign-in differs from the library's defaults."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Our answers to the questions that sign-in leaves open."""
