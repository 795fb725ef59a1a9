"""Who of the staff looked at what is personal: written down, and never what was typed to find it.

Looking at a page writes nothing else. What is kept here answers a reader who asks who has seen their record.
"""

from typing import Any

from subscriptions.models import PersonalLook

What = PersonalLook.What


def note(by: Any, what: What, *, reader: Any = None, people_count: int = 1, detail: str = "") -> PersonalLook:
    """Write down that ``by`` looked at ``reader``, or at so many people at once. One query.

    ``detail`` says which list, segment or run it was, in our words.
    """
    return PersonalLook.objects.create(
        by=by, what=what, reader=reader, people_count=people_count, detail=detail[:200]
    )
