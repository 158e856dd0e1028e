"""The Celery application: `celery --app workers.app worker`, and once or more often `… beat`."""

from celery import Celery

import tracker.wiring  # noqa: F401 - makes events, projections and tables known
from tracker.kit.settings import settings
from workers.configuration import configuration

app = Celery("tracker", include=["workers.tasks"])
app.conf.update(configuration(settings()))
