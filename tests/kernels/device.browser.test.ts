import { afterEach, expect, test, vi } from 'vitest';
import { openDevice } from '../../src/kernels/device.ts';

afterEach(() => void vi.restoreAllMocks());

test('opens the software adapter, and says that it is one', async () => {
  const opened = await openDevice();
  if ('reason' in opened) throw new Error(opened.reason);
  expect(opened.isFallback).toBe(true);
  expect(opened.device.limits.maxStorageBuffersPerShaderStage).toBeGreaterThanOrEqual(8);
  opened.device.destroy();
});

test('a browser without WebGPU is a reason, not an error', async () => {
  vi.spyOn(Navigator.prototype, 'gpu', 'get').mockReturnValue(undefined as unknown as GPU);
  expect(await openDevice()).toEqual({ reason: expect.stringContaining('no WebGPU') as string });
});

test('a machine without an adapter is a reason, not an error', async () => {
  vi.spyOn(navigator.gpu, 'requestAdapter').mockResolvedValue(null);
  expect(await openDevice()).toEqual({ reason: expect.stringContaining('no graphics adapter') as string });
});

test('a refused device is a reason, not an error', async () => {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error('no adapter');
  vi.spyOn(adapter, 'requestDevice').mockRejectedValue(new Error('too many devices'));
  vi.spyOn(navigator.gpu, 'requestAdapter').mockResolvedValue(adapter);
  expect(await openDevice()).toEqual({ reason: expect.stringContaining('too many devices') as string });
});
