"""The tracker's Celery application with a beat that rings every second: `celery --app tests.survival.brisk beat`."""

from workers.app import app

app.conf.beat_schedule["sweep"]["schedule"] = 1.0
