import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findPython, pythonNeeded } from '../../scripts/python.mjs';

/** As much of verl and Ray as `train.py` touches, laid out as in two releases; `main` runs what the command line says. */
const common = {
  'ray.py': 'def remote(num_cpus):\n    return lambda runner: runner\n',
  'verl/__init__.py': '',
  'verl/trainer/__init__.py': '',
  'verl/trainer/ppo/__init__.py': '',
  'verl/trainer/ppo/core_algos.py': 'def compute_pf_ppo_reweight_data(): ...\n',
};
const runner = `class TaskRunner:
    def run(self, config):
        from verl.trainer.ppo import core_algos
        print(core_algos.compute_pf_ppo_reweight_data.__module__)
`;
const main = `import sys, types
def run_ppo(config, task_runner_class=None):
    task_runner_class().run(config)
def main():
    estimator, method, use_v1 = sys.argv[1:]
    pf_ppo = types.SimpleNamespace(reweight_method=method)
    algorithm = types.SimpleNamespace(use_pf_ppo=True, adv_estimator=estimator, pf_ppo=pf_ppo)
    config = types.SimpleNamespace(algorithm=algorithm, trainer={"use_v1": use_v1 == "True"})
    run_ppo(config, task_runner_class=None)
`;
const releases: Record<string, Record<string, string>> = {
  '0.8': { ...common, 'verl/trainer/main_ppo.py': runner + main },
  '0.9': {
    ...common,
    'verl/trainer/main_ppo.py': main,
    // There it is an actor of Ray’s, which cannot be extended.
    'verl/trainer/main_ppo_v0.py': `${runner}
class Actor:
    __ray_actor_class__ = TaskRunner
    def __init_subclass__(cls):
        raise TypeError("an actor cannot be extended")
TaskRunner = Actor
`,
  },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pf-ppo-verl-'));
  await cp(fileURLToPath(new URL('../../src/export/python', import.meta.url)), folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

async function train(release: string, ...args: string[]) {
  const python = findPython();
  if (!python) throw new Error(pythonNeeded);
  for (const [path, text] of Object.entries(releases[release])) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const { stdout, stderr } = spawnSync(python, [join(folder, 'train.py'), ...args], { encoding: 'utf8' });
  return stdout + stderr;
}

const spec = 'best-worst mode=select keep=2 whitening=kept rows=32 seed=1';
it.each(['0.8', '0.9'])(
  'puts the filter where verl %s calls it, in the process of the trainer',
  async (release) => {
    expect(await train(release, 'gae', spec, 'False')).toBe('pf_ppo_filters\n');
  },
);

it('refuses what would train without the filter, or with rows mixed up', async () => {
  expect(await train('0.9', 'grpo', spec, 'False')).toMatch(
    /verl filters under adv_estimator=gae alone: got grpo\./,
  );
  expect(await train('0.9', 'gae', spec, 'True')).toMatch(
    /The v1 trainer would pair advantages with other rows/,
  );
  expect(await train('0.8', 'gae', 'own rows=4', 'False')).toMatch(/Code of your own is not translated\./);
});
