"""The subscriptions application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubscriptionsConfig(AppConfig):
    """Who may read, and who pays, until when."""

    name = "subscriptions"
    verbose_name = _("Subscriptions")
