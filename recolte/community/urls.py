from allauth.account.views import ConfirmLoginCodeView, LogoutView, RequestLoginCodeView
from django.urls import path

from recolte.community.views import accounts, belonging, ecosystem, people

# django-allauth asks for its pages by name; here they all are the one page that sends a code.
SIGN_IN_NAMES = ["sign_in", "account_login", "account_signup", "account_email", "account_request_login_code"]

urlpatterns = [
    *(path("connexion/", RequestLoginCodeView.as_view(), name=name) for name in SIGN_IN_NAMES),
    path("connexion/code/", ConfirmLoginCodeView.as_view(), name="account_confirm_login_code"),
    path("connexion/lien/<str:token>/", accounts.sign_in_link, name="sign_in_link"),
    path("deconnexion/", LogoutView.as_view(), name="sign_out"),
    path("invitation/<str:token>/", accounts.invitation, name="invitation"),
    path("communaute/<slug:slug>/", people.people, name="people"),
    path("communaute/<slug:slug>/courrier/", accounts.letters, name="letters"),
    path("communaute/<slug:slug>/membres/<uuid:pk>/", people.member, name="member"),
    path("communaute/<slug:slug>/passation/", people.hand_over_coordination, name="hand_over"),
    path("communaute/<slug:slug>/quitter/", people.leave, name="leave_community"),
    path("communaute/<slug:slug>/cercles/", belonging.circles, name="circles"),
    path("cercles/<uuid:pk>/", belonging.circle, name="circle"),
    path("communaute/<slug:slug>/fonctions/", belonging.mandates, name="mandates"),
    path("communaute/<slug:slug>/emboitements/", belonging.nesting, name="nesting"),
    path("communaute/<slug:slug>/definitions/", belonging.definitions, name="definitions"),
    path("moi/profil/", people.my_profile, name="my_profile"),
    path("communaute/<slug:slug>/structures/", ecosystem.organisations, name="organisations"),
    path("communaute/<slug:slug>/structures/nouvelle/", ecosystem.new_organisation, name="new_organisation"),
    path("communaute/<slug:slug>/ecosysteme/", ecosystem.ecosystem, name="ecosystem"),
    path("structures/<uuid:pk>/", ecosystem.organisation, name="organisation"),
    path("structures/<uuid:pk>/modifier/", ecosystem.edit_organisation, name="edit_organisation"),
    path("structures/<uuid:pk>/relation/", ecosystem.add_relation, name="add_relation"),
    path("structures/<uuid:pk>/fusionner/", ecosystem.merge_organisation, name="merge_organisation"),
    path("relations/<uuid:pk>/", ecosystem.relation, name="relation"),
]
