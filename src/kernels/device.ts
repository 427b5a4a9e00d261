/** A WebGPU device of our own, or why there is none. */
export interface OpenDevice {
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  /** A software adapter: correct, but slower than the CPU engine. */
  readonly isFallback: boolean;
  /** Resolves with a sentence for the visitor when the device is lost, but not when it was destroyed on purpose. */
  readonly lost: Promise<string>;
}

/** An adapter by what it says of itself. */
export function adapterName({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  const said = new Set([vendor, architecture, device, description].filter(Boolean));
  return [...said].join(', ') || 'an adapter without a name';
}

const never = new Promise<string>(() => undefined);

/** What tfjs asks for on its own device, and all the storage buffers that a kernel may bind. */
const wantedLimits = [
  'maxStorageBuffersPerShaderStage',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupsPerDimension',
] as const;

/**
 * Opens a device with all that its adapter allows, and with a clock where it has one. Works in a page and in a worker. Every outcome is a value: a browser
 * without WebGPU, a machine without an adapter and a refused device each give a reason that a visitor can read.
 */
export async function openDevice(): Promise<OpenDevice | { readonly reason: string }> {
  // Older browsers and insecure pages lack `gpu`, Node lacks `navigator`.
  const gpu = (globalThis as { navigator?: Partial<Navigator> }).navigator?.gpu;
  if (!gpu)
    return { reason: 'this browser has no WebGPU (or the page is not served over https or localhost).' };
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter)
      return { reason: 'the browser has WebGPU, but offers no graphics adapter on this machine.' };
    const device = await adapter.requestDevice({
      label: 'pf-ppo',
      requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
      requiredLimits: Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]])),
    });
    return {
      device,
      info: adapter.info,
      // Browsers that do not know the property have no software adapter either.
      isFallback: adapter.info.isFallbackAdapter === true,
      lost: device.lost.then(({ reason, message }) =>
        reason === 'destroyed' ? never : `The GPU was lost: ${message || reason}.`,
      ),
    };
  } catch (error) {
    return { reason: `the GPU device could not be opened (${String(error)}).` };
  }
}
