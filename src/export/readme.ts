import { describeFilter, readsTruth, runsCode, samplingPlan } from '../ppo/filter.ts';
import type { Knobs } from '../protocol/config.ts';
import type { Measured } from './measured.ts';
import { otherNames } from './other-trainers.ts';
import { isExactTests, samenessRows, teacherText, type Row } from './sameness.ts';
import type { ExportSource } from './source.ts';

const table = (head: Row, rows: readonly Row[]) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** Four digits, as far as they say anything. */
const number = (value: number | undefined) =>
  value === undefined ? 'undefined' : String(Number(value.toPrecision(4)));

function filterText({ filter, groupSize }: Knobs): string {
  return runsCode(filter)
    ? 'code of a visitor’s, in own-filter.js'
    : describeFilter(filter, samplingPlan(filter, 1, groupSize).groupSize);
}

function beginning(source: ExportSource): string {
  const { name, knobs, updates, isChanged } = source;
  return `# ${name}, for verl

Policy Filtration PPO (arXiv 2409.06957) as it is set in the PF-PPO Playground, for verl 0.8.0.

* **Filter**: ${filterText(knobs)}.
* **Teacher in the tab**: ${teacherText(knobs)}.
* **Made of** ${updates > 0 ? `a run of ${updates} update${updates === 1 ? '' : 's'}` : 'settings, before any training'}.${
    isChanged ? ' It was set otherwise on the way; here is what was set at its end.' : ''
  }
`;
}

const FILES = table(
  ['file', 'what it is'],
  [
    ['`train.sh`', 'every setting as an override of verl’s, with what differs in meaning; starts the run'],
    ['`train.py`', 'starts verl with the filter in the place of its own reweighting'],
    ['`pf_ppo_filters.py`', 'the filters, prompt by prompt; needs numpy'],
    [
      '`reward.py`',
      '`compute_score`: runs the tests in the playground’s judge; needs Node.js and a clone of the playground',
    ],
    ['`data/*.parquet`, `data/*.jsonl`', 'the tasks, in verl’s columns, twice'],
    ['`run.json`', 'the settings as the playground has them'],
  ],
);

function notTranslated({ filter, teacher, advantage }: Knobs): string {
  const parts = [
    runsCode(filter) &&
      'The filter is code that a visitor wrote, in `own-filter.js`. **It is not translated.** `train.sh` names it, and training ' +
        'stops with a sentence until `pf_ppo_filters.py` has a filter of that name: add one to `BATCH_FILTERS` there, which gets the ' +
        'scores and the rows of each prompt and says every row’s chance to be kept, as the code does with its weights, cut off at 1.',
    teacher === 'own-score' &&
      'The score is code that a visitor wrote, in `own-score.js`. **It is not translated**: `reward.py` says what the unit tests say.',
    advantage !== 'gae' &&
      !runsCode(filter) &&
      'Advantages are compared within the prompt, without the critic. verl calls the filter under `gae` alone, so `train.py` ' +
        'refuses to train with both: add `algorithm.adv_estimator=gae`, or `algorithm.use_pf_ppo=False`.',
  ].filter((part) => part !== false);
  return parts.length > 0 ? `\n## What is not translated\n\n${parts.join('\n\n')}\n` : '';
}

const commands = `
## Commands

\`\`\`sh
git clone PLAYGROUND && (cd PLAYGROUND && npm ci)     # for its judge: Node.js 20.19 or newer
pip install verl==0.8.0                               # with vLLM and what else its installation guide asks for
export PF_PPO_PLAYGROUND=$PWD/PLAYGROUND MODEL=Qwen/Qwen2.5-Coder-7B-Instruct GPUS=8
bash train.sh                                         # more overrides can follow
bash train.sh trainer.nnodes=2 trainer.logger='["console","wandb"]'
\`\`\`

On more than one machine this folder and the playground lie under the same paths everywhere, or say so with
\`+ray_kwargs.ray_init.runtime_env.env_vars.PYTHONPATH=…\` and \`…PF_PPO_PLAYGROUND=…\`. Any instruct model will do for \`MODEL\`. To check the reward alone:

\`\`\`sh
python3 -c '
import json, reward
row = json.loads(next(open("data/train.jsonl")))
print(row["prompt"][0]["content"])
print(reward.compute_score(row["data_source"], "f = () => 0", row["reward_model"]["ground_truth"]))'
\`\`\`

Where verl calls the filter: \`compute_advantage\` in \`verl/trainer/ppo/ray_trainer.py\`, under \`adv_estimator=gae\` and \`use_pf_ppo=True\`, calls
\`core_algos.compute_pf_ppo_reweight_data\` after GAE and before critic and actor learn. \`pf_ppo_filters.install()\` puts \`reweight\` there. A trainer of your
own calls it the same way, once, in the process that has the batch.
`;

function sameness(source: ExportSource): string {
  const { knobs } = source;
  return `
## Same, and not the same, as in the tab

${table(['', 'in the tab', 'here', ''], samenessRows(source))}

${
  isExactTests(knobs)
    ? 'With exact tests as the reward there is little for a filter to do: the method is for rewards that err.'
    : 'The teacher is not exported. The method is for rewards that err, and the unit tests do not: to see at scale what the tab showed, give verl a reward ' +
      'model of yours (`reward.reward_model.enable=True reward.reward_model.model_path=…`), and leave out `reward.custom_reward_function.path`, or call the model from there.'
}${readsTruth(knobs.filter) ? ' The filter reads the share of tests passed, which `reward.py` returns as `test_score`.' : ''}
`;
}

function measuredText(measured: Measured | undefined): string {
  if (!measured)
    return `
## Measured

Nothing: there is no batch whose truth is known and that this filter filtered. Run it in the tab first, and export the run.
`;
  const { update, responses, kept, passRate, values, heldOut } = measured;
  const rows = values.map(({ label, symbol, value }) => [label, symbol, number(value)]);
  return `
## Measured in the tab

On the batch of update ${update}: ${responses} responses, ${kept} kept, ${number(100 * passRate)} % pass all tests.${
    heldOut
      ? ` Held-out pass@1 after update ${heldOut.update}: ${number(heldOut.passAt1)}, one response to each prompt.`
      : ''
  }

${table(['predictor', '', 'value'], rows)}

The glossary of the playground says how to read them. One batch of a small model on small tasks: they compare filters on that batch, and say nothing of another model’s.
`;
}

function others(source: ExportSource): string {
  const rows = otherNames(source).map(({ knob, value, trl, openrlhf }) => [knob, value, trl, openrlhf]);
  return `
## The same settings for TRL and OpenRLHF

Neither filters by rank within a prompt. \`pf_ppo_filters.kept_rows(scores, uids, spec, random)\` needs neither verl nor torch: call it where experience has been made and
before it is learned from.

${table(['knob', 'here', 'TRL, `PPOConfig`', 'OpenRLHF, `train_ppo_ray`'], rows)}

Read were TRL’s \`trl/experimental/ppo\` (\`ppo_config.py\` at 496cb7f, \`ppo_trainer.py\` at 0062ee1) and OpenRLHF’s \`openrlhf/cli/train_ppo_ray.py\` at f5b3f08.
`;
}

const CHECKED = `
## What was checked, and what was not

**verl was not run**: there was no GPU for it, nor verl. It was read: \`trainer/ppo/ray_trainer.py\` (0094eb2), \`trainer/ppo/core_algos.py\` (018f23b), \`trainer/main_ppo.py\` (07518a8, laid out as
in 0.8.0), \`trainer/main_ppo_v0.py\` (07cfbc6, as in 0.9), \`trainer/ppo/reward.py\` (302f740), \`experimental/reward_loop/reward_manager/naive.py\` (247f1ac), \`workers/engine_workers.py\` (00d595f),
\`utils/torch_functional.py\` (0db1343), \`trainer/config/_generated_ppo_trainer.yaml\` (01d4d76) and \`ppo_trainer.yaml\` (05a1edd). That these are the files of the release, to the letter, was not checked: compare before
a long run. Older ones differ: 0.4.1 does not read \`algorithm.pf_ppo\`, and before 0.7.1 the reward function is \`custom_reward_function\`.

The playground’s own tests check, each time they run, that

* \`pf_ppo_filters.py\` keeps the same rows as the tab on 1,000 random batches, and, of what is drawn, as often (χ²); that its whitening is the tab’s, and \`reweight\`, on a stand-in for verl’s \`DataProto\` with arrays, gives rows, advantages and masks that belong together; that \`train.py\` puts it in place, on stand-ins for verl 0.8 and 0.9;
* \`reward.py\` gives 200 programs, right and wrong, the verdicts of the playground’s judge;
* another reader of parquet finds in the files what was written;
* every override names a setting that is in one of the two \`.yaml\` files that were read.

With tensors \`reweight\` was tried by hand: torch 1.13 on a CPU, 32 bits and bfloat16.
`;

/** What whoever opens the folder reads first. */
export const readmeOf = (source: ExportSource): string =>
  [
    beginning(source),
    `\n${FILES}\n`,
    notTranslated(source.knobs),
    commands,
    sameness(source),
    measuredText(source.measured),
    others(source),
    CHECKED,
  ].join('');
