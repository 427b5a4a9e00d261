import { describe, expect, test } from 'vitest';
import { asShipped } from '../../src/model/checkpoint.ts';
import { initialTensors, policyColumns, type NetworkConfig } from '../../src/model/network.ts';
import { decodeOwn, encodeOwn, ModelFileError } from '../../src/model/own-file.ts';
import { ownParts, standardPolicy, standardTeacher } from '../../src/ppo/own-models.ts';
import { contextLength, lexemes } from '../../src/tasks/vocabulary.ts';

const V = lexemes.length;
const network: NetworkConfig = {
  ...{ layers: 1, channels: 16, heads: 2, vocabulary: V, contextLength },
  columns: policyColumns(V),
};
const scalar = { ...network, columns: 1 };
const tenths = Array.from({ length: 10 }, (_, i) => i / 10);
const card = {
  ...{ heldOut: 0.8, inTraining: [], varianceWithin: 0.4, topPassRate: 0.9 },
  calibration: { slope: 1, intercept: 0, error: 0.1 },
  reliability: { scores: tenths, passRates: tenths, deviations: tenths },
};
const recipe = { ...standardTeacher, preset: 'tiny' };
const about = { recipe, network: scalar, scores: { mean: 0.5, deviation: 2 }, card, training: 0.9 };
const tensors = asShipped(initialTensors(scalar, 3));
const whole = await encodeOwn(about, tensors);

/** The file with other words in its header, the sums in it as they were. */
function reworded(change: (metadata: Record<string, string>) => void): Uint8Array {
  const length = Number(new DataView(whole.bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(whole.bytes.subarray(8, 8 + length))) as {
    __metadata__: Record<string, string>;
  };
  change(header.__metadata__);
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + whole.bytes.length - 8 - length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(whole.bytes.subarray(8 + length), 8 + json.length);
  return bytes;
}

describe('a model as a file', () => {
  test('comes back with all that is known of it', async () => {
    const { about: read, tensors: weights } = await decodeOwn(whole.bytes);
    expect(read).toEqual({ ...about, name: whole.about.name });
    expect(weights).toEqual(tensors);
    expect(ownParts(read.name)!.recipe).toEqual(recipe);
    const policy = { recipe: { ...standardPolicy, preset: 'tiny' }, network, passAt1: 0.4 };
    const other = await encodeOwn(policy, asShipped(initialTensors(network, 3)));
    expect((await decodeOwn(other.bytes)).about).toEqual({ ...policy, name: other.about.name });
  });

  test('is called by what it computes with, not by its card', async () => {
    const same = await encodeOwn({ ...about, card: { ...card, heldOut: 0.1 } }, tensors);
    expect(same.about.name).toBe(whole.about.name);
    for (const other of [
      await encodeOwn({ ...about, scores: { mean: 0.5, deviation: 2.5 } }, tensors),
      await encodeOwn(about, asShipped(initialTensors(scalar, 4))),
    ])
      expect(other.about.name).not.toBe(whole.about.name);
  });

  const flipped = whole.bytes.slice();
  flipped[flipped.length - 5] ^= 1;
  test.each<[string, Uint8Array, RegExp]>([
    ['is empty', new Uint8Array(), /is no model of this page/],
    [
      'is another file',
      new TextEncoder().encode('{"a": 1, "b": 2, "c": 3, "d": 4}'),
      /is no model of this page/,
    ],
    ['is cut off', whole.bytes.slice(0, -100), /cut off or damaged.*Export it once more/],
    ['has one bit flipped', flipped, /cut off or damaged/],
    [
      'has a card that was changed',
      reworded((m) => (m.about = m.about.replace('0.8', '0.9'))),
      /cut off or damaged/,
    ],
    [
      'is of another version',
      reworded((m) => (m.version = '9')),
      /of version 9, and this page reads version 1/,
    ],
    ['knows other words', reworded((m) => (m.vocabulary = 'abc')), /vocabulary abc/],
    [
      'is called otherwise',
      reworded((m) => (m.name = m.name.replace('_s1', '_s2'))),
      /is called own_.*_s2, and its content own_.*_s1/,
    ],
    ['is a run', reworded((m) => (m.format = 'pf-ppo-run')), /is no model of this page/],
  ])('that %s is refused with a sentence', async (_, bytes, sentence) => {
    const error = await decodeOwn(bytes).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ModelFileError);
    expect((error as Error).message).toMatch(sentence);
  });

  test.each<[string, object, RegExp]>([
    ['a recipe that cannot be', { recipe: { ...recipe, flipped: 3 } }, /Labels flipped is 3/],
    ['no card', { card: undefined }, /does not say what its model is worth/],
    ['a card that cannot be', { card: { ...card, heldOut: 7 } }, /card\.heldOut/],
    ['no score constants', { scores: undefined }, /does not say what its model is worth/],
    ['a network that cannot be', { network: { ...scalar, heads: 3 } }, /which this page cannot run/],
  ])('with %s is refused, whoever wrote it', async (_, part, sentence) => {
    const { bytes } = await encodeOwn({ ...about, ...part }, tensors);
    await expect(decodeOwn(bytes)).rejects.toThrow(sentence);
  });
});
