"""What ``manage.py check`` says about the settings of this room."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from magazine import personal

# A reader may change their mind for so long; the law gives a month in all.
ERASURE_DAYS = range(1, 22)
# What no law exceeds.
INVOICE_YEARS = range(16)


def privacy_is_sensible(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse days that would break what readers are told, and rules without days."""
    found: list[CheckMessage] = []
    days = settings.PRIVACY_DAYS
    rules = personal.rules()
    for rule in rules:
        name = f"MAGAZINE_PRIVACY_DAYS_{rule.key.upper()}"
        if rule.key not in days:
            found.append(Error(f"There is no {name}.", hint=str(rule.what), id="accounts.E001"))
        elif not rule.least <= days[rule.key] <= rule.most:
            found.append(
                Error(
                    f"{name} is {days[rule.key]}: it has to be {rule.least} to {rule.most} days.",
                    hint=f"{rule.what}. {rule.why}",
                    id="accounts.E002",
                )
            )
    if unknown := sorted(set(days) - {rule.key for rule in rules}):
        found.append(Error(f"Nothing is forgotten by {', '.join(unknown)}.", id="accounts.E003"))
    if settings.PRIVACY_ERASURE_DAYS not in ERASURE_DAYS:
        found.append(Error("MAGAZINE_PRIVACY_ERASURE_DAYS has to be 1 to 21.", id="accounts.E004"))
    if settings.PRIVACY_INVOICE_YEARS not in INVOICE_YEARS:
        found.append(Error("MAGAZINE_PRIVACY_INVOICE_YEARS has to be 0 to 15.", id="accounts.E005"))
    return found
