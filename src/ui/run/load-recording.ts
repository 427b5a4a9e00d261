import type { RunConfig } from '../../protocol/config.ts';
import { configOf, isAnyEngine, isOf, type Recording } from '../../record/recordings.ts';
import { RunRecord } from '../../record/run-record.ts';
import { Playback } from './playback.ts';

const FOLDER = 'recordings';

/**
 * The recorded run of this configuration at update 0, its later events not looked at yet: that would take as long as all else at the start. Undefined
 * where there is none, or it cannot be read: the page needs none.
 */
export async function loadRecording(asked: RunConfig): Promise<Playback | undefined> {
  if (!isAnyEngine(asked)) return undefined;
  try {
    const index = (await (await fetchFile('index.json')).json()) as readonly Recording[];
    const found = index.find((recording) => isOf(configOf(recording), asked));
    if (!found) return undefined;
    const bytes = new Uint8Array(await (await fetchFile(found.file)).arrayBuffer());
    const record = RunRecord.decode(bytes, 'head');
    // What is the default may have changed since it was made.
    return isOf(record.config, asked) ? new Playback(record) : undefined;
  } catch {
    return undefined;
  }
}

async function fetchFile(name: string): Promise<Response> {
  const response = await fetch(new URL(`${FOLDER}/${name}`, document.baseURI));
  if (!response.ok) throw new Error(`${FOLDER}/${name} is not on this site`);
  return response;
}
