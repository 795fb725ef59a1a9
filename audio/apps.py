"""The audio application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from articles.issues import register
from magazine.work import schedule


class AudioConfig(AppConfig):
    """Articles as recordings."""

    name = "audio"
    verbose_name = _("Audio")

    def ready(self) -> None:
        register.look_after_release("audio.tasks.look_for_stale")
        schedule.every("audio.tasks.look_for_stale", minutes=1)
        schedule.every("audio.tasks.tidy", minutes=24 * 60)
