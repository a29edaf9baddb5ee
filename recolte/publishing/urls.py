from django.urls import path

from recolte.publishing import dossier_reactions, dossier_views, report_views, views

ODT = {"as_odt": True}

urlpatterns = [
    path("communaute/<slug:slug>/site/", views.public_site, name="public_site"),
    path("communaute/<slug:slug>/points-d-etape/", report_views.reports, name="reports"),
    path("communaute/<slug:slug>/points-d-etape/nouveau/", report_views.new_report, name="new_report"),
    path("points-d-etape/<uuid:pk>/", report_views.report, name="report"),
    path("points-d-etape/<uuid:pk>/ecrire/", report_views.edit_report, name="edit_report"),
    path("points-d-etape/<uuid:pk>/<int:number>/", report_views.edition, name="edition"),
    path("public/<slug:slug>/", views.page, {"path": ""}, name="public_home"),
    path("public/<slug:slug>/<path:path>", views.page, name="public_page"),
    path("rencontres/<uuid:pk>/dossiers/", dossier_views.dossiers, name="dossiers"),
    path("rencontres/<uuid:pk>/dossiers/comite/", dossier_views.committee, name="committee_dossier"),
    path("rencontres/<uuid:pk>/dossiers/comite.odt", dossier_views.committee, ODT, name="committee_odt"),
    path("rencontres/<uuid:pk>/dossiers/restitution/", dossier_views.restitution, name="restitution_dossier"),
    path("rencontres/<uuid:pk>/dossiers/restitution.odt", dossier_views.restitution, ODT, name="restitution_odt"),
    path("rencontres/<uuid:pk>/dossiers/reactions/", dossier_reactions.reactions, name="reactions"),
    path("reactions/<uuid:pk>/", dossier_reactions.reaction, name="reaction"),
    path("reagir/<str:token>/", dossier_reactions.say, name="react"),
    path("ma-reaction/<str:token>/", dossier_reactions.own, name="own_reaction"),
    path("dossiers/hote/<uuid:pk>/", dossier_views.host, name="host_dossier"),
    path("dossiers/hote/<uuid:pk>.odt", dossier_views.host, ODT, name="host_odt"),
    path("votre-visite/<str:token>/", dossier_views.host_reads, name="host_reads"),
    path("votre-visite/<str:token>/dossier.odt", dossier_views.host_reads, ODT, name="host_reads_odt"),
]
