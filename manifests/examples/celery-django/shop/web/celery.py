"""The Celery application of the project."""

from celery import Celery

app = Celery("web")
app.config_from_object("django.conf:settings", namespace="CELERY")
# A module of tasks that cannot be imported is found here, before a worker starts.
app.autodiscover_tasks()
