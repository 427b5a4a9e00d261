import { reads, readsMode, runsCode } from '../../ppo/filter.ts';
import { knobNames, labelWithin, nameText, settingText } from '../../ppo/knobs.ts';
import { ownLabel } from '../../ppo/own-models.ts';
import type { FilterConfig, Knobs, RunConfig } from '../../protocol/config.ts';

/** What of a configuration can be compared. */
type Arm = Pick<RunConfig, 'knobs' | 'policy' | 'tasks' | 'preset'>;

const same = (values: readonly unknown[]) => new Set(values.map((value) => JSON.stringify(value))).size <= 1;

/** The filter's name, and of its options those that it reads and that tell it from others of the same name. */
function filterLabel(own: FilterConfig, all: readonly FilterConfig[]): string {
  const namesakes = all.filter(({ name }) => name === own.name);
  const isTold = (option: 'keep' | 'profile') =>
    reads(own, option) && !same(namesakes.map((one) => one[option]));
  const codes = [...new Set(namesakes.map(({ code }) => code))];
  return [
    own.name,
    ...(runsCode(own) && codes.length > 1 ? [`code ${codes.indexOf(own.code) + 1}`] : []),
    ...(isTold('keep') ? [`keep ${own.keep}`] : []),
    ...(isTold('profile') ? [`profile ${own.profile.map(settingText).join(' ')}`] : []),
    ...(readsMode(own) && !same(namesakes.map(({ mode }) => mode)) ? [own.mode] : []),
  ].join(', ');
}

function labelOf(knobs: Knobs, name: keyof Knobs, all: readonly Knobs[]): string[] {
  const filters = all.map(({ filter }) => filter);
  if (name === 'filter') return [filterLabel(knobs.filter, filters)];
  if (name === 'noise') return knobs.teacher === 'tests' ? [`noise ${knobs.noise.name}`] : [];
  if (name === 'teacher') return [nameText(knobs.teacher)];
  if (name === 'teacherCode') {
    const codes = [...new Set(all.flatMap((one) => (one.teacher === 'own-score' ? [one.teacherCode] : [])))];
    const isTold = knobs.teacher === 'own-score' && codes.length > 1;
    return isTold ? [`score ${codes.indexOf(knobs.teacherCode) + 1}`] : [];
  }
  const value: number | string = knobs[name];
  return [`${labelWithin(name)} ${typeof value === 'number' ? settingText(value) : value}`];
}

const policyText = ({ policy }: Arm): string => (policy ? ownLabel(policy) : 'the page’s policy');
const tasksText = ({ tasks }: Arm): string =>
  tasks ? `${tasks.length} tasks of one’s own` : 'the page’s tasks';

/** What runs begin with that is no knob, where it is not the same for all. */
function beginningsOf(arms: readonly Arm[]): string[][] {
  const isTold = (name: keyof Arm) => !same(arms.map((arm) => arm[name] ?? null));
  const [policy, tasks, preset] = (['policy', 'tasks', 'preset'] as const).map(isTold);
  return arms.map((arm) => [
    ...(policy ? [policyText(arm)] : []),
    ...(tasks ? [tasksText(arm)] : []),
    ...(preset ? [`models ${arm.preset}`] : []),
  ]);
}

/** What all runs have of somebody's own, as a sentence; empty where that is nothing. */
export function commonText(arms: readonly Arm[]): string {
  const [{ policy, tasks }] = arms;
  const isCommon = (name: keyof Arm) => same(arms.map((arm) => arm[name] ?? null));
  const parts = [
    ...(policy && isCommon('policy') ? [`begins with ${policyText(arms[0])}`] : []),
    ...(tasks && isCommon('tasks') ? [`is asked ${tasksText(arms[0])}`] : []),
  ];
  return parts.length > 0 ? `Every run ${parts.join(/* @wc-include */ ' and ')}.` : '';
}

/** What tells each of several settings from the others, in words; what all have in common is not said. */
export function labelsOf(arms: readonly Arm[]): string[] {
  const all = arms.map(({ knobs }) => knobs);
  const different = knobNames.filter((name) => !same(all.map((knobs) => knobs[name])));
  const names = [
    ...(['filter'] as const).filter((name) => different.includes(name)),
    ...different.filter((name) => name !== 'filter'),
  ];
  const beginnings = beginningsOf(arms);
  const labels = all.map((knobs, i) =>
    [...names.flatMap((name) => labelOf(knobs, name, all)), ...beginnings[i]].join(', '),
  );
  return labels.map((label, i) => label || all[i].filter.name);
}
