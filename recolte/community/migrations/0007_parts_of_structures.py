from django.db import migrations, models


def say_by_relations(apps, schema_editor):
    """What a structure was within, one only and without days, is said by a relation."""
    relations = apps.get_model("community", "Relation").objects
    for inner in apps.get_model("community", "Organisation").objects.exclude(within=None):
        relations.create(
            community_id=inner.community_id, subject_id=inner.pk, kind="part_of", object_id=inner.within_id
        )


def say_by_structures(apps, schema_editor):
    """Of several, the last noted one is kept."""
    organisations = apps.get_model("community", "Organisation").objects
    those = apps.get_model("community", "Relation").objects.filter(kind="part_of")
    for one in those.order_by("id"):
        organisations.filter(pk=one.subject_id).update(within=one.object_id)
    those.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0006_role_trail"),
    ]

    operations = [
        migrations.AlterField(
            model_name="relation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("works_with", "works with"),
                    ("shares_premises", "shares premises with"),
                    ("shares_staff", "shares staff with"),
                    ("part_of", "is a part of"),
                    ("member_of", "is a member of"),
                    ("funds", "funds"),
                    ("supports", "gives support to"),
                    ("trains", "trains"),
                    ("hosts", "hosts"),
                    ("represents", "represents"),
                    ("founded", "founded"),
                ],
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.RunPython(say_by_relations, say_by_structures),
        migrations.RemoveField(
            model_name="organisation",
            name="within",
        ),
    ]
