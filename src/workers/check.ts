import * as tf from '@tensorflow/tfjs';
import { registerTfjs } from '../kernels/tfjs-backend.ts';
import { compareGradients } from '../model/gradient-check.ts';
import type { EngineName } from '../protocol/config.ts';
import type { Checked } from '../protocol/messages.ts';
import { chooseEngine, type ChosenEngine } from './choose-engine.ts';

/** Compares an engine's gradients with TensorFlow.js's autograd; on WebGPU both run on one device. */
export async function check(name: EngineName): Promise<Checked> {
  let chosen: ChosenEngine | undefined;
  try {
    chosen = await chooseEngine(name);
    const { engine, device } = chosen;
    if (device) await registerTfjs(device);
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
