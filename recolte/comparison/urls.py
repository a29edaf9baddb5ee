from django.urls import path

from recolte.comparison.views import issues, mirror

urlpatterns = [
    path("communaute/<slug:slug>/miroir/", mirror.mirror_page, name="mirror"),
    path("communaute/<slug:slug>/miroir/<uuid:organisation>/<slug:facet>/", mirror.cell_page, name="mirror_cell"),
    path("communaute/<slug:slug>/enjeux/", issues.issues, name="issues"),
    path("communaute/<slug:slug>/enjeux/nouveau/", issues.new_issue, name="new_issue"),
    path("enjeux/<uuid:pk>/", issues.issue, name="issue"),
    path("enjeux/<uuid:pk>/modifier/", issues.edit_issue, name="edit_issue"),
    path("enjeux/<uuid:pk>/appui/", issues.issue_evidence, name="issue_evidence"),
    path("enjeux/<uuid:pk>/avis/", issues.issue_opinion, name="issue_opinion"),
    path("enjeux/<uuid:pk>/histoire/", issues.issue_history, name="issue_history"),
    path("enjeux/appuis/<uuid:pk>/", issues.issue_bearing, name="issue_bearing"),
    path("enjeux/avis/<uuid:pk>/", issues.own_opinion, name="own_opinion"),
    path("extraits/<uuid:pk>/enjeu/", issues.use_in_issue, name="use_in_issue"),
]
