"""Identifiers: UUIDv7, made by whoever creates the thing — one day a phone without a signal."""

import uuid

import uuid_utils.compat


def uuid7() -> uuid.UUID:
    """A time-ordered UUID (RFC 9562, version 7)."""
    return uuid_utils.compat.uuid7()


def is_uuid(text: str) -> bool:
    """Whether what a form sent can be the id of something."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
