"""Published ↔ consents and validations: what stands on a site may stand there, and is what was written."""

import hashlib
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.community.models import Community
from recolte.journal.verifying import Walk, verifies
from recolte.publishing.actions import folder_of, latest_publications, public_claims
from recolte.publishing.models import Publication
from recolte.publishing.site import MANIFEST, manifest


@verifies(50, gettext_lazy("what is public, and the agreements to it"))
def published(walk: Walk) -> None:
    for community in Community.objects.filter(pk__in=Publication.objects.values("community")):
        allowed = {
            str(one.claim.pk): (one.version, {str(borne.evidence.excerpt_id): borne.may_sound for borne in one.usable})
            for one in public_claims(community)
        }
        for publication in latest_publications(community):
            _folder(walk, publication, allowed)


def _folder(walk: Walk, publication: Publication, allowed: dict[str, tuple[str, dict[str, bool]]]) -> None:
    folder, community = folder_of(publication), publication.community_id
    said = manifest(folder)
    if said is None:
        if not publication.folder:  # a folder given on the command line may have been moved away
            walk.lost(str(folder), _("The public site is not there: write it again."), community)
        return
    if hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest() != publication.manifest:
        walk.lost(str(folder / MANIFEST), _("The site was changed after it was written: write it again."), community)
    for name, facts in said["files"].items():
        walk.seen += 1
        if not _is_whole(folder / name, facts):
            walk.lost(
                str(folder / name),
                _("This file was changed or lost after it was written: write the site again."),
                community,
            )
    for card in said["cards"]:
        for claim in card["claims"]:
            walk.seen += 1
            where = f"/fiches/{card['id']}/#claim-{claim['id']}"
            version, quotes = allowed.get(claim["id"], ("", {}))
            if not version:
                walk.lost(where, _("This claim is public, but may not be any more: write the site again."), community)
            elif version != claim["version"]:
                walk.lost(where, _("This claim was changed after it was published: write the site again."), community)
            for quote in claim["quotes"] if version else []:
                walk.seen += 1
                if quote["id"] not in quotes:
                    walk.lost(where, _("A quote is public, but may not be any more: write the site again."), community)
                elif quote.get("sound") and not quotes[quote["id"]]:
                    walk.lost(where, _("A voice is public, but may not be any more: write the site again."), community)


def _is_whole(path: Any, facts: Any) -> bool:
    digest = facts.get("sha256") if isinstance(facts, dict) else facts
    try:
        return bool(hashlib.sha256(path.read_bytes()).hexdigest() == digest)
    except OSError:
        return False
