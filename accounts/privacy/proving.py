"""Before an account is erased, its owner says once more that it is them: by password, or by a mailed code.

Many sign in by mailed code alone and have no password. A code works once, for ``LIFE``, in the session in
which it was asked for; guessing is limited as it is in signing in.
"""

from datetime import datetime
from typing import cast

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User

KEY = "accounts_leaving_code"
LIFE = 10 * 60
TRIES = 5


def send_code(request: HttpRequest, at: datetime | None = None) -> bool:
    """Mail a code to whoever is signed in; return whether we did, which too many in a row prevent."""
    person = cast(User, request.user)
    if not ratelimit.consume(request, action="request_login_code", key=person.email):
        return False
    code = get_adapter().generate_login_code()
    request.session[KEY] = {"digest": _digest(code), "at": (at or timezone.now()).timestamp(), "tries": 0}
    get_adapter().send_mail("account/email/leaving_code", person.email, {"code": code})
    return True


def is_proven(request: HttpRequest, proof: str, at: datetime | None = None) -> bool:
    """Whether ``proof`` is the password of whoever is signed in, or the code that was mailed to them.

    A right code is used up by that, and a wrong proof counts against the next.
    """
    if not proof or not ratelimit.consume(request, action="reauthenticate", user=request.user):
        return False
    person = cast(User, request.user)
    return _is_code(request, proof, at or timezone.now()) or (
        person.has_usable_password() and person.check_password(proof)
    )


def _is_code(request: HttpRequest, proof: str, at: datetime) -> bool:
    kept = request.session.get(KEY)
    if kept is None:
        return False
    is_over = at.timestamp() - kept["at"] > LIFE or kept["tries"] >= TRIES
    is_right = constant_time_compare(kept["digest"], _digest(proof))
    if is_over or is_right:
        del request.session[KEY]
        return is_right and not is_over
    request.session[KEY] = kept | {"tries": kept["tries"] + 1}
    return False


def _digest(code: str) -> str:
    """How a code is kept: nobody who reads sessions can use it. Hyphens and small letters do not matter."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return salted_hmac("accounts.privacy.proving", plain).hexdigest()
