"""Nobody fills the machine by sending it more than it takes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.roles import Role
from magazine import limits
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("size", [1_001, 100_000])
def test_too_large_a_file_is_refused_and_nothing_is_kept(client, monkeypatch, size, tmp_path):
    monkeypatch.setattr(limits, "LARGEST_UPLOAD", 1_000)
    client.force_login(make.staff(Role.WRITER))

    answer = client.post(
        reverse("admin:articles_picture_take"), {"file": SimpleUploadedFile("a.jpg", b"x" * size)}
    )

    assert answer.status_code == 400
    assert not list(tmp_path.rglob("*.jpg"))


def test_a_request_that_hides_its_length_is_counted_as_it_comes(monkeypatch):
    monkeypatch.setattr(limits, "LARGEST_UPLOAD", 1_000)
    handler = limits.CappedUpload()
    assert handler.receive_data_chunk(b"x" * 600, 0) == b"x" * 600

    with pytest.raises(limits.RequestDataTooBig):
        handler.receive_data_chunk(b"x" * 600, 600)
