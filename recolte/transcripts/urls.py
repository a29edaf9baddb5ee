from django.urls import path

from recolte.transcripts import views

urlpatterns = [
    path("rencontres/<uuid:pk>/couverture/", views.coverage_board, name="coverage"),
    path("communaute/<slug:slug>/ecoute/", views.listened, name="listened"),
    path("transcriptions/<uuid:pk>/mots.json", views.words, name="words"),
    path("transcriptions/<uuid:pk>.<slug:format>", views.download, name="download_transcript"),
]
