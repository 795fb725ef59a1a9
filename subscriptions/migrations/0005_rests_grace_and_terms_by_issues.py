"""Pauses, days of grace, trials, and terms that end after a number of issues."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subscriptions", "0004_give_money_back_under_the_guarantee"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Pause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                (
                    "asked_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked for"),
                ),
                ("called_off_at", models.DateTimeField(blank=True, null=True, verbose_name="called off")),
            ],
            options={
                "verbose_name": "pause",
                "verbose_name_plural": "pauses",
                "ordering": ["subscription", "starts_on", "id"],
            },
        ),
        migrations.AlterModelOptions(
            name="price",
            options={
                "ordering": ["version", "currency", "term_months", "term_issues"],
                "verbose_name": "price",
                "verbose_name_plural": "prices",
            },
        ),
        migrations.RemoveConstraint(
            model_name="entitlement",
            name="entitlement_once_per_term_and_feature",
        ),
        migrations.RemoveConstraint(
            model_name="price",
            name="price_term_is_sensible",
        ),
        migrations.RemoveConstraint(
            model_name="term",
            name="term_start_unique",
        ),
        migrations.AddField(
            model_name="entitlement",
            name="part",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="A pause parts the days of a term; this is the first of them, or a later.",
                verbose_name="part",
            ),
        ),
        migrations.AddField(
            model_name="price",
            name="term_issues",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="A term that ends when so many have come.",
                null=True,
                verbose_name="term in issues",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="grace_until_on",
            field=models.DateField(
                blank=True,
                help_text="The last day on which a late payment costs the reader nothing of what they have.",
                null=True,
                verbose_name="grace until",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="method",
            field=models.CharField(default="transfer", max_length=20, verbose_name="pays by"),
        ),
        migrations.AddField(
            model_name="subscription",
            name="provider",
            field=models.SlugField(
                default="manual", help_text="Who takes the next payment.", verbose_name="provider"
            ),
        ),
        migrations.AddField(
            model_name="term",
            name="issues",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="issues"),
        ),
        migrations.AddField(
            model_name="term",
            name="kind",
            field=models.CharField(
                choices=[("paid", "Paid"), ("trial", "Trial")],
                default="paid",
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="term",
            name="superseded_by",
            field=models.ForeignKey(
                blank=True,
                help_text="The term of a change that was made before this one had begun: its value went into that.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supersedes",
                to="subscriptions.term",
                verbose_name="given up for",
            ),
        ),
        migrations.AlterField(
            model_name="entitlement",
            name="source",
            field=models.CharField(
                choices=[
                    ("subscription", "Paid subscription"),
                    ("complimentary", "Complimentary"),
                    ("grace", "Days of grace"),
                ],
                max_length=20,
                verbose_name="why",
            ),
        ),
        migrations.AlterField(
            model_name="price",
            name="term_months",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="12 is a year. Or leave it empty, and count:",
                null=True,
                verbose_name="term in months",
            ),
        ),
        migrations.AlterField(
            model_name="subscriptionevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ordered", "Ordered"),
                    ("changed", "Order changed"),
                    ("withdrawn", "Order withdrawn"),
                    ("billed", "Next term billed"),
                    ("paid", "Payment confirmed"),
                    ("voided", "Payment voided"),
                    ("failed", "Payment failed"),
                    ("cancelled", "Cancelled"),
                    ("resumed", "Resumed"),
                    ("closed", "Closed"),
                    ("refunded", "Money back asked for"),
                    ("refund_sent", "Money sent back"),
                    ("trial", "Trial begun"),
                    ("paused", "Paused"),
                    ("unpaused", "Pause ended"),
                    ("switched", "Plan changed"),
                    ("planned", "Change announced"),
                    ("kept", "Change withdrawn"),
                    ("extended", "Extended"),
                    ("offered", "Offer taken"),
                    ("method", "Way of paying changed"),
                    ("disputed", "Payment disputed"),
                    ("settled", "Dispute settled"),
                    ("late", "Payment came too late"),
                    ("lapsed", "Lapsed"),
                ],
                max_length=20,
                verbose_name="what",
            ),
        ),
        migrations.AlterField(
            model_name="term",
            name="months",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="months"),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("term__isnull", False)),
                fields=("term", "feature", "part"),
                name="entitlement_once_per_part_of_term",
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.UniqueConstraint(
                fields=("version", "term_issues", "currency"), name="price_once_per_issues_and_currency"
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("term_issues", None), ("term_months__gte", 1), ("term_months__lte", 120)),
                    models.Q(("term_issues__gte", 1), ("term_issues__lte", 400), ("term_months", None)),
                    _connector="OR",
                ),
                name="price_term_is_sensible",
                violation_error_message="A term is a number of months or a number of issues: write one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_by", None)),
                fields=("subscription", "starts_on"),
                name="term_start_unique",
            ),
        ),
        migrations.AddField(
            model_name="pause",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="asked for by",
            ),
        ),
        migrations.AddField(
            model_name="pause",
            name="subscription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pauses",
                to="subscriptions.subscription",
                verbose_name="subscription",
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="pause_ends_after_it_begins"
            ),
        ),
    ]
