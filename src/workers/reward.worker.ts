/** The reward model's thread. Its first message brings the port on which the policy's thread asks. */
import type { Engine } from '../kernels/engine.ts';
import { loadCheckpoint, loadManifest, type FetchFile, type Manifest } from '../model/manifest.ts';
import { RewardModel, standardise } from '../model/reward-model.ts';
import { beside } from '../beside.ts';
import { isRewardModel } from '../protocol/config.ts';
import { failingAs, RunError } from '../protocol/failure.ts';
import type { Loading, RewardReply, RewardRequest } from '../protocol/messages.ts';
import { serve } from '../protocol/remote.ts';
import { chooseEngine, openEngine } from './choose-engine.ts';
import { fetchUnder } from './fetch-file.ts';
import { keptTuning } from './tuning.ts';

type OpenRequest = Extract<RewardRequest, { type: 'open' }>;
type ScoreRequest = Extract<RewardRequest, { type: 'score' }>;
type Load = (teacher: string) => Promise<RewardModel>;

interface Opened {
  manifest: Manifest;
  model: Load;
}

async function open(
  { preset, baseUrl, engine: name, teacher: first }: OpenRequest,
  port: MessagePort,
): Promise<Opened> {
  const fetchFile = fetchUnder(baseUrl);
  const manifest = await failingAs('files', loadManifest(fetchFile, preset));
  const { network } = manifest.policy;
  const { engine } = await openEngine(await chooseEngine(name), (opened) => keptTuning(opened, network));
  const models = new Map<string, Promise<RewardModel>>();
  const model: Load = (teacher) => {
    let known = models.get(teacher);
    if (!known) {
      known = load(teacher, engine, manifest, fetchFile, (loading) => port.postMessage(loading));
      models.set(teacher, known);
    }
    return known;
  };
  if (isRewardModel(first)) void beside(model(first));
  return { manifest, model };
}

async function load(
  teacher: string,
  engine: Engine,
  { preset, rewardModels }: Manifest,
  fetchFile: FetchFile,
  say: (loading: Loading) => void,
): Promise<RewardModel> {
  const entry = rewardModels[teacher];
  if (!entry)
    throw new RunError(
      'files',
      `No reward model is called ${teacher}; preset ${preset} has ${Object.keys(rewardModels).join(', ')}.`,
    );
  const progress = (received: number, total: number) =>
    say({ type: 'loading', what: `${teacher} reward model`, received, total });
  const tensors = await failingAs('files', loadCheckpoint(fetchFile, preset, entry, progress));
  const model = new RewardModel(engine, entry.network, tensors);
  await engine.ready();
  return model;
}

async function score(
  { manifest, model }: Opened,
  { teacher, tokens, lengths, ended }: ScoreRequest,
): Promise<Float32Array> {
  const raw = await (await model(teacher)).rawScores({ rows: lengths.length, tokens, lengths });
  return raw.map((value, r) => standardise(value, ended[r] === 1, manifest.rewardModels[teacher].scores));
}

function serveRewards(port: MessagePort): void {
  let opened: Promise<Opened> | undefined;
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
