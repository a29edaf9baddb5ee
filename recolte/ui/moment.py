import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

CLOCK = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:[.,]\d+)?)")


class Moment(forms.CharField):
    """A place in a recording, in ms: "1:02:03", "1:23", or seconds."""

    def clean(self, value: Any) -> int:
        text = super().clean(value).strip()
        found = CLOCK.fullmatch(text)
        if not found:
            raise ValidationError(gettext("Write a time like 1:23, minutes and seconds."))
        hours, minutes, seconds = found.groups()
        return round((int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds.replace(",", "."))) * 1000)
