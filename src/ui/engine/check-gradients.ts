import type { EngineName } from '../../protocol/config.ts';
import type { Checked } from '../../protocol/messages.ts';

/**
 * Proves an engine's gradients here and now. In a thread and on an engine of its own, so that no run is disturbed; that thread
 * brings all of TensorFlow.js, which is loaded only then.
 */
export async function checkGradients(engine: EngineName): Promise<Checked> {
  const worker = new Worker(new URL('../../workers/check.worker.ts', import.meta.url), { type: 'module' });
  const answer = await new Promise<Checked>((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<Checked>) => resolve(data);
    worker.onerror = ({ message }) =>
      resolve({ problem: `The check could not be made: ${message || 'its thread could not be loaded.'}` });
    worker.postMessage(engine);
  });
  worker.terminate();
  return answer;
}
