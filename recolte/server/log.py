"""What the log of the server says."""

import logging


class RefusalInOneLine(logging.Filter):
    """A page refused or not found is said in one line: its traceback would teach nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.request") and 400 <= getattr(record, "status_code", 0) < 500:
            record.exc_info = record.exc_text = None
        return True
