"""Why a card was refused, in words for the person who holds it."""

from django.utils.translation import gettext as _


def sentence(code: str, decline_code: str = "") -> str:
    """Say what Stripe's ``code`` and the bank's ``decline_code`` mean for the reader.

    A bank that suspects theft wants its customer told no more than “refused”, so only what helps is passed
    on.
    """
    reason = decline_code or code
    if reason == "insufficient_funds":
        return _("There was not enough money on the card.")
    if reason == "expired_card":
        return _("The card has expired.")
    if reason in {
        "incorrect_number",
        "invalid_number",
        "incorrect_cvc",
        "invalid_cvc",
        "invalid_expiry_year",
    }:
        return _("A number of the card was not right.")
    if reason in {"authentication_required", "invoice_payment_intent_requires_action"}:
        return _("Your bank wants you to confirm this payment yourself.")
    if reason in {"card_not_supported", "currency_not_supported"}:
        return _("The card cannot be used for this payment.")
    return _("Your bank refused the card.")


def no_card() -> str:
    """Say that there is no card from which to take a payment."""
    return _("We have no card from which to take the payment.")
