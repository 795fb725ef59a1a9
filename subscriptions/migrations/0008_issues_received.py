"""Which issues a subscription has had, and days added for those that did not come."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subscriptions", "0007_what_providers_say"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Extension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(verbose_name="days")),
                ("batch", models.CharField(max_length=60, verbose_name="batch")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made")),
            ],
            options={
                "verbose_name": "extension",
                "verbose_name_plural": "extensions",
                "ordering": ["-made_at", "-id"],
                "permissions": [("extend_subscription", "Can extend subscriptions")],
            },
        ),
        migrations.CreateModel(
            name="ReceivedIssue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40, verbose_name="issue")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("weight", models.PositiveSmallIntegerField(default=1, verbose_name="counts as")),
                ("received_on", models.DateField(verbose_name="received on")),
            ],
            options={
                "verbose_name": "received issue",
                "verbose_name_plural": "received issues",
                "ordering": ["subscription", "received_on", "id"],
            },
        ),
        migrations.AddField(
            model_name="extension",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="made by",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="subscription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="extensions",
                to="subscriptions.subscription",
                verbose_name="subscription",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="term",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="extensions",
                to="subscriptions.term",
                verbose_name="term",
            ),
        ),
        migrations.AddField(
            model_name="receivedissue",
            name="subscription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="received_issues",
                to="subscriptions.subscription",
                verbose_name="subscription",
            ),
        ),
        migrations.AddField(
            model_name="receivedissue",
            name="term",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="received_issues",
                to="subscriptions.term",
                verbose_name="term",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.UniqueConstraint(
                fields=("subscription", "batch"), name="extension_once_per_batch"
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__gte", 1)), name="extension_adds_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="receivedissue",
            constraint=models.UniqueConstraint(fields=("subscription", "key"), name="issue_received_once"),
        ),
    ]
