/**
 * A whole run as one file, `.pfppo`: a safetensors file, so that any tool which reads those can read its weights. Its tensors are the record's
 * bytes and, as flat arenas in 32 bits, what the policy and the critic are (in 16, as the models are shipped, it could not go on bit
 * for bit); its metadata say the rest.
 */
import * as v from 'valibot';
import type { Answers } from '../course/answers.ts';
import { checkKnobs, completeKnobs, presetChoices, presetNames } from '../ppo/knobs.ts';
import { isOwnPolicy } from '../ppo/own-models.ts';
import { engineChoices, engineNames, type Knobs } from '../protocol/config.ts';
import { ended } from '../protocol/failure.ts';
import type { LearnerState, TrainingState } from '../protocol/state.ts';
import { vocabularyHash } from '../tasks/vocabulary.ts';
import { answersSchema } from './answers.ts';
import { RunRecord } from './run-record.ts';

const FORMAT = 'pf-ppo-run';
const VERSION = '1';
/** Bytes: far above what the largest models and the longest record take. */
export const MOST_BYTES = 256e6;
/** A run that took a second an update would be at it for a day. */
const MOST_UPDATES = 100_000;
const LONGEST_NAME = 200;
/** Control characters, ends of lines, and those that turn the direction of what stands around them. */
const UNSAYABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** Why a file is no run that can be opened here: a sentence for whoever brought it. */
export class RunFileError extends Error {
  override name = 'RunFileError';
}

/** Where a run branched off another, which was then called so. */
export interface Branch {
  /** The last update that both have. */
  update: number;
  /** As a visitor had named the other one, if anybody had. */
  name?: string;
  /** What made it. */
  label: string;
}

/** A branch off a run that is called so now, in words that a file may hold. */
export function branchOf({ name, label }: Omit<Branch, 'update'>, update: number): Branch {
  const said = (text: string) => {
    const words = text.replaceAll(new RegExp(UNSAYABLE, 'gu'), ' ');
    // Not in the midst of a character.
    return words.length <= LONGEST_NAME
      ? words
      : `${words.slice(0, LONGEST_NAME - 1).replace(/[\ud800-\udbff]$/, '')}…`;
  };
  return { update, ...(name !== undefined && { name: said(name) }), label: said(label) };
}

/** What the file holds. */
export interface RunFile {
  /** As a visitor named it. */
  name?: string;
  /** `RunRecord.encode()` up to the state's update. */
  record: Uint8Array<ArrayBuffer>;
  state: TrainingState;
  /** As the visitor had set them. */
  knobs: Knobs;
  /** Of the run that it branched off. */
  branch?: Branch;
  /** To the lessons, of whoever wrote the file. */
  answers?: Answers;
}

const learners = ['learner', 'critic'] as const;
const arenas = {
  parameters: 'parameters',
  firstMoment: 'first_moment',
  secondMoment: 'second_moment',
} as const;
type ArenaName = keyof typeof arenas;
const arenaNames = Object.keys(arenas) as ArenaName[];
const tensorName = (learner: (typeof learners)[number], arena: ArenaName) =>
  `${learner === 'learner' ? 'policy' : learner}.${arenas[arena]}`;

const finite = v.pipe(v.number(), v.finite());
const rate = v.pipe(finite, v.minValue(0));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const knobsSchema = v.record(v.string(), v.unknown());
const words = v.pipe(
  v.string(),
  v.maxLength(LONGEST_NAME),
  v.check((text) => !UNSAYABLE.test(text), 'it has characters that are no part of a name'),
);
const runSchema = v.object({
  name: v.optional(v.pipe(v.string(), v.maxLength(LONGEST_NAME))),
  update: v.pipe(count, v.minValue(1), v.maxValue(MOST_UPDATES)),
  steps: v.object({ learner: count, critic: count }),
  stateKnobs: knobsSchema,
  knobs: knobsSchema,
  recent: v.pipe(
    v.array(v.object({ scores: v.array(finite), passed: v.array(v.picklist([0, 1])) })),
    v.maxLength(64),
  ),
  branch: v.optional(
    v.object({ update: v.pipe(count, v.minValue(1)), name: v.optional(words), label: words }),
  ),
  answers: v.optional(answersSchema),
});
const configSchema = v.object({
  preset: v.picklist(presetChoices),
  seed: count,
  engine: v.picklist(engineChoices),
  knobs: knobsSchema,
  tasks: v.optional(v.unknown()), // `RunRecord.decode` has checked them.
  evalFrom: v.optional(count),
  policy: v.optional(v.pipe(v.string(), v.check(isOwnPolicy, 'it is no name of a policy'))),
  ...{ criticLearningRate: rate, valueClipRange: rate, entropyCoef: finite, maxGradNorm: rate },
  ...{ adamBeta1: rate, adamBeta2: rate, adamEpsilon: rate, weightDecay: rate },
});
const openedSchema = v.object({
  engine: v.picklist(engineNames),
  preset: v.picklist(presetNames),
  why: v.string(),
  parameterCount: count,
});
const tensorSchema = v.object({
  dtype: v.picklist(['F32', 'U8']),
  shape: v.tuple([count]),
  data_offsets: v.tuple([count, count]),
});
const metadataSchema = v.object({
  format: v.literal(FORMAT),
  version: v.string(),
  vocabulary: v.string(),
  sha256: v.string(),
  run: v.string(),
});
const headerSchema = v.objectWithRest({ __metadata__: metadataSchema }, tensorSchema);
type Tensors = Record<string, v.InferOutput<typeof tensorSchema>>;

/** 8 bytes of little-endian header length, the header as JSON, then the tensors: those of 32 bits first, so that all are aligned. */
export async function encodeRunFile({
  name,
  record,
  state,
  knobs,
  branch,
  answers,
}: RunFile): Promise<Uint8Array<ArrayBuffer>> {
  const tensors: Tensors = {};
  const parts: Uint8Array[] = [];
  let offset = 0;
  const add = (tensor: string, values: Float32Array | Uint8Array) => {
    const dtype = values instanceof Float32Array ? 'F32' : 'U8';
    tensors[tensor] = {
      dtype,
      shape: [values.length],
      data_offsets: [offset, (offset += values.byteLength)],
    };
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  };
  for (const learner of learners)
    for (const arena of arenaNames) add(tensorName(learner, arena), state[learner][arena]);
  add('record', record);
  const run = JSON.stringify({
    ...{ name, update: state.update, stateKnobs: state.knobs, knobs, recent: state.recent, branch, answers },
    steps: { learner: state.learner.steps, critic: state.critic.steps },
  });
  const data = new Uint8Array(offset);
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  const hash = await sha256(run, data);
  const metadata = { format: FORMAT, version: VERSION, vocabulary: vocabularyHash, sha256: hash, run };
  const json = new TextEncoder().encode(JSON.stringify({ __metadata__: metadata, ...tensors }));
  const length = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + data.length).fill(0x20, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + length);
  return bytes;
}

/** For long work: asked between two pieces of it, and waited for where it gives something to wait for. */
type Pause = () => Promise<void> | undefined;

/** @throws RunFileError, whatever the bytes are, and nothing else */
export async function decodeRunFile(bytes: Uint8Array, pause: Pause = () => undefined): Promise<RunFile> {
  try {
    return await read(bytes, pause);
  } catch (error) {
    if (error instanceof RunFileError) throw error;
    throw new RunFileError(`The file is damaged: ${ended((error as Error).message)}`, { cause: error });
  }
}

async function read(bytes: Uint8Array, pause: Pause): Promise<RunFile> {
  if (bytes.length > MOST_BYTES) throw new RunFileError(tooLarge(bytes.length));
  const { metadata, tensors, data } = open(bytes);
  if (metadata.version !== VERSION)
    throw new RunFileError(
      `The file is of version ${metadata.version}, and this page reads version ${VERSION}: open it with the page that made it.`,
    );
  if (metadata.vocabulary !== vocabularyHash)
    throw new RunFileError(
      `The file was made with the vocabulary ${metadata.vocabulary}, and this page has ${vocabularyHash}: its models know other words.`,
    );
  for (const [name, { data_offsets }] of Object.entries(tensors))
    if (data_offsets[1] > data.length) throw new RunFileError(`The file is cut off, in ${name}.`);
  if (metadata.sha256 !== (await sha256(metadata.run, data)))
    throw new RunFileError('The file is damaged: it is not what was written, by its sha-256.');
  const said = v.safeParse(runSchema, JSON.parse(metadata.run));
  if (!said.success)
    throw new RunFileError(`What the file says of the run cannot be: ${issueOf(said.issues)}`);
  const { name, update, steps, recent, branch, answers } = said.output;
  if (branch && branch.update > update)
    throw new RunFileError(
      `The file says that the run branched off at update ${branch.update}, and ends with update ${update}.`,
    );
  const [knobs, stateKnobs] = [said.output.knobs, said.output.stateKnobs].map(checkedKnobs);
  const [learner, critic] = learners.map((which) => learnerOf(tensors, data, which, steps[which]));
  const record = tensorOf(tensors, data, 'record', 'U8');
  await checkRecord(record, update, pause);
  const state = { update, knobs: stateKnobs, learner, critic, recent };
  return { name, record, knobs, state, ...(branch && { branch }), ...(answers && { answers }) };
}

/** The header apart from the numbers. */
function open(bytes: Uint8Array) {
  const none = 'The file is no run of this page: those end in .pfppo, and come from Export in Runs.';
  if (bytes.length < 8) throw new RunFileError(none);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  const isCut = bytes.length > 8 && bytes[8] === 0x7b && length > bytes.length - 8 && length < MOST_BYTES;
  if (isCut) throw new RunFileError('The file is cut off, in its header.');
  if (length > bytes.length - 8) throw new RunFileError(none);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  } catch {
    throw new RunFileError(none);
  }
  const header = v.safeParse(headerSchema, json);
  if (!header.success) throw new RunFileError(none);
  const { __metadata__: metadata, ...tensors } = header.output;
  return { metadata, tensors, data: bytes.subarray(8 + length) };
}

function tensorOf(tensors: Tensors, data: Uint8Array, name: string, dtype: 'F32' | 'U8') {
  const found = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  const [from, to] = found?.data_offsets ?? [0, 0];
  const size = (found?.shape[0] ?? 0) * (dtype === 'F32' ? 4 : 1);
  if (found?.dtype !== dtype || size === 0 || to - from !== size)
    throw new RunFileError(`The file is damaged: its ${name} is missing, or of another size.`);
  // A copy, wherever the bytes lie.
  return new Uint8Array(data.subarray(from, to));
}

function learnerOf(
  tensors: Tensors,
  data: Uint8Array,
  which: (typeof learners)[number],
  steps: number,
): LearnerState {
  const [parameters, firstMoment, secondMoment] = arenaNames.map((arena) => {
    const name = tensorName(which, arena);
    const values = new Float32Array(tensorOf(tensors, data, name, 'F32').buffer);
    const isRight = arena === 'secondMoment' ? (x: number) => x >= 0 && x < Infinity : Number.isFinite;
    const wrong = values.find((value) => !isRight(value));
    if (wrong !== undefined)
      throw new RunFileError(`The file has a number that cannot be: ${wrong} in ${name}.`);
    return values;
  });
  if (parameters.length !== firstMoment.length || parameters.length !== secondMoment.length)
    throw new RunFileError('The file is damaged: its parameters and their moments differ in number.');
  return { parameters, firstMoment, secondMoment, steps };
}

/** What an older page did not have stays as the default has it. */
function checkedKnobs(said: Record<string, unknown>): Knobs {
  const knobs = completeKnobs(said);
  const problem = checkKnobs(knobs);
  if (problem !== undefined) throw new RunFileError(`The file has settings that cannot be. ${problem}`);
  return knobs;
}

/** All that is done with a record later can be done with this one. */
async function checkRecord(bytes: Uint8Array, update: number, pause: Pause): Promise<void> {
  let record: RunRecord;
  try {
    record = RunRecord.decode(bytes, 'head');
  } catch (error) {
    throw new RunFileError((error as Error).message, { cause: error });
  }
  for (const _ of record.checking()) await pause();
  const config = v.safeParse(configSchema, record.config);
  if (!config.success)
    throw new RunFileError(`The file has a configuration that cannot be: ${issueOf(config.issues)}`);
  checkedKnobs(config.output.knobs);
  let done = 0;
  const all = record.events((type, at) => {
    if (at > update)
      throw new RunFileError(`The file tells of update ${at}, and ends with update ${update}.`);
    if (type === 'updated') done = Math.max(done, at);
    return type === 'opened' || type === 'failed';
  });
  let isOpened = false;
  for (const event of all) {
    if (event.type !== 'opened') throw new RunFileError('The file has a run that failed: it cannot go on.');
    const opened = v.safeParse(openedSchema, event);
    if (!opened.success)
      throw new RunFileError(`The file has models that cannot be: ${issueOf(opened.issues)}`);
    isOpened = true;
  }
  if (!isOpened || done !== update)
    throw new RunFileError(`The file says that ${update} updates were done, and tells of ${done}.`);
}

/** Of a file of so many bytes. */
export function tooLarge(bytes: number): string {
  return `The file has ${Math.round(bytes / 1e6)} MB, and a run at most ${MOST_BYTES / 1e6}: it is another file.`;
}

function issueOf(issues: readonly v.BaseIssue<unknown>[]): string {
  return ended(`${v.getDotPath(issues[0]) ?? 'it'}: ${issues[0].message}`);
}

/** Of the text and the bytes, one behind the other, in hexadecimal. */
async function sha256(text: string, data: Uint8Array): Promise<string> {
  const words = new TextEncoder().encode(text);
  const all = new Uint8Array(words.length + data.length);
  all.set(words);
  all.set(data, words.length);
  const digest = await crypto.subtle.digest('SHA-256', all);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
