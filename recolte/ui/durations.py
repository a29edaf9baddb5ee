"""Times and lengths, as people read them."""


def clock(ms: int) -> str:
    """83200 → "1:23"; hours only where there are any."""
    seconds = ms // 1000
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"
