"""The writer of the public site: from plain values to a folder of files that any web server, or a USB stick, can show.

From a claim one reaches the quotes that bear it, the voice at its second and the passage beside it, without a script.
The writer asks no rights: the values it is given hold only what may be public.
"""

from recolte.publishing.site.feed import FORBIDDEN
from recolte.publishing.site.manifests import MANIFEST, manifest
from recolte.publishing.site.values import Card, Claim, Line, Quote, Report, Site
from recolte.publishing.site.writing import PART, NotOurs, Written, write

__all__ = [
    "FORBIDDEN",
    "MANIFEST",
    "PART",
    "Card",
    "Claim",
    "Line",
    "NotOurs",
    "Quote",
    "Report",
    "Site",
    "Written",
    "manifest",
    "write",
]
