import django.core.validators
from django.db import migrations, models

import accounts.models
from accounts.models import name_digest
from accounts.names import look

AT_ONCE = 1000


def hold_looks(apps, schema_editor):
    """Hold what names look like now, and those of who was made without a form.

    Those of people come before those of speakers known from imported debates; of two that look
    alike the earlier account has it, and what is held already stays so.
    """
    Look = apps.get_model("accounts", "Look")
    closed = set(apps.get_model("accounts", "FormerName").objects.values_list("pk", flat=True))
    here = apps.get_model("accounts", "User").objects.exclude(username__startswith="_")
    people = here.exclude(kind="imported").order_by("pk")
    for some in (people, here.filter(kind="imported").order_by("pk")):
        rows = [
            Look(look=seen, account_id=pk)
            for pk, *names in some.values_list("pk", "username", "name")
            for name in names
            if (seen := look(name)) and name_digest(seen) not in closed
        ]
        Look.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_search"),
    ]

    operations = [
        migrations.AlterModelManagers(
            name="user",
            managers=[("objects", accounts.models.People())],
        ),
        migrations.AlterField(
            model_name="user",
            name="username",
            field=models.CharField(
                error_messages={
                    "unique": "This username is taken, or looks like another account's name."
                },
                max_length=40,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\\Z",
                        "Use 1 to 40 small letters, digits and hyphens, with a letter or digit at both ends.",
                    ),
                    accounts.models.not_of_a_former_member,
                ],
            ),
        ),
        migrations.RunPython(hold_looks, migrations.RunPython.noop),
    ]
