"""What is to be brought back from a gathering."""

from collections.abc import Mapping

from django.db import transaction

from recolte.community.models import Person, User
from recolte.community.people import same
from recolte.gatherings.collections import usual
from recolte.gatherings.models import Gathering, Session, ToCollect
from recolte.journal.actions import record


@transaction.atomic
def begin_collection(gathering: Gathering, *, by: User) -> None:
    """Put down what is usual for sessions of these kinds; nothing where something stands already."""
    if ToCollect.objects.filter(gathering=gathering).exists():
        return
    facts = {"community_id": gathering.community_id, "gathering": gathering}
    rows = [
        ToCollect(session=session, what=what, **facts) for session, those in usual(gathering).items() for what in those
    ]
    ToCollect.objects.bulk_create(rows)
    record("collection.begun", gathering, by=by, items=len(rows))


@transaction.atomic
def plan_collection(gathering: Gathering, wanted: Mapping[Session | None, Mapping[str, str]], *, by: User) -> None:
    """Say what is to be brought back of each of these sessions (`None`: of the whole), and by whom, if that is known.

    A name that is somebody's of the community is that person; any other stays as these words.
    """
    planned = {(one.session_id, one.what): one for one in gathering.collection.all()}
    known = list(Person.objects.filter(community=gathering.community_id).exclude(name="").order_by("created_at", "id"))
    added = changed = removed = 0
    for session, things in wanted.items():
        key = session.pk if session else None
        for what, who in things.items():
            who = " ".join(who.split())[:160]
            person = next((one for one in known if same(one.name, who)), None) if who else None
            words = "" if person else who
            one = planned.get((key, what))
            if one is None:
                ToCollect.objects.create(
                    community_id=gathering.community_id,
                    gathering=gathering,
                    session=session,
                    what=what,
                    person=person,
                    words=words,
                )
                added += 1
            elif (one.person_id, one.words) != (person.pk if person else None, words):
                one.person, one.words = person, words
                one.save(update_fields=["person", "words"])
                changed += 1
        gone = [one.pk for (where, what), one in planned.items() if where == key and what not in things]
        removed += len(gone)
        ToCollect.objects.filter(pk__in=gone).delete()
    if added or changed or removed:
        record("collection.planned", gathering, by=by, added=added, changed=changed, removed=removed)
