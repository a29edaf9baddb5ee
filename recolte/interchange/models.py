from recolte.interchange.actors.models import ActorList

__all__ = ["ActorList"]
