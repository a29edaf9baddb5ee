"""The hot questions of a gathering: asked, answered without a name, shown once enough people have answered."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from recolte.gatherings.actions.feedback import LINK_DAYS, answer, ask, close, has_answered, hot_link, read_hot_link
from recolte.gatherings.feedback_forms import AnswersForm, LinkForm, QuestionsForm
from recolte.gatherings.models import HotQuestions
from recolte.gatherings.models.feedback import BATCH, ENOUGH
from recolte.gatherings.views.opened import around, readable
from recolte.ui.requests import MemberRequest


@never_cache
@login_required
def hot(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What is posted: an answer (`do=answer`), or, from those who prepare, the questions, the wish for a link, or that nobody
    answers any more (`do=close`).
    """
    gathering = readable(request, pk)
    page = around(request, gathering, _("Hot questions"))
    asked = HotQuestions.objects.filter(gathering=gathering).first()
    do = request.POST.get("do", "")
    may_change = page["may_change"]
    answers = AnswersForm(asked, request.POST if do == "answer" else None) if asked else None
    questions = QuestionsForm(asked, request.POST if do == "ask" else None) if may_change else None
    link = LinkForm(gathering.community, request.POST if do == "link" else None) if may_change and asked else None
    given_link = ""
    if request.method == "POST":
        if do in ("ask", "link", "close") and not may_change:
            raise PermissionDenied
        if do == "close" and asked:
            close(asked, by=request.user)
            return redirect("hot_questions", pk)
        try:
            if do == "answer" and asked and answers and answers.is_valid():
                answer(asked, request.user, answers.texts)
                messages.success(request, _("Thank you. Your words are kept without your name."))
                return redirect("hot_questions", pk)
            if do == "ask" and questions and questions.is_valid():
                ask(gathering, questions.questions, by=request.user)
                return redirect("hot_questions", pk)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        if do == "link" and asked and link and link.is_valid():
            given_link = hot_link(asked, link.cleaned_data["person"])
        elif do not in ("answer", "ask"):
            raise Http404
    page |= {
        "asked": asked,
        "answers": answers if asked and not asked.is_closed and not has_answered(asked, request.user) else None,
        "questions": questions if asked is None or not asked.given else None,
        "link": link if link and asked and not asked.is_closed and link.fields["person"].queryset.exists() else None,  # type: ignore[attr-defined]
        "given_link": given_link,
        "days": LINK_DAYS,
        "enough": ENOUGH,
        "batch": BATCH,
    }
    status = 422 if request.method == "POST" and not given_link else 200
    return render(request, "gatherings/hot.html", page, status=status)


@never_cache
def hot_answer(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of somebody without an account."""
    found = read_hot_link(token)
    if found is None:
        return render(request, "community/link_over.html", status=410)
    asked, person = found
    form = AnswersForm(asked, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            answer(asked, person, form.texts)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("Thank you. Your words are kept without your name."))
            return redirect("hot_answer", token)
    is_over = asked.is_closed or has_answered(asked, person)
    page = {"asked": asked, "answers": None if is_over else form, "enough": ENOUGH, "batch": BATCH}
    return render(request, "gatherings/hot_answer.html", page, status=422 if request.method == "POST" else 200)
