"""What happens to gatherings: one module a subject."""

from recolte.gatherings.actions.planning import find_or_plan_gathering, plan_gathering

__all__ = ["find_or_plan_gathering", "plan_gathering"]
