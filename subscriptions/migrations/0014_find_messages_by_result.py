"""The page of a subscriber finds the messages about their payments."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subscriptions", "0013_failed_tries_are_known"),
    ]

    operations = [
        migrations.AlterField(
            model_name="providerevent",
            name="result",
            field=models.CharField(
                blank=True,
                db_index=True,
                help_text="The payment’s reference, or what it was.",
                max_length=200,
                verbose_name="result",
            ),
        ),
    ]
