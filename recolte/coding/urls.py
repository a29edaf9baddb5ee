from django.urls import path

from recolte.coding.views import browsing, desk, listening, marking, reading, striking

urlpatterns = [
    path("ecoute/<uuid:pk>/", listening.listen, name="listen"),
    path("ecoute/<uuid:pk>/reperes/", marking.mark, name="mark_seconds"),
    path("transcriptions/<uuid:pk>/voix/", listening.voices, name="voices"),
    path("transcriptions/<uuid:pk>/voix/proposer/", listening.tell_voices, name="tell_voices"),
    path("transcriptions/<uuid:pk>/ecoute/", listening.listened, name="mark_listened"),
    path("transcriptions/<uuid:pk>/coder/", marking.code_transcript, name="code_transcript"),
    path("transcriptions/<uuid:pk>/corriger/", desk.desk, name="desk"),
    path("transcriptions/<uuid:pk>/changements/", desk.corrections, name="corrections"),
    path("transcriptions/<uuid:pk>/tours/<int:turn>/", listening.turn, name="turn"),
    path("transcriptions/<uuid:pk>/tours/<int:turn>/corriger/", listening.correct, name="correct_turn"),
    path("transcriptions/<uuid:pk>/hors-micro/", striking.strike_words, name="strike_words"),
    path("recueil/<uuid:pk>/", reading.source, name="source"),
    path("recueil/<uuid:pk>/coder/", marking.code_document, name="code_document"),
    path("recueil/<uuid:pk>/paragraphes/<int:number>/", reading.block, name="block"),
    path("codages/<uuid:pk>/retirer/", marking.uncode, name="uncode"),
    path("communaute/<slug:slug>/codes/", browsing.codes, name="codes"),
    path("communaute/<slug:slug>/reperages/", browsing.codings, name="codings"),
    path("codes/<uuid:pk>/", browsing.code, name="code"),
    path("extraits/<uuid:pk>/", browsing.excerpt, name="excerpt"),
    path("extraits/<uuid:pk>/coder/", marking.code_excerpt, name="code_excerpt"),
    path("extraits/<uuid:pk>/hors-micro/", striking.strike_excerpt, name="strike_excerpt"),
    path("extraits/<uuid:pk>/hors-micro/reprendre/", striking.take_back, name="take_strike_back"),
    path("extraits/<uuid:pk>/de-qui/", browsing.attribute, name="attribute"),
    path("extraits/<uuid:pk>/mots/", browsing.confirm_words, name="confirm_words"),
    path("extraits/<uuid:pk>/relu/", browsing.confirm_note, name="confirm_note"),
]
