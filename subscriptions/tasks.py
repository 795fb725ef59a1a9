"""What the worker does for subscriptions. Thin: ids come in, and each task is safe to run twice."""

from django_tasks import task

from subscriptions import sending


@task()
def send_letter(letter_id: int) -> None:
    """Send one letter, unless that was done or its reason is gone."""
    sending.send(letter_id)


@task()
def queue_waiting_letters() -> int:
    """Have tried again what a mail server did not take for longer than one task has patience."""
    return sending.queue_waiting()
