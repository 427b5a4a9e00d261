import { beforeEach, describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { catalogue } from '../../../src/kernels/catalogue.ts';
import { tunings } from '../../../src/kernels/programs.ts';
import { createWebGpuEngine } from '../../../src/kernels/webgpu-engine.ts';
import { openDevice } from '../../../src/kernels/device.ts';
import { initialTensors, policyColumns } from '../../../src/model/network.ts';
import { Policy } from '../../../src/model/policy.ts';
import { defaultConfig } from '../../../src/ppo/knobs.ts';
import type { KernelChecked } from '../../../src/protocol/device.ts';
import type { EngineReport } from '../../../src/protocol/engine-report.ts';
import EngineView from '../../../src/ui/engine/EngineView.svelte';
import { found } from '../../../src/ui/engine/found.svelte.ts';
import KernelCard from '../../../src/ui/engine/KernelCard.svelte';
import { kernelNames, modulesIn } from '../../../src/ui/engine/sources.ts';
import type { Run } from '../../../src/ui/run.svelte.ts';
import { engineReport } from '../../../src/workers/engine-report.ts';
import '../../../src/ui/css/tokens.css';
import '../../../src/ui/css/page.css';

const report: EngineReport = {
  network: { layers: 2, channels: 32, heads: 4, vocabulary: 109, contextLength: 64 },
  isSoftware: false,
  plans: [
    {
      name: 'training step',
      runs: 0,
      steps: [
        { kernel: 'layer-norm', part: 'block 0', ms: 0, dims: { M: { most: 96, now: 40 }, C: 32 } },
        { kernel: 'matmul', part: 'block 0', ms: 0, dims: { M: { most: 96, now: 40 }, K: 32, N: 96 } },
      ],
    },
  ],
};
const timed: EngineReport = {
  ...report,
  counts: {
    dispatches: 4276,
    submits: 35,
    readBacks: 31,
    waits: 31,
    buffers: 0,
    bindGroups: 0,
    pipelines: 0,
  },
  plans: report.plans.map((plan) => ({
    ...plan,
    runs: 3,
    steps: plan.steps.map((step, i) => ({ ...step, ms: [0.5, 1.5][i] })),
  })),
};

/** A run at rest or in training on the CPU whose engine answers with these reports, then the last again and again. */
function runOf(kind: 'running' | 'paused', ...reports: EngineReport[]): Run {
  const update = { update: 3, phase: 'update', last: undefined } as const;
  const run: Partial<Run> = {
    config: defaultConfig,
    status: kind === 'running' ? { kind, ...update } : { kind, ...update, finished: true },
    engine: {
      name: 'cpu',
      why: 'CPU (SIMD WebAssembly), as chosen.',
      preset: 'tiny',
      parameterCount: 34_638,
    },
    engineReport: () => Promise.resolve(reports.length > 1 ? reports.shift()! : reports[0]),
    play: vi.fn(),
    pause: vi.fn(),
    step: vi.fn(),
  };
  return run as Run;
}

beforeEach(async () => {
  Object.assign(found, { kernel: undefined, plan: 'training step', checks: new Map() });
  await page.viewport(1440, 900);
});

test('what runs is said, and on which adapter', async () => {
  const adapter = 'google, swiftshader';
  const screen = await render(EngineView, { run: runOf('paused', { ...report, adapter }) });
  await expect.element(screen.getByText('CPU (SIMD WebAssembly), as chosen.')).toBeVisible();
  await expect.element(screen.getByText('Adapter: google, swiftshader.')).toBeVisible();
  await expect
    .element(screen.getByText(/preset tiny, has 34,638 parameters:\s+2 layers\s+of\s+32 channels/))
    .toBeVisible();
});

describe('the plans', () => {
  test('while the run is paused, times are promised, not made up', async () => {
    const screen = await render(EngineView, { run: runOf('paused', report) });
    await expect.element(screen.getByText('times come with the next update')).toBeVisible();
    await expect.element(screen.getByText('Counted from the first update on: press Train.')).toBeVisible();
    expect(document.querySelector('.ops')!.textContent).not.toContain('ms');
  });

  test('in training they come, op by op and by kernel, as shares of the whole', async () => {
    const screen = await render(EngineView, { run: runOf('running', report, timed) });
    await expect.element(screen.getByText('2.00 ms a run, the mean of 3 timed runs.')).toBeVisible();
    await expect.element(screen.getByText('4,276')).toBeVisible();
    const ops = screen.getByRole('group', { name: 'Ops of training step, in order' }).getByRole('listitem');
    expect(ops.elements()).toHaveLength(2);
    await expect.element(ops.first()).toHaveTextContent('layer-norm M 40 of 96, C 32 0.500 ms');
    await expect.element(screen.getByRole('row', { name: /^matmul/ })).toHaveTextContent(/1.50 ms\s*75 %/);
  });

  test('a kernel of a plan leads to its code', async () => {
    const screen = await render(EngineView, { run: runOf('running', timed) });
    await screen
      .getByRole('row', { name: /^matmul/ })
      .getByRole('button')
      .click();
    await expect.element(screen.getByText('training step: M up to 96, K 32, N 96')).toBeVisible();
    await expect.poll(() => document.activeElement?.textContent).toMatch(/^matmul/);
    await screen.getByText('The whole module, with its constants').click();
    const code = screen.getByLabelText('matmul: The whole module, with its constants');
    await expect.element(code).toHaveTextContent('const K = 32u;');
  });
});

test('every kernel of the catalogue is there, closed', async () => {
  await render(EngineView, { run: runOf('paused', report) });
  await expect.poll(() => document.querySelectorAll('details.kernel')).toHaveLength(kernelNames.length);
  expect(kernelNames).toHaveLength(Object.keys(catalogue).length);
  expect(document.querySelector('details.kernel pre')).toBeNull();
});

test('a check that was made, and the kernel that is open, are there when the view is opened again', async () => {
  const first = await render(EngineView, { run: runOf('paused', report) });
  await first
    .getByRole('row', { name: /^layer-norm/ })
    .getByRole('button')
    .click();
  await first.getByRole('button', { name: 'Check this kernel' }).click();
  await expect.element(first.getByText(/^\d checks? made, none failed/), { timeout: 60_000 }).toBeVisible();
  await first.unmount();
  const again = await render(EngineView, { run: runOf('paused', report) });
  await expect.element(again.getByText(/^\d checks? made, none failed/)).toBeVisible();
  await expect.element(again.getByText('CPU: passed')).toBeVisible();
});

test('a check that fails says so, and by how much', async () => {
  const result = (excess: number): KernelChecked => ({
    ...{
      kernel: 'matmul',
      engine: 'cpu',
      cases: 15,
      about: 'M 67',
      binding: 'y',
      index: 3,
      got: 1,
      expected: 2,
    },
    ...{ relative: excess * 1e-5, tolerance: 1e-5, excess },
  });
  const props = {
    kernel: 'matmul',
    plans: [],
    tuning: tunings.hardware,
    open: true,
    busy: false,
    ontoggle: vi.fn(),
    oncheck: vi.fn(),
  } as const;
  const screen = await render(KernelCard, { ...props, cpu: result(0.3), webgpu: result(30) });
  await expect.element(screen.getByText('CPU: passed')).toBeVisible();
  await expect.element(screen.getByText('WebGPU: failed')).toBeVisible();
  await expect.element(screen.getByText(/the largest error is 3.0e−4, 1.0e−5 is allowed/)).toBeVisible();
  await screen.getByRole('button', { name: 'Check this kernel' }).click();
  expect(props.oncheck).toHaveBeenCalledOnce();
});

test.each(['hardware', 'software'] as const)(
  '%s: the modules that are shown are those that WebGPU was given',
  async (name) => {
    const opened = await openDevice();
    if ('reason' in opened) throw new Error(opened.reason);
    const given = vi.spyOn(opened.device, 'createShaderModule');
    const engine = createWebGpuEngine(opened.device, tunings[name]);
    const network = {
      ...{ layers: 2, channels: 16, heads: 2, vocabulary: 20, contextLength: 24 },
      columns: policyColumns(20),
    };
    new Policy(engine, network, initialTensors(network, 1), 4);
    const { plans } = structuredClone(engineReport(engine, network, name === 'software'));
    const codes = new Set(given.mock.calls.map(([{ code }]) => code));
    const shown = kernelNames.flatMap((kernel) =>
      modulesIn(plans, kernel, tunings[name]).flatMap(({ modules }) => modules),
    );
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.filter(({ code }) => !codes.has(code))).toEqual([]);
    engine.free();
    opened.device.destroy();
  },
);
