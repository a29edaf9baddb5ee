"""Hot questions: asked once, answered once by each, and nobody can tell by whom."""

import hmac
from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.actions import site_address
from recolte.community.models import Person, User
from recolte.gatherings.models import Gathering, HotQuestions
from recolte.journal.actions import record

LINK_DAYS = 30
LONGEST = 1000  # code points of one answer


@transaction.atomic
def ask(gathering: Gathering, questions: list[str], *, by: User) -> HotQuestions:
    """Ask the questions of a gathering, or others in their place. Raises ValidationError once somebody has answered."""
    kept = [" ".join(one.split()) for one in questions if one.strip()]
    if not kept:
        raise ValidationError(_("Ask at least one question."))
    asked = HotQuestions.objects.select_for_update().filter(gathering=gathering).first()
    if asked and asked.given:
        raise ValidationError(_("Somebody has answered already: the questions stay as they are."))
    facts = {"community_id": gathering.community_id, "questions": kept, "answers": [[] for _one in kept], "by": by}
    facts |= {"shown": [], "closed_at": None}
    asked, _created = HotQuestions.objects.update_or_create(gathering=gathering, defaults=facts)
    record("hot_questions.asked", asked, by=by, questions=len(kept))
    return asked


@transaction.atomic
def answer(questions: HotQuestions, who: User | Person, texts: list[str]) -> None:
    """Put the answers among the others. Raises ValidationError when there are none, when this person has answered before,
    or when nobody answers any more.

    The journal notes that somebody answered, not who.
    """
    locked = HotQuestions.objects.select_for_update().get(pk=questions.pk)
    mark = _mark(locked, who)
    given = [" ".join(text.split())[:LONGEST] for text in texts]
    if locked.is_closed:
        raise ValidationError(_("These questions are closed: tell your words to whoever prepared the gathering."))
    if mark in locked.given:
        raise ValidationError(
            _("You have answered already: each person answers once, so that every voice counts the same.")
        )
    if not any(given) or len(given) != len(locked.questions):
        raise ValidationError(_("Answer at least one of the questions, in a few words."))
    locked.given = sorted([*locked.given, mark])
    pairs = zip(locked.answers, given, strict=True)
    locked.answers = [sorted([*others, text]) if text else others for others, text in pairs]
    locked.bring_out()
    locked.save(update_fields=["given", "answers", "shown"])
    record("hot_questions.answered", locked, by=None)


@transaction.atomic
def close(questions: HotQuestions, *, by: User) -> None:
    """Nobody answers any more; the last answers are shown too."""
    locked = HotQuestions.objects.select_for_update().get(pk=questions.pk)
    if locked.is_closed:
        return
    locked.closed_at = timezone.now()
    locked.bring_out()
    locked.save(update_fields=["closed_at", "shown"])
    record("hot_questions.closed", locked, by=by)


def has_answered(questions: HotQuestions, who: User | Person) -> bool:
    return _mark(questions, who) in questions.given


def _mark(questions: HotQuestions, who: User | Person) -> str:
    """What is kept of who answered: HMAC-SHA-256 of their id under the house's key, another one for each gathering."""
    account = who.pk if isinstance(who, User) else who.user_id or who.pk
    return hmac.new(
        settings.SECRET_KEY.encode(), f"hot-questions {questions.pk} {account}".encode(), sha256
    ).hexdigest()


def hot_link(questions: HotQuestions, person: Person) -> str:
    """The address where somebody without an account answers; for `LINK_DAYS` days."""
    token = signing.dumps([str(questions.pk), str(person.pk)], salt="hot-questions")
    return site_address(reverse("hot_answer", args=[token]))


def read_hot_link(token: str) -> tuple[HotQuestions, Person] | None:
    """Whose link this is, and to what; None when it is wrong or too old."""
    try:
        asked, person = signing.loads(token, salt="hot-questions", max_age=LINK_DAYS * 24 * 3600)
    except signing.BadSignature:
        return None
    questions = HotQuestions.objects.filter(pk=asked).select_related("gathering__community").first()
    who = Person.objects.filter(pk=person).first()
    return (questions, who) if questions and who and questions.community_id == who.community_id else None
