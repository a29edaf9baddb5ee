from django.urls import path

from recolte.sources.views import browsing, gathering, guests, photos, source

urlpatterns = [
    path("", browsing.home, name="home"),
    path("communaute/<slug:slug>/rencontre/", gathering.plan, name="plan_gathering"),
    path("rencontres/", browsing.gatherings, name="gatherings"),
    path("rencontres/<uuid:pk>/", gathering.gathering, name="gathering"),
    path("rencontres/<uuid:pk>/deposer/", gathering.deposit, name="deposit"),
    path("rencontres/<uuid:pk>/photos/", photos.photos, name="photos"),
    path("rencontres/<uuid:pk>/autorisation/", gathering.agree_gathering, name="agree_gathering"),
    path(
        "rencontres/<uuid:pk>/autorisation/invites/", gathering.agree_gathering, {"guests": True}, name="agree_guests"
    ),
    path("rencontres/<uuid:pk>/recueillir/", guests.deposit_door, name="deposit_door"),
    path("communaute/<slug:slug>/recueil/", browsing.sources, name="sources"),
    path("deposer/<str:token>/", guests.leave_here, name="leave"),
    path("recueil/<uuid:pk>/original/", source.original, name="original"),
    path("recueil/<uuid:pk>/annuler/", source.steer, {"what": "cancel"}, name="cancel_work"),
    path("recueil/<uuid:pk>/reprendre/", source.steer, {"what": "again"}, name="start_again"),
    path("recueil/<uuid:pk>/qui/", photos.seen, name="seen"),
    path("recueil/<uuid:pk>/<slug:role>/", source.rendition, name="rendition"),
]
