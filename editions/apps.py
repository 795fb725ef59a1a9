"""The editions application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from articles import backlist, shelf
from editions import surfaces
from magazine.work import schedule


class EditionsConfig(AppConfig):
    """Issues as files."""

    name = "editions"
    verbose_name = _("Editions")

    def ready(self) -> None:
        shelf.register("editions.shelf.of_issue")
        backlist.register("editions.importing.bringing.whole_issues")
        surfaces.register_own()
        schedule.every("editions.tasks.look_for_stale", minutes=1)
        schedule.every("editions.tasks.tidy", minutes=24 * 60)
