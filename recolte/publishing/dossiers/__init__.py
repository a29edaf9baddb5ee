"""Dossiers: what was gathered for one kind of reader, as plain values that become a page or an OpenDocument file.

They are gathered anew each time that they are opened: what somebody took back is in none of them.
"""
