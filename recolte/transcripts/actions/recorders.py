"""Several recorders of one session: a machine says how they lie and which is the clearest, a person chooses one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from recolte.community.models import User
from recolte.engine.audio import pairs
from recolte.engine.problems import Unreadable
from recolte.jobs import actions as jobs
from recolte.jobs.actions import Running
from recolte.jobs.models import Job
from recolte.journal.actions import record
from recolte.sources import store
from recolte.sources.actions import hush
from recolte.sources.models import Source
from recolte.sources.withheld import withheld
from recolte.transcripts.actions.transcribing import start_transcription
from recolte.transcripts.actions.versions import changed
from recolte.transcripts.hearing import listened
from recolte.transcripts.models import HeardElsewhere, SameMoment
from recolte.transcripts.recorders import alongside, moment_of

COMPARE = "transcripts.compare_recorders"  # its subject is the gathering: the latest job of a source is its own


@transaction.atomic
def ask_for_comparison(source: Source, *, by: User) -> Job:
    """Queue the comparison of a recording with those that may be of its moment. Raises `ValidationError`."""
    if not source.is_agreed or not alongside(source):
        raise ValidationError(
            _("No other agreed recording of this gathering may be of the same moment: bring one first.")
        )
    gathering = source.gathering
    if Job.objects.active().filter(name=COMPARE, subject=gathering.pk).exists():
        raise ValidationError(_("Recordings of this gathering are being compared already: wait until that is done."))
    community = source.community
    return jobs.start(COMPARE, gathering.pk, community=community, by=by, topic=gathering.pk, source=str(source.pk))


def compare_recorders(source: Source, running: Running) -> dict[str, Any]:
    """Listen to a recording and to those that may be of its moment; keep how those that are lie together.

    One that cannot be read is left out: its own page says why.
    """
    those = [source, *alongside(source)]
    running.stage("comparing_recorders", total=len(those))
    heard = []
    for done, one in enumerate(those, 1):
        with store.working_folder() as folder, store.on_disk(one.community_id, one.sha256) as path:
            try:
                heard.append((one, listened(path, folder / "sound.pcm")))
            except Unreadable:
                continue
        running.progress(done)
    found = pairs([facts for _one, facts in heard])
    with running.step(done=len(those)):
        SameMoment.objects.filter(one__in=those, other__in=those).delete()
        SameMoment.objects.bulk_create(
            SameMoment(
                community=source.community,
                one=heard[pair.one][0],
                other=heard[pair.other][0],
                offset_ms=pair.moment.offset_ms,
                drift=pair.moment.drift,
                likeness=pair.moment.likeness,
                sureness=pair.moment.sureness,
                shared_ms=pair.shared_ms,
                clarity_of_one=pair.clarity[0],
                clarity_of_other=pair.clarity[1],
                loud_in_one=pair.distorted[0],
                loud_in_other=pair.distorted[1],
            )
            for pair in found
        )
        record("recorders.compared", source, by=running.job.by, recordings=len(heard), pairs=len(found))
        _withhold([one for one, _facts in heard])
    return {"pairs": len(found)}


def _withhold(sources: list[Source]) -> None:
    """What was struck in one recorder is off the record in the others, now that one knows where they hear it."""
    struck = withheld(one.pk for one in sources)
    for one in sources:
        if one.pk in struck:
            hush(one)
            for transcript in one.transcripts.filter(is_complete=True):
                changed(transcript)


@transaction.atomic
def choose_recorder(source: Source, *, by: User) -> None:
    """Use this recording of its moment: it is transcribed, and the others stay but are not transcribed by themselves."""
    others = [one for one in moment_of(source) if one.pk != source.pk]
    if not others:
        raise ValidationError(_("No other recording of the same moment is known: have them compared first."))
    HeardElsewhere.objects.filter(source=source).delete()
    for one in others:
        facts = {"community": source.community, "chosen": source, "by": by}
        HeardElsewhere.objects.update_or_create(source=one, defaults=facts)
        for job in Job.objects.active().filter(name="transcripts.transcribe", subject=one.pk):
            jobs.cancel(job)
    record("recorder.chosen", source, by=by, others=len(others))
    start_transcription(source, by=by)


@transaction.atomic
def hear_all_the_same(source: Source, *, by: User) -> None:
    """Transcribe a recording although another of the same moment was chosen."""
    record("recorder.heard_too", source, by=by)
    start_transcription(source, by=by, even_so=True)
