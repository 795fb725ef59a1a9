"""What every test may rely on."""

import gc
import itertools
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import xdist
from django.conf import settings as configured
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from xdist.scheduler import LoadScopeScheduling

from advertising.standing import placements
from articles.models.section import departments
from subscriptions.sharing import rules
from tests import migrated
from tests.shelf import Shelf


def pytest_addoption(parser):
    parser.addoption(
        "--second-database",
        action="store_true",
        help="Leave out what asks no database, or asks it nothing that another one answers differently.",
    )


MEMORIES = (departments, rules.remembered, placements)
QUICK = "django.contrib.auth.hashers.MD5PasswordHasher"
_folders = itertools.count(1)
# What makes something for all tests of a module stays on one worker, which makes it once.
TOGETHER = ("test_loading", "test_pdf", "test_promises", "test_surfaces")
# What takes long begins first, so that no worker is left alone with it at the end.
LONGEST = ("test_url_rules", "test_accessibility", "test_html", "test_wordpress")


def _asks_a_database(item: pytest.Item) -> bool:
    asked = item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(item.fixturenames)
    return bool(asked)


class Scheduling(LoadScopeScheduling):
    """Hand out one test after the other, in their order; those of a module in ``TOGETHER`` at once."""

    def __init__(self, config, log) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return path if Path(path).stem in TOGETHER else nodeid


def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log)


MAKING = pytest.StashKey[migrated.Making]()


def pytest_sessionstart(session):
    """Where workers are about to begin, make the database that they will copy."""
    if session.config.option.numprocesses:
        session.config.stash[MAKING] = migrated.Making()


def pytest_configure_node(node):
    node.workerinput["migrated"] = str(node.config.stash[MAKING].folder)


def pytest_unconfigure(config):
    if MAKING in config.stash:
        config.stash[MAKING].end()


@pytest.fixture(scope="session")
def _copied(request):
    """Until this is closed, what lays a database copies it from who migrated for all."""
    with ExitStack() as copied:
        if xdist.is_xdist_worker(request):
            copied.enter_context(migrated.copies(Path(request.config.workerinput["migrated"])))
        yield copied


@pytest.fixture(scope="session")
def django_db_setup(_copied, django_db_setup):
    """Lay the test database; a migration that a test asks for is a real one again."""
    _copied.close()


def pytest_collection_modifyitems(config, items):
    """Begin with what asks no database while that is made, and then with what takes long.

    What is for a drill is left out, and on the second database what is not about it: what was true of plain
    functions on the first is true on the second.
    """
    items.sort(
        key=lambda item: (_asks_a_database(item), item.module.__name__.rpartition(".")[2] not in LONGEST)
    )
    kept = list(items)
    if not os.environ.get("MAGAZINE_DRILL"):
        kept = [item for item in kept if not item.get_closest_marker("drill")]
    if config.getoption("--second-database"):
        kept = [item for item in kept if _asks_a_database(item)]
    staying = set(kept)
    config.hook.pytest_deselected(items=[item for item in items if item not in staying])
    items[:] = kept


def pytest_collection_finish():
    """Have the collector of garbage look through what a test leaves, not again and again through the modules
    and tests themselves, which stay.

    That saves a sixth of the time of the tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _made_for_tests(django_test_environment):
    """Nothing is slow on purpose, and nobody reads aloud; tests about such a thing ask for it.

    A good password hash takes its time. A voice takes both processors. Static files are looked up when one is
    asked for, not all of them whenever a client is made.
    """
    with override_settings(
        AUDIO_VOICES=[],
        PASSWORD_HASHERS=[QUICK, *configured.PASSWORD_HASHERS],
        WHITENOISE_AUTOREFRESH=True,
    ):
        yield


def _kept_in(folder: Path) -> dict[str, Any]:
    """The settings by which all files that are stored lie under ``folder``."""
    private = configured.STORAGES["private"] | {
        "OPTIONS": {"location": f"{folder}-private", "base_url": None}
    }
    return {"MEDIA_ROOT": folder, "STORAGES": configured.STORAGES | {"private": private}}


@pytest.fixture(autouse=True)
def _own_media(request, settings, tmp_path_factory):
    """Files that a test stores are its own; the folder is made when the first of them is stored.

    Where a module made something once, its files lie beside those.
    """
    if "once" in request.fixturenames:
        return
    folder = tmp_path_factory.getbasetemp() / f"media-{next(_folders)}"
    for name, value in _kept_in(folder).items():
        setattr(settings, name, value)


@pytest.fixture(scope="module")
def once(django_db_setup, django_db_blocker, tmp_path_factory):
    """A transaction around a module's tests, for what is made before the first and found by each.

    Each test's own work is rolled back to there. Not for a module with transactional tests, or with some that
    want nothing there.
    """
    folder = tmp_path_factory.getbasetemp() / f"media-{next(_folders)}"
    with (
        override_settings(**_kept_in(folder)),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _empty_cache(request, django_db_blocker):
    """Rate limits and other memories of one test do not reach the next.

    A usual test's are rolled back with everything else; a transactional one leaves the cache's table
    as it is, because no model stands for it.
    """
    yield
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        with django_db_blocker.unblock():
            cache.clear()


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """What this process remembers of one test's sections and rules would be wrong in the next."""
    for memory in MEMORIES:
        memory.forget()
    yield
    for memory in MEMORIES:
        memory.forget()


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    """Pages for the HTML checker."""
    folder = tmp_path / "pages"
    folder.mkdir()
    return Shelf(folder)
