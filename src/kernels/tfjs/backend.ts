import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { OpenDevice } from '../device.ts';

/**
 * Makes `opened` the device of tfjs's `webgpu` backend and that backend the current one, so that tensors and our slots
 * live on one device and one queue. Registering replaces a backend
 * registered before, whose tensors are gone then. Throws if tfjs refuses the device.
 */
export async function registerTfjs({ device, info }: OpenDevice): Promise<typeof tf> {
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, info), 3);
  if (!(await tf.setBackend('webgpu')))
    throw new Error('tfjs refused the WebGPU device: its console message says why');
  return tf;
}
