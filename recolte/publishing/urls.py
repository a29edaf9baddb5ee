from django.urls import path

from recolte.publishing import views

urlpatterns = [
    path("communaute/<slug:slug>/site/", views.public_site, name="public_site"),
    path("public/<slug:slug>/", views.page, {"path": ""}, name="public_home"),
    path("public/<slug:slug>/<path:path>", views.page, name="public_page"),
]
