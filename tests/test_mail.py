"""Letters carry text and HTML, and nothing that a name could smuggle in."""

from types import SimpleNamespace

import pytest
from django.core import mail as outgoing
from django.core.exceptions import ValidationError

from magazine import mail

CONTEXT = {
    "payment": SimpleNamespace(reference="H-7\r\nBcc: everyone@example.org", price={"term_label": "1 year"}),
    "plan": SimpleNamespace(name="<b>Plan</b>"),
    "subscription": SimpleNamespace(number="H-777777"),
    "order_address": "https://example.org/",
}


def test_a_subject_is_one_line_whatever_is_in_it():
    mail.send("payment_request", "ada@example.org", CONTEXT)

    message = outgoing.outbox[0].message()
    assert "\n" not in outgoing.outbox[0].subject
    assert message["Bcc"] is None


@pytest.mark.parametrize(
    "to", ["ada@example.org\nBcc: b@example.org", "a@example.org, b@example.org", "Ada <a@example.org>", ""]
)
def test_a_recipient_is_one_plain_address(to):
    with pytest.raises(ValidationError):
        mail.send("payment_request", to, CONTEXT)
    assert not outgoing.outbox


def test_a_letter_says_the_same_in_text_and_html_and_escapes_in_html_alone():
    mail.send("payment_request", "ada@example.org", CONTEXT)

    letter = outgoing.outbox[0]
    html = letter.alternatives[0].content
    assert "<b>Plan</b>" in letter.body
    assert "&lt;b&gt;Plan" in html
    assert "<style" not in html
    assert 'style="' in html
