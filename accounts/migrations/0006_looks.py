from django.db import migrations

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
    for accounts in (people, here.filter(kind="imported").order_by("pk")):
        rows = [
            Look(look=seen, account_id=pk)
            for pk, *names in accounts.values_list("pk", "username", "name")
            for name in names
            if (seen := look(name)) and name_digest(seen) not in closed
        ]
        Look.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_tastes"),
    ]

    operations = [migrations.RunPython(hold_looks, migrations.RunPython.noop)]
