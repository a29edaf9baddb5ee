"""Turns ↔ text and voices: the turns lie where they say, and what was listened to is what stands there."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.journal.actions import digest
from recolte.journal.models import Event
from recolte.journal.verifying import Walk, verifies
from recolte.transcripts.models import Transcript, Turn


@verifies(20, gettext_lazy("turns and who listened to them"))
def turns(walk: Walk) -> None:
    heard = dict(
        Event.objects.filter(verb="turn.listened")
        .order_by("id")
        .values_list("subject_id", "data__sha256")
        .iterator(2000)
    )
    for transcript in Transcript.objects.filter(is_complete=True).select_related("source", "brought_as"):
        where, offset, is_laid_out, is_unnamed = transcript.source.get_absolute_url(), 0, True, False
        people = set()
        rows = Turn.objects.filter(transcript=transcript).order_by("position")
        facts = rows.values_list("pk", "offset", "text", "listened_at", "speaker__person")
        for number, (pk, at, text, listened_at, person) in enumerate(facts.iterator(2000), 1):
            walk.seen += 1
            is_laid_out &= at == offset
            offset += len(text) + 1
            is_unnamed |= person is None
            people.add(person)
            if listened_at and heard.get(str(pk)) != digest(text):
                sentence = _(
                    "A turn is marked as listened to, but its words are not those that were heard: listen again."
                )
                walk.lost(f"{where}?transcript={transcript.pk}#turn-{number}", sentence, transcript.community_id)
        if not is_laid_out:
            sentence = _("The turns are not where they say they are: its passages cannot be trusted. Restore a backup.")
            walk.lost(where, sentence, transcript.community_id)
        source = transcript.source
        known = set(source.people.values_list("pk", flat=True))
        if (is_unnamed and not source.has_unknown_voices) or not people - {None} <= known:
            sentence = _("Somebody is heard in it whose agreement is not asked for: say again who speaks.")
            walk.lost(where, sentence, transcript.community_id)
