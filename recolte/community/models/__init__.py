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
from recolte.community.models.ecosystem import (
    Actor,
    ActorKind,
    OrganisationQuerySet,
    Origin,
    Relation,
    RelationKind,
    RelationQuerySet,
)
from recolte.community.models.letter import Letter
from recolte.community.models.people import Organisation, Person

__all__ = [
    "Actor",
    "ActorKind",
    "Community",
    "CommunityQuerySet",
    "Invitation",
    "Letter",
    "Membership",
    "Organisation",
    "OrganisationQuerySet",
    "Origin",
    "Owned",
    "Person",
    "Reader",
    "Relation",
    "RelationKind",
    "RelationQuerySet",
    "Role",
    "User",
    "UserManager",
]
