from allauth.account.views import ConfirmLoginCodeView, LogoutView, RequestLoginCodeView
from allauth.mfa.base.views import authenticate, reauthenticate
from allauth.mfa.recovery_codes.views import generate_recovery_codes, view_recovery_codes
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from allauth.mfa.webauthn.views import add_webauthn, login_webauthn, reauthenticate_webauthn, remove_webauthn
from django.urls import path
from django.views.decorators.cache import never_cache

from recolte.community.views import accounts, belonging, ecosystem, people

# django-allauth asks for its pages by name; here they all are the one page that sends a code.
SIGN_IN_NAMES = ["sign_in", "account_login", "account_signup", "account_email", "account_request_login_code"]
# …and, of its second step, what we show; two of them in one page of ours.
CONNECTION_NAMES = ["my_connection", "mfa_index", "mfa_list_webauthn"]

urlpatterns = [
    *(path("connexion/", RequestLoginCodeView.as_view(), name=name) for name in SIGN_IN_NAMES),
    path("connexion/code/", ConfirmLoginCodeView.as_view(), name="account_confirm_login_code"),
    path("connexion/cle/", login_webauthn, name="mfa_login_webauthn"),
    path("connexion/deuxieme-etape/", authenticate, name="mfa_authenticate"),
    path("connexion/lien/<str:token>/", accounts.sign_in_link, name="sign_in_link"),
    path("deconnexion/", LogoutView.as_view(), name="sign_out"),
    *(path("compte/connexion/", accounts.my_connection, name=name) for name in CONNECTION_NAMES),
    path("compte/connexion/cles/nouvelle/", never_cache(add_webauthn), name="mfa_add_webauthn"),
    path("compte/connexion/cles/<int:pk>/retirer/", never_cache(remove_webauthn), name="mfa_remove_webauthn"),
    path("compte/connexion/application/", never_cache(activate_totp), name="mfa_activate_totp"),
    path("compte/connexion/application/retirer/", never_cache(deactivate_totp), name="mfa_deactivate_totp"),
    path("compte/connexion/codes/", never_cache(view_recovery_codes), name="mfa_view_recovery_codes"),
    path("compte/connexion/codes/nouveaux/", never_cache(generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("compte/confirmer/", never_cache(reauthenticate), name="mfa_reauthenticate"),
    path("compte/confirmer/cle/", never_cache(reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
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
