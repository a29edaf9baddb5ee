import unicodedata
from collections.abc import Callable, Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.models import Community, Person, User
from recolte.consent.models import ATTESTED, Attestation, Consent, Purpose
from recolte.journal.actions import digest, record

Hook = Callable[[Person], None]
_on_withdrawal: list[Hook] = []


def on_withdrawal(hook: Hook) -> Hook:
    """Register what a later stage does, in the same transaction, when somebody has withdrawn or struck something."""
    _on_withdrawal.append(hook)
    return hook


def withdrawn(person: Person) -> None:
    """Tell the later stages that something of `person` may be used no more."""
    for hook in _on_withdrawal:
        hook(person)


@transaction.atomic
def agree_to(person: Person, purposes: Iterable[Purpose], *, how: Consent.How, by: User | None) -> list[Consent]:
    """Note that `person` agreed to `purposes`. `by` is who noted it; None when they did it themselves, by their link."""
    standing = set(person.consents.standing().values_list("purpose", flat=True))
    made = []
    for purpose in sorted(set(purposes) - standing):
        consent = Consent.objects.create(
            community_id=person.community_id,
            person=person,
            purpose=purpose,
            how=how,
            wording=digest(str(Purpose(purpose).label)),
            by=by,
            given_at=timezone.now(),
        )
        record("consent.given", consent, by=by, person=str(person.pk), purpose=str(purpose))
        made.append(consent)
    return made


@transaction.atomic
def withdraw(person: Person, purposes: Iterable[Purpose], *, how: Consent.How, by: User | None) -> None:
    """Take back `purposes` for `person`: at once, for everything, everywhere. Nothing happens for what was not given.

    Who is no longer to be quoted is no longer to be quoted by name.
    """
    now, asked = timezone.now(), set(purposes)
    if Purpose.QUOTE_PSEUDONYM in asked:
        asked.add(Purpose.QUOTE_NAME)
    taken = list(person.consents.standing().filter(purpose__in=asked))
    for purpose in sorted(ATTESTED & asked - {consent.purpose for consent in taken}):
        # attested for all, never given by this person: what they take back is a fact of its own
        if not person.consents.filter(purpose=purpose).exists():
            taken.append(
                Consent(
                    community_id=person.community_id,
                    person=person,
                    purpose=purpose,
                    how=how,
                    wording=digest(str(Purpose(purpose).label)),
                    by=by,
                    given_at=now,
                )
            )
    for consent in taken:
        consent.withdrawn_at = now
        consent.save()
        record("consent.withdrawn", consent, by=by, person=str(person.pk), purpose=str(consent.purpose))
    if taken:
        withdrawn(person)


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
    record("agreement.attested", attestation, by=by, sha256=digest(statement))
    return attestation
