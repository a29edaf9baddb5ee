from django.urls import path

from recolte.interchange.actors import views as actors

urlpatterns = [
    path("communaute/<slug:slug>/importer/acteurs/", actors.import_actors, name="import_actors"),
    path("importations/<uuid:pk>/", actors.actor_list, name="actor_list"),
]
