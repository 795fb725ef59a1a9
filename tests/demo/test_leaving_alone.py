"""The demo is for an empty house, and for nobody's real one."""

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.wide]


def load():
    call_command("load_demo", "--quiet")


def test_somebodys_own_magazine_is_left_alone():
    make.article()

    load()

    assert Article.objects.count() == 1


def test_production_refuses_people_with_a_public_password(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError):
        load()
