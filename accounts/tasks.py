"""What the worker does for accounts. Thin, and safe to run twice."""

from django_tasks import task

from accounts.privacy import erasure, retention


@task()
def erase_accounts() -> int:
    """Erase the accounts whose day has come; return how many."""
    return len(erasure.erase_due())


@task()
def forget() -> int:
    """Forget what is older than its rule allows; return how much."""
    return sum(retention.forget().values())
