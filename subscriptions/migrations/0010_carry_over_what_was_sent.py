"""Letters that went out before they were on record, and how each subscription is paid.

Undoing it leaves what was carried over: nothing is lost either way.
"""

from django.db import migrations


def carry_over(apps, schema_editor):
    Payment = apps.get_model("subscriptions", "Payment")
    GuaranteeClaim = apps.get_model("subscriptions", "GuaranteeClaim")
    Letter = apps.get_model("subscriptions", "Letter")

    def record(kind, key, about, subscription, sent_at):
        Letter.objects.get_or_create(
            key=f"{kind}-{key}",
            defaults={
                "kind": kind,
                "about_id": about.pk,
                "reader_id": subscription.reader_id,
                "subscription": subscription,
                "address": subscription.reader.email,
                "recorded_at": sent_at,
                "begun_at": sent_at,
                "sent_at": sent_at,
            },
        )

    for payment in Payment.objects.select_related("subscription__reader").order_by("pk").iterator():
        subscription = payment.subscription
        if payment.request_sent_at:
            record("payment_request", payment.reference, payment, subscription, payment.request_sent_at)
        if payment.receipt_sent_at:
            record("receipt", payment.reference, payment, subscription, payment.receipt_sent_at)
        # In the order in which they were asked for, so the newest has the last word.
        subscription.provider, subscription.method = payment.provider, payment.method
        subscription.save(update_fields=["provider", "method"])
    for claim in GuaranteeClaim.objects.select_related("subscription__reader").exclude(letter_sent_at=None):
        record("refunded", claim.pk, claim, claim.subscription, claim.letter_sent_at)


class Migration(migrations.Migration):
    dependencies = [
        ("subscriptions", "0009_letters_on_record"),
    ]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
