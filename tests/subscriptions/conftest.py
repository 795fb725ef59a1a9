"""What tests about many readers at the same moment need."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections


@pytest.fixture
def in_thread(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Give a function that runs another on a database connection of its own, and returns its result.

    SQLite's tests run in memory, where connections share one cache and cannot wait for each other. So
    the threads get a copy of that database in a file, as the program has it; call everything through
    ``in_thread`` then, making and counting too.
    """
    settings = connections.settings["default"]
    in_memory = settings["NAME"]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(tmp_path / "threads.sqlite3")])
        settings["NAME"] = str(tmp_path / "threads.sqlite3")

    def run(act: Callable[..., Any], *args: Any) -> Any:
        def closing() -> Any:
            try:
                return act(*args)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(closing).result()

    yield run
    settings["NAME"] = in_memory
