import { expect, test } from 'vitest';
import { openDevice } from '../../src/kernels/device.ts';

test('where there is no WebGPU at all, as in Node, that is a reason, not an error', async () => {
  expect(await openDevice()).toEqual({ reason: expect.stringContaining('no WebGPU') as string });
});
