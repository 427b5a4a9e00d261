/** The reward model's thread. Its first message brings the port on which the policy's thread asks. */
import type { Engine } from '../kernels/engine.ts';
import { loadCheckpoint, loadManifest, type FetchFile, type Manifest } from '../model/manifest.ts';
import { RewardModel, standardise } from '../model/reward-model.ts';
import type { RewardReply, RewardRequest } from '../protocol/messages.ts';
import { chooseEngine } from './engine.ts';
import { fetchUnder } from './fetch-file.ts';

interface Opened {
  engine: Engine;
  manifest: Manifest;
  fetchFile: FetchFile;
  models: Map<string, RewardModel>;
}
let opened: Opened | undefined;

type OpenRequest = Extract<RewardRequest, { type: 'open' }>;
type ScoreRequest = Extract<RewardRequest, { type: 'score' }>;
type Say = (reply: RewardReply) => void;

async function open({ id, preset, baseUrl, engine }: OpenRequest, say: Say): Promise<void> {
  const fetchFile = fetchUnder(baseUrl);
  const manifest = await loadManifest(fetchFile, preset);
  opened = { engine: (await chooseEngine(engine)).engine, manifest, fetchFile, models: new Map() };
  say({ type: 'opened', id });
}

async function score({ id, rewardModel, tokens, lengths, ended }: ScoreRequest, say: Say): Promise<void> {
  if (!opened) throw new Error('asked for scores before a preset was opened');
  const { engine, manifest, fetchFile, models } = opened;
  const entry = manifest.rewardModels[rewardModel];
  if (!entry)
    throw new Error(
      `no reward model is called ${rewardModel}; preset ${manifest.preset} has ${Object.keys(manifest.rewardModels).join(', ')}`,
    );
  let model = models.get(rewardModel);
  if (!model) {
    const tensors = await loadCheckpoint(fetchFile, manifest.preset, entry, (received, total) =>
      say({ type: 'loading', what: `${rewardModel} reward model`, received, total }),
    );
    model = new RewardModel(engine, entry.network, tensors);
    models.set(rewardModel, model);
  }
  const raw = await model.rawScores({ rows: lengths.length, tokens, lengths });
  say({
    type: 'scored',
    id,
    rmScores: raw.map((value, r) => standardise(value, ended[r] === 1, entry.scores)),
  });
}

function serve(port: MessagePort): void {
  const say: Say = (reply) => port.postMessage(reply);
  let queue = Promise.resolve();
  port.onmessage = ({ data }: MessageEvent<RewardRequest>) => {
    queue = queue
      .then(() => (data.type === 'open' ? open(data, say) : score(data, say)))
      .catch((thrown: unknown) => {
        const { name, message, stack = '' } = thrown instanceof Error ? thrown : new Error(String(thrown));
        say({ type: 'failed', id: data.id, stage: 'reward model', name, message, stack });
      });
  };
}

self.onmessage = ({ data }: MessageEvent<{ type: 'port'; port: MessagePort }>) => serve(data.port);
