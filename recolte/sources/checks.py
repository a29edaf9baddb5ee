"""Files ↔ sha256: every file is in the store, and is the one that came in."""

import hashlib
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.journal.models import Event
from recolte.journal.verifying import Walk, verifies
from recolte.sources import store
from recolte.sources.models import Rendition, Source


@verifies(10, gettext_lazy("files and their sha256"))
def files(walk: Walk) -> None:
    received = dict(
        Event.objects.filter(verb="source.received").values_list("subject_id", "data__sha256").iterator(2000)
    )
    for source in Source.objects.order_by("id").iterator(500):
        walk.seen += 1
        where = source.get_absolute_url()
        if problem := _problem(source.community_id, source.sha256):
            walk.lost(where, problem, source.community_id)
        elif received.get(str(source.pk)) not in (None, source.sha256):
            sentence = _("Its sha256 is not the one that the journal noted when it came in: restore it from a backup.")
            walk.lost(where, sentence, source.community_id)
    for made in Rendition.objects.select_related("source").order_by("id").iterator(500):
        walk.seen += 1
        if problem := _problem(made.community_id, made.sha256):
            walk.lost(f"{made.source.get_absolute_url()} ({made.role})", problem, made.community_id)


def _problem(community: UUID, sha256: str) -> str:
    try:
        with store.on_disk(community, sha256) as path, path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return _("Its file is not in the store: restore it from a backup.")
    return "" if digest == sha256 else _("Its file is not the one that came in: restore it from a backup.")
