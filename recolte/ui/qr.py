"""Addresses as squares that a telephone reads."""

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def svg(address: str) -> SafeString:
    """For a page, as large as its place there."""
    code = segno.make(address, error="m").svg_inline(scale=6, omitsize=True, border=2, light="#fff", svgclass="code-qr")
    return mark_safe(code)  # made here, of squares


def png(address: str) -> bytes:
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="png", scale=6, border=2)
    return out.getvalue()
