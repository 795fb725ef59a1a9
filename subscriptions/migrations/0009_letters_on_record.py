"""Every letter is written down before and after it is sent."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subscriptions", "0008_issues_received"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("payment_request", "How to pay"),
                            ("welcome", "Welcome"),
                            ("receipt", "Receipt"),
                            ("trial", "Trial begun"),
                            ("renewal_notice", "Renewal notice"),
                            ("card_failed", "Card failing"),
                            ("grace", "Days of grace"),
                            ("lapsed", "Lapsed"),
                            ("cancelled", "Cancelled"),
                            ("paused", "Paused"),
                            ("switched", "Plan changed"),
                            ("refunded", "Money back"),
                            ("refund_sent", "Money sent"),
                            ("price_change", "Price change"),
                            ("extended", "Extended"),
                        ],
                        max_length=30,
                        verbose_name="letter",
                    ),
                ),
                ("key", models.CharField(max_length=100, unique=True, verbose_name="about")),
                (
                    "about_id",
                    models.PositiveBigIntegerField(
                        blank=True,
                        help_text="The row it is about; the kind of letter says of which table.",
                        null=True,
                    ),
                ),
                ("address", models.EmailField(blank=True, max_length=254, verbose_name="to")),
                ("subject", models.CharField(blank=True, max_length=250, verbose_name="subject")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                (
                    "recorded_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="recorded"),
                ),
                ("begun_at", models.DateTimeField(blank=True, null=True, verbose_name="begun")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                ("failure", models.CharField(blank=True, max_length=200, verbose_name="why it was not sent")),
            ],
            options={
                "verbose_name": "letter",
                "verbose_name_plural": "letters",
                "ordering": ["-recorded_at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="letter",
            name="reader",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="letters",
                to=settings.AUTH_USER_MODEL,
                verbose_name="reader",
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="subscription",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="letters",
                to="subscriptions.subscription",
                verbose_name="subscription",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("sent_at", None), ("begun_at__isnull", False), _connector="OR"),
                name="letter_sent_was_begun",
            ),
        ),
    ]
