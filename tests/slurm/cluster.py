"""A Slurm of two nodes on this machine: munged, slurmctld and two slurmd in a scratch folder.

Runs as root or as a plain user, on free ports, beside any other Slurm. A guard process holds a pipe
to the test: however the test ends, also by SIGKILL, the guard stops the daemons by their pid files
and the jobs by the SLURM_CONF in their environment, and removes the folder.
"""
import contextlib
import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SKIPPED = 77  # as SKIP_RETURN_CODE in tests/CMakeLists.txt
NODES = ('n1', 'n2')
PROGRAMS = ('munged', 'slurmctld', 'slurmd', 'sbatch', 'scontrol', 'squeue', 'scancel', 'sinfo')
# Debian keeps daemons where the PATH of a plain user does not look.
os.environ['PATH'] += ':/usr/sbin:/sbin'

CONFIG = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
# A short credential life: a requeued task waits until the old credential has run out.
AuthInfo=socket={folder}/munge/munge.socket,cred_expire=5
SlurmctldPort={ports[0]}
StateSaveLocation={folder}/state
SlurmctldPidFile={folder}/log/slurmctld.pid
SlurmdPidFile={folder}/log/slurmd.%n.pid
SlurmdSpoolDir={folder}/spool/%n
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/slurmd.%n.log
# No control groups: they need root's rights and a systemd.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
MaxArraySize={max_array_size}
MaxJobCount=20000
JobRequeue=1
SlurmdTimeout=8
SlurmctldTimeout=8
KillWait=2
MinJobAge=600
BatchStartTimeout=10
SlurmdParameters=config_overrides
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=2 RealMemory=4000 State=UNKNOWN
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=2 RealMemory=4000 State=UNKNOWN
PartitionName=sweep Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
"""


def skip_without_slurm():
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        print(f'skipped: {", ".join(missing)} not found; needs the packages slurm-wlm and munge')
        sys.exit(SKIPPED)


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(('127.0.0.1', 0))
        return [one.getsockname()[1] for one in sockets]


def wait_until(condition, seconds, what, interval=0.05):
    """The first true answer of `condition`; an error that says `what` was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(interval)
    raise TimeoutError(f'{what}: not within {seconds} s')


def alive(pid):
    try:
        with open(f'/proc/{pid}/stat') as file:
            return file.read().rpartition(')')[2].split()[0] != 'Z'
    except (FileNotFoundError, ProcessLookupError):
        return False


def name_of(pid):
    with contextlib.suppress(OSError), open(f'/proc/{pid}/stat') as file:
        return file.read().partition('(')[2].rpartition(')')[0]
    return ''


def parent_of(pid):
    with contextlib.suppress(OSError), open(f'/proc/{pid}/stat') as file:
        return int(file.read().rpartition(')')[2].split()[1])
    return 0


def processes_of(folder):
    """Every process whose environment names this cluster: daemons, steps, batch scripts, workers."""
    wanted = f'SLURM_CONF={folder}/slurm.conf'.encode()
    found = []
    for entry in os.listdir('/proc'):
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            with open(f'/proc/{entry}/environ', 'rb') as file:
                if wanted in file.read().split(b'\0') and alive(int(entry)):
                    found.append(int(entry))
    return found


def kill(pids, number):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def stop_all(folder):
    """Stops the daemons by their pid files, then whatever they left."""
    log = os.path.join(folder, 'log')
    files = [os.path.join(log, name) for name in os.listdir(log) if name.endswith('.pid')]
    files.append(os.path.join(folder, 'munge', 'munged.pid'))
    pids = []
    for file in files:  # all read before the first kill: a daemon removes its own
        with contextlib.suppress(OSError, ValueError):
            with open(file) as text:
                pids.append(int(text.read()))
    ours = processes_of(folder)
    kill([pid for pid in pids if pid in ours], signal.SIGTERM)
    with contextlib.suppress(TimeoutError):
        wait_until(lambda: not any(alive(pid) for pid in pids), 5, 'the end of the daemons')
    for _ in range(50):
        left = processes_of(folder)
        if not left:
            return
        kill(left, signal.SIGKILL)
        time.sleep(0.1)


def guard(folder):
    """Waits for the end of the test, then ends its cluster."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    stop_all(folder)
    shutil.rmtree(folder, ignore_errors=True)


class Cluster:
    """`with Cluster() as cluster:` starts it and stops it."""

    def __init__(self, max_array_size=10001):
        self.folder = tempfile.mkdtemp(prefix='minerva-slurm-')
        self.environment = dict(os.environ, SLURM_CONF=f'{self.folder}/slurm.conf')
        for name in [name for name in self.environment if name.startswith(('SBATCH_', 'SLURM_'))]:
            if name != 'SLURM_CONF':
                del self.environment[name]
        for name in ('munge', 'state', 'spool', 'log'):
            os.mkdir(os.path.join(self.folder, name))
        os.chmod(self.folder, 0o755)
        os.chmod(os.path.join(self.folder, 'munge'), 0o755)
        self._max_array_size = max_array_size
        self._guard = None

    def __enter__(self):
        # Of this very file, with nothing of the cluster in its environment.
        self._guard = subprocess.Popen([sys.executable, os.path.abspath(__file__), self.folder],
                                       stdin=subprocess.PIPE, start_new_session=True)
        try:
            self._start_munge()
            self._start_slurm()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._guard.stdin.close()
        self._guard.wait(timeout=60)

    def run(self, *words, timeout=60, check=True, **more):
        """Runs a program of the cluster; its standard output."""
        done = subprocess.run(words, env=dict(self.environment, **more.pop('environment', {})),
                              capture_output=True, text=True, timeout=timeout, check=False, **more)
        if check and done.returncode != 0:
            raise RuntimeError(f'{" ".join(words)}: {done.returncode}: {done.stdout}{done.stderr}')
        return done.stdout if check else done

    def log(self, daemon):
        with open(os.path.join(self.folder, 'log', f'{daemon}.log'), errors='replace') as file:
            return file.read()

    # -- daemons

    def _start_munge(self):
        folder = os.path.join(self.folder, 'munge')
        key = os.open(os.path.join(folder, 'munge.key'), os.O_WRONLY | os.O_CREAT, 0o600)
        os.write(key, os.urandom(128))
        os.close(key)
        self.run('munged', '--force', *(f'--{option}={folder}/{name}' for option, name in [
            ('key-file', 'munge.key'), ('socket', 'munge.socket'), ('pid-file', 'munged.pid'),
            ('log-file', 'munged.log'), ('seed-file', 'munged.seed')]))

    def _start_slurm(self):
        for attempt in range(3):
            with open(self.environment['SLURM_CONF'], 'w') as file:
                file.write(CONFIG.format(host=socket.gethostname().split('.')[0],
                                         user=getpass.getuser(), folder=self.folder,
                                         ports=free_ports(3),
                                         max_array_size=self._max_array_size))
            # No cgroup is used; left to itself slurmd looks for one, which a container may not show.
            with open(os.path.join(os.path.dirname(self.environment['SLURM_CONF']),
                                   'cgroup.conf'), 'w') as file:
                file.write('CgroupPlugin=cgroup/v1\n')
            self.start_controller()
            for node in NODES:
                self.start_node(node)
            try:
                wait_until(lambda: self.states() == {node: 'idle' for node in NODES}, 15,
                           'two idle nodes')
                return
            except TimeoutError:  # a port was taken between its choice and its use
                if attempt == 2:
                    raise
                self._stop_slurm()

    def _stop_slurm(self):
        for daemon in ['slurmctld'] + [f'slurmd.{node}' for node in NODES]:
            with contextlib.suppress(OSError, TimeoutError):
                pid = self.pid_of(daemon)
                kill([pid], signal.SIGKILL)
                wait_until(lambda: not alive(pid), 5, 'the end of ' + daemon)

    def start_controller(self):
        self.run('slurmctld')

    def start_node(self, node):
        self.run('slurmd', '-N', node)

    def pid_of(self, daemon):
        """Of 'slurmctld', 'slurmd.n1' or 'slurmd.n2', by its pid file."""
        with open(os.path.join(self.folder, 'log', f'{daemon}.pid')) as file:
            return int(file.read())

    def kill_controller(self):
        pid = self.pid_of('slurmctld')
        kill([pid], signal.SIGKILL)
        wait_until(lambda: not alive(pid), 5, 'the end of slurmctld')

    def wait_for_saved_state(self):
        """Until the controller has written down that the tasks of now were started: it saves its
        state up to five seconds after a change, and one that was killed before knows nothing of
        these tasks, takes the nodes that report them for broken, and forgets young jobs."""
        def saved():
            lines = [line for line in self.log('slurmctld').splitlines() if 'Allocate' in line]
            last = time.mktime(time.strptime(lines[-1][1:20], '%Y-%m-%dT%H:%M:%S')) + 1
            written = os.stat(os.path.join(self.folder, 'state', 'job_state')).st_mtime
            return time.time() > last + 6 and written > last - 1
        wait_until(saved, 30, 'the state of the controller', 0.3)

    def kill_node(self, node):
        """Kills the slurmd of a node and every process of its tasks, as a power cut does; these
        processes."""
        daemon = self.pid_of(f'slurmd.{node}')
        tasks = self.processes_on(node)
        steps = [pid for pid in map(parent_of, tasks) if name_of(pid) == 'slurmstepd']
        # Nobody is left to tell the controller of the death of the tasks.
        kill([daemon] + steps, signal.SIGKILL)
        wait_until(lambda: not any(alive(pid) for pid in [daemon] + steps), 5, 'the end of slurmd')
        kill(tasks, signal.SIGKILL)
        wait_until(lambda: not any(alive(pid) for pid in tasks), 5, 'the end of the tasks')
        return tasks

    # -- jobs

    def states(self):
        done = self.run('sinfo', '--noheader', '--Node', '--format=%N %t', check=False, timeout=20)
        return dict(line.split() for line in done.stdout.splitlines())

    def queue(self, *jobs):
        """Jobs that are not finished, a row a task: (job, task, state, node, restarts)."""
        done = self.run('squeue', '--noheader', '--array', '--jobs=' + ','.join(map(str, jobs)),
                        '--Format=ArrayJobID:|,ArrayTaskID:|,State:|,NodeList:|,RestartCnt:|',
                        check=False, timeout=20)
        if done.returncode != 0 and 'Invalid job id' not in done.stderr:
            return None  # the controller is away
        return [tuple(word.strip() for word in line.split('|')[:5])
                for line in done.stdout.splitlines()]

    def wait_for(self, *jobs, seconds):
        """Waits until none of the jobs is in the queue."""
        try:
            wait_until(lambda: self.queue(*jobs) == [], seconds, f'the end of jobs {jobs}', 0.3)
        except TimeoutError as error:
            raise TimeoutError(f'{error}: {self.queue(*jobs)}\n{self.log("slurmctld")[-4000:]}')

    def task(self, job, task=None):
        """What the controller knows of a job or of one of its tasks, after its end, too."""
        name = str(job) if task is None else f'{job}_{task}'
        text = self.run('scontrol', '--oneliner', 'show', 'job', name, timeout=20)
        return dict(word.split('=', 1) for word in text.split() if '=' in word)

    def processes_on(self, node):
        """Batch scripts and workers that run as tasks of a node."""
        wanted = f'SLURMD_NODENAME={node}'.encode()
        found = []
        for pid in processes_of(self.folder):
            with contextlib.suppress(OSError):
                with open(f'/proc/{pid}/environ', 'rb') as file:
                    if wanted in file.read().split(b'\0'):
                        found.append(pid)
        return found


if __name__ == '__main__':
    guard(sys.argv[1])
