"""The accounts application."""

from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from accounts import checks, roles
from magazine import personal
from magazine.work import schedule


def write_roles(app_config: AppConfig, using: str, **kwargs: object) -> None:
    """After an app's permissions exist, put them into the roles that hold them."""
    if app_config.label in roles.apps_with_permissions():
        roles.grant_permissions(app_config.label, using=using)


class AccountsConfig(AppConfig):
    """Who a person is, and what their role lets them do."""

    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        personal.register(
            self.label,
            holds="accounts.privacy.own.HOLDINGS",
            export="accounts.privacy.own.export",
            erase="accounts.privacy.own.erase",
            retain="accounts.privacy.own.RULES",
        )
        register(checks.privacy_is_sensible)
        schedule.every("accounts.tasks.erase_accounts", minutes=24 * 60)
        schedule.every("accounts.tasks.forget", minutes=24 * 60)
        # Permissions are made by Django's own post_migrate receiver, which is connected before ours
        # because the auth application stands before this one.
        post_migrate.connect(write_roles, dispatch_uid="accounts.write_roles")
