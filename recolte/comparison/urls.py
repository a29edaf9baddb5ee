from django.urls import path

from recolte.comparison import views

urlpatterns = [
    path("communaute/<slug:slug>/miroir/", views.mirror_page, name="mirror"),
    path("communaute/<slug:slug>/miroir/<uuid:organisation>/<slug:facet>/", views.cell_page, name="mirror_cell"),
]
