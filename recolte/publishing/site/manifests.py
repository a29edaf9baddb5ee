"""What a folder says of itself: its cards and reports, with what was validated, and its files."""

import json
from pathlib import Path
from typing import Any

from recolte.publishing.site.values import Site, sha256

FORMAT = "recolte-site-1"
MANIFEST = "recolte.json"


def manifest(folder: Path) -> dict[str, Any] | None:
    """What a folder that we wrote says of itself: cards, their claims with version and quotes, files with their sha256.

    `complete` is false while it is being written, and after a crash. None where there is no folder of ours.
    """
    try:
        if (folder / MANIFEST).is_symlink():
            return None
        said = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    ours = isinstance(said, dict) and said.get("format") == FORMAT and isinstance(said.get("files"), dict)
    return said if ours else None


def manifest_of(site: Site, files: dict[str, bytes]) -> bytes:
    return as_json(
        {
            "format": FORMAT,
            "complete": True,
            "community": site.community,
            "url": site.url,
            "language": site.language,
            "written_at": site.written_at.isoformat(),
            "checks": [{"name": name, "links": links} for name, links in site.checks],
            "cards": [
                {
                    "id": card.id,
                    "page": f"{card.folder}/index.html",
                    "published_at": card.published_at.isoformat(),
                    "changed_at": card.changed_at.isoformat(),
                    "claims": [
                        {
                            "id": claim.id,
                            "anchor": claim.anchor,
                            "version": claim.version,
                            "validated_on": claim.validated_on and claim.validated_on.isoformat(),
                            "validated_by": claim.validated_by,
                            "quotes": [
                                {
                                    "id": quote.id,
                                    "anchor": quote.anchor,
                                    "sound": f"{card.folder}/{quote.clip}" if quote.sound else None,
                                    "licence": quote.licence or None,
                                }
                                for quote in claim.quotes
                            ],
                        }
                        for claim in card.claims
                    ],
                }
                for card in site.cards
            ],
            "reports": [
                {
                    "id": report.id,
                    "page": f"{report.folder}/index.html",
                    "number": report.number,
                    "version": report.version,
                    "published_at": report.published_at.isoformat(),
                }
                for report in site.reports
            ],
            "files": {name: sha256(files[name]) for name in sorted(files)},
        }
    )


def as_json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode()
