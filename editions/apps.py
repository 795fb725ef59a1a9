"""The editions application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditionsConfig(AppConfig):
    """Issues as files."""

    name = "editions"
    verbose_name = _("Editions")
