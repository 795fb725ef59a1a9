"""When a letter went out is in the letter itself."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("subscriptions", "0010_carry_over_what_was_sent"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="guaranteeclaim",
            name="letter_sent_at",
        ),
        migrations.RemoveField(
            model_name="payment",
            name="receipt_sent_at",
        ),
        migrations.RemoveField(
            model_name="payment",
            name="request_sent_at",
        ),
    ]
