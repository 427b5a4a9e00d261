import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { visit, type Visitor } from './visitor.ts';

const MINUTE = 60_000;
/** Small updates on the engine that gives the same bits everywhere. */
const SMALL = '?engine=cpu&prompts=8&n=4&eval-prompts=50';

let visitor: Visitor;
afterEach(() => visitor.leave());

const sentence = () => visitor.page.locator('.controls p[role=status]');
const button = (name: string) => visitor.page.getByRole('button', { name, exact: true });
async function said(pattern: RegExp, timeout = 2 * MINUTE): Promise<string> {
  await sentence().filter({ hasText: pattern }).waitFor({ timeout });
  return sentence().innerText();
}

async function stepTo(update: number): Promise<void> {
  for (;;) {
    const paused = /after update (\d+)/.exec(await said(/Ready\.|Paused after update/))?.[1] ?? '0';
    if (Number(paused) >= update) return;
    await button('Step update').click();
    await said(new RegExp(`Paused after update ${Number(paused) + 1}:.* KL`));
  }
}

/** What the browser's storage holds of the run that was kept last: its update, and its numbers. */
async function kept(): Promise<{ update: number; numbers: string } | undefined> {
  const found = await visitor.page.evaluate(async () => {
    // Opening one that is not there would make it.
    const all = await indexedDB.databases();
    if (!all.some(({ name }) => name === 'pf-ppo-playground')) return undefined;
    return new Promise<{ update: number; floats: number[] } | undefined>((settle) => {
      const open = indexedDB.open('pf-ppo-playground');
      open.onsuccess = () => {
        const all = open.result.transaction('runs').objectStore('runs').getAll();
        all.onsuccess = () => {
          open.result.close();
          type Kept = {
            savedAt: number;
            state: { update: number; learner: Record<string, Float32Array> };
          };
          const run = (all.result as Kept[]).sort((a, b) => a.savedAt - b.savedAt).at(-1);
          if (!run) return settle(undefined);
          const { parameters, firstMoment, secondMoment } = run.state.learner;
          settle({ update: run.state.update, floats: [...parameters, ...firstMoment, ...secondMoment] });
        };
      };
    });
  });
  if (!found) return undefined;
  const numbers = createHash('sha256').update(Float32Array.from(found.floats)).digest('hex');
  return { update: found.update, numbers };
}
const keptUpdate = async () => (await kept())?.update;
const charts = () =>
  visitor.page
    .getByRole('slider', { name: /by update/ })
    .evaluateAll((all) => all.map((chart) => chart.getAttribute('aria-valuetext')));

describe('a run that is left', () => {
  test(
    'is kept as it is left, not as it was when it was last kept',
    async () => {
      visitor = await visit(SMALL);
      const { page } = visitor;
      await stepTo(1);
      await expect.poll(keptUpdate, { timeout: MINUTE }).toBe(1);
      // No timer keeps it any more.
      await page.evaluate(() => {
        for (let id = 0; id < 1000; id++) clearInterval(id);
      });
      await stepTo(3);
      await page.reload();
      await said(/Paused after update 3/);
      await page.reload();
      await said(/Paused after update 3/);
      expect(visitor.errors).toEqual([]);
    },
    5 * MINUTE,
  );

  test(
    'goes on after a reload as if nothing had been: 10 updates are 5, a reload, and 5 more, bit for bit',
    async () => {
      visitor = await visit(SMALL);
      await stepTo(10);
      await expect.poll(keptUpdate, { timeout: MINUTE }).toBe(10);
      const straight = { ...(await kept()), sentence: await sentence().innerText(), charts: await charts() };
      await visitor.leave();

      visitor = await visit(SMALL);
      await stepTo(5);
      await expect.poll(keptUpdate, { timeout: MINUTE }).toBe(5);
      const before = { sentence: await sentence().innerText(), charts: await charts() };
      await visitor.page.reload();
      await said(/Paused after update 5/);
      await visitor.page.getByText('This is the run as you left it, at the end of update 5.').waitFor();
      expect({ sentence: await sentence().innerText(), charts: await charts() }).toEqual(before);
      await stepTo(10);
      await expect.poll(keptUpdate, { timeout: MINUTE }).toBe(10);
      expect({ ...(await kept()), sentence: await sentence().innerText(), charts: await charts() }).toEqual(
        straight,
      );
      expect(visitor.errors).toEqual([]);
    },
    8 * MINUTE,
  );

  test(
    'with other settings comes back with them, also by Back; another address asks for another run',
    async () => {
      visitor = await visit(SMALL);
      const { page } = visitor;
      await stepTo(1);
      await page.getByRole('radio', { name: 'none', exact: true }).check({ force: true });
      await page.waitForURL(/filter=none/);
      await stepTo(2);
      await expect.poll(keptUpdate, { timeout: MINUTE }).toBe(2);
      const { origin, pathname } = new URL(page.url());
      await page.goto('about:blank');
      await page.goBack();
      await said(/Paused after update 2:.*all 32 kept/);
      expect(await page.getByRole('radio', { name: 'none', exact: true }).isChecked()).toBe(true);
      await page.goto(`${origin}${pathname}${SMALL}&seed=2`);
      await said(/Ready\./);
      await page.getByText('seed 2', { exact: true }).waitFor();
      expect(await page.getByRole('radio', { name: 'best-worst', exact: true }).isChecked()).toBe(true);
    },
    5 * MINUTE,
  );

  test(
    'in one tab is not disturbed by a copy of that tab',
    async () => {
      visitor = await visit(SMALL);
      const { page } = visitor;
      await stepTo(2);
      await expect.poll(keptUpdate, { timeout: MINUTE }).toBe(2);
      const opened = page.context().waitForEvent('page');
      await page.evaluate(() => window.open(location.href));
      const copy = await opened;
      await copy
        .locator('.controls p[role=status]')
        .filter({ hasText: /Ready\./ })
        .waitFor({ timeout: MINUTE });
      await stepTo(3);
      await expect.poll(keptUpdate, { timeout: MINUTE }).toBe(3);
    },
    5 * MINUTE,
  );
});

describe('what was kept and cannot be read', () => {
  test(
    'is said, and a new run begins',
    async () => {
      visitor = await visit(SMALL);
      const { page } = visitor;
      await stepTo(1);
      await expect.poll(keptUpdate, { timeout: MINUTE }).toBe(1);
      await page.evaluate(
        () =>
          new Promise<void>((settle) => {
            const open = indexedDB.open('pf-ppo-playground');
            open.onsuccess = () => {
              const work = open.result.transaction('runs', 'readwrite');
              const all = work.objectStore('runs').getAll();
              all.onsuccess = () => {
                for (const run of all.result as { record: Uint8Array }[])
                  work.objectStore('runs').put({ ...run, record: run.record.slice(0, 100) });
              };
              work.oncomplete = () => settle(open.result.close());
            };
          }),
      );
      await page.reload();
      await page.getByText('The recorded run cannot be read: it is cut off. This is a new run.').waitFor();
      await said(/Ready\./);
      expect(visitor.errors).toEqual([]);
    },
    3 * MINUTE,
  );
});

describe('a GPU that is lost', () => {
  test(
    'costs nothing: the run goes on from its last update',
    async () => {
      visitor = await visit(SMALL.replace('cpu', 'webgpu'));
      const { page } = visitor;
      await said(/Ready\./, 4 * MINUTE);
      await button('Train').click();
      await said(/Update [2-9]:/, 4 * MINUTE);
      const system = await page.context().browser()!.newBrowserCDPSession();
      const { processInfo } = await system.send('SystemInfo.getProcessInfo');
      for (const { type, id } of processInfo) if (type === 'GPU') process.kill(id, 'SIGKILL');
      const notice = page.getByText(/The GPU was lost: .*[^.]\. The run is back at the end of update \d+/);
      await notice.waitFor({ timeout: MINUTE });
      const back = Number(/end of update (\d+)/.exec(await notice.innerText())?.[1]);
      expect(back).toBeGreaterThanOrEqual(1);
      await said(new RegExp(`Update ${back + 2}:`), 4 * MINUTE);
    },
    12 * MINUTE,
  );
});

describe('the address', () => {
  test(
    'that asks for what cannot be is told so, and says what the run is, at every change',
    async () => {
      visitor = await visit(`${SMALL}&filter=sieve&lr=fast`);
      const { page } = visitor;
      await page.getByText('The address asks for lr=fast; it can be a number from 0 to 1.').waitFor();
      await page.getByText('The address asks for filter=sieve;').waitFor();
      await said(/Ready\./);
      expect(new URL(page.url()).search).toBe(`${SMALL}&v=1`);
      await button('New seed').click();
      await page.waitForURL(/seed=2/);
      await button('New seed').click();
      await page.waitForURL(/seed=3/);
    },
    3 * MINUTE,
  );
});

describe('a worker that ends without a word', () => {
  test(
    'is missed, replaced, and the run goes on from its last update',
    async () => {
      visitor = await visit(SMALL);
      const { page } = visitor;
      await stepTo(3);
      const policy = page.workers().find((worker) => worker.url().includes('policy.worker'));
      await policy!.evaluate(() => self.close());
      await button('Train').click();
      await page
        .getByText(/does not answer any more\. The run is back at the end of update \d/)
        .waitFor({ timeout: MINUTE });
      await page.waitForFunction(
        () =>
          Number(
            /Update (\d+)/.exec(document.querySelector('.controls p[role=status]')?.textContent ?? '')?.[1] ??
              0,
          ) >= 6,
        undefined,
        { timeout: MINUTE },
      );
      expect(visitor.errors).toEqual([]);
    },
    5 * MINUTE,
  );
});

describe('storage that cannot be used', () => {
  test(
    'is said once, and training goes on',
    async () => {
      visitor = await visit(SMALL, {}, [], () => {
        Object.defineProperty(globalThis, 'indexedDB', {
          get: () => {
            throw new DOMException('The operation is insecure.', 'SecurityError');
          },
        });
      });
      await stepTo(2);
      await visitor.page.getByText(/does not let the page keep the run/).waitFor({ timeout: MINUTE });
      await stepTo(4);
      expect(await visitor.page.getByText(/does not let the page keep the run/).count()).toBe(1);
    },
    5 * MINUTE,
  );
});
