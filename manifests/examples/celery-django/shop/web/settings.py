"""Settings that a worker needs."""

import os

SECRET_KEY = os.environ.get("SECRET_KEY", "for a trial")
INSTALLED_APPS = ["orders"]
USE_TZ = True

CELERY_BROKER_URL = os.environ["BROKER"]
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BEAT_SCHEDULE = {"remind": {"task": "orders.tasks.remind", "schedule": 60.0}}
if "PULLCORD_STATE" in os.environ:
    # A release cannot be written to; this directory outlives it.
    CELERY_BEAT_SCHEDULE_FILENAME = os.environ["PULLCORD_STATE"] + "/schedule"
