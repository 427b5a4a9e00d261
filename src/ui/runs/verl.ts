import type { VerlReply, VerlRequest } from '../../protocol/verl.ts';

/** A run's folder for verl, as a zip, made in a thread of its own. Rejects, with a sentence, where it cannot be made. */
export function verlZip(request: VerlRequest): Promise<Uint8Array<ArrayBuffer>> {
  const worker = new Worker(new URL('../../workers/verl.worker.ts', import.meta.url), { type: 'module' });
  const made = new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<VerlReply>) => {
      if ('zip' in data) resolve(data.zip);
      else reject(new Error(`The run was not exported for verl: ${data.problem}`));
    };
    worker.onerror = ({ message }) =>
      reject(new Error(`The run was not exported for verl: ${message || 'its thread could not be loaded.'}`));
  });
  worker.postMessage(request, [request.record.buffer]);
  return made.finally(() => worker.terminate());
}
