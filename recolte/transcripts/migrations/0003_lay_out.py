"""Where each turn of the transcripts that are already here begins in its text, and that their voices have no names yet."""

from django.db import migrations


def lay_out(apps, schema_editor):
    Transcript, Turn = apps.get_model("transcripts", "Transcript"), apps.get_model("transcripts", "Turn")
    for transcript in Transcript.objects.all():
        offset, turns = 0, []
        for turn in Turn.objects.filter(transcript=transcript).order_by("position").only("id", "offset", "text"):
            turn.offset = offset
            offset += len(turn.text) + 1
            turns.append(turn)
        Turn.objects.bulk_update(turns, ["offset"], batch_size=500)
    apps.get_model("sources", "Source").objects.filter(kind__in=["recording", "transcript"]).update(has_unknown_voices=True)


class Migration(migrations.Migration):
    dependencies = [
        ("transcripts", "0002_voices"),
        ("sources", "0003_people"),
    ]

    operations = [migrations.RunPython(lay_out, migrations.RunPython.noop)]
