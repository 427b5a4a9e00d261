"""A suite as tasks of Ray: a shard a task. From a clone that all nodes see under one path, after `npm ci` in it:

    python docs/cluster/suite_ray.py scenarios 20 /shared/scenarios
    npm run report -- /shared/scenarios/shard-* --out /shared/scenarios

It joins the cluster that RAY_ADDRESS names, and is one of its own where there is none. Begun again it goes on where it was.
"""

import os
import subprocess
import sys

import ray


@ray.remote(num_cpus=1, max_retries=3)
def shard(clone: str, suite: str, index: int, count: int, out: str) -> int:
    """Runs one of `count` shards (from 1) into a folder of its own, and returns the exit code: 0 where every run was made."""
    command = ["npm", "run", "-s", "experiment", "--", "--suite", suite, "--shard", f"{index}/{count}"]
    return subprocess.call([*command, "--jobs", "1", "--out", f"{out}/shard-{index}"], cwd=clone)


def main(suite: str, count: int, out: str) -> int:
    ray.init()
    os.makedirs(out, exist_ok=True)
    tasks = [shard.remote(os.getcwd(), suite, index, count, out) for index in range(1, count + 1)]
    codes = ray.get(tasks)
    failed = [index for index, code in enumerate(codes, 1) if code != 0]
    if failed:
        print(f"Shards that are not whole: {', '.join(map(str, failed))}. Begin again: what is done is kept.")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: suite_ray.py SUITE SHARDS OUT")
    sys.exit(main(sys.argv[1], int(sys.argv[2]), os.path.abspath(sys.argv[3])))
