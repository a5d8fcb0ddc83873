"""What this example replaces: the same six, as a fabfile for Fabric 2 and 3. Pullcord never reads it."""

from fabric import ThreadingGroup, task

HOSTS = ['grep-1.example', 'grep-2.example', 'grep-3.example']
HOME = '/opt/grep'


def everywhere():
    return ThreadingGroup(*HOSTS, user='grep')


def copy(c, directory):
    for host in HOSTS:
        c.run(f'rsync -a --delete {directory}/ grep@{host}:{HOME}/{directory}/')


@task
def celery_start(c):
    everywhere().run('sudo systemctl start celeryd')


@task
def celery_stop(c):
    everywhere().run('sudo systemctl stop celeryd')


@task
def celery_restart(c):
    everywhere().run('sudo systemctl restart celeryd')


@task
def upgrade_search_files(c):
    copy(c, 'search')


@task
def upgrade_tasks(c):
    copy(c, 'tasks')
    copy(c, 'bin')
    celery_restart(c)


@task
def quick_start(c):
    everywhere().run(f'cd {HOME} && bin/quick-start')
