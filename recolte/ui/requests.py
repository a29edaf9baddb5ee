"""A request whose sender is signed in: what `@login_required` guarantees, said to the type checker."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from recolte.community.models import User


class MemberRequest(HttpRequest):
    user: "User"
