"""``python -m pullcord_celery``: a Celery worker with Pullcord's hooks, or a check of an application."""

import os
import sys


def run():
    """The same as ``python -m celery``, once our hooks are in it."""
    from pullcord_celery import settings
    ignored = settings.clean(os.environ)
    from celery import maybe_patch_concurrency
    maybe_patch_concurrency()  # before anything else imports sockets
    from pullcord_celery import hooks
    hooks.install(ignored)
    from celery.bin.celery import main
    sys.exit(main())


def check(arguments):
    import argparse
    parser = argparse.ArgumentParser(prog='pullcord_celery check')
    parser.add_argument('app')
    parser.add_argument('--canary')
    parser.add_argument('--queues')
    given = parser.parse_args(arguments)
    from pullcord_celery import settings
    settings.check(given.app, given.canary, given.queues.split(',') if given.queues else [])


if __name__ == '__main__':
    if not __package__:
        # SIGHUP: Celery starts itself again by the path of this file, as no module.
        os.execv(sys.executable, [sys.executable, '-m', 'pullcord_celery'] + sys.argv[1:])
    if sys.argv[1:2] == ['check']:
        check(sys.argv[2:])
    else:
        run()
