import { numberText, passes, shareText, type Noise } from './definition.ts';

/**
 * s = ±1 by a verdict that is wrong with probability ρ₊ (falsePass) of a failure and ρ₋ (falseFail) of a pass, and nothing more: ties
 * are common. Youden's J = 1 − ρ₊ − ρ₋ is the share that says true positive less false positive (arXiv 2601.04411).
 */
export const flipped: Noise = {
  name: 'flipped',
  reads: ['falsePass', 'falseFail'],
  score(testScore, { falsePass, falseFail }, random) {
    const isPass = passes(testScore);
    const isWrong = random.uniform() < (isPass ? falseFail : falsePass);
    return isPass === isWrong ? -1 : 1;
  },
  says({ falsePass, falseFail }) {
    const failures = shareText(
      falsePass,
      /* @wc-include */ 'failures',
      'is said to pass',
      'are said to pass',
    );
    const passed = shareText(
      falseFail,
      /* @wc-include */ /* @wc-context: noun */ 'passes',
      'is said to fail',
      'are said to fail',
    );
    return `${failures}, ${passed}: J = ${numberText(1 - falsePass - falseFail)}`;
  },
  words: {
    title: 'Flipped verdicts',
    text: 'The judge says only yes or no, and errs: of the failures a share is said to pass, of the passes a share is said to fail. J = 1 − both shares is what is left of the truth: above 0 learning is only slower, at 0 there is nothing to learn, below 0 it goes backwards (arXiv 2601.04411).',
    here: 'Many responses score the same; a filter then takes those that were sampled first.',
  },
};
