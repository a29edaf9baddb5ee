"""Who we are: one module a subject."""

from recolte.community.models.accounts import (
    Community,
    CommunityQuerySet,
    Invitation,
    Membership,
    Owned,
    Reader,
    Role,
    User,
    UserManager,
)
from recolte.community.models.letter import Letter
from recolte.community.models.people import Organisation, Person

__all__ = [
    "Community",
    "CommunityQuerySet",
    "Invitation",
    "Letter",
    "Membership",
    "Organisation",
    "Owned",
    "Person",
    "Reader",
    "Role",
    "User",
    "UserManager",
]
