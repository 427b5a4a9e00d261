import * as tf from '@tensorflow/tfjs';
import { registerTfjs } from '../kernels/tfjs/backend.ts';
import type { Engine } from '../kernels/engine.ts';
import { compareGradients } from '../model/gradient-check.ts';
import type { EngineName } from '../protocol/config.ts';
import type { Checked } from '../protocol/messages.ts';
import './with-tfjs.ts';
import { chooseEngine, openEngine, type ChosenEngine } from './choose-engine.ts';
import { kindTuning } from './tuning.ts';

/** Compares an engine's gradients with TensorFlow.js's autograd; on WebGPU both run on one device. */
export async function check(name: EngineName): Promise<Checked> {
  let chosen: ChosenEngine | undefined;
  let engine: Engine | undefined;
  try {
    chosen = await chooseEngine(name);
    const { device } = chosen;
    ({ engine } = await openEngine(chosen, (opened) => Promise.resolve(kindTuning(opened))));
    if (name === 'webgpu' && device) await registerTfjs(device);
    else if (name === 'cpu') await tf.setBackend('cpu');
    const agreement = await compareGradients(engine, 'ppo');
    return { backend: tf.getBackend(), ...agreement };
  } catch (error) {
    return { problem: `The check could not be made: ${(error as Error).message}` };
  } finally {
    engine?.free();
    chosen?.device?.device.destroy();
  }
}
