from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ServerConfig(AppConfig):
    name = "recolte.server"

    def ready(self) -> None:
        # What a stage registers with an earlier one (hooks, jobs, stops of the rail) stands in these modules.
        autodiscover_modules("actions", "tasks", "rail", "checks", "offers")
