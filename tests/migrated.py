"""A migrated database that all workers copy: the migrations themselves are ten seconds of computing for each.

It is made by a process of its own while the workers still read the tests. A run without workers migrates as
Django does.
"""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import django
from django.conf import settings
from django.core.management.commands import migrate
from django.db import connection
from django.test.utils import setup_databases

LOCK, ON_SQLITE, ON_POSTGRES = "lock", "migrated.sqlite3", "migrated.name"


class Making:
    """The process that migrates, and the folder of what it leaves to the workers."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="magazine-tests-"))
        with (self.folder / LOCK).open("w") as lock:
            # Whoever has the file open holds the lock: from now on the process alone, until its end.
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.process = subprocess.Popen(
                [sys.executable, "-m", __name__, self.folder], pass_fds=[lock.fileno()]
            )

    def end(self) -> None:
        """Leave nothing behind; on PostgreSQL the database stays for the next run to replace."""
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)


@contextmanager
def copies(folder: Path) -> Iterator[None]:
    """Have what lays a test database meanwhile copy the one whose making began in ``folder``.

    Where that making failed, it is tried again, and fails where it can be read.
    """
    with (folder / LOCK).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
    if (folder / ON_SQLITE).exists():
        with patch.object(migrate.Command, "handle", _copying(folder / ON_SQLITE)):
            yield
    elif (folder / ON_POSTGRES).exists():
        template = {"TEMPLATE": (folder / ON_POSTGRES).read_text()}
        with (
            patch.dict(connection.settings_dict["TEST"], template),
            patch.object(migrate.Command, "handle", lambda *_, **__: None),
        ):
            yield
    else:
        yield


def _copying(path: Path):
    def copy(*_: object, **__: object) -> None:
        connection.ensure_connection()
        source = sqlite3.connect(path)
        source.backup(connection.connection)
        source.close()

    return copy


def make(folder: Path) -> None:
    """Migrate a database, and leave it or its name in ``folder``."""
    django.setup()
    setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(folder / "unfinished")])
        os.replace(folder / "unfinished", folder / ON_SQLITE)
    else:
        connection.close()
        (folder / ON_POSTGRES).write_text(settings.DATABASES["default"]["NAME"])


if __name__ == "__main__":
    make(Path(sys.argv[1]))
