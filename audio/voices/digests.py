"""What files are known by. Models are large, and are read once per process."""

import hashlib
import os
from functools import lru_cache
from pathlib import Path


def digest_of_files(paths: tuple[Path, ...]) -> str:
    """Return a digest of the bytes in ``paths``."""
    return _digest(tuple((str(path), os.stat(path).st_mtime_ns, os.stat(path).st_size) for path in paths))


@lru_cache(maxsize=64)
def _digest(stamps: tuple[tuple[str, int, int], ...]) -> str:
    seen = hashlib.sha256()
    for path, _changed, _size in stamps:
        with open(path, "rb") as file:
            seen.update(hashlib.file_digest(file, "sha256").digest())
    return seen.hexdigest()
