"""What the workers do."""

from celery import shared_task


@shared_task
def remind():
    """Sent by beat, once a minute."""
    print("orders that wait are looked at")
