"""A reward for verl: runs JavaScript against unit tests, in the judge of the PF-PPO Playground.

verl 0.8.0 calls `compute_score` once per response, from several threads of several processes
(`verl/experimental/reward_loop/reward_manager/naive.py`), with

    reward.custom_reward_function.path=reward.py reward.custom_reward_function.name=compute_score

The judge is `npm run judge` of a clone of the playground, which `PF_PPO_PLAYGROUND` names: QuickJS in WebAssembly, with
limits that are counted, not timed (docs/judge.md there says what it holds against, and what remains). One process of it
stays open per process of verl, takes programs line by line, and judges those that are there together.
`PF_PPO_JUDGE_THREADS` is how many threads each has, 2 unless given. Needs Python's standard library, and Node.js.
"""

from __future__ import annotations

import atexit
import concurrent.futures
import itertools
import json
import os
import re
import subprocess
import threading

FENCE = re.compile(r"```(?:javascript|js)?[ \t]*\n(.*?)```", re.DOTALL | re.IGNORECASE)


def program_of(response: str) -> str:
    """The program of a response: its last block of code, or all of it where there is none."""
    blocks = FENCE.findall(response)
    return blocks[-1] if blocks else response


class Judge:
    """One process of the judge. Verdicts come in the order in which programs were sent."""

    def __init__(self, folder: str, threads: int):
        command = ["node", "scripts/run.mjs", "judge", "-", "--jobs", str(threads)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(command, cwd=folder, text=True, encoding="utf-8", **pipes)
        # Of what is waited for, and of the pipe. Two, since whoever writes may have to wait until verdicts are read.
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._numbers = itertools.count()
        self._waiting: dict[int, concurrent.futures.Future] = {}
        self.is_open = True
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, program: str, entry_point: str, tests: list) -> concurrent.futures.Future:
        """Promises a verdict, {id, verdict, testScore, passed, tests, message?}."""
        promise: concurrent.futures.Future = concurrent.futures.Future()
        with self._lock:
            number = next(self._numbers)
            self._waiting[number] = promise
        line = json.dumps({"id": number, "entryPoint": entry_point, "program": program, "tests": tests})
        try:
            with self._writing:
                self._process.stdin.write(line + "\n")
                self._process.stdin.flush()
        except (OSError, ValueError):
            self._lose()
        return promise

    def close(self) -> None:
        """Has it judge what it has, and end."""
        try:
            self._process.stdin.close()
        except OSError:
            pass
        self._process.wait()

    def _read(self) -> None:
        for line in self._process.stdout:
            verdict = json.loads(line)
            with self._lock:
                promise = self._waiting.pop(verdict["id"], None)
            if promise:
                promise.set_result(verdict)
        self._lose()

    def _lose(self) -> None:
        with self._lock:
            self.is_open = False
            lost = list(self._waiting.values())
            self._waiting.clear()
        for promise in lost:
            promise.set_exception(ConnectionError("the judge ended"))


_judge: Judge | None = None
_opening = threading.Lock()


def _open_judge() -> Judge:
    global _judge
    with _opening:
        if _judge is None or not _judge.is_open:
            folder = os.environ.get("PF_PPO_PLAYGROUND", "")
            if not os.path.isfile(os.path.join(folder, "scripts", "run.mjs")):
                raise RuntimeError(f"PF_PPO_PLAYGROUND is '{folder}'; set it to a clone of the PF-PPO Playground.")
            _judge = Judge(folder, int(os.environ.get("PF_PPO_JUDGE_THREADS", "2")))
            atexit.register(_judge.close)
        return _judge


def verdicts_of(programs: list[str], ground_truths: list[str]) -> list[dict]:
    """Judges programs together, in their order. A judge that was lost is started anew, once.

    Args:
        ground_truths: JSON of {"entryPoint", "tests": [{"args", "expected"}]} each.

    Raises:
        RuntimeError: where the judge itself fails.
    """
    tasks = [json.loads(truth) for truth in ground_truths]
    for attempt in range(2):
        judge = _open_judge()
        promises = [
            judge.send(program, task["entryPoint"], task["tests"])
            for program, task in zip(programs, tasks, strict=True)
        ]
        try:
            verdicts = [promise.result() for promise in promises]
        except ConnectionError:
            continue
        broken = [verdict for verdict in verdicts if verdict["verdict"] == "infra"]
        if broken:
            raise RuntimeError(f"The judge could not run a program: {broken[0].get('message')}")
        return verdicts
    raise RuntimeError("The judge ended twice; try `npm run judge` in the playground's folder to see why.")


def _score_of(verdict: dict) -> dict:
    share = float(verdict["testScore"])
    # −1 where no test passes, 1 where all do, as the playground's teacher `tests` without noise.
    return {"score": 2 * share - 1, "acc": 1.0 if verdict["verdict"] == "passed" else 0.0, "test_score": share}


def compute_score(data_source, solution_str, ground_truth, extra_info=None, **kwargs) -> dict:
    """The score of one response. `acc` and `test_score` become metrics; the filter `agreement` reads the latter."""
    return _score_of(verdicts_of([program_of(solution_str)], [ground_truth])[0])


def compute_scores(data_sources, solution_strs, ground_truths, extra_infos=None, **kwargs) -> list[dict]:
    """The same for many responses at once, for a reward manager that hands them over together (`batch`)."""
    verdicts = verdicts_of([program_of(solution) for solution in solution_strs], list(ground_truths))
    return [_score_of(verdict) for verdict in verdicts]
