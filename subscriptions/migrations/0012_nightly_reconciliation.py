"""What the nightly comparison with a provider found."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subscriptions", "0011_forget_when_letters_went"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("provider", models.SlugField(verbose_name="provider")),
                ("ran_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                ("looked_at", models.PositiveIntegerField(default=0, verbose_name="payments compared")),
                ("mended", models.PositiveIntegerField(default=0, verbose_name="put right")),
                (
                    "differences",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="What remains: the payment, and in words what.",
                        verbose_name="differences",
                    ),
                ),
                ("failure", models.TextField(blank=True, verbose_name="why it stopped")),
            ],
            options={
                "verbose_name": "reconciliation",
                "verbose_name_plural": "reconciliations",
                "ordering": ["-ran_at", "-id"],
            },
        ),
    ]
