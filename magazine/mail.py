"""Letters: one template name, one recipient, a text and an HTML part that say the same."""

from collections.abc import Mapping

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string

# Never fetch anything: what a letter looks like is in its own template.
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False)


def send(template: str, to: str, context: Mapping[str, object]) -> None:
    """Send the letter ``template`` to the address ``to``.

    It is made of ``emails/<template>.subject.txt``, ``.txt`` and ``.html``, each given ``context`` and
    ``magazine`` (name, address). Raises ``ValidationError`` when ``to`` is not one plain address, and
    whatever the mail server raises.
    """
    validate_email(to)
    known = {"magazine": {"name": settings.MAGAZINE_NAME, "address": settings.SITE_URL}, **context}
    # A subject is one line, whatever a name in it contains.
    subject = " ".join(render_to_string(f"emails/{template}.subject.txt", known).split())
    text = render_to_string(f"emails/{template}.txt", known).strip() + "\n"
    html = _inliner.inline(render_to_string(f"emails/{template}.html", known))
    letter = EmailMultiAlternatives(subject=subject, body=text, to=[to])
    letter.attach_alternative(html, "text/html")
    letter.send()
