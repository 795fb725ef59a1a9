"""Letters carry text and HTML, and nothing that a name could smuggle in."""

import pytest
from django.core import mail as outgoing
from django.core.exceptions import ValidationError

from magazine import mail

CONTEXT = {
    "reference": "H-7\r\nBcc: everyone@example.org",
    "plan": "<b>Plan</b>",
    "amount": "£84.00",
    "rows": [],
    "number": "H-777777",
    "name": "Ada\r\nBcc: everyone@example.org",
    "order_address": "https://example.org/",
}


def test_a_subject_is_one_line_whatever_is_in_it():
    mail.write("payment_request", CONTEXT).send("ada@example.org")

    message = outgoing.outbox[0].message()
    assert "\n" not in outgoing.outbox[0].subject
    assert message["Bcc"] is None
    assert outgoing.outbox[0].recipients() == ["ada@example.org"]


@pytest.mark.parametrize(
    "to", ["ada@example.org\nBcc: b@example.org", "a@example.org, b@example.org", "Ada <a@example.org>", ""]
)
def test_a_recipient_is_one_plain_address(to):
    with pytest.raises(ValidationError):
        mail.write("payment_request", CONTEXT).send(to)
    assert not outgoing.outbox


def test_a_letter_says_the_same_in_text_and_html_and_escapes_in_html_alone():
    mail.write("payment_request", CONTEXT).send("ada@example.org")

    letter = outgoing.outbox[0]
    html = letter.alternatives[0].content
    assert "<b>Plan</b>" in letter.body
    assert "&lt;b&gt;Plan" in html
    assert "<style" not in html
    assert 'style="' in html


def test_writing_a_letter_sends_nothing():
    mail.write("payment_request", CONTEXT)

    assert not outgoing.outbox


def test_what_a_letter_leaves_out_leaves_no_hole():
    assert "\n\n\n" not in mail.write("payment_request", CONTEXT).text
