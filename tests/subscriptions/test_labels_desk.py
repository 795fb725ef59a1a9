"""The runs of labels at the desk: set up, looked at, frozen, taken out; and a label found by its code."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from subscriptions.fulfilment import runs
from subscriptions.models import Label, LabelDownload, LabelRun, PersonalLook
from tests import make
from tests.subscriptions import posted

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

RUNS = reverse("admin:subscriptions_labelrun_changelist")


def page(what: str = "issue") -> str:
    return reverse(f"admin:subscriptions_labelrun_{what}", args=["15/1"])


@pytest.fixture
def issue():
    """An issue in a month, and a reader of its printed copy."""
    posted.reader()
    return make.issue(
        volume=15, number=1, cover_on=timezone.localdate() + timedelta(days=30), released_at=None
    )


@pytest.fixture
def desk(client):
    client.force_login(make.staff(Role.SUBSCRIBER_STAFF))
    return client


def test_staff_set_a_run_up_look_at_it_freeze_it_once_and_take_it_out(desk, issue):
    assert "15/1" in desk.get(RUNS).text
    until = timezone.localtime() + timedelta(days=3)
    said = {"cutoff_at": until.strftime("%Y-%m-%dT%H:%M"), "overs": "30", "is_printed": "on"}
    assert desk.post(page(), said | {"overs": "-1"}).status_code == 422
    assert desk.post(page(), said | {"cutoff_at": "2020-01-01T12:00"}).status_code == 422
    assert desk.post(page(), said).status_code == 302
    assert "31" in desk.get(page("look")).text
    assert desk.post(page("freeze"), follow=True).status_code == 200
    assert not LabelRun.objects.get().is_frozen

    LabelRun.objects.update(cutoff_at=timezone.now() - timedelta(hours=1))
    for _ in range(2):
        desk.post(page("freeze"))

    assert (LabelRun.objects.get().labels_count, Label.objects.count()) == (1, 1)
    table, sheet, again = (
        desk.post(page("download"), {"form": form, "which": "run"}).getvalue()
        for form in ("csv", "L7160", "L7160")
    )
    assert table.decode("utf-8-sig").splitlines()[1].startswith("15-1-000001,")
    assert sheet.startswith(b"%PDF")
    assert sheet == again
    assert [taken.form for taken in LabelDownload.objects.order_by("pk")] == [
        "CSV, of the run",
        "L7160, of the run",
        "L7160, of the run",
    ]
    assert PersonalLook.objects.filter(what=PersonalLook.What.LABELS).count() == 3
    assert desk.post(page("download"), {"form": "stone", "which": "run"}).status_code == 302
    assert "CSV, of the run" in desk.get(page()).text
    assert desk.post(page(), said).status_code == 403


def test_a_label_is_found_by_its_code_printed_again_and_marked_when_it_came_back(desk, issue):
    run = runs.freeze(runs.find("15/1").issue, by=None, at=timezone.now() + timedelta(days=31))
    label = run.labels.get()
    change = reverse("admin:subscriptions_label_change", args=[label.pk])
    assert desk.get(RUNS, {"code": "15-1-1"}).url == change
    assert "No label has the code" in desk.get(RUNS, {"code": "99"}).text

    again = reverse("admin:subscriptions_label_reprint", args=[label.pk])
    assert "15-1-000001" in desk.get(again).text
    assert desk.post(again, {"sheet": "L7160", "place": "22"}).status_code == 422
    file = desk.post(again, {"sheet": "L7160", "place": "21"})
    assert (file["Content-Type"], file.content[:4]) == ("application/pdf", b"%PDF")

    back = reverse("admin:subscriptions_label_came_back", args=[label.pk])
    assert desk.post(back, {"why": ""}).status_code == 422
    assert desk.post(back, {"why": "Unknown here"}).status_code == 302
    label.refresh_from_db()
    assert (label.returned_why, label.address.undeliverable_at is None) == ("Unknown here", False)
    shown = desk.get(page()).text
    assert "15-1-000002" in shown
    taken = desk.post(page("download"), {"form": "csv", "which": "later"}).getvalue().decode("utf-8-sig")
    assert [line.split(",")[0] for line in taken.splitlines()[1:]] == ["15-1-000002"]
    # What was taken out once is not proposed again.
    returned = desk.get(page()).text
    assert 'name="after" id="later-after" value="2"' in returned


def test_who_only_looks_at_the_books_freezes_and_takes_out_nothing(client, issue):
    client.force_login(make.staff(Role.FINANCE))
    assert [
        client.get(RUNS).status_code,
        client.post(page("freeze")).status_code,
        client.post(page("download"), {"form": "csv", "which": "run"}).status_code,
    ] == [403, 403, 403]
    assert not LabelRun.objects.exists()
