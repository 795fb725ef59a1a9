"""Trials, codes and announced prices; what a payment was lowered by."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subscriptions", "0005_rests_grace_and_terms_by_issues"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Offer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(help_text="As readers see it.", max_length=100, verbose_name="name"),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("everyone", "Everyone, on the plans page"),
                            ("code", "Whoever has the code"),
                            ("leaving", "Whoever is about to cancel"),
                        ],
                        default="code",
                        max_length=10,
                        verbose_name="for",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        help_text="What the reader types; capitals do not matter.",
                        max_length=30,
                        verbose_name="code",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("trial", "Days to try, free of charge"),
                            ("percent", "Per cent off"),
                            ("amount", "An amount off"),
                        ],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                (
                    "trial_days",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="days to try"),
                ),
                (
                    "percent",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="per cent off"),
                ),
                (
                    "amount_minor",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="In the currency’s smallest unit.",
                        null=True,
                        verbose_name="amount off",
                    ),
                ),
                ("currency", models.CharField(blank=True, max_length=3, verbose_name="currency")),
                (
                    "payments",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="For how many payments in a row the price is lower.",
                        verbose_name="for payments",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="last day")),
                (
                    "most_uses",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="How many readers may take it; empty: any number.",
                        null=True,
                        verbose_name="at most",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="running")),
            ],
            options={
                "verbose_name": "offer",
                "verbose_name_plural": "offers",
                "ordering": ["-starts_on", "name"],
            },
        ),
        migrations.CreateModel(
            name="OfferUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person",
                    models.CharField(
                        help_text="The address without what makes it an alias.",
                        max_length=254,
                        verbose_name="person",
                    ),
                ),
                (
                    "trial_of",
                    models.SlugField(
                        blank=True,
                        help_text="The product that was tried; empty: no trial.",
                        verbose_name="trial of",
                    ),
                ),
                ("used_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="taken")),
            ],
            options={
                "verbose_name": "use of an offer",
                "verbose_name_plural": "uses of offers",
                "ordering": ["-used_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="PlannedChange",
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
                        choices=[("switch", "The reader changes the plan"), ("price", "The price changes")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("from_on", models.DateField(verbose_name="from")),
                (
                    "announced_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="announced"),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn")),
            ],
            options={
                "verbose_name": "planned change",
                "verbose_name_plural": "planned changes",
                "ordering": ["subscription", "announced_at", "id"],
            },
        ),
        migrations.AddField(
            model_name="payment",
            name="credit_minor",
            field=models.PositiveIntegerField(
                default=0,
                help_text="The worth of the unused days of the plan that was given up.",
                verbose_name="credit",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="discount_minor",
            field=models.PositiveIntegerField(default=0, verbose_name="discount"),
        ),
        migrations.AddField(
            model_name="payment",
            name="purpose",
            field=models.CharField(
                choices=[("term", "A term"), ("switch", "A change of plan")],
                default="term",
                max_length=10,
                verbose_name="for",
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="amount_minor",
            field=models.PositiveIntegerField(
                help_text="What is asked for: the price, less the discount and the credit.",
                verbose_name="amount",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="plan",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: any plan.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offers",
                to="subscriptions.plan",
                verbose_name="plan",
            ),
        ),
        migrations.AddField(
            model_name="offeruse",
            name="offer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uses",
                to="subscriptions.offer",
                verbose_name="offer",
            ),
        ),
        migrations.AddField(
            model_name="offeruse",
            name="reader",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offer_uses",
                to=settings.AUTH_USER_MODEL,
                verbose_name="reader",
            ),
        ),
        migrations.AddField(
            model_name="offeruse",
            name="subscription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offer_uses",
                to="subscriptions.subscription",
                verbose_name="subscription",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="offer_use",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="subscriptions.offeruse",
                verbose_name="offer",
            ),
        ),
        migrations.AddField(
            model_name="plannedchange",
            name="announced_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="announced by",
            ),
        ),
        migrations.AddField(
            model_name="plannedchange",
            name="price",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="planned_changes",
                to="subscriptions.price",
                verbose_name="to",
            ),
        ),
        migrations.AddField(
            model_name="plannedchange",
            name="subscription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="planned_changes",
                to="subscriptions.subscription",
                verbose_name="subscription",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code", ""), _negated=True),
                fields=("code",),
                name="offer_code_unique",
                violation_error_message="Another offer has this code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("audience", "code"), models.Q(("code", ""), _negated=True)),
                    models.Q(models.Q(("audience", "code"), _negated=True), ("code", "")),
                    _connector="OR",
                ),
                name="offer_by_code_has_a_code",
                violation_error_message="An offer by code needs a code, and no other has one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("amount_minor", None),
                        ("kind", "trial"),
                        ("percent", None),
                        ("trial_days__gte", 1),
                        ("trial_days__lte", 92),
                    ),
                    models.Q(
                        ("amount_minor", None),
                        ("kind", "percent"),
                        ("percent__gte", 1),
                        ("percent__lte", 90),
                        ("trial_days", None),
                    ),
                    models.Q(
                        ("amount_minor__gte", 1),
                        ("currency__regex", "^[A-Z]{3}$"),
                        ("kind", "amount"),
                        ("percent", None),
                        ("trial_days", None),
                    ),
                    _connector="OR",
                ),
                name="offer_says_what_it_gives",
                violation_error_message="Write what is given, and only that: 1 to 92 days, 1 to 90 per cent, or an amount and its currency.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="offer_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(("payments__gte", 1), ("payments__lte", 24)),
                name="offer_lasts_for_some_payments",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(("audience", "leaving"), ("kind", "trial"), _negated=True),
                name="offer_to_leave_is_no_trial",
                violation_error_message="Whoever leaves has tried already: take something off the price.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offeruse",
            constraint=models.UniqueConstraint(fields=("offer", "person"), name="offer_once_per_person"),
        ),
        migrations.AddConstraint(
            model_name="offeruse",
            constraint=models.UniqueConstraint(
                condition=models.Q(("trial_of", ""), _negated=True),
                fields=("trial_of", "person"),
                name="one_trial_per_person_and_product",
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at", None), ("withdrawn_at", None)),
                fields=("subscription",),
                name="one_open_change_per_subscription",
            ),
        ),
    ]
