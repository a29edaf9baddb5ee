from django.urls import path

from recolte.gatherings.views import attendance, invitations, visit

urlpatterns = [
    path("rencontres/<uuid:pk>/modifier/", visit.change, name="change_gathering"),
    path("rencontres/<uuid:pk>/confirmer/", visit.confirm, name="confirm_gathering"),
    path("rencontres/<uuid:pk>/copier/", visit.copy, name="copy_gathering"),
    path("rencontres/<uuid:pk>/programme/", visit.programme, name="programme"),
    path("rencontres/<uuid:pk>/sequence/", visit.new_session, name="new_session"),
    path("sequences/<uuid:pk>/", visit.session, name="session"),
    path("sequences/<uuid:pk>/avancer/", visit.earlier, name="earlier"),
    path("sequences/<uuid:pk>/intervenants/", visit.new_speaker, name="new_speaker"),
    path("intervenants/<uuid:pk>/", visit.speaker, name="speaker"),
    path("rencontres/<uuid:pk>/lieu/", visit.new_place, name="new_place"),
    path("lieux/<uuid:pk>/", visit.place, name="place"),
    path("rencontres/<uuid:pk>/invitations/", invitations.invitations, name="invitations"),
    path("rencontres/<uuid:pk>/invitations/relancer/", invitations.reminder, name="remind_invited"),
    path("reponse/<str:token>/", invitations.answer, name="answer_invitation"),
    path("rencontres/<uuid:pk>/rencontre.ics", invitations.calendar, name="gathering_calendar"),
    path("agenda/", invitations.calendars, name="calendars"),
    path("agenda/<str:token>.ics", invitations.calendar_feed, name="calendar_feed"),
    path("rencontres/<uuid:pk>/participants/", attendance.participants, name="participants"),
    path("rencontres/<uuid:pk>/participants/invites/", attendance.guests, name="guests"),
    path("rencontres/<uuid:pk>/accueil/", attendance.door, name="door_sheet"),
    path("presence/<str:token>/", attendance.come, name="door"),
]
