"""What the application's settings and the environment mean for a handover."""

import sys

PRIVATE = 'pullcord.'
DAY_SECONDS = 86400

#: Celery reads each option of its worker from the environment, too. These would break a handover.
REFUSED_OPTIONS = (
    'BEAT', 'DETACH', 'EXCLUDE_QUEUES', 'EXECUTABLE', 'GID', 'HOSTNAME', 'PIDFILE', 'PURGE',
    'QUEUES', 'UID', 'WORKDIR')


def clean(environment):
    """Takes out what would break a handover; a sentence for each."""
    ignored = []
    if environment.pop('REMAP_SIGTERM', None) is not None:
        ignored.append(
            'REMAP_SIGTERM is not used: with it the one SIGTERM that ends a worker kills its tasks')
    for name in ['CELERY_WORKDIR'] + ['CELERY_WORKER_' + option for option in REFUSED_OPTIONS]:
        if environment.pop(name, None) is not None:
            ignored.append('%s is not used: Pullcord sets that itself, or cannot allow it' % name)
    state = environment.get('CELERY_WORKER_STATEDB')
    if state is not None and '%n' not in state:
        del environment['CELERY_WORKER_STATEDB']
        ignored.append(
            'CELERY_WORKER_STATEDB is not used: it names one file for all generations; put %n in')
    return ignored


def private_queue(name):
    """A queue of one generation. It ends by itself where the broker can do that.

    Durable, since RabbitMQ 4 does without queues that neither last nor belong to a connection.
    """
    from kombu import Exchange, Queue
    return Queue(
        name, Exchange(name, auto_delete=True, durable=True), routing_key=name,
        auto_delete=True, durable=True, expires=3600)


def own_queues(app):
    """The names of the queues that the application itself would consume."""
    queues = app.conf.task_queues
    if not queues:
        return [app.conf.task_default_queue]
    return [getattr(queue, 'name', queue) for queue in queues]


def remote_control(app):
    """Whether a worker of this application answers remote control, so that it can be pinged."""
    connection = app.connection_for_read()
    return bool(
        app.conf.worker_enable_remote_control and connection.supports_exchange_type('fanout'))


def warnings(app):
    """What in the settings costs tasks, or holds them up, when a worker crashes or is replaced."""
    found = []
    early = sorted(
        name for name, task in app.tasks.items()
        if not name.startswith('celery.') and not task.acks_late)
    if early:
        found.append(
            'acks_late is off for %s: such a task is lost when its worker crashes'
            % ', '.join(early))
    late = sorted(
        name for name, task in app.tasks.items()
        if not name.startswith('celery.') and task.acks_late)
    if app.conf.worker_prefetch_multiplier != 1:
        found.append(
            'worker_prefetch_multiplier is %s: a draining worker keeps tasks waiting that other'
            ' workers could do; with 1 and late acknowledgement it keeps none'
            % app.conf.worker_prefetch_multiplier)
    if not remote_control(app):
        found.append(
            'remote control is off, or the broker has none, so no worker answers a ping: a newcomer'
            ' proves itself by a message on its private queue, and a worker that has the work by'
            ' its connection to the broker')
    found.extend(step_warnings(app))
    found.extend(broker_warnings(app, late))
    return found


def step_warnings(app):
    """Boot steps of the application that consume by themselves: nobody can tell them to stop."""
    from celery.bootsteps import ConsumerStep
    names = sorted(
        step.__name__ for step in app.steps['consumer']
        if isinstance(step, type) and issubclass(step, ConsumerStep))
    if not names:
        return []
    return [
        'the consumer steps %s take messages by themselves: a draining worker goes on taking them'
        ' until it ends, and Pullcord does not wait for those that it has' % ', '.join(names)]


def broker_warnings(app, late):
    """What this broker, with these settings, does to tasks that are acknowledged late."""
    found = []
    driver = app.connection_for_read().transport.driver_type
    if late and driver == 'redis':
        timeout = (app.conf.broker_transport_options or {}).get('visibility_timeout', 3600)
        if timeout < DAY_SECONDS:
            found.append(
                'visibility_timeout is %s s: a task that takes longer is done twice, and these are'
                ' acknowledged late: %s. The price of a longer timeout: after a power loss a task'
                ' waits that long' % (timeout, ', '.join(late)))
    if late and driver == 'amqp':
        found.append(
            'RabbitMQ ends a connection that holds a message for longer than its consumer_timeout,'
            ' 30 minutes unless it is set. A task that takes longer is then done twice, and these'
            ' are acknowledged late: %s' % ', '.join(late))
        if app.conf.broker_heartbeat == 0:
            found.append(
                'broker_heartbeat is 0: nobody notices a dead connection, so its tasks are given to'
                ' no other worker')
    if app.conf.get('worker_cancel_long_running_tasks_on_connection_loss'):
        found.append(
            'worker_cancel_long_running_tasks_on_connection_loss is on: a restart of the broker'
            ' kills the tasks that run')
    return found


def application(name):
    """The application of that name; says what is wrong with the name where that is known."""
    from celery import Celery
    from celery.app.utils import find_app
    module, _, attribute = name.partition(':')
    try:
        app = find_app(name)
    except ModuleNotFoundError as error:
        if not attribute or error.name != name:
            raise
        sys.exit('module %s has no %s' % (module, attribute))
    except AttributeError:
        if attribute or module not in sys.modules:
            raise
        sys.exit('module %s has no Celery application: no app, no celery, nor another' % module)
    if not isinstance(app, Celery):
        sys.exit(
            '%s is a %s and no Celery application; name a module that calls it, app = %s()'
            % (name, type(app).__name__, attribute or name)
            if callable(app)
            else '%s is a %s and no Celery application' % (name, type(app).__name__))
    return app


def check(name, canary, queues):
    """Imports the application as a worker would."""
    import celery
    app = application(name)
    app.loader.import_default_modules()
    app.finalize()
    tasks = sorted(task for task in app.tasks if not task.startswith('celery.'))
    print('Celery %s, Python %s, broker %s' % (
        celery.__version__, sys.version.split()[0], app.connection_for_read().as_uri()))
    print('tasks: %s' % ', '.join(tasks))
    for warning in warnings(app):
        print('warning: ' + warning)
    sys.stdout.flush()
    if canary is not None and canary not in app.tasks:
        sys.exit('canary: no task %s; there are %s' % (canary, ', '.join(tasks)))
    known = own_queues(app)
    for queue in queues:
        if not app.conf.task_create_missing_queues and queue not in known:
            sys.exit(
                'queues: no queue %s; task_create_missing_queues is off and task_queues has %s'
                % (queue, ', '.join(known)))
