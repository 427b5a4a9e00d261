/** What is in force at each stage of an update, as formulas with the numbers of one response and of one of its tokens. */
import { describeFilter, isSampling, keepsAll, keptPerPrompt } from '../../ppo/filter.ts';
import { settingText } from '../../ppo/knobs.ts';
import { baselinesOf } from '../../ppo/group-advantage.ts';
import type { Phase } from '../../protocol/batch.ts';
import type { Estimator, Knobs, RunConfig } from '../../protocol/config.ts';
import type { TokenNumbers } from '../../protocol/tokens.ts';
import { count, counted, fixed } from '../format.ts';
import { hasNoise } from '../noise-view.ts';
import type { Selected } from '../response/selection.svelte.ts';
import { advantageLines, updateLines, type Line } from '../tokens/derivation.ts';
import { factsOf } from '../tokens/facts.ts';
import { advantageForms, updateForms, type Form } from './forms.ts';
import { inside, numeral, type Numeral, type Part } from './parts.ts';

/** Stages of the flow, each by the first phase that it is. */
export type FormulaStage = Extract<
  Phase,
  'prompts' | 'rollouts' | 'score' | 'filter' | 'advantages' | 'update'
>;

/** What the formulas are of. */
export interface About {
  selected: Pick<Selected, 'update' | 'row' | 'score' | 'rank' | 'kept' | 'ended' | 'isLearned'> & {
    of: Pick<Selected['of'], 'judged' | 'view'>;
  };
  /** In force. */
  knobs: Knobs;
  config: Pick<RunConfig, 'valueClipRange' | 'criticLearningRate'>;
  /** Where they are known; and the token. */
  tokens?: { numbers: TokenNumbers; at: number };
}

export function linesOf(stage: FormulaStage, about: About): Line[] {
  switch (stage) {
    case 'prompts':
      return promptLines(about);
    case 'rollouts':
      return rolloutLines(about);
    case 'score':
      return [scoreLine(about)];
    case 'filter':
      return filterLines(about);
    case 'advantages':
      return stageSeven(about);
    case 'update':
      return stageEight(about);
  }
}

function promptLines({ selected: { of } }: About): Line[] {
  const { batch } = of.judged;
  const prompts: Numeral = { text: count(batch.promptCount), from: { knob: 'promptsPerUpdate' } };
  const responses: Numeral = { text: count(batch.groupSize), from: { knob: 'groupSize' } };
  return [
    {
      term: 'prompts',
      label: /* @wc-include */ 'drawn',
      formula: 'prompts',
      numbers: [
        'P = ',
        prompts,
        ', each answered N = ',
        responses,
        batch.groupSize === 1 ? /* @wc-include */ ' time' : /* @wc-include */ ' times',
      ],
      ...(isSampling(batch.filter) ? { says: sentence(describeFilter(batch.filter, batch.groupSize)) } : {}),
    },
  ];
}

const sentence = (words: string) => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

/** Tokens that are written out of a sum; its last is, too. */
const WRITTEN_OUT = 4;

const logits = 'z is what the network says of every token that could come next.';

function rolloutLines({ knobs: { temperature }, tokens }: About): Line[] {
  const written = tokens && (tokens.numbers.oldLogprobs ?? tokens.numbers.logprobs);
  const tempered: Numeral = { text: fixed(temperature), from: { knob: 'temperature' } };
  return [
    {
      term: 'policy',
      label: 'log-prob',
      formula: 'log-prob',
      numbers: written && sumOf(written),
      says:
        tokens && !tokens.numbers.oldLogprobs
          ? 'By the policy that was asked: what the one that wrote it said was not kept.'
          : undefined,
    },
    {
      term: 'temperature',
      label: /* @wc-include */ 'token',
      formula: temperature === 1 ? 'softmax' : 'softmax-tempered',
      ...(temperature === 1
        ? { says: logits }
        : {
            standard: 'softmax',
            says: `${logits} The temperature is not 1: z is divided by τ, so that ${temperature < 1 ? 'likely tokens are preferred' : 'tokens become more alike'}.`,
          }),
      numbers: ['τ = ', tempered],
    },
  ];
}

function sumOf(logprobs: Float32Array): Part[] {
  const all = Array.from(logprobs, (logprob, token) => inside(logprob, { token }));
  const isLong = all.length > WRITTEN_OUT + 2;
  const shown: Part[] = isLong ? [...all.slice(0, WRITTEN_OUT), '…', all[all.length - 1]] : all;
  const total = logprobs.reduce((sum, logprob) => sum + logprob, 0);
  return [
    ...shown.flatMap((part, i) => (i === 0 ? [part] : [' + ', part])),
    ' = ',
    numeral(total, 'response'),
  ];
}

/** The scores' limits, where one is cut off. */
const LIMIT = 5;

function scoreLine({ selected }: About): Line {
  const { batch, testScores } = selected.of.judged;
  const s = numeral(selected.score, 'response');
  const line = (formula: string, numbers: Part[], says: string): Line => ({
    ...{ term: 'score', label: /* @wc-include */ 'score', formula, numbers, says },
  });
  const isCut = Math.abs(selected.score) === LIMIT;
  const limit = isCut ? ` Scores are cut off at ±${LIMIT}, as this one is.` : '';
  if (batch.teacher === 'own-score')
    return line(
      'score-own',
      ['s = ', s],
      `What the code ${selected.of.judged.isRescored ? 'would return' : /* @wc-include */ 'returned'} is the score, up to ${LIMIT} on either side of 0.`,
    );
  if (!selected.ended)
    return line(
      'score-no-end',
      ['s = ', s],
      'It was cut off before its last token: that scores −2, whether a model or the tests teach.',
    );
  if (batch.teacher !== 'tests')
    return line(
      'score',
      ['s = ', s],
      `Mean and deviation are those of the untrained policy’s programs. What the model said before they were applied is not kept.${limit}`,
    );
  if (hasNoise(batch))
    return line(
      'score-tests-noisy',
      ['s = ', s],
      `+1 where all tests pass and −1 where not, with the noise that was drawn for this response.${limit}`,
    );
  const share = testScores?.[selected.row] ?? NaN;
  const numbers = Number.isNaN(share) ? [] : ['2 · ', inside(share, 'response'), ' − 1 = '];
  return line('score-tests', [...numbers, s], 'No model at all: the share of tests passed, from −1 to 1.');
}

/** "kept", "not kept", "kept 2 times"; "would be" where nothing is learned from it. */
function outcome({ kept, isLearned }: About['selected']): Numeral {
  const words =
    kept === 0 ? /* @wc-include */ 'dropped' : kept === 1 ? /* @wc-include */ 'kept' : `kept ${kept} times`;
  return { text: isLearned ? words : `would be ${words}`, from: 'response' };
}

function filterLines({ selected }: About): Line[] {
  const {
    judged: {
      batch: { scores, groupSize },
    },
    view: { filter, rowWeights },
  } = selected.of;
  const weight = rowWeights[selected.row];
  const knob = { knob: 'filter' } as const;
  const start = selected.row - (selected.row % groupSize);
  const isTied =
    scores.subarray(start, start + groupSize).filter((score) => score === selected.score).length > 1;
  const lines: Line[] = [];
  if (groupSize > 1)
    lines.push({
      term: 'rank',
      label: /* @wc-include */ 'rank',
      formula: 'rank',
      numbers: [
        's = ',
        inside(selected.score, 'response'),
        ': rank ',
        { text: String(selected.rank), from: 'prompt' },
        ` of the ${groupSize}`,
      ],
      says: isTied ? 'Of equal scores the one that was sampled first comes first.' : undefined,
    });
  if (keepsAll(filter) || isSampling(filter)) {
    const all: Line[] = [
      {
        term: 'filter',
        label: /* @wc-include */ 'weight',
        formula: 'weight-alike',
        numbers: [`1 / ${groupSize} = `, { ...numeral(weight, knob) }],
      },
      {
        term: 'filter',
        label: /* @wc-include */ 'kept',
        formula: 'kept-all',
        numbers: [outcome(selected)],
        says: isSampling(filter)
          ? 'One response to a prompt: there is nothing to choose from.'
          : 'No filter: PPO learns from every response, once.',
      },
    ];
    return [...lines, ...all];
  }
  const perPrompt = keptPerPrompt(filter, groupSize);
  const isOfBatch = perPrompt === undefined;
  lines.push({
    term: 'filter',
    label: /* @wc-include */ 'weight',
    formula: isOfBatch ? 'weight-batch' : 'weight-rank',
    numbers: ['w = ', numeral(weight, knob)],
    says: isOfBatch
      ? 'It looks at more than ranks: c is the chance, or the weight, that it gives this response.'
      : undefined,
  });
  const expected: Part[] = isOfBatch
    ? []
    : [
        { text: count(perPrompt), from: knob },
        ' · ',
        inside(weight, knob),
        ' = ',
        numeral(perPrompt * weight, knob),
        ': ',
      ];
  lines.push({
    term: 'filter',
    label: /* @wc-include */ 'kept',
    formula: isOfBatch ? 'kept-some' : 'kept-each',
    standard: 'kept-all-standard',
    numbers: [...expected, outcome(selected)],
    says: `k is how often it is learned from${isOfBatch ? '' : ', K how many of its prompt’s responses are'}; PPO itself learns from every response, once. ${sentence(describeFilter(filter, groupSize))}`,
  });
  return lines;
}

const symbols = { klCoef: 'β', gamma: 'γ', gaeLambda: 'λ', clipRange: 'ε' } as const;
/** Settings that a formula has in it, by its name or by its line's. */
const inFormula = new Map<string, readonly (keyof typeof symbols)[]>([
  ['reward', ['klCoef']],
  ['surprise', ['gamma']],
  ['advantage-one-step', ['gaeLambda']],
  ['advantage-against', ['gamma']],
  ['advantage', ['gamma', 'gaeLambda']],
  ['objective', ['clipRange']],
]);

/** Where no token's numbers are known: those of the settings are. */
function withSettings(form: Form, knobs: Knobs): Line {
  const names = inFormula.get(form.formula) ?? inFormula.get(form.label) ?? [];
  const numbers = names.flatMap((knob, i): Part[] => [
    `${i === 0 ? '' : ', '}${symbols[knob]} = `,
    { text: settingText(knobs[knob]), from: { knob } },
  ]);
  const ofLast =
    form.label === 'reward' ? 'On the last token, T; on those before it without the last term.' : '';
  return { ...form, numbers, says: [form.says, ofLast].filter(Boolean).join(' ') || undefined };
}

function stageSeven({ selected, knobs, tokens }: About): Line[] {
  const estimator = tokens?.numbers.used.advantage ?? knobs.advantage;
  const compared = estimator === 'gae' ? [] : [comparedLine(selected, estimator)];
  if (!tokens) return [...compared, ...advantageForms(knobs, true).map((form) => withSettings(form, knobs))];
  const fact = factsOf(tokens.numbers, knobs.clipRange)[tokens.at];
  return [...compared, ...advantageLines(tokens.numbers, fact, tokens.at)];
}

/** GRPO's and RLOO's baseline, by the function that training uses. */
function comparedLine({ row, score, of }: About['selected'], how: Exclude<Estimator, 'gae'>): Line {
  const { scores, groupSize } = of.judged.batch;
  const start = row - (row % groupSize);
  const { baseline, deviation } = baselinesOf(scores.subarray(start, start + groupSize), how)[row - start];
  const above: Part[] = [inside(score, 'response'), ' − ', inside(baseline, 'prompt')];
  const result = numeral((score - baseline) / deviation, 'prompt');
  return {
    term: 'advantage-estimator',
    label: /* @wc-include */ 'compared',
    formula: `compared-${how}`,
    numbers:
      how === 'rloo'
        ? [...above, ' = ', result]
        : ['(', ...above, ') / ', inside(deviation, 'prompt'), ' = ', result],
    says: `Over all ${counted(groupSize, ['response', 'responses'])} to its prompt, also those that a filter drops. In PPO’s standard form there is no such line: the critic is asked instead.`,
  };
}

function stageEight({ knobs, config, tokens }: About): Line[] {
  const { numbers, at } = tokens ?? {};
  const fact = numbers && at !== undefined ? factsOf(numbers, knobs.clipRange)[at] : undefined;
  const here = { token: at ?? 0 };
  const { clipRange } = knobs;
  const estimator = numbers?.used.advantage ?? knobs.advantage;
  const withNumbers = fact ? updateLines(fact, here.token, clipRange) : [];
  const error = fact && fact.value - fact.returned;
  return [
    ...(withNumbers.length > 0
      ? withNumbers
      : updateForms(clipRange).map((form) => withSettings(form, knobs))),
    {
      term: 'ppo',
      label: 'first step',
      formula: 'reinforce',
      numbers: fact && ['Â = ', numeral(fact.advantage, here)],
      says: 'In an update’s first Adam step the policy is still the one that wrote: every ratio is 1, nothing is clipped, and the push is REINFORCE’s. Ratio and clip begin to matter with the second.',
    },
    {
      term: 'advantage',
      label: 'value loss',
      formula: 'value-loss',
      numbers:
        fact && error !== undefined
          ? [
              'at first ½ · (',
              inside(fact.value, here),
              ' − ',
              inside(fact.returned, here),
              `)² = ${fixed(error ** 2 / 2, 3)}`,
            ]
          : undefined,
      says: [
        `The critic learns to expect the return R. V′ is V, but no further than ${settingText(config.valueClipRange)} from what it was when the update began.`,
        ...(estimator === 'gae' ? [] : ['It goes on learning, though no advantage asks it.']),
        ...(config.criticLearningRate === 0 ? ['Its learning rate is 0 here: it stays as it was.'] : []),
      ].join(' '),
    },
  ];
}
