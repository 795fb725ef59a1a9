from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("editions", "0003_stale_since"),
    ]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="told_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
