import * as v from 'valibot';
import { contextLength, lexemes, vocabularyHash } from '../tasks/vocabulary.ts';
import type { RewardCard } from '../protocol/reward-card.ts';
import { decodeSafetensors, REMEDY } from './checkpoint.ts';
import type { NetworkConfig, Tensors } from './network.ts';

export const networkSchema = v.object({
  layers: v.pipe(v.number(), v.integer(), v.minValue(1)),
  channels: v.pipe(v.number(), v.integer(), v.minValue(1)),
  heads: v.pipe(v.number(), v.integer(), v.minValue(1)),
  vocabulary: v.number(),
  contextLength: v.number(),
  columns: v.number(),
});
const fileSchema = { file: v.string(), bytes: v.number(), sha256: v.string() };
const measureSchema = v.record(v.string(), v.number());

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const tenths = v.pipe(v.array(v.number()), v.length(10));
export const cardSchema: v.GenericSchema<RewardCard> = v.object({
  heldOut: share,
  inTraining: v.array(v.object({ update: v.number(), accuracy: share })),
  varianceWithin: v.number(),
  calibration: v.object({ slope: v.number(), intercept: v.number(), error: share }),
  topPassRate: share,
  reliability: v.object({ scores: tenths, passRates: tenths, deviations: tenths }),
});

/** What `public/models/<preset>/manifest.json` says: enough to load the models, and to know where each number is from. */
const manifestSchema = v.object({
  /** 2: reward models have cards. A manifest that says nothing is of version 1. */
  version: v.optional(v.picklist([1, 2]), 1),
  preset: v.string(),
  vocabularyHash: v.string(),
  /** The command and the settings that made the files. */
  recipe: v.looseObject({ command: v.string(), seed: v.number() }),
  /** `parameters` counts those that are trained. */
  policy: v.object({
    ...fileSchema,
    network: networkSchema,
    parameters: v.number(),
    measured: measureSchema,
  }),
  rewardModels: v.record(
    v.string(),
    v.object({
      ...fileSchema,
      network: networkSchema,
      /** Score constants: standardised = (raw − mean) / deviation. */
      scores: v.object({ mean: v.number(), deviation: v.number() }),
      card: v.optional(cardSchema),
    }),
  ),
});
export type Manifest = v.InferOutput<typeof manifestSchema>;
/** Where a checkpoint lies and how it is checked. */
export type CheckpointEntry = { file: string; bytes: number; sha256: string; network: NetworkConfig };

/** Brings the bytes of a file under `models/`; throws an error that says why it cannot. */
export type FetchFile = (path: string, onProgress?: (received: number) => void) => Promise<Uint8Array>;

export async function loadManifest(fetchFile: FetchFile, preset: string): Promise<Manifest> {
  const path = `${preset}/manifest.json`;
  const text = new TextDecoder().decode(await fetchFile(path));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error(`models/${path} is not JSON, so it is truncated or another file. ${REMEDY}`);
  }
  const parsed = v.safeParse(manifestSchema, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new Error(`models/${path}: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}. ${REMEDY}`);
  }
  const manifest = parsed.output;
  if (manifest.vocabularyHash !== vocabularyHash)
    throw new Error(
      `models/${path} was made for vocabulary ${manifest.vocabularyHash}, this page has ${vocabularyHash}. ${REMEDY}`,
    );
  const cardless = Object.keys(manifest.rewardModels).find((name) => !manifest.rewardModels[name].card);
  if (manifest.version >= 2 && cardless !== undefined)
    throw new Error(`models/${path}: the reward model ${cardless} has no card. ${REMEDY}`);
  const { contextLength: T } = manifest.policy.network;
  for (const { network } of [manifest.policy, ...Object.values(manifest.rewardModels)])
    if (network.vocabulary !== lexemes.length || network.contextLength !== T || T < contextLength)
      throw new Error(
        `models/${path}: a network of ${network.vocabulary} lexemes and ${network.contextLength} positions, ` +
          `expected ${lexemes.length} and, the same for all, at least ${contextLength}. ${REMEDY}`,
      );
  return manifest;
}

/**
 * A checkpoint's tensors, once its length, its sha-256 and its shapes are what the manifest says. Progress is told of the
 * manifest's bytes: a host that compresses says nothing of the length of what arrives.
 */
export async function loadCheckpoint(
  fetchFile: FetchFile,
  preset: string,
  entry: CheckpointEntry,
  onProgress?: (received: number, total: number) => void,
): Promise<Tensors> {
  const path = `${preset}/${entry.file}`;
  const bytes = await fetchFile(path, (received) =>
    onProgress?.(Math.min(received, entry.bytes), entry.bytes),
  );
  if (bytes.length !== entry.bytes)
    throw new Error(
      `models/${path} has ${bytes.length} bytes, expected ${entry.bytes}: it is truncated or another file. ${REMEDY}`,
    );
  const sum = await sha256(bytes);
  if (sum !== entry.sha256)
    throw new Error(`models/${path} is damaged: its sha-256 is ${sum}, expected ${entry.sha256}. ${REMEDY}`);
  return decodeSafetensors(bytes, entry.network, `models/${path}`);
}

/** Hexadecimal. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
