import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { asShipped, decodeSafetensors, encodeSafetensors, REMEDY } from '../../src/model/checkpoint.ts';
import { loadCheckpoint, loadManifest, sha256 } from '../../src/model/manifest.ts';
import { initialTensors, parameterCount, policyColumns } from '../../src/model/network.ts';
import { presetNames } from '../../src/ppo/knobs.ts';
import { rewardModelNames } from '../../src/protocol/config.ts';
import { presets } from '../../scripts/presets.ts';
import { contextLength, lexemes, vocabularyHash } from '../../src/tasks/vocabulary.ts';

const network = {
  layers: 1,
  channels: 8,
  heads: 2,
  vocabulary: lexemes.length,
  contextLength,
  columns: policyColumns(lexemes.length),
};
const tensors = asShipped(initialTensors(network, 5));
const bytes = encodeSafetensors(network, tensors);

describe('safetensors', () => {
  it('come back bit for bit', () => {
    expect(decodeSafetensors(bytes, network, 'x')).toEqual(tensors);
  });

  it('follow the format: little-endian header length, JSON, data to the last byte', () => {
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    const ends = Object.values<{ data_offsets: number[] }>(header).map((entry) => entry.data_offsets[1]);
    expect(8 + length + Math.max(...ends)).toBe(bytes.length);
    expect(header['head.weight']).toMatchObject({ dtype: 'F16', shape: [8, network.columns] });
  });

  it.each([
    ['cut in the data', bytes.subarray(0, bytes.length - 3), 'truncated in tensor head.bias'],
    ['cut in the header', bytes.subarray(0, 40), 'header'],
    ['empty', new Uint8Array(0), 'only 0 bytes'],
    [
      'a web page',
      new TextEncoder().encode('<!doctype html><title>404</title>'.repeat(9)),
      'no safetensors file',
    ],
  ])('%s: an error that names the file and says what to do', (_, broken, problem) => {
    const decode = () => decodeSafetensors(broken, network, 'models/tiny/policy.safetensors');
    expect(decode).toThrow('models/tiny/policy.safetensors');
    expect(decode).toThrow(problem);
    expect(decode).toThrow(REMEDY);
  });

  it('of other shapes are refused by tensor', () => {
    expect(() => decodeSafetensors(bytes, { ...network, channels: 12, heads: 3 }, 'x')).toThrow(
      /embedding\.token is F16 .* expected F16/,
    );
  });
});

describe('a preset', () => {
  const entry = async () => ({
    file: 'policy.safetensors',
    bytes: bytes.length,
    sha256: await sha256(bytes),
    network,
  });
  const manifest = async (changes = {}) => ({
    preset: 'tiny',
    vocabularyHash,
    recipe: { command: 'npm run pretrain', seed: 1 },
    policy: { ...(await entry()), parameters: 1, measured: {} },
    rewardModels: {},
    ...changes,
  });
  const serving = (text: string) => () => Promise.resolve(new TextEncoder().encode(text));

  it('loads when everything agrees', async () => {
    const loaded = await loadManifest(serving(JSON.stringify(await manifest())), 'tiny');
    expect(await loadCheckpoint(() => Promise.resolve(bytes), 'tiny', loaded.policy)).toEqual(tensors);
  });

  it.each([
    ['no JSON', () => '<html>', 'not JSON'],
    ['a field missing', async () => JSON.stringify(await manifest({ policy: undefined })), 'policy'],
    [
      'another vocabulary',
      async () => JSON.stringify(await manifest({ vocabularyHash: 'x' })),
      'vocabulary x',
    ],
  ])('with %s is refused, naming the manifest', async (_, text, problem) => {
    const load = loadManifest(serving(await text()), 'tiny');
    await expect(load).rejects.toThrow('models/tiny/manifest.json');
    await expect(load).rejects.toThrow(problem);
  });

  it('with a truncated or altered file is refused, naming the file', async () => {
    const fine = await entry();
    const truncated = loadCheckpoint(() => Promise.resolve(bytes.subarray(9)), 'tiny', fine);
    await expect(truncated).rejects.toThrow(/models\/tiny\/policy\.safetensors has \d+ bytes, expected \d+/);
    const altered = bytes.slice();
    altered[altered.length - 1] ^= 1;
    const damaged = loadCheckpoint(() => Promise.resolve(altered), 'tiny', fine);
    await expect(damaged).rejects.toThrow('models/tiny/policy.safetensors is damaged');
  });
});

describe('the card of a reward model', () => {
  const tenths = Array.from({ length: 10 }, (_, i) => i / 10);
  const card = {
    heldOut: 0.95,
    inTraining: [{ update: 0, accuracy: 0.9 }],
    varianceWithin: 0.5,
    calibration: { slope: 2, intercept: 0, error: 0.02 },
    topPassRate: 0.99,
    reliability: { scores: tenths, passRates: tenths, deviations: tenths },
  };
  const manifestWith = (version: number | undefined, given: object | undefined) => ({
    ...{ version, preset: 'tiny', vocabularyHash, recipe: { command: 'c', seed: 1 } },
    policy: { file: 'p', bytes: 1, sha256: 's', network, parameters: 1, measured: {} },
    rewardModels: {
      strong: {
        ...{ file: 'r', bytes: 1, sha256: 's', network: { ...network, columns: 1 } },
        ...{ scores: { mean: 0, deviation: 1 }, card: given },
      },
    },
  });
  const load = (version: number | undefined, given: object | undefined) =>
    loadManifest(
      () => Promise.resolve(new TextEncoder().encode(JSON.stringify(manifestWith(version, given)))),
      'tiny',
    );

  it('comes with version 2; version 1 has none', async () => {
    expect(await load(2, card)).toMatchObject({ version: 2, rewardModels: { strong: { card } } });
    expect(await load(undefined, undefined)).toMatchObject({ version: 1 });
  });

  it('is refused where it is not whole, or of a version to come', async () => {
    await expect(load(2, { ...card, heldOut: 1.2 })).rejects.toThrow('rewardModels.strong.card.heldOut');
    await expect(load(2, { ...card, topPassRate: undefined })).rejects.toThrow('topPassRate');
    await expect(load(3, card)).rejects.toThrow('version');
    await expect(load(2, undefined)).rejects.toThrow('has no card');
  });
});

describe('the presets that are shipped', () => {
  const models = new URL('../../public/models/', import.meta.url);

  it.each(presetNames)(
    '%s: every checkpoint is what its manifest says, and its parameters are counted',
    async (preset) => {
      const fetchFile = (path: string) => readFile(new URL(path, models));
      const { policy, rewardModels, recipe } = await loadManifest(fetchFile, preset);
      expect(Object.keys(rewardModels).slice(0, 2)).toEqual(['strong', 'weak']);
      for (const name of Object.keys(rewardModels)) expect(rewardModelNames).toContain(name);
      // A manifest made since recipes name their models has exactly those.
      if ('rewardModels' in recipe)
        expect(Object.keys(rewardModels)).toEqual(Object.keys(presets[preset].rewardModels));
      expect(policy.parameters).toBe(parameterCount(policy.network));
      expect(recipe.command).toBe(`npm run pretrain -- --preset ${preset} --seed 1`);
      for (const entry of [policy, ...Object.values(rewardModels)])
        expect((await loadCheckpoint(fetchFile, preset, entry)).size).toBeGreaterThan(0);
    },
  );
});
