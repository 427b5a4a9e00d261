/**
 * A model that a visitor trained, as a file: safetensors in 16 bits, as the site's own models are, with all that is known of it in the
 * metadata. It is named by its recipe and a hash of what it computes with, so that a run can say by which model it learned.
 */
import * as v from 'valibot';
import { checkRecipe, ownName, plainRecipe } from '../ppo/own-models.ts';
import { ended } from '../protocol/failure.ts';
import type { OwnAbout, OwnName, OwnRecipe } from '../protocol/own-model.ts';
import { contextLength, lexemes, vocabularyHash } from '../tasks/vocabulary.ts';
import { decodeSafetensors, encodeSafetensors } from './checkpoint.ts';
import { cardSchema, networkSchema, sha256 } from './manifest.ts';
import { layoutOf, policyColumns, type Tensors } from './network.ts';

const FORMAT = 'pf-ppo-model';
const VERSION = '1';
/** Bytes: far above what the largest network takes. */
const MOST_BYTES = 64e6;
const REMEDY = 'Export it once more where it was trained, or train it again from its recipe.';
const NONE =
  'The file is no model of this page: those end in .safetensors, and come from Export in the list of own models.';

/** Why a file is no model that can be kept here: a sentence for whoever brought it. */
export class ModelFileError extends Error {
  override name = 'ModelFileError';
}

/** All but the name. */
type Unnamed<About> = About extends unknown ? Omit<About, 'name'> : never;

const finite = v.pipe(v.number(), v.finite());
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const aboutSchema = v.object({
  recipe: v.looseObject({ kind: v.picklist(['teacher', 'policy']), preset: v.string() }),
  network: networkSchema,
  scores: v.optional(v.object({ mean: finite, deviation: v.pipe(finite, v.gtValue(0)) })),
  card: v.optional(cardSchema),
  training: v.optional(share),
  passAt1: v.optional(share),
});
const metadataSchema = v.object({
  format: v.literal(FORMAT),
  version: v.string(),
  vocabulary: v.string(),
  name: v.string(),
  sha256: v.string(),
  about: v.string(),
});
const headerSchema = v.looseObject({ __metadata__: metadataSchema });

const join = (text: string, data: Uint8Array) => {
  const words = new TextEncoder().encode(text);
  const all = new Uint8Array(words.length + data.length);
  all.set(words);
  all.set(data, words.length);
  return all;
};
/** Where the numbers begin. */
const dataOf = (bytes: Uint8Array) =>
  bytes.subarray(8 + Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)));

/** Of the weights and what standardises its scores; a card is not what it computes with. */
async function nameOf(about: Unnamed<OwnAbout>, data: Uint8Array): Promise<OwnName> {
  const scores = 'scores' in about ? about.scores : undefined;
  return ownName(about.recipe, await sha256(join(JSON.stringify(scores ?? null), data)));
}

/** @param tensors as a checkpoint keeps them, see `asShipped` */
export async function encodeOwn(
  about: Unnamed<OwnAbout>,
  tensors: Tensors,
): Promise<{ about: OwnAbout; bytes: Uint8Array<ArrayBuffer> }> {
  const data = dataOf(encodeSafetensors(about.network, tensors));
  const name = await nameOf(about, data);
  const text = JSON.stringify(about);
  const bytes = encodeSafetensors(about.network, tensors, {
    ...{ format: FORMAT, version: VERSION, vocabulary: vocabularyHash, name },
    ...{ sha256: await sha256(join(text, data)), about: text },
  });
  return { about: { ...about, name }, bytes };
}

/** @throws ModelFileError, whatever the bytes are, and nothing else */
export async function decodeOwn(bytes: Uint8Array): Promise<{ about: OwnAbout; tensors: Tensors }> {
  try {
    return await read(bytes);
  } catch (error) {
    if (error instanceof ModelFileError) throw error;
    throw new ModelFileError(ended((error as Error).message), { cause: error });
  }
}

async function read(bytes: Uint8Array): Promise<{ about: OwnAbout; tensors: Tensors }> {
  const { metadata, data } = open(bytes);
  if (metadata.version !== VERSION)
    throw new ModelFileError(
      `The file is of version ${metadata.version}, and this page reads version ${VERSION}: open it with the page that made it.`,
    );
  if (metadata.vocabulary !== vocabularyHash)
    throw new ModelFileError(
      `The file was made with the vocabulary ${metadata.vocabulary}, and this page has ${vocabularyHash}: the model knows other words.`,
    );
  if (metadata.sha256 !== (await sha256(join(metadata.about, data))))
    throw new ModelFileError(
      `The file is cut off or damaged: it is not what was written, by its sha-256. ${REMEDY}`,
    );
  const said = v.safeParse(aboutSchema, JSON.parse(metadata.about));
  if (!said.success) {
    const [issue] = said.issues;
    throw new ModelFileError(
      `What the file says of the model cannot be: ${v.getDotPath(issue) ?? 'it'}: ${ended(issue.message)}`,
    );
  }
  const about = complete(said.output);
  checkNetwork(about, data.length);
  const name = await nameOf(about, data);
  if (metadata.name !== name)
    throw new ModelFileError(`The file is called ${metadata.name.slice(0, 200)}, and its content ${name}.`);
  const tensors = decodeSafetensors(bytes, about.network, 'The file', REMEDY);
  for (const [tensor, values] of tensors)
    if (!values.every(Number.isFinite))
      throw new ModelFileError(`The file has a number that cannot be, in ${tensor}.`);
  return { about: { ...about, name }, tensors };
}

function open(bytes: Uint8Array) {
  if (bytes.length > MOST_BYTES)
    throw new ModelFileError(`The file has ${Math.round(bytes.length / 1e6)} MB, and a model far less.`);
  const length =
    bytes.length > 8
      ? Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true))
      : Infinity;
  if (length > bytes.length - 8) throw new ModelFileError(NONE);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  } catch {
    throw new ModelFileError(NONE);
  }
  const header = v.safeParse(headerSchema, json);
  if (!header.success) throw new ModelFileError(NONE);
  return { metadata: header.output.__metadata__, data: bytes.subarray(8 + length) };
}

/** What belongs to its kind is there, and its recipe is one. */
function complete(said: v.InferOutput<typeof aboutSchema>): Unnamed<OwnAbout> {
  const { network, scores, card, training, passAt1 } = said;
  const recipe = said.recipe as unknown as OwnRecipe;
  const problem = checkRecipe(recipe);
  if (problem !== undefined) throw new ModelFileError(`The file has a recipe that cannot be. ${problem}`);
  const plain = plainRecipe(recipe);
  if (plain.kind === 'policy' && passAt1 !== undefined) return { recipe: plain, network, passAt1 };
  if (plain.kind === 'teacher' && scores && card && training !== undefined)
    return { recipe: plain, network, scores, card, training };
  throw new ModelFileError('The file does not say what its model is worth, as one from Export does.');
}

/** Before anything is made of it: the network is one of this page's, and its numbers are all there. */
function checkNetwork({ network, recipe }: Unnamed<OwnAbout>, length: number): void {
  const columns = recipe.kind === 'teacher' ? 1 : policyColumns(lexemes.length);
  const { layers, channels, heads, vocabulary, contextLength: T } = network;
  const isOurs =
    vocabulary === lexemes.length && network.columns === columns && T >= contextLength && T <= 4096;
  const isWhole = layers <= 64 && channels <= 4096 && channels % (4 * heads) === 0;
  if (!isOurs || !isWhole)
    throw new ModelFileError(
      `The file has a network of ${layers} layers, ${channels} channels, ${heads} heads, ${vocabulary} lexemes, ${T} positions and ${network.columns} columns, which this page cannot run.`,
    );
  const wanted = 2 * layoutOf(network).places.reduce((sum, place) => sum + place.length, 0);
  if (length !== wanted)
    throw new ModelFileError(`The file has ${length} bytes of numbers, and its network ${wanted}.`);
}
