"""Who we are: one module a subject."""

from recolte.community.models.accounts import (
    CONTRIBUTORS,
    Community,
    CommunityQuerySet,
    Form,
    Invitation,
    Membership,
    Owned,
    Reader,
    Role,
    User,
    UserManager,
    titled,
)
from recolte.community.models.belonging import Affiliation, Circle, CircleMember, Mandate
from recolte.community.models.letter import Letter
from recolte.community.models.people import Organisation, Person
from recolte.community.models.profile import Definition, Profile

__all__ = [
    "CONTRIBUTORS",
    "Affiliation",
    "Circle",
    "CircleMember",
    "Community",
    "CommunityQuerySet",
    "Definition",
    "Form",
    "Invitation",
    "Letter",
    "Mandate",
    "Membership",
    "Organisation",
    "Owned",
    "Person",
    "Profile",
    "Reader",
    "Role",
    "User",
    "UserManager",
    "titled",
]
