import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """An issue of which nothing is printed is no run that was forgotten."""

    dependencies = [
        ("subscriptions", "0021_the_desk_in_depth"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="labelrun",
            name="not_printed_at",
            field=models.DateTimeField(
                blank=True,
                help_text="There is no printed copy of this issue.",
                null=True,
                verbose_name="not printed",
            ),
        ),
        migrations.AddField(
            model_name="labelrun",
            name="not_printed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="not printed, says",
            ),
        ),
        migrations.AddConstraint(
            model_name="labelrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("frozen_at", None), ("not_printed_at", None), _connector="OR"),
                name="label_run_frozen_is_printed",
            ),
        ),
    ]
