"""Issues ↔ the passages that bear them."""

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.comparison.models import Bearing
from recolte.journal.models import Event
from recolte.journal.verifying import Walk, verifies


@verifies(38, gettext_lazy("issues and what bears them"))
def bearings(walk: Walk) -> None:
    every = Bearing.objects.all()
    walk.seen += every.count()
    tied = {
        data.get("bearing"): (issue, data.get("excerpt"), data.get("stance"))
        for issue, data in Event.objects.filter(verb="issue.borne").order_by("id").values_list("subject_id", "data")
    }
    rows = every.values_list("pk", "issue", "excerpt", "stance", "community").iterator(2000)
    for pk, issue, excerpt, stance, community in rows:
        if tied.get(str(pk)) != (str(issue), str(excerpt), stance):
            sentence = _("What bears this issue is not what somebody tied to it: tie the passage again.")
            walk.lost(f"/enjeux/{issue}/", sentence, community)
    for elsewhere in (F("excerpt__community"), F("issue__community")):
        for issue, community in every.exclude(community=elsewhere).values_list("issue", "community"):
            sentence = _("A passage of another community bears this issue: take it off.")
            walk.lost(f"/enjeux/{issue}/", sentence, community)
