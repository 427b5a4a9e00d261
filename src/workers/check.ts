import type { EngineChoice } from '../protocol/config.ts';
import type { Checked } from '../protocol/messages.ts';
import { chooseEngine, type ChosenEngine } from './choose-engine.ts';

/**
 * Compares the gradients of the engine that `choice` gives with TensorFlow.js's autograd; on WebGPU both run on one device. The
 * engine is a fresh one, so that a run in progress is not disturbed, and TensorFlow.js is loaded only now.
 */
export async function check(choice: EngineChoice): Promise<Checked> {
  let chosen: ChosenEngine | undefined;
  try {
    chosen = await chooseEngine(choice);
    const { engine, device } = chosen;
    const { compareGradients } = await import('../model/gradient-check.ts');
    const tf = await import('@tensorflow/tfjs');
    if (device) await (await import('../kernels/tfjs-backend.ts')).registerTfjs(device);
    else await tf.setBackend('cpu');
    const agreement = await compareGradients(engine, 'ppo');
    return { backend: tf.getBackend(), ...agreement };
  } catch (error) {
    return { problem: `The check could not be made: ${(error as Error).message}` };
  } finally {
    chosen?.engine.free();
    chosen?.device?.device.destroy();
  }
}
