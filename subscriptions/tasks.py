"""What the worker does for subscriptions. Thin: ids come in, and each task is safe to run twice."""

from django.contrib.auth import get_user_model
from django_tasks import task

from subscriptions.announcing import outgoing
from subscriptions.features import Feature
from subscriptions.fulfilment import add_on, holds, runs
from subscriptions.giving import groups, redeeming, reminders
from subscriptions.importing import taking
from subscriptions.ledger import moving, writing
from subscriptions.letters import sending
from subscriptions.life import dunning, making_good, renewals
from subscriptions.models import LabelRun
from subscriptions.paying import charging, messages, reconciling, refunds, settling
from subscriptions.people import bulk
from subscriptions.selling import going_live


@task()
def send_letter(letter_id: int) -> None:
    """Send one letter, unless that was done or its reason is gone."""
    sending.send(letter_id)


@task()
def send_letters(letter_ids: list[int]) -> int:
    """Send these letters, but for those that were sent or whose reason is gone."""
    return sending.send_all(letter_ids)


@task()
def announce_issue(issue_id: int, after: int) -> int:
    """Record the letters about an issue to the next readers, from the key ``after`` on."""
    return outgoing.record_batch(issue_id, after)


@task()
def queue_waiting_letters() -> int:
    """Have tried again what a mail server did not take for longer than one task has patience."""
    return sending.queue_waiting()


@task()
def apply_message(event_id: int) -> bool:
    """Apply a provider's message, unless that was done or somebody is at it."""
    return messages.apply(event_id)


@task()
def apply_messages() -> int:
    """Apply whatever messages wait: what was put off, and what a crash left."""
    return messages.apply_waiting()


@task()
def look(payment_id: int) -> None:
    """Look one payment up at its provider and write down what is so."""
    settling.look(payment_id)


@task()
def charge_due() -> int:
    """Charge every card whose time has come."""
    return charging.charge_due()


@task()
def withdraw(payment_id: int) -> bool:
    """See to it that a void payment cannot be paid any more."""
    return charging.withdraw(payment_id)


@task()
def withdraw_void() -> int:
    """Withdraw whatever is void and might still be paid."""
    return charging.withdraw_void()


@task()
def mind_gifts() -> int:
    """Write what is due about gifts, and begin those that are kept by readers with nothing else."""
    return reminders.write_due() + redeeming.begin_due()


@task()
def begin_kept_gifts(reader_id: int) -> int:
    """Begin what a reader has kept, if nothing else of theirs runs any more."""
    return redeeming.begin_due(reader_id=reader_id)


@task()
def take_back_gift(gift_id: int) -> int:
    """Take the days off a plan again that a void gift had added."""
    return redeeming.take_back_days(gift_id)


@task()
def end_unproven_seats() -> int:
    """Free the seats whose holders did not show again that they belong."""
    return groups.end_unproven()


@task()
def send_refund(refund_id: int) -> bool:
    """Have a provider send one refund, unless that was done or somebody is at it."""
    return refunds.send(refund_id)


@task()
def send_refunds() -> int:
    """Send whatever refunds are due: what was put off, and what a crash left."""
    return refunds.send_owed()


@task()
def reconcile() -> int:
    """Compare our books with every provider's; return how many differences remain."""
    return sum(len(run.differences) for run in reconciling.reconcile_all())


@task()
def bill_renewals() -> int:
    """Ask for the payment of every term that is due."""
    return renewals.bill_due()


@task()
def mind_late_payments() -> int:
    """Write to those whose payment is late, and end what was late for too long."""
    return dunning.remind() + dunning.lapse_due()


@task()
def end_print() -> int:
    """End every printed copy of which no further one comes."""
    return add_on.tidy()


@task()
def write_down_issues() -> int:
    """Move the terms that end with an issue, then write down what came to whom in the last weeks."""
    moving.settle_terms_by_issues()
    return writing.write_down()


@task()
def write_down_all_issues() -> int:
    """Write down what came to whom since the first issue, lest one was ever missed."""
    return writing.write_down_all()


@task()
def do_bulk(deed_id: int) -> int:
    """Do (or undo) the next lines of an action on many readers, and have the rest queued."""
    return bulk.go_on(deed_id)


@task()
def go_on_with_bulk() -> int:
    """Take up whatever actions on many a crash left in the middle."""
    return bulk.go_on_with_all()


@task()
def take_over_subscribers(file_id: int) -> int:
    """Take a file of subscribers over, whole or not at all, unless that was done."""
    return taking.take_over(file_id)


@task()
def make_good_holds(run_id: int) -> int:
    """Add the days for the copies that a frozen run kept back for holds."""
    return holds.make_good(LabelRun.objects.get(pk=run_id))


@task()
def mind_label_runs() -> int:
    """Add labels for readers who went on late, and make good what a crash left."""
    return runs.add_all_latecomers() + holds.make_all_good()


@task()
def write_live_rights(feature: str, step: int, after: int) -> int:
    """Write the next rights to a feature that went live, or the next letters about it."""
    return going_live.write_batch(Feature(feature), step, after)


@task()
def foresee_shortfall() -> int:
    """Work out who will be short of issues, where that is too much for a page of the desk."""
    return making_good.look()


@task()
def extend_all(key: str, by_id: int, reason: str) -> int:
    """Extend all who will be short, if they are still those whom the desk was shown."""
    return making_good.extend_as_shown(key, by=get_user_model().objects.get(pk=by_id), reason=reason)
