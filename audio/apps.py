"""The audio application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AudioConfig(AppConfig):
    """Articles as recordings."""

    name = "audio"
    verbose_name = _("Audio")
