import wasmUrl from '@jitl/quickjs-wasmfile-release-sync/wasm?url';
import srcdoc from 'virtual:judge-frame';
import { frameGreeting } from '../core/reports.ts';
import type { OpenMessage, RunnerReport, Runner, RunMessage } from '../core/reports.ts';

/** Milliseconds that a loaded frame has to show that its script runs. */
const greetingMs = 3000;

let wasmBytes: Promise<ArrayBuffer> | undefined;

async function fetchWasm(): Promise<ArrayBuffer> {
  const response = await fetch(wasmUrl);
  if (!response.ok) throw new Error(`${wasmUrl} answered ${response.status}`);
  return response.arrayBuffer();
}

/**
 * Opens the sandboxed frame with its worker. It runs scripts and nothing else, in an origin of its own; the page talks
 * to it over a port handed over once. Removing it ends everything in it at once.
 */
export function openFrame(onReport: (report: unknown) => void): Runner {
  const frame = document.createElement('iframe');
  const { port1: port, port2: framePort } = new MessageChannel();
  let isClosed = false;
  let hasGreeted = false;
  const hear = ({ source, data }: MessageEvent<unknown>) => {
    if (source === frame.contentWindow && data === frameGreeting) hasGreeted = true;
  };
  window.addEventListener('message', hear);

  async function handOver(): Promise<void> {
    wasmBytes ??= fetchWasm();
    const open: OpenMessage = { type: 'open', wasm: await wasmBytes };
    // The frame's origin is opaque: there is no narrower target to name.
    if (!isClosed) frame.contentWindow?.postMessage(open, '*', [framePort]);
  }
  frame.onload = () => {
    setTimeout(() => {
      const lost: RunnerReport = { type: 'lost', why: 'its script was not allowed to run here' };
      if (!hasGreeted && !isClosed) onReport(lost);
    }, greetingMs);
    handOver().catch((error: unknown) => {
      wasmBytes = undefined;
      const lost: RunnerReport = { type: 'lost', why: `its engine could not be loaded: ${String(error)}` };
      if (!isClosed) onReport(lost);
    });
  };
  port.onmessage = (event: MessageEvent<unknown>) => onReport(event.data);
  frame.sandbox.add('allow-scripts');
  frame.srcdoc = srcdoc;
  frame.title = 'Judge';
  frame.tabIndex = -1;
  frame.ariaHidden = 'true';
  frame.style.cssText = 'position:absolute;width:0;height:0;border:0;visibility:hidden';
  document.body.append(frame);

  return {
    run(jobs, isUrgent) {
      const message: RunMessage = { type: 'run', jobs, isUrgent };
      port.postMessage(message);
    },
    close() {
      isClosed = true;
      window.removeEventListener('message', hear);
      port.onmessage = null;
      port.close();
      frame.remove();
    },
  };
}
