"""What Slurm spends on a task: an array of tasks that do nothing. Usage: task_cost.py [TASKS]"""
import os
import sys
import tempfile
import time

import cluster as slurm


def main(tasks):
    slurm.skip_without_slurm()
    with slurm.Cluster() as cluster, tempfile.TemporaryDirectory() as folder:
        script = os.path.join(folder, 'nothing.sh')
        with open(script, 'w') as file:
            file.write('#!/bin/sh\nexit 0\n')
        begin = time.monotonic()
        job = cluster.run('sbatch', '--parsable', f'--array=0-{tasks - 1}', '--output=/dev/null',
                          script).strip()
        submitted = time.monotonic()
        cluster.wait_for(job, seconds=10 * tasks)
        elapsed = time.monotonic() - begin
        slots = 4  # two nodes of two CPUs
        print(f'{tasks} tasks on {slots} slots: submitted in {submitted - begin:.3f} s, done in '
              f'{elapsed:.1f} s, {tasks / elapsed:.1f} tasks a second, '
              f'{elapsed * slots / tasks:.2f} slot-seconds each')


if __name__ == '__main__':
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
