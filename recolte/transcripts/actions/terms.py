"""The community's glossary: what people write into it, and what their corrections teach it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from recolte.community.models import Community, User
from recolte.journal.actions import record
from recolte.transcripts.glossary import LONGEST, learnt
from recolte.transcripts.models import Term, Turn


@transaction.atomic
def add_term(community: Community, words: str, *, origin: str = Term.Origin.WRITTEN, by: User) -> Term:
    """Expect `words` from now on; once, however they are capitalised. Raises `ValidationError`."""
    words = " ".join(words.split())
    if not 1 < len(words) <= LONGEST or "," in words:
        raise ValidationError(_("Write one name or one word, of 60 characters at most."))
    found = Term.objects.filter(community=community, words__iexact=words).first()
    if found:
        return found
    term = Term.objects.create(community=community, words=words, origin=origin, by=by)
    record("term.added", term, by=by)
    return term


@transaction.atomic
def remove_term(term: Term, *, by: User) -> None:
    record("term.removed", term, by=by)
    term.delete()


def learn(turn: Turn, after: str, *, by: User) -> None:
    """Note the names that correcting `turn` to `after` brings; forget those that `by` had begun to write there."""
    community = turn.transcript.community
    if turn.corrected_by_id == by.pk:
        begun = Term.objects.filter(community=community, origin=Term.Origin.CORRECTED, by=by)
        for term in begun.filter(words__in=learnt(after, turn.text)):
            remove_term(term, by=by)
    for word in learnt(turn.text, after):
        if len(word) <= LONGEST:
            add_term(community, word, origin=Term.Origin.CORRECTED, by=by)
