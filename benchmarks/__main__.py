"""``python -m benchmarks``: run every measurement, one after the other.

Figures are CPU milliseconds of this process. Compare ratios within one run; the machine's speed is not ours.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "magazine.settings")
django.setup()

from benchmarks import (  # noqa: E402 - they need Django to be set up.
    audio,
    desk,
    editions,
    finance,
    labels,
    pages,
    sanitising,
    subscribers,
)

print("# Sanitising and rendering\n")
sanitising.main()
print("\n# Pages and search, by the number of articles\n")
pages.main()
print(
    f"\n# An issue of {editions.ARTICLES} articles with {editions.PICTURES} pictures as files\n", flush=True
)
editions.main()
print(f"\n# That issue at the desk, with {desk.SUBSCRIPTIONS:,} subscriptions\n", flush=True)
desk.main()
print(f"\n# An article of {audio.WORDS} words read aloud, and after one sentence was changed\n", flush=True)
audio.main()
print(f"\n# A run of {labels.LABELS:,} labels\n", flush=True)
labels.main()
print(f"\n# The magazine's figures, with {finance.SUBSCRIBERS:,} subscribers\n", flush=True)
finance.main()
print(f"\n# The subscriber desk at {subscribers.SUBSCRIBERS:,} subscribers\n", flush=True)
subscribers.main()
