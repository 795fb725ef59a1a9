"""Letters: one template name, one recipient, a text and an HTML part that say the same."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string

# Never fetch anything: what a letter looks like is in its own template.
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False)


@dataclass(frozen=True)
class Written:
    """A letter as it goes out: what is put on record is this, word for word."""

    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, to: str) -> None:
        """Send it to the address ``to``.

        Raises ``ValidationError`` when that is not one plain address, and whatever the mail server raises.
        """
        validate_email(to)
        letter = EmailMultiAlternatives(
            subject=self.subject, body=self.text, to=[to], headers=dict(self.headers)
        )
        letter.attach_alternative(self.html, "text/html")
        letter.send()


def write(template: str, context: Mapping[str, object]) -> Written:
    """Write the letter ``template``, and send nothing.

    It is made of ``emails/<template>.subject.txt``, ``.txt`` and ``.html``, each given ``context`` and
    ``magazine`` (name, address).
    """
    known = {"magazine": {"name": settings.MAGAZINE_NAME, "address": settings.SITE_URL}, **context}
    # What a template leaves out leaves its blank lines behind.
    text = re.sub(r"\n{3,}", "\n\n", render_to_string(f"emails/{template}.txt", known))
    return Written(
        # A subject is one line, whatever a name in it contains.
        subject=" ".join(render_to_string(f"emails/{template}.subject.txt", known).split()),
        text=text.strip() + "\n",
        html=_inliner.inline(render_to_string(f"emails/{template}.html", known)),
    )
