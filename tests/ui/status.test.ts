import { expect, test } from 'vitest';
import { defaultKnobs } from '../../src/ppo/knobs.ts';
import { phases } from '../../src/protocol/batch.ts';
import { canTrain, pageTitle, statusSentence, type Status, type UpdateSummary } from '../../src/ui/status.ts';

const say = (status: Status) => {
  const { lead, rest } = statusSentence(status);
  return rest ? `${lead} ${rest}` : lead;
};
const update14: UpdateSummary = {
  update: 14,
  programs: 256,
  passed: 91,
  filter: defaultKnobs.filter,
  kept: 64,
  kl: 0.0213,
};

const recording: Extract<Status, { kind: 'recording' }> = {
  ...{ kind: 'recording', seed: 1, preset: 'tiny', update: 14, updates: 25 },
  ...{ isPlaying: true, isOver: false, last: undefined, live: { kind: 'starting' } },
};

test.each<[Status, string]>([
  [{ kind: 'starting' }, 'Starting.'],
  [{ kind: 'loading', what: 'policy', received: 56_400, total: 141_000 }, 'Loading policy: 40 % of 141 kB.'],
  [{ kind: 'loading', what: 'policy', received: 56_400, total: 0 }, 'Loading policy: 56 kB so far.'],
  [{ kind: 'opening', phase: undefined }, 'Before training: the untrained policy writes its first programs.'],
  [{ kind: 'opening', phase: 'score' }, 'Before training: the programs are scored.'],
  [
    { kind: 'ready', first: { ...update14, update: 0, kl: undefined } },
    'Ready. The untrained policy wrote 256 programs; 91 pass their tests. Press Train.',
  ],
  [
    { kind: 'ready', first: { ...update14, update: 0, passed: undefined } },
    'Ready. The untrained policy wrote 256 programs; their tests are running. Press Train.',
  ],
  [
    { kind: 'running', update: 1, phase: 'rollouts', last: undefined },
    'Update 1: the policy writes programs.',
  ],
  [
    { kind: 'looking', update: 14, updates: 40, last: update14, live: { kind: 'starting' } },
    'Looking at update 14 of 40: 256 programs, 91 pass; best-worst keeps 64; KL 0.021. Train goes on from the end.',
  ],
  [
    { kind: 'looking', update: 13, updates: 40, last: undefined, live: { kind: 'starting' } },
    'Looking at update 13 of 40: its programs were not kept, its numbers were. Train goes on from the end.',
  ],
  [{ kind: 'running', update: 1, phase: undefined, last: undefined }, 'Update 1: about to begin.'],
  [
    { kind: 'running', update: 15, phase: 'rollouts', last: update14 },
    'Update 14: 256 programs, 91 pass; best-worst keeps 64; KL 0.021.',
  ],
  [
    { kind: 'paused', update: 14, phase: 'prompts', finished: true, last: update14 },
    'Paused after update 14: 256 programs, 91 pass; best-worst keeps 64; KL 0.021.',
  ],
  [
    {
      kind: 'paused',
      update: 14,
      phase: 'prompts',
      finished: true,
      last: { ...update14, passed: undefined },
    },
    'Paused after update 14: 256 programs, their tests are still running; best-worst keeps 64; KL 0.021.',
  ],
  [
    { kind: 'paused', update: 14, phase: 'prompts', finished: true, last: undefined },
    'Paused after update 14.',
  ],
  [
    { kind: 'paused', update: 15, phase: 'filter', finished: false, last: update14 },
    'Paused in update 15. Next: the filter chooses among them.',
  ],
  [
    { ...recording, last: update14 },
    'A recording, update 14 of 25: 256 programs, 91 pass; best-worst keeps 64; KL 0.021. Made by npm run record: tiny models, seed 1.',
  ],
  [recording, 'A recording, update 14 of 25: Made by npm run record: tiny models, seed 1.'],
  [{ kind: 'failed', stage: 'rollouts' }, 'Stopped: rollouts failed. What happened stands below.'],
])('%o', (status, sentence) => {
  expect(say(status)).toBe(sentence);
});

test.each([
  ['select', 'all 256 kept'],
  // As many are drawn, but not each of them.
  ['resample', 'none keeps 256'],
] as const)('without a filter, in mode %s: %s', (mode, words) => {
  const filter = { ...defaultKnobs.filter, name: 'none', mode };
  const last: UpdateSummary = { ...update14, filter, kept: 256 };
  expect(say({ kind: 'running', update: 15, phase: 'update', last })).toBe(
    `Update 14: 256 programs, 91 pass; ${words}; KL 0.021.`,
  );
});

test('the title tells a hidden tab’s state', () => {
  expect(pageTitle({ kind: 'running', update: 3, phase: 'score', last: undefined })).toBe(
    'Update 3 · PF-PPO Playground',
  );
  expect(pageTitle({ kind: 'failed', stage: 'score' })).toBe('Stopped · PF-PPO Playground');
  expect(pageTitle({ kind: 'starting' })).toBe('PF-PPO Playground');
  expect(pageTitle({ kind: 'starting' }, 'Engine')).toBe('Engine · PF-PPO Playground');
  const paused: Status = { kind: 'paused', update: 8, phase: undefined, finished: true, last: undefined };
  expect(pageTitle(paused, 'Compare')).toBe('Paused after update 8 · Compare · PF-PPO Playground');
  expect(pageTitle({ ...paused, finished: false })).toBe('Paused in update 8 · PF-PPO Playground');
  expect(pageTitle(paused, undefined, true)).toBe(
    'Comparison done · Paused after update 8 · PF-PPO Playground',
  );
});

test('behind a recording the live run may wait for Train already', () => {
  expect(canTrain(recording)).toBe(false);
  expect(canTrain({ ...recording, live: { kind: 'ready', first: update14 } })).toBe(true);
  expect(pageTitle(recording)).toBe('PF-PPO Playground');
});

test('every phase has words of its own', () => {
  const sentences = phases.map((phase) => say({ kind: 'running', update: 1, phase, last: undefined }));
  expect(new Set(sentences).size).toBe(phases.length);
});
