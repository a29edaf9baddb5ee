from django.urls import path

from recolte.accompaniment.views import applications, calls, funding, public

urlpatterns = [
    path("communaute/<slug:slug>/appels/", calls.calls, name="calls"),
    path("communaute/<slug:slug>/appels/nouveau/", calls.new_call, name="new_call"),
    path("appels/<uuid:pk>/", calls.call, name="call"),
    path("appels/<uuid:pk>/modifier/", calls.edit_call, name="edit_call"),
    path("appels/<uuid:pk>/candidature/", applications.note_application, name="note_application"),
    path("appels/<uuid:pk>/financements/", funding.call_funding, name="call_funding"),
    path("financements/appels/<uuid:pk>/", funding.funding_option, name="funding_option"),
    path("candidatures/<uuid:pk>/", applications.application, name="application"),
    path("candidatures/<uuid:pk>/choix/", applications.choose, name="choose"),
    path("candidater/<slug:code>/", public.apply, name="apply"),
    path("candidature/<str:token>/", public.my_application, name="my_application"),
    path("candidature/<str:token>/completer/", public.complete_application, name="complete_application"),
]
