"""Everything in one file, and back again.

A backup is a plain tar (media are compressed already), followed by the sha256 of all its bytes — the seal. A truncated
or altered archive does not end with its seal, wherever the fault is. Inside:

    database.sqlite3 or database.pgdump    one consistent state of the database, taken while people work
    secret.key                             where it is a file of ours
    media/COMMUNITY/SHA256                 all that the store holds
    manifest.json                          what must be there: size and sha256 of each file, rows and sha256 of each table

A table's sha256 is over its values as Python sees them, so it says the same on SQLite and on PostgreSQL. The cache and
the search index are not counted: they can be made again (on SQLite, the file's sha256 covers them all the same).
"""

from recolte.server.backup.archive import Refused
from recolte.server.backup.keeping import back_up
from recolte.server.backup.restoring import restore

__all__ = ["Refused", "back_up", "restore"]
