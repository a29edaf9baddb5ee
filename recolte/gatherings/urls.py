from django.urls import path

from recolte.gatherings.views import checklist, committee, feedback, status, stays

urlpatterns = [
    path("rencontres/<uuid:pk>/ordre-du-jour/", committee.agenda, name="agenda"),
    path("points/<uuid:pk>/", committee.item, name="agenda_item"),
    path("decisions/<uuid:pk>/", committee.decision, name="decision"),
    path("taches/<uuid:pk>/", committee.task, name="task"),
    path("communaute/<slug:slug>/decisions/", committee.decisions, name="decisions"),
    path("communaute/<slug:slug>/taches/", committee.tasks, name="tasks"),
    path("communaute/<slug:slug>/ou-en-est-on/", status.status, name="status"),
    path("rencontres/<uuid:pk>/hebergement/", stays.stays, name="stays"),
    path("hebergement/lieux/<uuid:pk>/", stays.lodging, name="lodging"),
    path("hebergement/<uuid:pk>/", stays.stay, name="stay"),
    path("rencontres/<uuid:pk>/preparatifs/", checklist.checklist, name="checklist"),
    path("rencontres/<uuid:pk>/lettre-du-soir/", checklist.digest, name="digest"),
    path("rencontres/<uuid:pk>/a-chaud/", feedback.hot, name="hot_questions"),
    path("a-chaud/<str:token>/", feedback.hot_answer, name="hot_answer"),
]
