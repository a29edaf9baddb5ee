from django.urls import path

from recolte.sources import views

urlpatterns = [
    path("", views.home, name="home"),
    path("communaute/<slug:slug>/rencontre/", views.plan, name="plan_gathering"),
    path("rencontres/", views.gatherings, name="gatherings"),
    path("rencontres/<uuid:pk>/", views.gathering, name="gathering"),
    path("rencontres/<uuid:pk>/deposer/", views.deposit, name="deposit"),
    path("rencontres/<uuid:pk>/photos/", views.photos, name="photos"),
    path("rencontres/<uuid:pk>/autorisation/", views.agree_gathering, name="agree_gathering"),
    path("rencontres/<uuid:pk>/autorisation/invites/", views.agree_gathering, {"guests": True}, name="agree_guests"),
    path("rencontres/<uuid:pk>/recueillir/", views.deposit_door, name="deposit_door"),
    path("communaute/<slug:slug>/recueil/", views.sources, name="sources"),
    path("deposer/<str:token>/", views.leave_here, name="leave"),
    path("recueil/<uuid:pk>/original/", views.original, name="original"),
    path("recueil/<uuid:pk>/annuler/", views.steer, {"what": "cancel"}, name="cancel_work"),
    path("recueil/<uuid:pk>/reprendre/", views.steer, {"what": "again"}, name="start_again"),
    path("recueil/<uuid:pk>/<slug:role>/", views.rendition, name="rendition"),
]
