"""Keeps the address a person is known by and the addresses that sign-in goes by the same."""

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User


@transaction.atomic
def keep_in_step(user: User, *, verified: bool = False) -> EmailAddress:
    """Make ``user.email`` the one address by which ``user`` signs in; others lose that power.

    Call it wherever a person is made or their address changed outside of the sign-in pages. Without
    ``verified`` the person proves the address with their first mailed code; an address that they have
    proved already stays proved.
    """
    EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).delete()
    address, _is_new = EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": verified, "primary": True}
    )
    if not address.primary or (verified and not address.verified):
        address.primary, address.verified = True, verified or address.verified
        address.save()
    return address
