from django.urls import include, path

from recolte.ui import views as ui

urlpatterns = [
    path("", include("recolte.community.urls")),
    path("", include("recolte.coding.urls")),
    path("", include("recolte.gatherings.urls")),
    path("", include("recolte.sources.urls")),
    path("", include("recolte.transcripts.urls")),
    path("", include("recolte.search.urls")),
    path("", include("recolte.comparison.urls")),
    path("", include("recolte.cards.urls")),
    path("", include("recolte.publishing.urls")),
    path("style/", ui.style, name="style"),
    path("langue/", include("django.conf.urls.i18n")),
]
