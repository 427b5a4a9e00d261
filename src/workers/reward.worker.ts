/** The reward model's thread. Its first message brings the port on which the policy's thread asks. */
import type { Engine } from '../kernels/engine.ts';
import { loadCheckpoint, loadManifest, type FetchFile, type Manifest } from '../model/manifest.ts';
import { RewardModel, standardise, type ScoreConstants } from '../model/reward-model.ts';
import { isOwnTeacher } from '../ppo/own-models.ts';
import { beside } from '../beside.ts';
import { isRewardModel, type ScoringTeacher } from '../protocol/config.ts';
import { failingAs, RunError } from '../protocol/failure.ts';
import type { Loading, RewardReply, RewardRequest } from '../protocol/messages.ts';
import type { OwnName, OwnTeacher } from '../protocol/own-model.ts';
import { serve } from '../protocol/remote.ts';
import { chooseEngine, openEngine } from './choose-engine.ts';
import { fetchUnder } from './fetch-file.ts';
import { loadOwn } from './own-models.ts';
import { keptTuning } from './tuning.ts';

type OpenRequest = Extract<RewardRequest, { type: 'open' }>;
type ScoreRequest = Extract<RewardRequest, { type: 'score' }>;
/** A model and what standardises its scores. */
interface Loaded {
  model: RewardModel;
  scores: ScoreConstants;
}
type Load = (teacher: ScoringTeacher) => Promise<Loaded>;

async function open(
  { preset, baseUrl, engine: name, teacher: first }: OpenRequest,
  port: MessagePort,
): Promise<Load> {
  const fetchFile = fetchUnder(baseUrl);
  const manifest = await failingAs('files', loadManifest(fetchFile, preset));
  const { network } = manifest.policy;
  const { engine } = await openEngine(await chooseEngine(name), (opened) => keptTuning(opened, network));
  const models = new Map<string, Promise<Loaded>>();
  const load: Load = (teacher) => {
    let known = models.get(teacher);
    if (!known) {
      known = loadModel(teacher, engine, manifest, fetchFile, (loading) => port.postMessage(loading));
      models.set(teacher, known);
    }
    return known;
  };
  if (isRewardModel(first)) void beside(load(first));
  return load;
}

async function loadModel(
  teacher: ScoringTeacher,
  engine: Engine,
  manifest: Manifest,
  fetchFile: FetchFile,
  say: (loading: Loading) => void,
): Promise<Loaded> {
  const { network, scores, tensors } = isOwnTeacher(teacher)
    ? await ownModel(teacher, manifest)
    : await shippedModel(teacher, manifest, fetchFile, say);
  const model = new RewardModel(engine, network, tensors);
  await engine.ready();
  return { model, scores };
}

async function ownModel(teacher: OwnName, { policy }: Manifest) {
  const { about, tensors } = await loadOwn(teacher, policy.network);
  return { network: about.network, scores: (about as OwnTeacher).scores, tensors };
}

async function shippedModel(
  teacher: string,
  { preset, rewardModels }: Manifest,
  fetchFile: FetchFile,
  say: (loading: Loading) => void,
) {
  const entry = rewardModels[teacher];
  if (!entry)
    throw new RunError(
      'files',
      `No reward model is called ${teacher}; preset ${preset} has ${Object.keys(rewardModels).join(', ')}.`,
    );
  const progress = (received: number, total: number) =>
    say({ type: 'loading', what: `${teacher} reward model`, received, total });
  const tensors = await failingAs('files', loadCheckpoint(fetchFile, preset, entry, progress));
  return { ...entry, tensors };
}

async function score(load: Load, { teacher, tokens, lengths, ended }: ScoreRequest): Promise<Float32Array> {
  const { model, scores } = await load(teacher);
  const raw = await model.rawScores({ rows: lengths.length, tokens, lengths });
  return raw.map((value, r) => standardise(value, ended[r] === 1, scores));
}

function serveRewards(port: MessagePort): void {
  let opened: Promise<Load> | undefined;
  /** One at a time: a model has one set of buffers. */
  let queue: Promise<unknown> = Promise.resolve();
  serve<RewardRequest, RewardReply>(port, async (request) => {
    if (request.type === 'open') {
      opened = open(request, port);
      await opened;
      return undefined;
    }
    if (!opened) throw new Error('asked for scores before a preset was opened');
    const asked = Promise.all([opened, queue]).then(([known]) => score(known, request));
    queue = asked.catch(() => undefined);
    return asked;
  });
}

self.onmessage = ({ data }: MessageEvent<{ type: 'port'; port: MessagePort }>) => serveRewards(data.port);
