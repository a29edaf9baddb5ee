from django.urls import include, path

from recolte.ui import views as ui

urlpatterns = [
    path("", include("recolte.community.urls")),
    path("", include("recolte.programme.urls")),
    path("", include("recolte.coding.urls")),
    path("", include("recolte.gatherings.urls")),
    path("", include("recolte.sources.urls")),
    path("", include("recolte.transcripts.urls")),
    path("", include("recolte.search.urls")),
    path("", include("recolte.comparison.urls")),
    path("", include("recolte.cards.urls")),
    path("", include("recolte.publishing.urls")),
    path("", include("recolte.accompaniment.urls")),
    path("", include("recolte.interchange.urls")),
    path("style/", ui.style, name="style"),
    path("aide/", ui.all_help, name="all_help"),
    path("aide/<slug:stage>/", ui.help, name="help"),
    path("langue/", include("django.conf.urls.i18n")),
]
