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
from recolte.community.models.profile import Definition, Profile

__all__ = [
    "Actor",
    "ActorKind",
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
    "OrganisationQuerySet",
    "Origin",
    "Owned",
    "Person",
    "Profile",
    "Reader",
    "Relation",
    "RelationKind",
    "RelationQuerySet",
    "Role",
    "User",
    "UserManager",
    "titled",
]
