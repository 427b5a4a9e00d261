"""Filters of Policy Filtration PPO (arXiv 2409.06957) for verl's PPO trainer, prompt by prompt.

verl's own reweight methods `max_min` and `max_random` take the extremes of the whole batch. The filters here rank the
responses to each prompt (rows with one `uid`) and keep some of them, as the PF-PPO Playground does in a browser tab.

Where verl calls it: `verl/trainer/ppo/ray_trainer.py`, `compute_advantage`, under `algorithm.adv_estimator=gae` and
`algorithm.use_pf_ppo=True`, right after GAE and before critic and actor are updated:

    data = core_algos.compute_pf_ppo_reweight_data(data, config.pf_ppo.reweight_method, config.pf_ppo.weight_pow)

`install()` puts `reweight` in that function's place. It has to run in the process that runs the trainer, which is a Ray
actor: `train.py` beside this file does it there. The filter is said in `algorithm.pf_ppo.reweight_method`, as one text:

    best-worst mode=select keep=2 whitening=kept rows=32 seed=1

    NAME                 one of FILTERS or BATCH_FILTERS
    mode=select          a subset of each prompt's responses, none twice: fewer rows to learn from
    mode=resample        as many draws as a prompt has responses, with replacement, by the weight of the rank
    keep=K               responses kept of each prompt in mode `select`, where the filter has a choice
    profile=1/0/0/1      weights of the ranks, best first, for `rank-profile`; ranks that are not there weigh 0
    whitening=kept       over what advantages are whitened anew: kept | all | scale | off
    rows=R               rows of a minibatch, ppo_mini_batch_size times rollout.n: see `minibatches`
    seed=S               of everything that is drawn

Needs numpy alone; tensors of torch are taken where they come. Python 3.10 or newer.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence

import numpy as np

MODES = ("select", "resample")
WHITENINGS = ("kept", "all", "scale", "off")


@dataclasses.dataclass(frozen=True)
class Spec:
    """What `algorithm.pf_ppo.reweight_method` says."""

    name: str
    mode: str = "select"
    keep: int = 2
    profile: tuple[float, ...] = ()
    whitening: str = "kept"
    rows: int = 1
    seed: int = 0


def parse(text: str) -> Spec:
    """Reads "NAME option=value …".

    Raises:
        ValueError: with a sentence that says what is allowed.
    """
    name, *options = text.split()
    readers = {"keep": int, "rows": int, "seed": int, "mode": str, "whitening": str}
    readers["profile"] = lambda value: tuple(float(weight) for weight in value.split("/"))
    values = {}
    for option in options:
        key, _, value = option.partition("=")
        if key not in readers:
            raise ValueError(f"'{option}' is no option of a filter: there are {', '.join(readers)}.")
        values[key] = readers[key](value)
    spec = Spec(name, **values)
    if name not in FILTERS and name not in BATCH_FILTERS:
        known = ", ".join([*FILTERS, *BATCH_FILTERS])
        raise ValueError(f"No filter is named '{name}' here: there are {known}. Code of your own is not translated.")
    if spec.mode not in MODES:
        raise ValueError(f"mode={spec.mode}: it can be {', '.join(MODES)}.")
    if spec.whitening not in WHITENINGS:
        raise ValueError(f"whitening={spec.whitening}: it can be {', '.join(WHITENINGS)}.")
    if spec.keep < 1 or spec.rows < 1:
        raise ValueError(f"keep={spec.keep} rows={spec.rows}: both are at least 1.")
    if any(not (math.isfinite(weight) and weight >= 0) for weight in spec.profile):
        raise ValueError(f"The weights of a profile are finite and at least 0: got {spec.profile}.")
    return spec


# ---- By rank, prompt by prompt. Ranks count from 0, the best score first; `scores` are one prompt's, best first.


@dataclasses.dataclass(frozen=True)
class RankFilter:
    """One way to choose among the responses to a prompt."""

    # (N) what responses are drawn by in mode `resample`: the paper's w, summing to 1. Arguments: spec, scores.
    weights: Callable[[Spec, Sequence[float]], list[float]]
    # The ranks that mode `select` keeps. Arguments: spec, scores, random numbers.
    select: Callable[[Spec, Sequence[float], np.random.Generator], list[int]]
    # The most of N that mode `select` can keep.
    most: Callable[[int], int] = lambda n: n
    # Whether `keep` is a choice.
    reads_keep: bool = True


def _total(values: Sequence[float]) -> float:
    """One by one from the left: another order of additions can round otherwise, and so break a tie."""
    total = 0.0
    for value in values:
        total += value
    return total


def _mean(values: Sequence[float]) -> float:
    return _total(values) / len(values)


def _deviation(values: Sequence[float]) -> float:
    mean = _mean(values)
    return math.sqrt(_mean([(value - mean) * (value - mean) for value in values]))


def _draw(weights: Sequence[float], random: np.random.Generator) -> int:
    """A place with probability in proportion to its weight; never one of weight 0."""
    left = random.random() * _total(weights)
    drawn = 0
    for place, weight in enumerate(weights):
        if weight == 0:
            continue
        drawn = place
        if left < weight:
            break
        left -= weight
    return drawn


def _chosen(
    ranks: Callable[[Sequence[float], int], list[int]],
    most: Callable[[int], int] = lambda n: n,
    reads_keep: bool = True,
) -> RankFilter:
    """A filter that keeps certain ranks; in mode `resample` it draws among those of keep = 2, all alike."""

    def weights(spec: Spec, scores: Sequence[float]) -> list[float]:
        kept = ranks(scores, min(2, most(len(scores))))
        return [1 / len(kept) if rank in kept else 0.0 for rank in range(len(scores))]

    return RankFilter(weights, lambda spec, scores, _: ranks(scores, spec.keep), most, reads_keep)


def _best_and_worst(keep: int, n: int) -> list[int]:
    best = (keep + 1) // 2
    return [*range(best), *range(n - keep + best, n)]


def _trimmed(scores: Sequence[float], keep: int) -> list[int]:
    n = len(scores)
    return [0] if n < 3 else [rank + 1 for rank in _best_and_worst(keep, n - 2)]


def _middle(scores: Sequence[float], keep: int) -> list[int]:
    first = (len(scores) - keep) // 2
    return list(range(first, first + keep))


def _max_variance(scores: Sequence[float], keep: int) -> list[int]:
    """Some of the top, the rest of the bottom: the split whose variance is largest (PODS, arXiv 2504.13818)."""
    n = len(scores)
    splits = [[*range(keep - bottom), *range(n - bottom, n)] for bottom in range(keep + 1)]

    def variance(ranks: list[int]) -> float:
        values = [scores[rank] for rank in ranks]
        mean = _mean(values)
        return _mean([(value - mean) * (value - mean) for value in values])

    return max(splits, key=variance)  # the first of equal ones: more from the top


def _advantage(scores: Sequence[float], keep: int) -> list[int]:
    """Those furthest from the prompt's mean (CPPO, arXiv 2503.22342); ties go to the better rank."""
    mean = _mean(scores)
    return sorted(sorted(range(len(scores)), key=lambda rank: -abs(scores[rank] - mean))[:keep])


def _mu_2_sigma(scores: Sequence[float], keep: int) -> list[int]:
    """The best, and those nearest to two deviations below the mean (after arXiv 2502.16825); ties: the better rank."""
    aim = _mean(scores) - 2 * _deviation(scores)
    others = sorted(range(1, len(scores)), key=lambda rank: abs(scores[rank] - aim))
    return [0, *sorted(others[: keep - 1])]


def _best_random_weights(_: Spec, scores: Sequence[float]) -> list[float]:
    n = len(scores)
    k = min(2, n)
    return [1 / k if rank == 0 else (k - 1) / (k * (n - 1)) for rank in range(n)]


def _best_random(spec: Spec, scores: Sequence[float], random: np.random.Generator) -> list[int]:
    others = random.permutation(len(scores) - 1)[: spec.keep - 1]
    return [0, *(int(other) + 1 for other in others)]


def _worst_random(spec: Spec, scores: Sequence[float], random: np.random.Generator) -> list[int]:
    others = random.permutation(len(scores) - 1)[: spec.keep - 1]
    return [*(int(other) for other in others), len(scores) - 1]


def _uniform(_: Spec, scores: Sequence[float]) -> list[float]:
    return [1 / len(scores)] * len(scores)


def _random_k(spec: Spec, scores: Sequence[float], random: np.random.Generator) -> list[int]:
    return [int(rank) for rank in random.permutation(len(scores))[: spec.keep]]


def _profile_weights(spec: Spec, scores: Sequence[float]) -> list[float]:
    n, total = len(scores), _total(spec.profile)
    if len(spec.profile) > n or total == 0:
        raise ValueError(f"A profile for {n} responses has up to {n} weights, one of them above 0: got {spec.profile}.")
    return [weight / total for weight in spec.profile] + [0.0] * (n - len(spec.profile))


def _rank_profile(spec: Spec, scores: Sequence[float], random: np.random.Generator) -> list[int]:
    """Rank after rank by weight, none twice; those of at least ½ come before all others."""
    weights = _profile_weights(spec, scores)
    heavy = [weight if weight >= 0.5 - 1e-9 else 0.0 for weight in weights]
    light = [0.0 if heavy[rank] > 0 else weight for rank, weight in enumerate(weights)]
    ranks: list[int] = []
    for urn in (heavy, light):
        while len(ranks) < spec.keep and any(weight > 0 for weight in urn):
            ranks.append(_draw(urn, random))
            urn[ranks[-1]] = 0.0
    return ranks


_every = RankFilter(_uniform, lambda _, scores, __: list(range(len(scores))), reads_keep=False)

FILTERS: dict[str, RankFilter] = {
    "none": _every,
    "single": _every,  # a way of sampling: rollout.n=1 and as many prompts more
    "best-of-n": _chosen(lambda scores, _: [0], reads_keep=False),
    "best-random": RankFilter(_best_random_weights, _best_random),
    "best-worst": _chosen(lambda scores, keep: _best_and_worst(keep, len(scores))),
    "random-k": RankFilter(_uniform, _random_k),
    "rank-profile": RankFilter(_profile_weights, _rank_profile),
    "trimmed-best-worst": _chosen(_trimmed, lambda n: max(1, n - 2)),
    "middle-k": _chosen(_middle),
    "worst-random": RankFilter(lambda spec, scores: _best_random_weights(spec, scores)[::-1], _worst_random),
    "max-variance": _chosen(_max_variance),
    "advantage-k": _chosen(_advantage),
    "mu-2-sigma": _chosen(_mu_2_sigma),
    "worst-k": _chosen(lambda scores, keep: list(range(len(scores) - keep, len(scores)))),
}


# ---- Of the whole batch. How many rows these keep depends on the batch, and may be none; mode and keep are not read.


@dataclasses.dataclass(frozen=True)
class Batch:
    """What these look at: scores (B), the rows of each prompt, and (B) shares of tests passed where they are known."""

    scores: list[float]
    groups: list[list[int]]
    truths: list[float] | None


@dataclasses.dataclass(frozen=True)
class BatchFilter:
    # (B) each row's chance to be kept, 0 … 1; of one that draws, what rows are drawn by, up to a factor.
    chances: Callable[[Batch], list[float]]
    # It draws B rows with replacement.
    is_drawn: bool = False


def _top(low: float) -> Callable[[Batch], list[float]]:
    def chances(batch: Batch) -> list[float]:
        mean = _mean(batch.scores)
        return [1.0 if score > mean else low for score in batch.scores]

    return chances


def _top_bottom(batch: Batch) -> list[float]:
    """More than half a deviation from the batch's mean, above or below."""
    mean, half = _mean(batch.scores), 0.5 * _deviation(batch.scores)
    return [1.0 if abs(score - mean) > half else 0.0 for score in batch.scores]


def _pow(exponent: int) -> BatchFilter:
    """By |score| to a power: the one reweight method of verl that is the paper's. verl adds 1e-8 to every weight."""
    return BatchFilter(lambda batch: [abs(score) ** exponent for score in batch.scores], is_drawn=True)


def _dynamic_sampling(batch: Batch) -> list[float]:
    """All responses to prompts whose scores are not all equal (DAPO, arXiv 2503.14476, which samples more in place)."""
    chances = [0.0] * len(batch.scores)
    for rows in batch.groups:
        if any(batch.scores[row] != batch.scores[rows[0]] for row in rows):
            for row in rows:
                chances[row] = 1.0
    return chances


def _agreement(batch: Batch) -> list[float]:
    """Right and above its prompt's mean score, or wrong and below it (after PROF, arXiv 2509.03403)."""
    if batch.truths is None:
        raise ValueError("agreement needs the share of tests passed, from the reward function as 'test_score'.")
    chances = [0.0] * len(batch.scores)
    for rows in batch.groups:
        mean = _mean([batch.scores[row] for row in rows])
        for row in rows:
            difference, truth = batch.scores[row] - mean, batch.truths[row]
            agrees = difference > 0 if truth == 1 else truth < 1 and difference < 0
            chances[row] = 1.0 if agrees else 0.0
    return chances


def _max_min(batch: Batch) -> list[float]:
    extremes = (max(batch.scores), min(batch.scores))
    return [1.0 if score in extremes else 0.0 for score in batch.scores]


def _max_random(batch: Batch) -> list[float]:
    highest = max(batch.scores)
    return [0.4 if score == highest else 0.1 for score in batch.scores]


BATCH_FILTERS: dict[str, BatchFilter] = {
    "top": BatchFilter(_top(0.0)),
    "top-random": BatchFilter(_top(0.5)),
    "top-bottom": BatchFilter(_top_bottom),
    "pow-1": _pow(1),
    "pow-2": _pow(2),
    "pow-3": _pow(3),
    "dynamic-sampling": BatchFilter(_dynamic_sampling),
    "agreement": BatchFilter(_agreement),
    "max-min": BatchFilter(_max_min, is_drawn=True),
    "max-random": BatchFilter(_max_random, is_drawn=True),
}


def groups_of(uids: Sequence) -> list[list[int]]:
    """The rows of each prompt, wherever they stand, in their order; prompts by their first row."""
    groups: dict = {}
    for row, uid in enumerate(uids):
        groups.setdefault(uid, []).append(row)
    return list(groups.values())


def ranked(rows: Sequence[int], scores: Sequence[float]) -> list[int]:
    """Best score first; of equal ones the first row first."""
    return sorted(rows, key=lambda row: -scores[row])


def kept_rows(scores, uids: Sequence, spec: Spec, random: np.random.Generator, truths=None) -> np.ndarray:
    """Chooses what is learned from.

    Args:
        scores: (B) what the responses are ranked by, as a list, an array or a tensor.
        uids: (B) which prompt each answers.
        truths: (B) shares of tests passed, nan where unknown; for `agreement`.

    Returns:
        rows, ascending; one that was drawn twice stands there twice. There may be none.

    Raises:
        ValueError: with a sentence, on a score that is nan, or a number to keep that there is not.
    """
    values = [float(score) for score in as_numpy(scores)]
    if any(math.isnan(value) for value in values):
        raise ValueError(f"Score {[math.isnan(value) for value in values].index(True)} is nan and has no rank.")
    if len(values) != len(uids):
        raise ValueError(f"{len(values)} scores and {len(uids)} uids: there must be as many.")
    groups = groups_of(uids)
    if spec.name in BATCH_FILTERS:
        known = None if truths is None else [float(truth) for truth in as_numpy(truths)]
        return _kept_of_batch(BATCH_FILTERS[spec.name], Batch(values, groups, known), random)
    filter_ = FILTERS[spec.name]
    kept: list[int] = []
    for group in groups:
        rows = ranked(group, values)
        best_first = [values[row] for row in rows]
        if spec.mode == "select":
            if filter_.reads_keep and spec.keep > filter_.most(len(rows)):
                raise ValueError(
                    f"{spec.name} can keep 1 to {filter_.most(len(rows))} of {len(rows)} responses: got {spec.keep}."
                )
            ranks = filter_.select(spec, best_first, random)
        else:
            weights = filter_.weights(spec, best_first)
            ranks = [_draw(weights, random) for _ in rows]
        kept += [rows[rank] for rank in ranks]
    return np.array(sorted(kept), dtype=np.int64)


def _kept_of_batch(filter_: BatchFilter, batch: Batch, random: np.random.Generator) -> np.ndarray:
    chances = filter_.chances(batch)
    if not filter_.is_drawn:
        kept = [row for row, chance in enumerate(chances) if random.random() < chance]
    elif _total(chances) == 0:
        kept = []
    else:
        kept = sorted(_draw(chances, random) for _ in chances)
    return np.array(kept, dtype=np.int64)


# ---- Advantages and minibatches.


def whitened(advantages: np.ndarray, mask: np.ndarray, how: str) -> np.ndarray:
    """(x − mean)·(var + 1e-8)^−½ over the tokens of the mask, with the population's variance; `scale` does not centre.

    Args:
        advantages: (rows, tokens); mask: (rows, tokens), 1 on tokens of responses.
    """
    counted = advantages[mask != 0]
    if how == "off" or counted.size == 0:
        return np.where(mask != 0, advantages, 0.0)
    mean = counted.mean()
    factor = 1 / np.sqrt(((counted - mean) ** 2).mean() + 1e-8)
    return np.where(mask != 0, (advantages - (0.0 if how == "scale" else mean)) * factor, 0.0)


def minibatches(kept: np.ndarray, rows: int) -> tuple[np.ndarray, int]:
    """verl splits a batch into minibatches of equal size, so what was kept is filled up to whole ones.

    Returns:
        rows of the batch, and how many of them, at the end, are filling: they get a response_mask of 0, which verl's
        losses with `loss_agg_mode=token-mean` leave out of sum and count alike, as they do for rejected sequences.
        No minibatch is filling alone, since it is less than one.
    """
    filling = -len(kept) % rows
    return np.concatenate([kept, np.full(filling, kept[0])]), filling


def as_numpy(values) -> np.ndarray:
    """An array of what may be a tensor of torch."""
    return values.detach().cpu().float().numpy() if hasattr(values, "detach") else np.asarray(values)


def _like(array: np.ndarray, other):
    """The array as what the other is."""
    if not hasattr(other, "detach"):
        return array.astype(other.dtype)
    import torch

    return torch.from_numpy(array).to(dtype=other.dtype, device=other.device)


# ---- In verl's place.

_randoms: dict[int, np.random.Generator] = {}


def reweight(data, reweight_method: str = "best-worst", weight_pow: float = 2.0):
    """Stands where `core_algos.compute_pf_ppo_reweight_data` stands, with its arguments; `weight_pow` is not read.

    Args:
        data: DataProto. Its `batch` has `token_level_scores`, `response_mask`, `advantages`, `returns` and `values`,
            (B, T) each, its `non_tensor_batch` `uid`, (B). Ranked is by the sum of the scores, before any KL penalty.

    Returns:
        a DataProto of the kept rows, and of filling. Where nothing is kept it is one minibatch in which one row counts,
        with advantages 0 and the values as returns, so that its losses have no gradient: verl leaves no update out.
    """
    spec = parse(reweight_method)
    random = _randoms.setdefault(spec.seed, np.random.default_rng(spec.seed))
    scores = as_numpy(data.batch["token_level_scores"]).sum(-1)
    truths = data.non_tensor_batch.get("test_score")
    kept = kept_rows(scores, data.non_tensor_batch["uid"], spec, random, truths)
    is_empty = len(kept) == 0
    rows, filling = minibatches(np.arange(1) if is_empty else kept, spec.rows)
    real = len(rows) - filling

    mask = as_numpy(data.batch["response_mask"])
    # verl has whitened its advantages over the whole batch; returns − values are those from before.
    raw = as_numpy(data.batch["returns"]).astype(np.float64) - as_numpy(data.batch["values"])
    if spec.whitening == "all":
        advantages = whitened(raw, mask, "all")[rows]
    else:
        advantages = np.concatenate([whitened(raw[rows[:real]], mask[rows[:real]], spec.whitening), raw[rows[real:]]])
    advantages[real:] = 0.0

    count = len(scores)
    chosen = data.select_idxs(rows)
    if is_empty:
        advantages[:] = 0.0
        chosen.batch["returns"] = chosen.batch["values"] * 1
    chosen.batch["advantages"] = _like(advantages, data.batch["advantages"])
    filled_mask = mask[rows].copy()
    filled_mask[real:] = 0
    chosen.batch["response_mask"] = _like(filled_mask, data.batch["response_mask"])
    # What meta_info lists row by row, such as global_token_num, goes along.
    chosen.meta_info = {
        key: [value[row] for row in rows] if isinstance(value, list) and len(value) == count else value
        for key, value in data.meta_info.items()
    }
    return chosen


def install() -> None:
    """Has verl's trainer in this process call `reweight`."""
    from verl.trainer.ppo import core_algos

    core_algos.compute_pf_ppo_reweight_data = reweight
