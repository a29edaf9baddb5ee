"""Times and lengths, as people read them."""

from datetime import timedelta

from django.utils.translation import gettext as _


def clock(ms: int) -> str:
    """83200 → "1:23"; hours only where there are any."""
    seconds = ms // 1000
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def roughly(duration: timedelta) -> str:
    """A duration as one says it: "less than a minute", "about 4 min", "about 2 h 10"."""
    minutes = round(duration.total_seconds() / 60)
    if minutes < 1:
        return _("less than a minute")
    if minutes < 60:
        return _("about %(minutes)d min") % {"minutes": minutes}
    return _("about %(hours)d h %(minutes)02d") % {"hours": minutes // 60, "minutes": minutes % 60}
