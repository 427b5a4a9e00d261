import { AxeBuilder } from '@axe-core/playwright';
import { afterEach, expect, test } from 'vitest';
import { course } from '../../src/course/course.ts';
import { expectFits } from './fits.ts';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;

let visitor: Visitor;
afterEach(() => visitor.leave());

const dock = () => visitor.page.getByRole('complementary', { name: 'Learn' });
const button = (name: string) => dock().getByRole('button', { name, exact: true });

test.each(course.map((exercise, at) => ({ exercise, at, id: exercise.id })))(
  'a learner predicts, runs and reads lesson $id',
  async ({ exercise, at }) => {
    visitor = await visit(`?engine=cpu&lesson=${at + 1}`);
    await dock().getByRole('heading', { name: exercise.title }).waitFor();
    // Every second learner is wrong.
    const isWrong = at % 2 === 0;
    const predicted = isWrong ? (exercise.usual + 1) % exercise.options.length : exercise.usual;
    await dock().getByRole('radio', { name: exercise.options[predicted] }).check();
    await button('That is my prediction').click();
    for (const { does } of exercise.trials) {
      // The one before may still be training.
      await button(does).click({ timeout: 3 * MINUTE });
      await button(does).waitFor({ state: 'detached' });
    }
    await dock()
      .getByText(isWrong ? 'Not as you predicted.' : 'As you predicted.')
      .waitFor({ timeout: 4 * MINUTE });
    const text = await dock().innerText();
    expect(text).not.toContain('not what usually happens');
    expect(text).toMatch(/It was so in \d+ of \d+ runs of ours/);
    expect(text).toContain('This page knows of no run of yours before it');
    if (exercise.trials.length > 1)
      expect(text).toMatch(
        /Against your previous run, what was set otherwise: .+ After update \d+(, the last of \d+ at which both were evaluated)?: held-out pass@1/,
      );
    await dock().getByRole('textbox').fill('Because.');
    await visitor.page.reload();
    await visitor.page.getByRole('button', { name: 'Learn', exact: true }).click();
    expect(await dock().getByRole('textbox').inputValue()).toBe('Because.');
    expect(visitor.errors).toEqual([]);
  },
  6 * MINUTE,
);

test.each([
  { width: 1440, height: 900, colorScheme: 'light' as const },
  { width: 390, height: 844, colorScheme: 'dark' as const },
])(
  'lessons leave room for Play, fit, and are accessible, $width pixels wide',
  async ({ width, height, colorScheme }) => {
    visitor = await visit('?engine=cpu&prompts=8&n=4&lesson=0', { viewport: { width, height }, colorScheme });
    const { page } = visitor;
    await dock().getByRole('heading', { name: 'Be the policy' }).waitFor();
    await dock()
      .getByRole('textbox')
      .waitFor({ timeout: 2 * MINUTE });
    await expectFits(page, width);
    // What the policy is made for, it also does by hand: a program is scored, and the truth comes when it is asked for.
    const program = await dock().getByRole('textbox').inputValue();
    await dock().getByRole('textbox').fill(program.replace('return', 'return 0;'));
    await expect
      .poll(
        async () => {
          await button('What does it score?').click();
          return dock().getByRole('listitem').last().innerText();
        },
        { timeout: MINUTE, interval: 3000 },
      )
      .toMatch(/^[+\u2212]?\d/);
    await button('See the truth').click();
    await dock()
      .getByText(/Your best-scored program passes/)
      .waitFor();
    await button('First lesson').click();
    for (const [at, { title }] of course.entries()) {
      await dock().getByRole('heading', { name: title }).waitFor();
      // Two screens of a phone at the most, before it has been run.
      expect(await dock().evaluate((each) => each.scrollHeight)).toBeLessThan(2 * 844);
      if (at < course.length - 1) await button('Next lesson').click();
    }
    const { violations } = await new AxeBuilder({ page }).include('.learn').analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.length])).toEqual([]);
    // Another view has no room for it; back in Play it is there.
    await page.getByRole('link', { name: 'Evidence', exact: true }).first().click();
    await dock().waitFor({ state: 'detached' });
    await page.goBack();
    await dock()
      .getByRole('heading', { name: course[course.length - 1].title })
      .waitFor();
    const download = page.waitForEvent('download');
    await button('Save your answers').click();
    expect((await download).suggestedFilename()).toBe('pf-ppo-answers.html');
    expect(visitor.errors).toEqual([]);
  },
  3 * MINUTE,
);
