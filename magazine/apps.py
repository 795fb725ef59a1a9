"""The wiring's own applications: its commands and timers, and which admin site is the desk."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig

from magazine.work import schedule


class MagazineConfig(AppConfig):
    """What belongs to the house and to no room of it; has no models."""

    name = "magazine"

    def ready(self) -> None:
        schedule.every("magazine.work.housekeeping.sweep", minutes=24 * 60)


class DeskConfig(AdminConfig):
    """Django's admin, with our desk as its site."""

    default_site = "magazine.desk.DeskSite"
