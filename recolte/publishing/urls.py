from django.urls import path

from recolte.publishing.views import dossiers, reactions, reports, site

ODT = {"as_odt": True}

urlpatterns = [
    path("communaute/<slug:slug>/site/", site.public_site, name="public_site"),
    path("communaute/<slug:slug>/points-d-etape/", reports.reports, name="reports"),
    path("communaute/<slug:slug>/points-d-etape/nouveau/", reports.new_report, name="new_report"),
    path("points-d-etape/<uuid:pk>/", reports.report, name="report"),
    path("points-d-etape/<uuid:pk>/ecrire/", reports.edit_report, name="edit_report"),
    path("points-d-etape/<uuid:pk>/<int:number>/", reports.edition, name="edition"),
    path("public/<slug:slug>/", site.page, {"path": ""}, name="public_home"),
    path("public/<slug:slug>/<path:path>", site.page, name="public_page"),
    path("rencontres/<uuid:pk>/dossiers/", dossiers.dossiers, name="dossiers"),
    path("rencontres/<uuid:pk>/dossiers/comite/", dossiers.committee, name="committee_dossier"),
    path("rencontres/<uuid:pk>/dossiers/comite.odt", dossiers.committee, ODT, name="committee_odt"),
    path("rencontres/<uuid:pk>/dossiers/restitution/", dossiers.restitution, name="restitution_dossier"),
    path("rencontres/<uuid:pk>/dossiers/restitution.odt", dossiers.restitution, ODT, name="restitution_odt"),
    path("rencontres/<uuid:pk>/dossiers/reactions/", reactions.reactions, name="reactions"),
    path("reactions/<uuid:pk>/", reactions.reaction, name="reaction"),
    path("reagir/<str:token>/", reactions.say, name="react"),
    path("ma-reaction/<str:token>/", reactions.own, name="own_reaction"),
    path("dossiers/hote/<uuid:pk>/", dossiers.host, name="host_dossier"),
    path("dossiers/hote/<uuid:pk>.odt", dossiers.host, ODT, name="host_odt"),
    path("votre-visite/<str:token>/", dossiers.host_reads, name="host_reads"),
    path("votre-visite/<str:token>/dossier.odt", dossiers.host_reads, ODT, name="host_reads_odt"),
]
