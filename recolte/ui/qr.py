"""Addresses as squares that a telephone reads (QR codes)."""

import segno
from django.utils.safestring import SafeString, mark_safe


def svg(address: str) -> SafeString:
    return mark_safe(
        segno.make(address, error="m").svg_inline(scale=6, omitsize=True, border=2, light="#fff", svgclass="code-qr")
    )
