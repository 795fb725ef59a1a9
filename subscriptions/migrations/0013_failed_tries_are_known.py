"""Each failed try is known once; a term whose money went back leaves its days to another."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subscriptions", "0012_nightly_reconciliation"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="term",
            name="term_start_unique",
        ),
        migrations.AddField(
            model_name="payment",
            name="failed_try",
            field=models.PositiveSmallIntegerField(
                default=0, editable=False, help_text="The last of the tries that is known to have failed."
            ),
        ),
    ]
