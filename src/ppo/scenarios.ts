import { defaultKnobs } from './knobs.ts';
import { noiseKey, standardNoise } from './noise.ts';
import type { Knobs } from '../protocol/config.ts';

/** Where scores come from, as a question about filtering. */
export interface Scenario {
  /** Also the source's name in the experiment suites, and in addresses: the same in every language. */
  id: string;
  title: string;
  /** What it is, in a sentence. */
  says: string;
  knobs: Pick<Knobs, 'teacher' | 'noise'>;
}

const noisy = (name: string): Scenario['knobs'] => ({ teacher: 'tests', noise: standardNoise(name) });
const plain = (teacher: Knobs['teacher']): Scenario['knobs'] => ({ teacher, noise: defaultKnobs.noise });

/** In the order in which they are offered. */
export const scenarios: readonly Scenario[] = [
  {
    id: /* @wc-ignore */ 'unsure middle',
    title: 'unsure middle',
    says: 'A learned reward model that can only read chains of list methods: its highest and lowest scores can be trusted, those in the middle say little. It is what PF-PPO was made for.',
    knobs: plain('some-idioms'),
  },
  {
    id: /* @wc-ignore */ 'unsure tests',
    title: 'unsure tests',
    says: 'The same made by hand: four of five responses get a score that says nothing, the others the truth.',
    knobs: noisy('unsure'),
  },
  {
    id: /* @wc-ignore */ 'good reward',
    title: 'good reward',
    says: 'A learned reward model that orders most pairs rightly.',
    knobs: plain('strong'),
  },
  {
    id: /* @wc-ignore */ 'hacked top',
    title: 'hacked top',
    says: 'One of twelve wrong programs gets the highest score of all: the best-scored of eight is then often a fraud.',
    knobs: noisy('exploits'),
  },
  {
    id: /* @wc-ignore */ 'weak model',
    title: 'weak model',
    says: 'A reward model that saw few pairs. What it likes by mistake, the policy learns.',
    knobs: plain('weak'),
  },
  {
    id: /* @wc-ignore */ 'the tests',
    title: 'the tests',
    says: 'The unit tests themselves teach: nothing is uncertain, and nothing needs to be filtered.',
    knobs: plain('tests'),
  },
];

/** Its name in addresses: `hacked-top`. */
export const scenarioAddress = ({ id }: Scenario): string => id.replaceAll(' ', '-');

/** The scenario that knobs differ from least: that which they stand for, else one with their teacher and kind of noise, else the first. */
export const nearestScenario = (knobs: Pick<Knobs, 'teacher' | 'noise'>): Scenario =>
  scenarioOf(knobs) ??
  scenarios.find(({ knobs: own }) => own.teacher === knobs.teacher && own.noise.name === knobs.noise.name) ??
  scenarios[0];

/** The scenario that knobs stand for; undefined where a visitor made one of their own. Noise has no meaning but where the tests teach. */
export function scenarioOf({ teacher, noise }: Pick<Knobs, 'teacher' | 'noise'>): Scenario | undefined {
  return scenarios.find(
    ({ knobs }) =>
      knobs.teacher === teacher && (teacher !== 'tests' || noiseKey(knobs.noise) === noiseKey(noise)),
  );
}
