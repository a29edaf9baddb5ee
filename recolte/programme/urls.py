from django.urls import path

from recolte.programme.views import agreements, funding, plan

urlpatterns = [
    path("communaute/<slug:slug>/demarche/", plan.programme, name="programme"),
    path("communaute/<slug:slug>/demarche/nouvelle/", plan.new_programme, name="new_programme"),
    path("demarches/<uuid:pk>/", plan.edit_programme, name="edit_programme"),
    path("demarches/<uuid:pk>/axe/", plan.new_axis, name="new_axis"),
    path("demarches/<uuid:pk>/phase/", plan.new_phase, name="new_phase"),
    path("demarches/<uuid:pk>/dates/", plan.dates, name="programme_dates"),
    path("demarches/<uuid:pk>/contributions/", plan.contributions, name="contributions"),
    path("axes/<uuid:pk>/", plan.edit_axis, name="edit_axis"),
    path("phases/<uuid:pk>/", plan.edit_phase, name="edit_phase"),
    path("contributions/<uuid:pk>/", plan.edit_contribution, name="edit_contribution"),
    path("communaute/<slug:slug>/financements/", funding.funding, name="funding"),
    path("communaute/<slug:slug>/financements/nouveau/", funding.new_funding, name="new_funding"),
    path("financements/<uuid:pk>/", funding.edit_funding, name="funding_line"),
    path("financeurs/<uuid:pk>/", funding.funder, name="funder"),
    path("communaute/<slug:slug>/conventions/", agreements.agreements, name="agreements"),
    path("communaute/<slug:slug>/conventions/nouvelle/", agreements.new_agreement, name="new_agreement"),
    path("conventions/<uuid:pk>/", agreements.agreement, name="agreement"),
    path("conventions/<uuid:pk>/modifier/", agreements.edit_agreement, name="edit_agreement"),
]
