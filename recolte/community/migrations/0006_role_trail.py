from django.db import migrations
from django.utils import timezone


def write(apps, schema_editor):
    """Each role that somebody has today begins, in the trail, on the day they joined."""
    Membership = apps.get_model("community", "Membership")
    Mandate = apps.get_model("community", "Mandate")
    for one in Membership.objects.iterator():
        Mandate.objects.create(
            community_id=one.community_id,
            user_id=one.user_id,
            role=one.role,
            gives_rights=True,
            starts_on=timezone.localdate(one.joined_at),
        )


class Migration(migrations.Migration):

    dependencies = [
        ("community", "0005_people"),
    ]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
