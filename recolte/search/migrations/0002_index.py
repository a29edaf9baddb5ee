"""The index itself: FTS5 kept true by triggers on SQLite, GIN on PostgreSQL. `recolte.search.index` asks it."""

from django.db import migrations

SQLITE = [
    "CREATE VIRTUAL TABLE search_index USING fts5(stems, words, content='search_segment', content_rowid='id', "
    "tokenize='unicode61', prefix='3')",
    "CREATE TRIGGER search_index_added AFTER INSERT ON search_segment BEGIN "
    "INSERT INTO search_index(rowid, stems, words) VALUES (new.id, new.stems, new.words); END",
    "CREATE TRIGGER search_index_removed AFTER DELETE ON search_segment BEGIN "
    "INSERT INTO search_index(search_index, rowid, stems, words) VALUES ('delete', old.id, old.stems, old.words); END",
    "CREATE TRIGGER search_index_changed AFTER UPDATE OF stems, words ON search_segment BEGIN "
    "INSERT INTO search_index(search_index, rowid, stems, words) VALUES ('delete', old.id, old.stems, old.words); "
    "INSERT INTO search_index(rowid, stems, words) VALUES (new.id, new.stems, new.words); END",
]
SQLITE_UNDO = [
    "DROP TRIGGER search_index_changed",
    "DROP TRIGGER search_index_removed",
    "DROP TRIGGER search_index_added",
    "DROP TABLE search_index",
]
POSTGRESQL = [
    "CREATE INDEX search_stems ON search_segment USING gin (to_tsvector('simple', stems))",
    "CREATE INDEX search_words ON search_segment USING gin (to_tsvector('simple', words))",
]
POSTGRESQL_UNDO = ["DROP INDEX search_words", "DROP INDEX search_stems"]


def make(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def undo(apps, schema_editor):
    for statement in SQLITE_UNDO if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_UNDO:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(make, undo)]
