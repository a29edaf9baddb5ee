import multiprocessing
import os

from django.core.wsgi import get_wsgi_application

from recolte.engine.sandbox import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recolte.settings")
if server := multiprocessing.parent_process():  # we are granian's worker: it would outlive a killed server
    die_with_parent(server.pid)
application = get_wsgi_application()
