"""Published ↔ consents, validations and frozen reports: what stands on a site may stand there, and is what was written."""

import hashlib
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.cards.rules import Borne
from recolte.community.models import Community
from recolte.journal.models import Event
from recolte.journal.verifying import Walk, verifies
from recolte.publishing.actions import folder_of, latest_publications, public_claims, published_editions
from recolte.publishing.models import Edition, Publication, Report
from recolte.publishing.site import MANIFEST, manifest


@verifies(50, gettext_lazy("what is public, and the agreements to it"))
def published(walk: Walk) -> None:
    for community in Community.objects.filter(pk__in=Publication.objects.values("community")):
        allowed = {
            str(one.claim.pk): (one.version, {str(borne.evidence.excerpt_id): borne for borne in one.usable})
            for one in public_claims(community)
        }
        editions = {str(one.report_id): one.sha256 for one in published_editions(community)}
        for publication in latest_publications(community):
            if said := _folder(walk, publication, allowed):
                _reports(walk, publication, said, editions)


@verifies(55, gettext_lazy("published reports, and their figures as they were frozen"))
def frozen(walk: Walk) -> None:
    """What an edition says now ↔ its fingerprint ↔ the line of the journal that was written when it was published."""
    noted = {
        line.data["edition"]: line.data["sha256"]
        for line in Event.objects.filter(subject=Report._meta.label_lower, verb="report.published")
    }
    for edition in Edition.objects.iterator(chunk_size=500):
        walk.seen += 1
        if not edition.digest() == edition.sha256 == noted.get(str(edition.pk)):
            walk.lost(
                edition.get_absolute_url(),
                _(
                    "A published report says something else than what was frozen: look in a backup for what it said, or take it back."
                ),
                edition.community_id,
            )


def _reports(walk: Walk, publication: Publication, said: dict[str, Any], editions: dict[str, str]) -> None:
    """Each report that stands in a folder ↔ the edition that is published."""
    for report in said.get("reports", []):
        walk.seen += 1
        if editions.get(report["id"]) != report["version"]:
            walk.lost(
                f"/points-d-etape/{report['id']}/",
                _("A report is public that is not the one that was published: write the site again."),
                publication.community_id,
            )


def _folder(
    walk: Walk, publication: Publication, allowed: dict[str, tuple[str, dict[str, Borne]]]
) -> dict[str, Any] | None:
    """Walk a folder; gives what it says of itself."""
    folder, community = folder_of(publication), publication.community_id
    said = manifest(folder)
    if said is None:
        if not publication.folder:  # a folder given on the command line may have been moved away
            walk.lost(str(folder), _("The public site is not there: write it again."), community)
        return None
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
                elif quote.get("sound") and not quotes[quote["id"]].may_sound:
                    walk.lost(where, _("A voice is public, but may not be any more: write the site again."), community)
                elif quote.get("licence") and not quotes[quote["id"]].may_reuse:
                    walk.lost(
                        where,
                        _("A quote is offered to others, but may not be any more: write the site again."),
                        community,
                    )
    return said


def _is_whole(path: Any, facts: Any) -> bool:
    digest = facts.get("sha256") if isinstance(facts, dict) else facts
    try:
        return bool(hashlib.sha256(path.read_bytes()).hexdigest() == digest)
    except OSError:
        return False
