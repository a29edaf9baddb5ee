"""The product's settings with data of the tests' own: nothing is read from, or written to, anybody's real data."""

import os
import tempfile

os.environ["RECOLTE_DATA"] = tempfile.mkdtemp(prefix="recolte-tests-")
os.environ["RECOLTE_SPEECH_MODEL"] = "fake"  # the tests marked `speech` ask for the real one
os.environ.pop("RECOLTE_SITE_URL", None)

from recolte.settings import *  # noqa: E402, F403
from recolte.settings import FILE_UPLOAD_TEMP_DIR, STATIC_ROOT  # noqa: E402

STATIC_ROOT.mkdir(exist_ok=True)
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
