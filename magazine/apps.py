"""The wiring's own application: it only says which admin site is the desk."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Django's admin, with our desk as its site."""

    default_site = "magazine.desk.DeskSite"
