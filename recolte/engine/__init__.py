"""Pure Python on plain values: no Django, no user, no table. Its tests need no database."""
