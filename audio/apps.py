"""The audio application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from articles import recordings, shelf
from articles.issues import register
from audio import surfaces
from magazine import personal
from magazine.work import schedule
from subscriptions import promises
from subscriptions.promises import Feature


class AudioConfig(AppConfig):
    """Articles as recordings."""

    name = "audio"
    verbose_name = _("Audio")

    def ready(self) -> None:
        recordings.register("audio.player.recording_of")
        shelf.register("audio.shelf.of_issue")
        surfaces.register_own()
        register.lights("audio.readiness.lights")
        promises.register(Feature.AUDIO, "audio.promises.coverage")
        register.look_after_release("audio.tasks.look_for_stale")
        personal.register(
            self.label,
            holds="audio.privacy.HOLDINGS",
            export="audio.privacy.export",
            erase="audio.privacy.erase",
            retain="audio.privacy.RULES",
        )
        schedule.every("audio.tasks.look_for_stale", minutes=1)
        schedule.every("audio.tasks.tidy", minutes=24 * 60)
