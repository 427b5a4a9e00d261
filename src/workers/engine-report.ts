import type { Engine } from '../kernels/engine.ts';
import type { Step } from '../kernels/op-times.ts';
import type { NetworkConfig } from '../model/network.ts';
import type { EngineCounts, EngineReport } from '../protocol/engine-report.ts';

/**
 * What the memory that an op touches says about its place in the network, surest first: names as `model/` gives them. (What a block puts
 * out says nothing: the next one reads it.)
 */
const places: readonly [names: RegExp, part: (found: RegExpExecArray) => string][] = [
  [/^(gradients|norm partials|squared norm)$/, () => 'Adam'],
  [/\/block\.(\d+)\./, ([, i]) => `block ${i}`],
  [/\/(embedding|norm|head)\./, ([, part]) => part],
  [/^cache (\d+)$/, ([, i]) => `block ${i}`],
  [/^block\.(\d+)\.(?!out$)/, ([, i]) => `block ${i}`],
];

/** Where in the network an op is; undefined where its memory does not say, and then it is where the op before it was. */
function partOf({ kernel, slots }: Pick<Step, 'kernel' | 'slots'>): string | undefined {
  const names = Object.values(slots).map(({ name }) => name);
  for (const [pattern, say] of places)
    for (const name of names) {
      const found = pattern.exec(name);
      if (!found) continue;
      const isBackward = kernel.includes('backward') || names.some((other) => other.startsWith('gradients/'));
      return isBackward ? `${say(found)}, backward` : say(found);
    }
  return undefined;
}

/** What an engine runs for a policy, and what it takes, as the page shows it. */
export function engineReport(
  engine: Engine,
  network: NetworkConfig,
  isSoftware: boolean,
  counts?: EngineCounts,
): EngineReport {
  const { problem, plans } = engine.times;
  const { layers, channels, heads, vocabulary, contextLength } = network;
  return {
    network: { layers, channels, heads, vocabulary, contextLength },
    isSoftware,
    counts,
    problem,
    plans: plans.map(({ name, runs, steps }) => ({
      name,
      runs,
      // An extent is of the engine: what is sent is a copy.
      steps: steps.map((step) => ({
        kernel: step.kernel,
        part: partOf(step),
        dims: structuredClone(step.dims),
        ms: step.ms,
      })),
    })),
  };
}
