from django.urls import path

from recolte.coding import browsing, views

urlpatterns = [
    path("ecoute/<uuid:pk>/", views.listen, name="listen"),
    path("ecoute/<uuid:pk>/reperes/", views.mark, name="mark_seconds"),
    path("transcriptions/<uuid:pk>/voix/", views.voices, name="voices"),
    path("transcriptions/<uuid:pk>/ecoute/", views.listened, name="mark_listened"),
    path("transcriptions/<uuid:pk>/coder/", views.code_transcript, name="code_transcript"),
    path("transcriptions/<uuid:pk>/tours/<int:turn>/", views.turn, name="turn"),
    path("transcriptions/<uuid:pk>/tours/<int:turn>/corriger/", views.correct, name="correct_turn"),
    path("recueil/<uuid:pk>/", views.source, name="source"),
    path("recueil/<uuid:pk>/coder/", views.code_document, name="code_document"),
    path("recueil/<uuid:pk>/paragraphes/<int:number>/", views.block, name="block"),
    path("codages/<uuid:pk>/retirer/", views.uncode, name="uncode"),
    path("communaute/<slug:slug>/codes/", browsing.codes, name="codes"),
    path("codes/<uuid:pk>/", browsing.code, name="code"),
    path("extraits/<uuid:pk>/", browsing.excerpt, name="excerpt"),
    path("extraits/<uuid:pk>/coder/", views.code_excerpt, name="code_excerpt"),
    path("extraits/<uuid:pk>/de-qui/", browsing.attribute, name="attribute"),
    path("extraits/<uuid:pk>/mots/", browsing.confirm_words, name="confirm_words"),
    path("extraits/<uuid:pk>/relu/", browsing.confirm_note, name="confirm_note"),
]
