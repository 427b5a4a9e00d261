"""Runs the exported Python on what it reads from stdin, a JSON object a line, and writes an answer a line.

    python3 check.py FOLDER     FOLDER has pf_ppo_filters.py and reward.py
"""

import json
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])

import numpy as np  # noqa: E402
import pf_ppo_filters as filters  # noqa: E402


class StandIn:
    """What `reweight` needs of verl's DataProto, with arrays in the place of tensors."""

    def __init__(self, batch, non_tensor_batch, meta_info):
        self.batch, self.non_tensor_batch, self.meta_info = batch, non_tensor_batch, meta_info

    def select_idxs(self, rows):
        pick = lambda columns: {key: value[rows] for key, value in columns.items()}  # noqa: E731
        return StandIn(pick(self.batch), pick(self.non_tensor_batch), self.meta_info)


def floats(values):
    return np.array([float(value) for value in values], dtype=np.float32)


def kept(scores, uids, spec, truths=None, seed=0, **_):
    random = np.random.default_rng(seed)
    known = None if truths is None else np.array([float("nan") if truth is None else truth for truth in truths])
    return filters.kept_rows(floats(scores), uids, filters.parse(spec), random, known).tolist()


def draws(scores, uids, spec, times, seed, **_):
    random, parsed = np.random.default_rng(seed), filters.parse(spec)
    return [filters.kept_rows(floats(scores), uids, parsed, random).tolist() for _ in range(times)]


def whiten(advantages, mask, how, **_):
    return filters.whitened(np.array(advantages), np.array(mask), how).tolist()


def reweight(batch, uids, meta, spec, **_):
    columns = {key: np.array(value, dtype=np.float32) for key, value in batch.items()}
    columns["response_mask"] = columns["response_mask"].astype(np.int64)
    data = StandIn(columns, {"uid": np.array(uids, dtype=object)}, meta)
    chosen = filters.reweight(data, spec, 2.0)
    return {
        "batch": {key: value.tolist() for key, value in chosen.batch.items()},
        "uids": chosen.non_tensor_batch["uid"].tolist(),
        "meta": chosen.meta_info,
    }


def refuse(spec, scores=(), uids=(), **_):
    try:
        filters.kept_rows(floats(scores), uids, filters.parse(spec), np.random.default_rng(0))
    except ValueError as error:
        return str(error)
    return None


def verdicts(programs, truths, **_):
    import reward

    return reward.verdicts_of(programs, truths)


def scores(responses, truths, **_):
    import reward

    one_by_one = [reward.compute_score("", response, truth) for response, truth in zip(responses, truths)]
    together = reward.compute_scores([""] * len(responses), responses, truths)
    return {"oneByOne": one_by_one, "together": together}


actions = {action.__name__: action for action in (kept, draws, whiten, reweight, refuse, verdicts, scores)}
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(actions[asked["action"]](**asked)), flush=True)
