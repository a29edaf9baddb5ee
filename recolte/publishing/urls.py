from django.urls import path

from recolte.publishing import report_views, views

urlpatterns = [
    path("communaute/<slug:slug>/site/", views.public_site, name="public_site"),
    path("communaute/<slug:slug>/points-d-etape/", report_views.reports, name="reports"),
    path("communaute/<slug:slug>/points-d-etape/nouveau/", report_views.new_report, name="new_report"),
    path("points-d-etape/<uuid:pk>/", report_views.report, name="report"),
    path("points-d-etape/<uuid:pk>/ecrire/", report_views.edit_report, name="edit_report"),
    path("points-d-etape/<uuid:pk>/<int:number>/", report_views.edition, name="edition"),
    path("public/<slug:slug>/", views.page, {"path": ""}, name="public_home"),
    path("public/<slug:slug>/<path:path>", views.page, name="public_page"),
]
