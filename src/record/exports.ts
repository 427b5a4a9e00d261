/** What a run did, for other programs: its metrics by update as CSV and JSON, and all of it in UNIPO's log format. */
import type { Batch } from '../protocol/batch.ts';
import type { Knobs } from '../protocol/config.ts';
import { metricNames, type MetricName, type Metrics } from '../protocol/metrics.ts';
import type { TokenNumbers } from '../protocol/tokens.ts';
import { taskById } from '../tasks/tasks.ts';
import { decode } from '../tasks/vocabulary.ts';
import type { RunRecord } from './run-record.ts';

/** Of every update of which something is known, in order; what is undefined is absent. */
function metricsByUpdate(record: RunRecord): Map<number, Metrics> {
  const rows = new Map<number, Metrics>();
  const events = record.events((type) => type === 'updated' || type === 'judged' || type === 'evaluated');
  for (const event of events) {
    if (!('metrics' in event)) continue;
    const known = Object.entries(event.metrics).filter(([, value]) => Number.isFinite(value));
    rows.set(event.update, { ...rows.get(event.update), ...Object.fromEntries(known) });
  }
  return new Map([...rows].sort(([a], [b]) => a - b));
}

/** A line an update, a column a metric; a number in full, or nothing where there is none. */
export function metricsCsv(record: RunRecord): string {
  const rows = Array.from(metricsByUpdate(record), ([update, metrics]) => [
    update,
    ...metricNames.map((name) => metrics[name] ?? ''),
  ]);
  return [['update', ...metricNames], ...rows].map((row) => `${row.join(',')}\n`).join('');
}

/** What was set at the beginning, what was set otherwise since, by the update that first read it so, and an entry an update. */
export function metricsJson(record: RunRecord): string {
  const changes = new Map<number, Partial<Knobs>>();
  for (const event of record.events((type) => type === 'knobs'))
    if (event.type === 'knobs') changes.set(event.update, { ...changes.get(event.update), ...event.knobs });
  const metrics = Array.from(metricsByUpdate(record), ([update, known]) => ({ update, ...known }));
  const changed = Array.from(changes, ([update, knobs]) => ({ update, knobs }));
  return `${JSON.stringify({ config: record.config, changes: changed, metrics }, null, 2)}\n`;
}

/** Prompts of an update that a UNIPO log has. */
const PROMPTS = 3;
/** Their word for what we call a score. */
const REWARD = 'reward';

/** Their names of what we have; theirs are conventional. */
export const unipoNames: Partial<Record<MetricName, string>> = {
  'objective/scores': REWARD,
  'policy/loss': 'policy_loss',
  'value/loss': 'value_loss',
  'policy/entropy': 'entropy',
  'policy/kl_kept': 'kl',
  'policy/clip_frac': 'clip_fraction',
  'policy/grad_norm': 'grad_norm',
};

/**
 * UNIPO's log (poloclub/unipo, docs/canonical_schema.json). An entry is an update, since that is what a record has metrics of: the means over its
 * Adam steps. An update of which nothing was kept took none, and has no entry. Prompts are the first three, with all responses to
 * them, where the update's batch was kept; token by token a record has the tokens alone, and the run itself, where it is at hand, the rest for its last update. Names of hyperparameters are free there: `changes` are ours, a list
 * of {step, …what was set otherwise from then on}, where anything was.
 *
 * @param pause for so long a work: asked after each event, and waited for where it gives something to wait for
 * @param tokensOf of a response of the last update's batch, by the run whose record it is; undefined where that cannot say
 */
export async function unipoLog(
  record: RunRecord,
  pause: () => Promise<void> | undefined = () => undefined,
  tokensOf?: TokensOf,
): Promise<string> {
  const { seed, preset } = record.config;
  const metrics = metricsByUpdate(record);
  let inForce: Knobs = record.config.knobs;
  /** As update 1 found them: before that nothing was learned. */
  let begun = inForce;
  const changes = new Map<number, Partial<Knobs>>();
  const rates = new Map<number, number>();
  const prompts = new Map<number, ReturnType<typeof unipoPrompts>>();
  let model = preset;
  let newest: Batch | undefined;
  for (const event of record.events()) {
    if (event.type === 'opened') model = event.preset;
    if (event.type === 'knobs') {
      inForce = { ...inForce, ...event.knobs };
      if (event.update === 0) begun = inForce;
      else changes.set(event.update, { ...changes.get(event.update), ...event.knobs });
    }
    if (event.type === 'updated') rates.set(event.update, inForce.learningRate);
    if (event.type === 'batch') {
      prompts.set(event.update, unipoPrompts(event.batch));
      newest = event.batch;
    }
    if (event.type === 'experience') {
      const batch = prompts.get(event.update);
      batch?.kept.forEach((row, i) => {
        const response = batch.responses.at(row);
        if (response) response.advantage = event.advantages[i];
      });
    }
    await pause();
  }
  if (tokensOf && newest) await addTokens(newest, prompts.get(newest.update)!.responses, tokensOf);
  const entries = Array.from(metrics).flatMap(([update, known]) => {
    const loss = known['policy/loss'];
    const mean = known['objective/scores'];
    if (update === 0 || loss === undefined || mean === undefined) return [];
    const named = Object.entries(unipoNames).flatMap(([ours, theirs]) => {
      const value = known[ours as MetricName];
      return value === undefined ? [] : [[theirs, value] as const];
    });
    return JSON.stringify({
      step: update - 1,
      is_first_step_after_rollout_phase: true,
      metrics: {
        policy_objective: -loss,
        ...Object.fromEntries(named),
        learning_rate: rates.get(update),
        pass_rate: known['objective/pass_rate'],
      },
      prompts: prompts.get(update)?.prompts,
    });
  });
  const header = {
    task: 'small programs in JavaScript',
    dataset: 'PF-PPO Playground: compositions of list functions',
    reward_strategy: teachersOf(begun, changes),
    ...{ algorithm: 'ppo', totalSteps: entries.length },
    ...{ model_name: `pf-ppo-playground/${model}`, reference_model_name: `pf-ppo-playground/${model}` },
    hparams: {
      ...{ seed, ...begun },
      ...(changes.size > 0 && {
        changes: Array.from(changes, ([update, knobs]) => ({ step: update - 1, ...knobs })),
      }),
    },
  };
  return `{"header":${JSON.stringify(header)},"entries":[${entries.join()}]}\n`;
}

/** "teacher strong, weak from step 11". */
function teachersOf({ teacher }: Knobs, changes: ReadonlyMap<number, Partial<Knobs>>): string {
  const later = Array.from(changes).flatMap(([update, knobs]) =>
    knobs.teacher === undefined ? [] : [`${knobs.teacher} from step ${update - 1}`],
  );
  return [`teacher ${teacher}`, ...later].join(', ');
}

export type TokensOf = (batch: Batch, row: number) => Promise<TokenNumbers | undefined>;

/**
 * What is true at the end of the update of the batch: nothing of a policy that has moved on, or has not done the update. Of what was not learned from only the
 * log-probs, since it never had an advantage.
 */
async function addTokens(
  batch: Batch,
  responses: readonly UnipoResponse[],
  tokensOf: TokensOf,
): Promise<void> {
  for (const [row, { tokens }] of responses.entries()) {
    const known = await tokensOf(batch, row);
    if (known?.policy.update !== batch.update || known.policy.steps !== 0) return;
    const { oldLogprobs, refLogprobs } = known;
    tokens.log_probs = [...known.logprobs];
    tokens.ref_log_probs = [...refLogprobs];
    if (!known.isRemembered || !oldLogprobs) continue;
    Object.assign(tokens, {
      old_log_probs: [...oldLogprobs],
      values: [...known.values],
      rewards: [...known.rewards],
      advantages: [...known.whitenedAdvantages],
      returns: [...known.returns],
      token_kl: Array.from(oldLogprobs, (logprob, i) => logprob - refLogprobs[i]),
    });
  }
}

interface UnipoResponse {
  id: string;
  [REWARD]: number;
  advantage?: number;
  response_text: string;
  response_length: number;
  tokens: { ids: number[]; strings: string[]; log_probs?: number[]; ref_log_probs?: number[] };
}

/** The first prompts of a batch; `responses` are theirs by row. */
function unipoPrompts({
  update,
  groupSize,
  taskIds,
  tokens,
  lengths,
  programs,
  scores,
  kept,
}: Pick<Batch, 'update' | 'groupSize' | 'taskIds' | 'tokens' | 'lengths' | 'programs' | 'scores' | 'kept'>) {
  const contextLength = tokens.length / lengths.length;
  const responses: UnipoResponse[] = [];
  const prompts = taskIds.slice(0, PROMPTS).map((taskId, prompt) => {
    const { statement, promptIds } = taskById(taskId);
    const group = Array.from({ length: groupSize }, (_, sample): UnipoResponse => {
      const row = prompt * groupSize + sample;
      const from = row * contextLength;
      const ids = [...tokens.subarray(from + promptIds.length, from + lengths[row])];
      return {
        id: `step${update - 1}_p${prompt}_sample${sample}`,
        [REWARD]: scores[row],
        ...{ response_text: programs[row], response_length: ids.length },
        tokens: { ids, strings: decode(ids) },
      };
    });
    responses.push(...group);
    return { prompt: statement, responses: group };
  });
  return { prompts, responses, kept };
}
