from django.urls import path

from recolte.cards import people, personal, views

urlpatterns = [
    path("communaute/<slug:slug>/fiches/", views.cards, name="cards"),
    path("communaute/<slug:slug>/enseignements/", views.claims, name="claims"),
    path("fiches/<uuid:pk>/", views.card, name="card"),
    path("fiches/<uuid:pk>/enseignement/", views.new_claim, name="new_claim"),
    path("fiches/<uuid:pk>/publier/", views.publish, name="publish_card"),
    path("enseignements/<uuid:pk>/", views.edit_claim, name="edit_claim"),
    path("enseignements/<uuid:pk>/appui/", views.evidence, name="evidence"),
    path("appuis/<uuid:pk>/", views.loosen, name="loosen"),
    path("extraits/<uuid:pk>/fiche/", views.use, name="use_excerpt"),
    path("reponses/<uuid:pk>/adopter/", views.take_wording, name="take_wording"),
    path("communaute/<slug:slug>/personnes/", people.persons, name="persons"),
    path("personnes/<uuid:pk>/", people.person, name="person"),
    path("mes-paroles/", personal.my_words, name="my_words"),
    path("mes-paroles/extraits/<uuid:pk>.mp3", personal.my_file, {"what": "clip"}, name="my_clip"),
    path("mes-paroles/photos/<uuid:pk>/", personal.my_file, {"what": "photo"}, name="my_photo"),
    path("parole/<str:token>/", personal.personal, name="personal"),
    path("parole/<str:token>/extraits/<uuid:pk>.mp3", personal.personal_file, {"what": "clip"}, name="personal_clip"),
    path("parole/<str:token>/photos/<uuid:pk>/", personal.personal_file, {"what": "photo"}, name="personal_photo"),
]
