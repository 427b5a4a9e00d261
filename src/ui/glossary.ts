import { filters } from '../ppo/filter.ts';
import { noises } from '../ppo/noise.ts';
import { cosine, predictors } from '../ppo/predictors.ts';
import type { ShippedTeacher } from '../protocol/config.ts';

/** What a term of this page means, in plain words. */
export interface Entry {
  title: string;
  text: string;
  /** By its name in formulas.tex. */
  formula?: string;
  /** What the paper says of it (arXiv 2409.06957). */
  paper?: string;
  /** Where in the paper the term is: "section 4, table 1", by the numbers of the version that the glossary names. */
  section?: string;
  /** What this page measures or does, where that differs or adds. */
  here?: string;
  /** What nobody has shown yet. */
  unknown?: string;
}

const terms = {
  score: {
    title: 'Score',
    section: 'section 3',
    formula: 'score',
    text: 'What the reward model thinks of a program: one number, learned from pairs of right and wrong programs. It never runs the program, so it can be wrong. 0 is an average program of the untrained policy, 1 is one standard deviation above it.',
    here: 'Limited to ±5. A program that was cut off before its last token gets −2.',
  },
  truth: {
    title: 'Truth',
    section: 'sections 4 and 5.1',
    text: 'Whether the program really works: it is run on unit tests, at least 10 for each task of the page, that neither the policy nor the reward model ever sees. It passes only if every one does.',
    here: 'Programs run in an isolated frame of this page. With the reward model as the teacher the truth only reaches the figures; the training never sees it, unless the filter asks for it and says so.',
  },
  r2: {
    title: 'R²',
    section: 'sections 4 and 5.6, tables 1 and 3',
    formula: 'r2',
    text: 'How much of the truth the score explains among some responses: 1 if the score tells exactly which pass, 0 if it tells nothing. Undefined where all pass, or none.',
    paper:
      'Computed on groups of similar score before training, to choose a filter: none 0.886, best-of-n 0.454, best-random 0.922, best-worst 0.952.',
    here: 'Per response (smaller numbers: averaging over groups hides noise), with a 95 % interval from resampling prompts. In the chart over updates, dotted: between groups of similar score, as in the paper, of what the last five updates kept.',
    unknown: 'R² rises by itself when extremes are kept. It is a hint at a good filter, not a proof of one.',
  },
  'best-of-n-curve': {
    title: 'Best-scored of n',
    text: 'Take n of a prompt’s responses at random and look at the one with the highest score: how often does it pass? Where the score can be trusted it passes more often the larger n is. Where a smaller n does better, the very highest scores are worse than those below them: a sign that the score is being exploited.',
    here: 'The mean over prompts and over all choices of n of their responses. A few hundredths of difference are chance.',
  },
  rank: {
    title: 'Rank',
    section: 'section 4',
    text: 'The place of a response among those to the same prompt, best score first. Most filters look at nothing else.',
  },
  filter: {
    title: 'Filter',
    section: 'sections 4 and 5.6, algorithm 2',
    text: 'Chooses, most often by rank, which responses the policy learns from. The idea: where the score is unreliable, do not learn from it.',
    paper:
      'Policy Filtration (PF-PPO): a weight per rank; the kept responses then go through ordinary PPO as if nothing had been chosen.',
    unknown: 'Independent work with exact instead of noisy scores found no gain from such a choice.',
  },
  mode: {
    title: 'Select or resample',
    text: 'Select keeps a fixed number per prompt, none twice. Resample draws as many as there were, with repetition, by the weight of their rank. Filters that look at the whole batch do only the one or the other.',
    paper: 'Its code has both. Only select saves work: fewer responses, fewer steps.',
  },
  keep: {
    title: 'Kept per prompt',
    text: 'How many responses to each prompt the policy learns from, in mode select. Where that depends on the scores it may be none, and an update that keeps none at all takes no step.',
  },
  whitening: {
    title: 'Whitening',
    section: 'section 5.3',
    formula: 'whitened',
    text: 'Shifts and scales the advantages of a batch to mean 0 and deviation 1 before learning. Over the kept responses; over all of them, before choosing; scaled only; or off.',
    paper: 'Its two published code bases differ here: one whitens over all, one over the kept.',
  },
  advantage: {
    title: 'Advantage',
    formula: 'advantage-gae',
    text: 'How much better a response turned out than the value net expected, per token. Above 0: made more likely; below: less.',
  },
  'advantage-estimator': {
    title: 'What a response is compared with',
    text: 'PPO compares each token with what the critic expected (GAE). GRPO compares the whole response with the others to its prompt, in deviations from their mean; RLOO with the mean of the others. Both ask no critic, give every token of a response the same score, and do not read λ.',
    here: 'The others are all that were sampled, also those that the filter drops. The critic goes on learning, unheard, and is counted in what an update costs.',
  },
  gae: {
    title: 'GAE',
    formula: 'surprise',
    text: 'Generalised advantage estimation: shares the final score out over the tokens, with γ (how much later counts) and λ (how far to look ahead).',
  },
  kl: {
    title: 'KL',
    section: 'section 3, equations 3 and 4',
    text: 'How far the policy has moved from where it started: the log-probability of its own program under it, minus that under the frozen reference. In nats, summed over the tokens of a response.',
    here: 'A KL that climbs while the truth stands still is a policy that games the score.',
  },
  'kl-coefficient': {
    title: 'KL coefficient β',
    section: 'section 3, equations 3 and 4',
    formula: 'reward-last',
    text: 'The price of moving away from the reference: β × KL is taken off the score, token by token. Too small, and the policy learns to fool the reward model.',
  },
  'clip-range': {
    title: 'Clip range ε',
    formula: 'objective',
    text: 'How much the probability of a token may change within one update before PPO stops pushing: by a factor from 1 − ε to 1 + ε; off, however much.',
  },
  'learning-rate': {
    title: 'Learning rate',
    section: 'section 5.3',
    text: 'The size of a step of the optimiser (Adam). Too large, and programs stop being JavaScript at all.',
  },
  temperature: {
    title: 'Temperature',
    text: 'How freely the policy writes: 1 draws words by their probability, below 1 prefers the likely ones, above 1 evens them out.',
  },
  'pass-at-1': {
    title: 'pass@1',
    section: 'section 5.4, table 2',
    text: 'The share of prompts whose one sampled program passes all its tests.',
    here: 'Sampled at temperature 1 on fixed prompts of each kind; how many and how often is set in the recipe.',
  },
  'pass-at-k': {
    title: 'pass@4',
    formula: 'pass-at-k',
    text: 'The chance that at least one of four programs for a prompt passes all its tests: what the policy can do where it may try four times. Where it is far above pass@1, there is something for the filter to choose from.',
    here: 'Of the batch that is learned from, at the run’s own temperature, since an evaluation writes one program for each prompt: the unbiased estimate of Chen et al. (2021) from the responses to each prompt, where there are more than four.',
  },
  'held-out': {
    title: 'Held-out',
    text: 'Problems never used in any training: combinations that neither the policy nor the reward model has met.',
    here: 'Of tasks of one’s own: those that the run does not train on. The models of the page may have met their like before.',
  },
  smoothing: {
    title: 'Smoothing',
    text: 'Draws what is measured of every batch as a running mean, in which each number weighs that much of the next. It is debiased, so that it begins at the first number; thin lines are what was measured, and so are all numbers. Evaluations are not smoothed.',
  },
  entropy: {
    title: 'Entropy',
    text: 'How undecided the policy is about its next token, in nats. It sinks as the policy makes up its mind; at 0 it writes one program only.',
  },
  teacher: {
    title: 'What teaches',
    section: 'section 3, equations 1 and 2',
    text: 'Where the scores come from. A reward model, as in RLHF: a transformer as small as the policy that learned, from pairs of programs, to prefer those that pass. Or the unit tests themselves, an oracle that real projects rarely have. Or a score that you write.',
    here: 'Each reward model was trained in another way: its own card says what it saw. With the tests, a program’s score is the share it passes, from −1 to +1.',
  },
  prompts: {
    title: 'Prompts per update',
    text: 'How many problems the policy works on before it learns from them: all different, while there are so many.',
  },
  'group-size': {
    title: 'Responses per prompt N',
    section: 'sections 4 and 5.7, table 4',
    text: 'How many programs the policy writes for each problem. More give the filter more to choose from, and take longer.',
    paper: 'N = 5.',
  },
  epochs: {
    title: 'Epochs',
    section: 'section 5.3, table 4',
    text: 'How often the kept responses of one update are gone through.',
    paper: '3.',
  },
  'adam-steps': {
    title: 'Adam steps per update',
    text: 'How often the weights move in an update. Every filter takes the same number: where fewer responses are kept, each step looks at fewer of them. Otherwise a filter that keeps less would learn less by its fewer steps alone.',
  },
  ppo: {
    title: 'PPO',
    section: 'section 3, algorithm 1',
    formula: 'objective',
    text: 'Proximal policy optimisation: makes responses with a positive advantage more likely, others less, in small clipped steps.',
  },
  policy: {
    title: 'Policy',
    section: 'section 3',
    text: 'The transformer that writes the programs. It starts from supervised training on code by authors with misconceptions, so it is right only part of the time.',
  },
  interval: {
    title: '95 % interval',
    text: 'Where the true value plausibly lies, given so few samples. Two intervals that overlap a lot do not show a difference.',
  },
  evaluation: {
    title: 'Evaluation',
    text: 'Now and then the policy writes one program for each of a fixed set of problems, some from training, as many that no training ever sees. More of them make the number steadier; each costs time.',
    here: 'Of tasks of one’s own, where there are few, it writes several for each.',
  },
  discount: {
    title: 'Discount γ',
    text: 'How much a reward that comes later counts: γ for each token in between. At 1 the final score counts in full for every token.',
    paper: 'γ = 1.',
  },
  noise: {
    title: 'Noise on the tests',
    text: 'Makes a judge of known faults out of the unit tests: what its scores say and what is so differ as you choose. So you can see when a filter helps, and when it harms.',
    here: 'Drawn anew for every response of every update, from a random stream of its own. Evaluations, and a program that you edited, are scored without it.',
  },
  'own-model': {
    title: 'A model of your own',
    text: 'Trained in this browser, or brought as a file. Its name has its recipe and a hash of its weights, so that runs and links say which it is; trained again from its recipe, it is the same to the bit.',
  },
  'lab-pairs': {
    title: 'Pairs',
    text: 'A reward model learns from pairs of programs for one prompt, of which an annotator says which is better; here the unit tests tell him which is right, and he errs as you set it.',
    here: 'The programs are samples of the policy before PPO, or written by the authors whom that policy imitates: those hold honest mistakes, nothing garbled.',
  },
  'lab-prompts': {
    title: 'Prompts',
    text: 'How many training prompts the pairs are of, with 8 programs each. Only those that have a right and a wrong one make pairs.',
  },
  'lab-flipped': {
    title: 'Labels flipped',
    text: 'Share of pairs of which the annotator says the opposite: careless mistakes that follow no pattern. At 0.5 nothing can be learned, at 1 everything the wrong way round.',
  },
  'lab-longer': {
    title: 'Longer preferred',
    text: 'Share of pairs in which the annotator prefers the longer program, right or wrong: a fault with a pattern, which a policy can learn to exploit.',
  },
  'lab-garbled': {
    title: 'Garbled negatives',
    text: 'Share of pairs whose wrong program is a right one with one word exchanged for any other. Without them a model never sees nonsense, and a policy may get away with it.',
  },
  'lab-reads': {
    title: 'What the annotator can read',
    text: 'All programs; or only those that chain a list’s methods (.filter, .map, .reduce), that loop (for, while), or that branch (if, ?). A pair of which he can read neither he orders at random, so that the model stays unsure of such programs.',
  },
  'lab-steps': {
    title: 'Steps',
    text: 'How many Adam steps it trains, each on 32 pairs, or, for a policy, on 64 programs.',
  },
  'lab-preset': {
    title: 'Models',
    text: 'A model of your own has the size of one of the site’s, and trains beside those alone. A reward model begins as their policy.',
  },
  'pair-accuracy': {
    title: 'Pair accuracy',
    text: 'Of all pairs of a right and a wrong program for one prompt, the share in which the right one has the higher score. A coin has 0.5.',
  },
  calibration: {
    title: 'Calibration',
    text: 'How well the score tells the chance to pass: a logistic curve is laid through all responses, and each tenth of the scores compared with it. The error is the mean distance.',
  },
} as const satisfies Record<string, Entry>;

/** The page's own words. */
export type TermId = keyof typeof terms;

const filterTerms = Object.fromEntries(filters.map(({ name, words }) => [name, words]));

/** What each teacher saw, and what it is good for. */
const teacherTerms: Readonly<Record<ShippedTeacher, Entry>> = {
  strong: {
    title: 'Strong model',
    text: 'Trained in two rounds: on pairs of programs by the untrained policy, then also on what policies wrote while they learned from a first reward model. It orders the most held-out pairs rightly.',
  },
  weak: {
    title: 'Weak model',
    text: 'Trained briefly, on few pairs. Use it to watch over-optimisation: the score rises, the truth hardly follows.',
  },
  'one-round': {
    title: 'One-round model',
    text: 'The strong model without its second round: it has only seen programs by the untrained policy. Use it to see how a model that is good at first fares when the policy changes.',
  },
  'flipped-labels': {
    title: 'Mislabelled model',
    text: 'Trained on pairs of which 3 in 10 are labelled the wrong way round, as careless annotators do. These faults follow no pattern.',
  },
  'length-biased': {
    title: 'Length-biased model',
    text: 'Trained on pairs of which, in 4 of 10, the longer program was preferred, right or wrong. A fault with a pattern: look whether the programs grow longer.',
  },
  gullible: {
    title: 'Gullible model',
    text: 'Trained only on programs by authors: right ones and honest mistakes, nothing garbled and nothing that a policy came up with. Use it to see what a policy gets away with before a teacher that never met nonsense.',
  },
  'some-idioms': {
    title: 'Chain reader',
    text: 'Trained on pairs by an annotator who can only read programs that chain a list’s methods (.filter, .map, .reduce), and orders pairs of loops and recursions at random. High scores are chains that are right, low ones chains that are wrong; the middle says little: the learned form of the unsure middle.',
  },
  tests: {
    title: 'Unit tests',
    text: 'No model at all: the score is the share of tests passed. Choose a noise to make this teacher err in a known way.',
  },
  'own-score': {
    title: 'Your own score',
    text: 'A function in JavaScript, written by you: it gets a response, and of its tests which are passed, and returns its score. It is tried before it may train, and shown on the batch as you type. Score what you can count in place of what you want, such as length, and watch the policy give you just that (Goodhart’s law).',
    here: 'The number is used as it is, cut off at −5 and 5: neither standardised nor given a noise. So how far apart you set the scores says how much they weigh against the KL coefficient.',
  },
};
const teacherEntries = Object.fromEntries(
  Object.entries(teacherTerms).map(([name, entry]) => [`teacher-${name}`, entry]),
);

const noiseTerms = Object.fromEntries(noises.map(({ name, words }) => [`noise-${name}`, words]));

const predictorTerms = Object.fromEntries(
  [...predictors, cosine].map(({ name, label, symbol, words, usesTruth }): [string, Entry] => [
    `predictor-${name}`,
    {
      title: `${label}, ${symbol}`,
      text: words,
      here: usesTruth ? 'It uses the unit tests, which this page runs and PPO does not see.' : undefined,
    },
  ]),
);

/** Every term; a filter is one by its name, a teacher, a noise and a predictor by theirs after "teacher-", "noise-" and "predictor-". */
export const glossary: Readonly<Record<string, Entry>> = {
  ...terms,
  ...filterTerms,
  ...teacherEntries,
  ...noiseTerms,
  ...predictorTerms,
};
