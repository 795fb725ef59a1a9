"""The demo application."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """An invented magazine to look at; nothing imports it."""

    name = "demo"
