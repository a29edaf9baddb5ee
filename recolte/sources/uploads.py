"""Receiving what a browser sends: straight to the data's own disk; when that is full, the page says so."""

import errno
from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

FULL = "recolte.disk_full"


class DiskUploadHandler(TemporaryFileUploadHandler):
    """Writes each file to FILE_UPLOAD_TEMP_DIR; a full disk ends the upload in peace instead of breaking the request."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._stop(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        try:
            return super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._stop(error)
            return None

    def _stop(self, error: OSError) -> None:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise error
        assert self.request is not None
        self.request.META[FULL] = True
        raise StopUpload(connection_reset=False) from error


def was_full(request: HttpRequest) -> bool:
    """Did the disk fill up while this request's files came in?"""
    return FULL in request.META
