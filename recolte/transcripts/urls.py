from django.urls import path

from recolte.transcripts import views

urlpatterns = [
    path("rencontres/<uuid:pk>/couverture/", views.coverage_board, name="coverage"),
    path("communaute/<slug:slug>/ecoute/", views.listened, name="listened"),
    path("communaute/<slug:slug>/glossaire/", views.glossary, name="glossary"),
    path("entretiens/<uuid:pk>/", views.interview, name="interview"),
    path("glossaire/<uuid:pk>/retirer/", views.forget_term, name="forget_term"),
    path("ecoute/<uuid:pk>/enregistreurs/", views.recorders, name="recorders"),
    path("transcriptions/<uuid:pk>/reecouter/", views.hear_again_page, name="hear_again"),
    path("transcriptions/<uuid:pk>/temps/", views.times, name="find_times"),
    path("transcriptions/<uuid:pk>/emporter/", views.take_away, name="take_away"),
    path("transcriptions/<uuid:pk>/mots.json", views.words, name="words"),
    path("transcriptions/<uuid:pk>.<slug:format>", views.download, name="download_transcript"),
]
