import { cosine, predictors } from '../../ppo/predictors.ts';
import { glossary, type TermId } from '../glossary.ts';
import type { View } from '../route.svelte.ts';

/** A work that a term is from, besides the paper that this page is about. */
interface Work {
  title: string;
  /** Its number there. */
  arxiv: string;
}

/** What the glossary says of a term besides its words. */
export interface Facts {
  /** What the field calls it, or writes for it. */
  field?: string;
  from?: Work;
  /** Where it is worked out, in the repository. */
  file: string;
  /** The view that it belongs to, where that is not Play. */
  view?: View;
  /** Where there is no place of its own in Play, the term beside which it stands. */
  beside?: string;
}

/** PF-PPO: Shen, Zhang et al. */
export const PAPER = '2409.06957';

/** Of the paper's versions, the one whose sections and tables are named here: they differ in their numbers. */
export const PAPER_TEXT =
  'Its sections and tables have the numbers that they have in the text entitled “Policy Filtration in RLHF to Fine-Tune LLM for Code Generation” whose abstract says +7.9 % on HumanEval; other versions may count otherwise.';

const works = {
  ppo: { title: 'Schulman et al. 2017, Proximal policy optimization algorithms', arxiv: '1707.06347' },
  gae: { title: 'Schulman et al. 2015, Generalized advantage estimation', arxiv: '1506.02438' },
  grpo: { title: 'Shao et al. 2024, DeepSeekMath (GRPO)', arxiv: '2402.03300' },
  preferences: {
    title: 'Ziegler et al. 2019, Fine-tuning language models from human preferences',
    arxiv: '1909.08593',
  },
  summarize: {
    title: 'Stiennon et al. 2020, Learning to summarize from human feedback',
    arxiv: '2009.01325',
  },
  instruct: {
    title: 'Ouyang et al. 2022, Training language models to follow instructions',
    arxiv: '2203.02155',
  },
  details: {
    title: 'Huang et al. 2024, The N+ implementation details of RLHF with PPO',
    arxiv: '2403.17031',
  },
  hacking: { title: 'Gao et al. 2022, Scaling laws for reward model overoptimization', arxiv: '2210.10760' },
  codex: {
    title: 'Chen et al. 2021, Evaluating large language models trained on code',
    arxiv: '2107.03374',
  },
  adam: { title: 'Kingma and Ba 2014, Adam', arxiv: '1412.6980' },
  calibration: {
    title: 'Guo et al. 2017, On calibration of modern neural networks',
    arxiv: '1706.04599',
  },
} satisfies Record<string, Work>;

const lab = (file: string, field?: string, from?: Work): Facts => ({ file, field, from, view: 'lab' });

const facts: Readonly<Record<TermId, Facts>> = {
  score: { field: 'reward-model score, r_φ(x, y)', from: works.summarize, file: 'src/model/reward-model.ts' },
  truth: { field: 'ground truth, verifiable reward', file: 'src/judge/core/' },
  r2: { field: 'coefficient of determination', file: 'src/ppo/reliability.ts' },
  'best-of-n-curve': {
    field: 'best-of-n curve, over-optimisation',
    from: works.hacking,
    file: 'src/ppo/predictors/whole-batch.ts',
  },
  rank: { field: 'rank within the prompt', file: 'src/ppo/ranks.ts' },
  filter: { field: 'policy filtration, weights w', file: 'src/ppo/filter.ts' },
  mode: { field: 'selection or resampling with replacement', file: 'src/ppo/filter.ts' },
  keep: { field: 'k of N', file: 'src/ppo/filter.ts' },
  whitening: { field: 'advantage normalisation', from: works.details, file: 'src/ppo/whiten.ts' },
  advantage: { field: 'Â', from: works.gae, file: 'src/ppo/gae.ts' },
  'advantage-estimator': {
    field: 'GAE, GRPO, RLOO; the baseline',
    from: works.grpo,
    file: 'src/ppo/group-advantage.ts',
  },
  gae: { field: 'GAE, λ', from: works.gae, file: 'src/ppo/gae.ts' },
  kl: {
    field: /* @wc-include */ 'KL(π ‖ π_ref), its estimate k1',
    from: works.preferences,
    file: 'src/ppo/shaping.ts',
  },
  'kl-coefficient': { field: 'β', from: works.preferences, file: 'src/ppo/shaping.ts' },
  'clip-range': { field: 'ε, cliprange', from: works.ppo, file: 'src/ppo/clipped.ts' },
  'learning-rate': { field: 'step size α', from: works.adam, file: 'src/kernels/adamw.ref.ts' },
  temperature: { field: 'τ', file: 'src/kernels/sample.ref.ts' },
  'pass-at-1': { field: 'pass@1', from: works.codex, file: 'src/evaluate.ts' },
  'pass-at-k': { field: 'pass@k', from: works.codex, file: 'src/ppo/pass-at-k.ts' },
  'held-out': { field: 'test split, out of distribution', file: 'src/tasks/tasks.ts' },
  smoothing: { field: 'exponential moving average', file: 'src/ui/figures/smoothed.ts' },
  entropy: { field: 'H(π)', from: works.ppo, file: 'src/kernels/ppo-head.ref.ts' },
  teacher: { field: 'reward model', from: works.instruct, file: 'src/model/reward-model.ts' },
  prompts: { field: 'P, rollout batch size', file: 'src/train.ts' },
  'group-size': { field: 'N, number of generations', file: 'src/train.ts' },
  epochs: { field: 'K, PPO epochs', from: works.ppo, file: 'src/train.ts' },
  'adam-steps': { field: 'gradient steps; minibatches', from: works.adam, file: 'src/train.ts' },
  ppo: { field: 'clipped surrogate objective', from: works.ppo, file: 'src/train.ts' },
  policy: { field: 'π_θ, actor', file: 'src/model/policy.ts' },
  interval: { field: 'confidence interval, bootstrap over prompts', file: 'src/ppo/interval.ts' },
  evaluation: { field: 'held-out evaluation', file: 'src/evaluate.ts' },
  discount: { field: 'γ', from: works.gae, file: 'src/ppo/gae.ts' },
  noise: { field: 'label noise', file: 'src/ppo/noise.ts' },
  'own-model': lab('src/lab.ts'),
  'lab-pairs': lab('src/pretrain.ts', 'preference pairs (Bradley–Terry)', works.summarize),
  'lab-prompts': lab('src/lab.ts'),
  'lab-flipped': lab('src/pretrain.ts', 'symmetric label noise'),
  'lab-longer': lab('src/pretrain.ts', 'length bias'),
  'lab-garbled': lab('src/pretrain.ts', 'negatives by corruption'),
  'lab-reads': lab('src/pretrain.ts', 'annotator competence'),
  'lab-steps': lab('src/lab.ts', 'training steps', works.adam),
  'lab-preset': lab('scripts/presets.ts'),
  'pair-accuracy': lab('src/reward-card.ts', 'accuracy on preference pairs', works.summarize),
  calibration: lab('src/reward-card.ts', 'calibration error', works.calibration),
};

/** Terms that are filters, teachers, noises and predictors by their names. */
function byName(word: string): Facts {
  const [, kind, name = ''] = /^(teacher|noise|predictor)-(.+)$/.exec(word) ?? [];
  if (kind === 'noise') return { file: `src/ppo/noises/${name}.ts`, beside: 'noise' };
  if (kind === 'predictor') {
    const symbol = [...predictors, cosine].find((one) => one.name === name)?.symbol;
    const file = name === cosine.name ? 'src/gradient-cosine.ts' : 'src/ppo/predictors.ts';
    return { field: symbol, file, beside: 'filter' };
  }
  if (kind === 'teacher') {
    const files: Record<string, string> = {
      tests: 'src/ppo/tests-teacher.ts',
      'own-score': 'src/ppo/own/own-score.ts',
    };
    return { file: files[name] ?? 'scripts/presets.ts', beside: 'teacher' };
  }
  // Several of one kind, told apart by a number at the end, are one file.
  return { file: `src/ppo/filters/${word.replace(/-\d$/, '')}.ts`, beside: 'filter' };
}

export const factsOf = (word: string): Facts =>
  (facts as Record<string, Facts | undefined>)[word] ?? byName(word);

/** All terms in the order of their titles. */
export const words: readonly string[] = Object.keys(glossary).toSorted((a, b) =>
  glossary[a].title.localeCompare(glossary[b].title, 'en'),
);

/** Terms of which title, words or the field's name have all that is sought, title first. */
export function found(sought: string): readonly string[] {
  const parts = sought.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (text: string) => parts.every((part) => text.toLowerCase().includes(part));
  const all = words.filter((word) =>
    has(`${Object.values(glossary[word]).join(' ')} ${factsOf(word).field ?? ''}`),
  );
  const isTitled = (word: string) => has(`${glossary[word].title} ${factsOf(word).field ?? ''}`);
  return parts.length === 0 ? all : [...all.filter(isTitled), ...all.filter((word) => !isTitled(word))];
}
