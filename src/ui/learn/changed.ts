import { differences } from '../../ppo/knobs.ts';
import { isOwnPolicy, ownLabel } from '../../ppo/own-models.ts';
import type { RunConfig } from '../../protocol/config.ts';
import type { MetricName } from '../../protocol/metrics.ts';
import { fixed, signed } from '../format.ts';
import { knobsAt, markersOf } from '../markers.ts';
import type { EarlierRun } from '../run/live-run.ts';
import type { LearnersRun } from './trial.ts';

/** Figures that are put side by side, in the order in which they are said. */
const figures = [
  { name: 'eval/pass@1_held_out', what: 'held-out pass@1', unit: '' },
  { name: 'eval/kl', what: 'KL to the reference', unit: ' nats' },
] as const satisfies { name: MetricName; what: string; unit: string }[];

type Side = Pick<LearnersRun, 'changes' | 'config' | 'engine' | 'history'>;

const presetOf = ({ config, engine }: Side) => engine?.preset ?? config.preset;
const policyOf = ({ policy }: RunConfig) =>
  policy === undefined ? 'the standard' : isOwnPolicy(policy) ? ownLabel(policy) : policy;
const tasksOf = ({ tasks }: RunConfig) =>
  tasks === undefined ? 'the corpus' : `${tasks.length} tasks of your own`;

/** Other settings from the beginning, one entry each, and of the earlier run what was changed up to `updates`. */
function settingsText(past: EarlierRun, run: Side, updates: number): string {
  const begun = (side: Side) => knobsAt(side.config.knobs, side.changes, 0);
  const pairs = [
    [/* @wc-include */ 'models', presetOf(past), presetOf(run)],
    [/* @wc-include */ 'policy', policyOf(past.config), policyOf(run.config)],
    [/* @wc-include */ 'tasks', tasksOf(past.config), tasksOf(run.config)],
    [/* @wc-include */ 'seed', String(past.config.seed), String(run.config.seed)],
    [/* @wc-include */ 'engine', past.engine?.name, run.engine?.name],
  ] as const;
  const others = pairs.flatMap(([what, was, is]) =>
    was === undefined || is === undefined || was === is ? [] : [`${what} ${was} → ${is}`],
  );
  const all = [...differences(begun(past), begun(run)), ...others];
  const onTheWay = markersOf(past.changes)
    .filter(({ update }) => update <= updates)
    .map(({ text, update }) => `${text} at update ${update}`);
  return [
    all.length === 0
      ? 'Begun with the same settings and seed as your previous run.'
      : `Against your previous run, what was set otherwise: ${all.join(', ')}.`,
    onTheWay.length > 0 ? `In that one was changed on the way: ${onTheWay.join(', ')}.` : [],
    past.isBranch ? 'That one had branched off another run.' : [],
  ]
    .flat()
    .join(' ');
}

/** The newest figures that both have of the same update. */
function figuresText(past: EarlierRun, run: Side, updates: number): string {
  const of = (side: Pick<Side, 'history'>, name: MetricName, update: number) => side.history.at(name, update);
  const both = run.history
    .known(figures[0].name)
    .filter(({ update }) => update <= updates && of(past, figures[0].name, update) !== undefined);
  const at = both.at(-1)?.update;
  if (at === undefined) return 'No update was evaluated in both, so that there are no figures to compare.';
  const said = figures.flatMap(({ name, what, unit }) => {
    const [was, is] = [of(past, name, at), of(run, name, at)];
    if (was === undefined || is === undefined) return [];
    // As the two are written, so that the difference is theirs.
    const difference = Number(is.toFixed(2)) - Number(was.toFixed(2));
    const more = fixed(Math.abs(difference)) === '0.00' ? 'the same' : signed(difference);
    return [`${what} ${fixed(is)}${unit} against ${fixed(was)} (${more})`];
  });
  const when =
    at === 0
      ? 'Before any update'
      : at === updates
        ? `After update ${at}`
        : `After update ${at}, the last of ${updates} at which both were evaluated`;
  return `${when}: ${said.join('; ')}.`;
}

/** What is said of a learner's first run. */
export const nothingBefore =
  'This page knows of no run of yours before it that learned anything: there is nothing to compare it with.';

/**
 * What differs between a run of a lesson, up to its last update, and the run of the learner's before it: what was set, and what came of it
 * at the same update. Why is the learner's to say.
 */
export function changedSince(past: EarlierRun | undefined, run: Side, updates: number): string {
  if (!past) return nothingBefore;
  return `${settingsText(past, run, updates)} ${figuresText(past, run, updates)}`;
}
