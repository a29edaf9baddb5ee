import hashlib
import unicodedata

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from recolte.community.models import Community, User
from recolte.consent.models import Attestation, Purpose
from recolte.journal.actions import record


@transaction.atomic
def attest(community: Community, statement: str, *, by: User) -> Attestation:
    """Keep the statement that recording and transcribing were agreed, once; the journal keeps its hash."""
    statement = unicodedata.normalize("NFC", statement).strip()
    if len(statement) < 3:
        raise ValidationError(_("Say who was informed, how and when: one sentence is enough."))
    attestation, created = Attestation.objects.get_or_create(
        community=community,
        statement=statement,
        by=by,
        defaults={"purposes": [Purpose.RECORD, Purpose.TRANSCRIBE]},
    )
    if not created:
        return attestation
    record("agreement.attested", attestation, by=by, sha256=hashlib.sha256(statement.encode()).hexdigest())
    return attestation
