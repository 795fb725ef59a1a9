"""A builder in a process of its own, started anew: ``python -m tests.editions.building pdf MEDIA``.

Reads the pickled text of an issue, whose pictures lie in the folder MEDIA, and writes the file.
"""

import os
import pickle
import subprocess
import sys

import django

if __name__ == "__main__":
    django.setup()

from django.conf import settings

from editions.making import BUILDERS
from editions.models import Format
from editions.source import IssueText


def built_apart(text: IssueText, form: Format, *, seed: int) -> bytes:
    """Return the file that a fresh Python makes, whose sets and hashes are in an order of their own."""
    return subprocess.run(
        [sys.executable, "-m", "tests.editions.building", form, str(settings.MEDIA_ROOT)],
        cwd=settings.BASE_DIR,
        env=os.environ | {"PYTHONHASHSEED": str(seed), "DJANGO_SETTINGS_MODULE": "magazine.settings"},
        input=pickle.dumps(text),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout


if __name__ == "__main__":
    form, settings.MEDIA_ROOT = Format(sys.argv[1]), sys.argv[2]
    # From the test that started this, over a pipe that nobody else writes to.
    text = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(BUILDERS[form](text).data)
