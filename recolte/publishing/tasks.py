import logging
from typing import Any

from recolte.community.models import Community
from recolte.jobs.actions import Running, job
from recolte.publishing.actions import (
    folder_of,
    latest_publications,
    own_address,
    own_folder,
    public_claims,
    publish,
    published_editions,
)
from recolte.publishing.site import NotOurs

logger = logging.getLogger(__name__)


@job("publishing.write")
def write(running: Running) -> dict[str, Any]:
    """Write the house's own site of a community, and again every other folder that it was written into."""
    community = Community.objects.get(pk=running.job.subject)
    places = {own_folder(community): own_address(community)}
    places |= {folder_of(one): one.url for one in latest_publications(community) if one.folder}
    running.stage("writing", total=len(places))
    refused = []
    while True:
        before = _public(community)
        for number, (folder, url) in enumerate(places.items(), 1):
            try:
                publish(community, folder, url=url, by=running.job.by, progress=lambda done, total: running.check())
            except (NotOurs, OSError) as error:
                logger.warning("%s: %s", folder, error)
                refused.append(str(folder))
            running.progress(number)
        if before == _public(community):  # else somebody withdrew something while we wrote
            return {"places": len(places), "refused": refused}


def _public(community: Community) -> tuple[list[str], list[tuple[str, str, tuple[tuple[str, bool, bool], ...]]]]:
    """What is public now, short enough to be compared."""
    return [one.sha256 for one in published_editions(community)], [
        (
            str(one.claim.pk),
            one.version,
            tuple((str(borne.evidence.pk), borne.may_sound, borne.may_reuse) for borne in one.usable),
        )
        for one in public_claims(community)
    ]
