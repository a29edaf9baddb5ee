"""Names in the order in which people look for them: É beside E, whatever the database."""

from typing import Any

from django.db.models import CharField, Func


class Folded(Func):
    """A name without its accents and capitals, to sort by. PostgreSQL has the Unicode order (ICU); SQLite has to be told."""

    function = "FOLDED"
    arity = 1
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        sql, params = compiler.compile(self.source_expressions[0])
        return f'{sql} COLLATE "und-x-icu"', params
