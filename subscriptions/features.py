"""The promises a plan can make: keys with parameters, never free text.

A key here is what code asks about; a plan's version says which keys it carries, with which
parameters, and whether each is kept today (live) or promised for a day to come (planned).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Feature(models.TextChoices):
    """The nine features, in the order in which they are advertised."""

    ISSUES_PER_YEAR = "issues_per_year", _("24 issues per year")
    PRINT_EDITION = "print_edition", _("Optional print edition")
    DIGITAL_EDITION = "digital_edition", _("Digital edition access")
    EXCLUSIVE_CONTENT = "exclusive_content", _("Exclusive subscriber content")
    AUDIO = "audio", _("Audio provided for all articles")
    PAST_ISSUES = "past_issues", _("Unlimited access to past issues")
    AD_FREE = "ad_free", _("Ad-free (coming soon)")
    MONEY_BACK = "money_back", _("60-day money-back guarantee")
    CANCEL_ANYTIME = "cancel_anytime", _("Cancel anytime")
