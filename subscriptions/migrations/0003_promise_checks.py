from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subscriptions", "0002_plans_orders_and_rights"),
    ]

    operations = [
        migrations.CreateModel(
            name="PromiseCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "feature",
                    models.CharField(
                        choices=[
                            ("issues_per_year", "Issues per year"),
                            ("print_edition", "Optional print edition"),
                            ("digital_edition", "Digital edition access"),
                            ("exclusive_content", "Exclusive subscriber content"),
                            ("audio", "Audio provided for all articles"),
                            ("past_issues", "Unlimited access to past issues"),
                            ("ad_free", "Ad-free"),
                            ("money_back", "Money-back guarantee"),
                            ("cancel_anytime", "Cancel anytime"),
                        ],
                        max_length=30,
                        verbose_name="promise",
                    ),
                ),
                ("checked_at", models.DateTimeField(verbose_name="checked")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("broken", "Broken"),
                            ("not_yet_built", "Not yet built"),
                            ("planned", "Planned"),
                            ("not_promised", "Not promised"),
                            ("kept", "Kept"),
                        ],
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("sentence", models.TextField(verbose_name="what was found")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="wrong rows")),
                (
                    "rows",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="The first of them: what, and where to look.",
                        verbose_name="rows",
                    ),
                ),
            ],
            options={
                "verbose_name": "promise check",
                "verbose_name_plural": "promise board",
                "ordering": ["-checked_at", "-id"],
                "permissions": [("check_promises", "Can have the promises checked at once")],
                "indexes": [models.Index(fields=["feature", "-checked_at"], name="promise_check_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state", "broken"), ("count", 0), _connector="OR"),
                        name="promise_check_only_broken_counts",
                    )
                ],
            },
        ),
    ]
