import type { OwnEngine } from '../../protocol/config.ts';
import type { DeviceNotice, Measured } from '../../protocol/device.ts';
import { msText } from './plan-view.ts';

export type OnDevice = Extract<DeviceNotice, { type: 'on' }>;

/** The part of `navigator` that not every browser has. */
interface UserAgentData {
  platform?: string;
  getHighEntropyValues?: (hints: string[]) => Promise<{
    fullVersionList?: { brand: string; version: string }[];
    platform?: string;
    platformVersion?: string;
    architecture?: string;
  }>;
}

/** The browser's full version where it tells it, else its user agent. */
export async function browserName(): Promise<string> {
  const { userAgentData } = navigator as { userAgentData?: UserAgentData };
  try {
    const asked = ['fullVersionList', 'platformVersion', 'architecture'];
    const known = await userAgentData?.getHighEntropyValues?.(asked);
    const brand = known?.fullVersionList?.find((one) => !/not.?a.?brand/i.test(one.brand));
    if (known && brand)
      return `${brand.brand} ${brand.version}, ${[known.platform, known.platformVersion, known.architecture].filter(Boolean).join(' ')}`;
  } catch {
    // Then what every browser says.
  }
  return navigator.userAgent;
}

const engineNames: Record<OwnEngine, string> = { webgpu: 'WebGPU', cpu: 'CPU' };

/** The hash that a build gives to this view's file: which kernels were measured. */
const build = /-([\w-]+)\.js$/.exec(import.meta.url)?.[1] ?? 'unknown';

/** What was measured, to be copied and sent. */
export function measurementText({
  preset,
  browser,
  devices,
  problems,
  rows,
}: {
  preset: string;
  browser: string;
  devices: readonly OnDevice[];
  problems: readonly string[];
  rows: readonly Measured[];
}): string {
  const table = rows.map(({ engine, what, rows: responses, first, median, runs, counts }) => [
    `${what}, ${responses} responses`,
    engineNames[engine],
    msText(median),
    runs > 0 ? `median of ${runs}` : 'the only run',
    `first ${msText(first)}`,
    `${counts.dispatches} dispatches, ${counts.submits} submits, ${counts.readBacks} read-backs, ${counts.buffers} buffers`,
  ]);
  const widths = table[0]?.map((_, column) => Math.max(...table.map((cells) => cells[column].length))) ?? [];
  return [
    `PF-PPO Playground, preset ${preset}, build ${build}`,
    `browser: ${browser}, ${navigator.hardwareConcurrency} threads`,
    ...devices.map(
      ({ engine, device, isSoftware }) =>
        `${engineNames[engine]}: ${device}${isSoftware ? ' (a software adapter)' : ''}`,
    ),
    ...problems,
    '',
    ...table.map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    ),
  ].join('\n');
}
