"""Starts verl's PPO with a filter of `pf_ppo_filters.py` in it: `python3 train.py OVERRIDES`.

Overrides are those of `python3 -m verl.trainer.main_ppo`. The trainer runs in a Ray actor, a process of its own, so the
filter is put in place there. Written for verl 0.8.0; 0.9 keeps this trainer's task runner in `main_ppo_v0`, which is
taken where it is there.
"""

import ray
from verl.trainer import main_ppo

try:
    from verl.trainer.main_ppo_v0 import TaskRunner  # verl 0.9
except ImportError:
    from verl.trainer.main_ppo import TaskRunner  # verl 0.8

_start = main_ppo.run_ppo


# In 0.9 what is imported is a Ray actor already; its plain class is what can be extended.
class FilteringTaskRunner(getattr(TaskRunner, "__ray_actor_class__", TaskRunner)):
    """verl's own, with the filter in the place of its reweighting."""

    def run(self, config):
        import pf_ppo_filters

        pf_ppo_filters.install()
        return super().run(config)


def run_ppo(config, task_runner_class=None):
    """verl's own, with this runner; refuses what would train without the filter, or with rows mixed up."""
    algorithm = config.algorithm
    if algorithm.use_pf_ppo:
        import pf_ppo_filters

        pf_ppo_filters.parse(algorithm.pf_ppo.reweight_method)
        if algorithm.adv_estimator != "gae":
            raise SystemExit(f"verl filters under adv_estimator=gae alone: got {algorithm.adv_estimator}.")
        if config.trainer.get("use_v1", False):
            raise SystemExit("The v1 trainer would pair advantages with other rows (verl issue 7956): use_v1=False.")
    _start(config, task_runner_class=ray.remote(num_cpus=1)(FilteringTaskRunner))


main_ppo.run_ppo = run_ppo

if __name__ == "__main__":
    main_ppo.main()
