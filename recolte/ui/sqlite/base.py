from typing import Any

from django.db.backends.sqlite3 import base

from recolte.engine.words import fold


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: Any) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.create_function("FOLDED", 1, _folded, deterministic=True)
        return connection


def _folded(name: str | None) -> str | None:
    return None if name is None else fold(name)
