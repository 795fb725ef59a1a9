"""Make the groups of the five roles; what each may do is written after every migrate (accounts.roles)."""

from django.db import migrations

ROLES = ["Writer", "Editor", "Subscriber staff", "Finance", "Publisher"]


def make_groups(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    for name in ROLES:
        Group.objects.using(schema_editor.connection.alias).get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]

    # Groups that people hold are not taken away again.
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
