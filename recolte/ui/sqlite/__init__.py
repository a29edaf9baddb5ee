"""SQLite as Django speaks to it, which also knows how names are sorted (see `recolte.ui.sorting`)."""
