from django.db import migrations


class Migration(migrations.Migration):
    """What the magazine earns and owes is seen by those who may."""

    dependencies = [("subscriptions", "0022_issues_without_print")]

    operations = [
        migrations.AlterModelOptions(
            name="payment",
            options={
                "ordering": ["-created_at", "-id"],
                "permissions": [
                    ("confirm_payment", "Can confirm that a payment was received"),
                    ("see_figures", "Can see the magazine’s figures"),
                ],
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
            },
        ),
    ]
