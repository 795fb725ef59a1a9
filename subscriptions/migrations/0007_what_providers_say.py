"""Messages as they came, customers, tries, disputes, and refunds of every kind."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subscriptions", "0006_offers_and_planned_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Customer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("provider", models.SlugField(verbose_name="provider")),
                ("reference", models.CharField(max_length=100, verbose_name="provider’s reference")),
                ("card", models.CharField(blank=True, max_length=60, verbose_name="card")),
            ],
            options={
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
                "ordering": ["reader", "provider"],
            },
        ),
        migrations.CreateModel(
            name="DemoCharge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True, verbose_name="reference")),
                ("customer", models.CharField(blank=True, max_length=100, verbose_name="customer")),
                ("amount_minor", models.PositiveIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("stage", models.CharField(max_length=10, verbose_name="stage")),
                ("card", models.CharField(blank=True, max_length=60, verbose_name="card")),
                ("failure", models.CharField(blank=True, max_length=200, verbose_name="why it failed")),
                ("last_try", models.PositiveSmallIntegerField(default=0, verbose_name="last try")),
                ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="paid")),
                ("dispute", models.CharField(blank=True, max_length=10, verbose_name="dispute")),
                ("refunds", models.JSONField(default=list, verbose_name="refunds")),
                (
                    "changed_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="changed"),
                ),
            ],
            options={
                "verbose_name": "payment at the demo’s bank",
                "verbose_name_plural": "payments at the demo’s bank",
            },
        ),
        migrations.CreateModel(
            name="ProviderEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("provider", models.SlugField(verbose_name="provider")),
                ("event_id", models.CharField(max_length=100, verbose_name="its id")),
                ("kind", models.CharField(max_length=100, verbose_name="kind")),
                ("object_id", models.CharField(blank=True, max_length=100, verbose_name="about")),
                ("body", models.TextField(verbose_name="as it came")),
                (
                    "received_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="received"),
                ),
                ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="applied")),
                ("result", models.CharField(blank=True, max_length=200, verbose_name="result")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                (
                    "next_try_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="next try"),
                ),
                ("dead_at", models.DateTimeField(blank=True, null=True, verbose_name="given up")),
                ("failure", models.TextField(blank=True, verbose_name="why")),
            ],
            options={
                "verbose_name": "provider’s message",
                "verbose_name_plural": "providers’ messages",
                "ordering": ["-received_at", "-id"],
                "permissions": [("retry_providerevent", "Can have a message applied again")],
            },
        ),
        migrations.AddField(
            model_name="payment",
            name="withdrawn_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Since then the provider takes it no more.",
                null=True,
                verbose_name="withdrawn",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="dispute",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "None"),
                    ("open", "Open"),
                    ("won", "Settled for us"),
                    ("lost", "Settled against us"),
                ],
                default="",
                max_length=10,
                verbose_name="dispute",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="failed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="failed"),
        ),
        migrations.AddField(
            model_name="payment",
            name="failure",
            field=models.CharField(blank=True, max_length=200, verbose_name="why it failed"),
        ),
        migrations.AddField(
            model_name="payment",
            name="next_try_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When the card is charged; empty: not by us.",
                null=True,
                verbose_name="next try",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="readings",
            field=models.PositiveIntegerField(
                default=0, editable=False, help_text="How often the provider’s word was written down."
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="tries"),
        ),
        migrations.AddField(
            model_name="refund",
            name="failure",
            field=models.CharField(blank=True, max_length=200, verbose_name="why it has not gone out"),
        ),
        migrations.AddField(
            model_name="refund",
            name="kind",
            field=models.CharField(
                choices=[
                    ("guarantee", "Money-back guarantee"),
                    ("staff", "Given by staff"),
                    ("late", "Paid too late"),
                    ("provider", "Made at the provider"),
                    ("chargeback", "Taken back by the bank"),
                ],
                default="guarantee",
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="next_try_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="next try"),
        ),
        migrations.AddField(
            model_name="refund",
            name="provider_reference",
            field=models.CharField(blank=True, max_length=100, verbose_name="provider’s reference"),
        ),
        migrations.AddField(
            model_name="refund",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="tries"),
        ),
        migrations.AlterField(
            model_name="payment",
            name="method",
            field=models.CharField(
                choices=[("transfer", "Bank transfer"), ("cheque", "Cheque"), ("card", "Card")],
                default="transfer",
                max_length=20,
                verbose_name="method",
            ),
        ),
        migrations.AlterField(
            model_name="refund",
            name="claim",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="subscriptions.guaranteeclaim",
                verbose_name="guarantee claim",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claim__isnull", False), ("kind", "guarantee")),
                    models.Q(models.Q(("kind", "guarantee"), _negated=True), ("claim", None)),
                    _connector="OR",
                ),
                name="refund_under_the_guarantee_has_its_claim",
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="reader",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="customers",
                to=settings.AUTH_USER_MODEL,
                verbose_name="reader",
            ),
        ),
        migrations.AddIndex(
            model_name="providerevent",
            index=models.Index(
                condition=models.Q(("applied_at", None), ("dead_at", None)),
                fields=["next_try_at"],
                name="message_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerevent",
            constraint=models.UniqueConstraint(fields=("provider", "event_id"), name="message_stored_once"),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.UniqueConstraint(
                fields=("reader", "provider"), name="customer_once_per_provider"
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.UniqueConstraint(
                fields=("provider", "reference"), name="customer_is_one_reader"
            ),
        ),
    ]
