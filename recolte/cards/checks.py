"""Evidence ↔ excerpts, validations ↔ version hashes."""

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.cards.models import Answer, Evidence, Validation
from recolte.journal.models import Event
from recolte.journal.verifying import Walk, verifies


@verifies(40, gettext_lazy("claims and what bears them"))
def evidence(walk: Walk) -> None:
    every = Evidence.objects.all()
    walk.seen += every.count()
    tied = {
        subject: (data.get("claim"), data.get("excerpt"), data.get("stance"))
        for subject, data in Event.objects.filter(verb="evidence.tied").order_by("id").values_list("subject_id", "data")
    }
    rows = every.values_list("pk", "claim", "excerpt", "stance", "claim__card", "community").iterator(2000)
    for pk, claim, excerpt, stance, card, community in rows:
        if tied.get(str(pk)) != (str(claim), str(excerpt), stance):
            sentence = _("What bears this claim is not what somebody tied to it: tie the passage again.")
            walk.lost(f"/fiches/{card}/#claim-{claim}", sentence, community)
    for elsewhere in (F("excerpt__community"), F("claim__community")):
        for claim, card, community in every.exclude(community=elsewhere).values_list(
            "claim", "claim__card", "community"
        ):
            sentence = _("A passage of another community bears this claim: take it off.")
            walk.lost(f"/fiches/{card}/#claim-{claim}", sentence, community)


@verifies(41, gettext_lazy("answers and the words they were given to"))
def validations(walk: Walk) -> None:
    answered = {
        subject: (data.get("person"), data.get("answer"), data.get("version"))
        for subject, data in Event.objects.filter(verb="claim.answered").values_list("subject_id", "data")
    }
    for one in Validation.objects.select_related("claim").iterator(2000):
        walk.seen += 1
        where = one.claim.get_absolute_url()
        if answered.get(str(one.pk)) != (str(one.person_id), str(one.answer), one.version):
            sentence = _("An answer is not the one that was given: ask this person again.")
            walk.lost(where, sentence, one.community_id)
        elif (one.answer == Answer.REPHRASED) != bool(one.wording):
            walk.lost(
                where, _("Another wording was announced, but it is not there: ask this person again."), one.community_id
            )
