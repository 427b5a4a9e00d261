import { describe, expect, it, test } from 'vitest';
import { RunError } from '../../src/protocol/failure.ts';
import { Remote, serve } from '../../src/protocol/remote.ts';

interface Question {
  wait: number;
  fail?: boolean;
}

function pair() {
  const { port1, port2 } = new MessageChannel();
  const notices: unknown[] = [];
  const remote = new Remote<Question, string>(port1, (notice) => notices.push(notice));
  serve<Question, string>(port2, async ({ wait, fail }) => {
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (fail) throw new RunError('files', `no file after ${wait}`);
    return `after ${wait}`;
  });
  return { remote, notices, other: port2, close: () => [port1, port2].forEach((port) => port.close()) };
}

describe('a question over a port', () => {
  it('gets its own answer, whatever the order in which they come', async () => {
    const { remote, close } = pair();
    const answers = await Promise.all([30, 1, 15].map((wait) => remote.ask({ wait })));
    expect(answers).toEqual(['after 30', 'after 1', 'after 15']);
    close();
  });

  it('throws what the other side threw, kind and all', async () => {
    const { remote, close } = pair();
    await expect(remote.ask({ wait: 1, fail: true })).rejects.toMatchObject({
      kind: 'files',
      name: 'RunError',
      message: 'no file after 1.',
    });
    close();
  });

  it('is settled when the other side is gone, and so is one that is asked later', async () => {
    const { remote, close } = pair();
    const waiting = remote.ask({ wait: 1e6 });
    remote.close(new Error('the worker has ended'));
    await expect(waiting).rejects.toThrow('the worker has ended');
    remote.close(new Error('the page is left'));
    await expect(remote.ask({ wait: 1 })).rejects.toThrow('the worker has ended');
    close();
  });

  it('leaves notices to whoever listens, and ignores answers that come too late', async () => {
    const { remote, notices, other, close } = pair();
    other.postMessage({ type: 'loading' });
    other.postMessage({ id: 99, reply: 'to nobody' });
    await remote.ask({ wait: 1 });
    expect(notices).toEqual([{ type: 'loading' }]);
    close();
  });
});

test.each([
  ['the GPU was lost: reset', 'the GPU was lost: reset.'],
  ['no reference exists.', 'no reference exists.'],
  ['no reference exists.. ', 'no reference exists.'],
])('an error ends in one full stop: %s', (words, sentence) => {
  expect(new RunError('device', words).message).toBe(sentence);
});
