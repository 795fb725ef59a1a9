"""Give somebody the publisher's role: the first person of a new house, or the rescue of a locked-out one."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from accounts import addresses
from accounts.models import User
from accounts.roles import Role


class Command(BaseCommand):
    help = "Make the person with this email address a publisher, who may do everything at the desk."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="What to call a person who is new.")

    def handle(self, *, email: str, name: str, **options: Any) -> None:
        email = email.strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email!r} is not an email address.") from error
        with transaction.atomic():
            person = User.objects.filter(email=email).first() or User.objects.create_user(email, name=name)
            person.is_active = person.is_staff = True
            person.save()
            person.groups.add(Group.objects.get(name=Role.PUBLISHER))
            addresses.keep_in_step(person)
        self.stdout.write(
            f"{person} is a publisher.\n"
            f"Sign in with a mailed code: {settings.SITE_URL}{reverse('account_request_login_code')}"
        )
