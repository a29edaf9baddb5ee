from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from recolte.engine.sandbox import die_with_parent
from recolte.jobs.worker import work


class Command(BaseCommand):
    help = "Take jobs from the queues until told to stop. `recolte serve` starts these processes by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--queues", default="default,speech", help="names, separated by commas")
        parser.add_argument("--id", default="", help="the name under which its heartbeat is written")
        parser.add_argument("--with-parent", type=int, metavar="PID", help="end with this process, which started it")

    def handle(self, *args: Any, queues: str, with_parent: int | None, **options: Any) -> None:
        if with_parent:
            die_with_parent(with_parent)
        work(queues.split(","), options["id"])
