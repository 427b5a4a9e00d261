import { defaultConfig, defaultKnobs } from '../../src/ppo/knobs.ts';
import type { Call } from '../../src/ppo/own/own-code.ts';
import type { FilterConfig, Knobs, RunConfig } from '../../src/protocol/config.ts';
import type { Notice } from '../../src/protocol/messages.ts';
import type { VerdictName } from '../../src/protocol/verdict.ts';
import { sessionThreads } from './threads.ts';

export const config: RunConfig = {
  ...defaultConfig,
  engine: 'cpu',
  knobs: { ...defaultKnobs, promptsPerUpdate: 8, groupSize: 4, evalPrompts: 4 },
};

export interface Neighbours {
  verdict?: VerdictName;
  beforeScore?: () => Promise<void>;
  onJudge?: () => void | Promise<void>;
  preset?: string;
  filter?: FilterConfig;
  call?: Call;
  knobs?: Partial<Knobs>;
}

/** A session on a site's models, what it says, and a way to wait for what it will say. */
export function openSession(
  baseUrl: string,
  { verdict = 'passed', preset = 'tiny', filter, knobs: others, ...neighbours }: Neighbours = {},
) {
  const events: Notice[] = [];
  const waiting: { wanted: (event: Notice) => boolean; settle: (event: Notice) => void }[] = [];
  const hear = (event: Notice) => {
    events.push(event);
    for (const entry of waiting.filter(({ wanted }) => wanted(event))) {
      waiting.splice(waiting.indexOf(entry), 1);
      entry.settle(event);
    }
  };
  const openThreads = sessionThreads({ baseUrl, verdict, ...neighbours });
  const knobs = { ...config.knobs, ...others, filter: filter ?? config.knobs.filter };
  const threads = openThreads({ config: { ...config, preset, knobs } }, hear, () => undefined);
  return {
    threads,
    events,
    next: (wanted: (event: Notice) => boolean) =>
      new Promise<Notice>((settle) => waiting.push({ wanted, settle })),
    close: () => threads.close(),
  };
}

export const paused = (event: Notice) => event.type === 'state' && event.state === 'paused';
