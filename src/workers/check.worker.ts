/** The thread of one check: an engine's name in, what was found out. */
import type { EngineName } from '../protocol/config.ts';
import { check } from './check.ts';

self.onmessage = async ({ data }: MessageEvent<EngineName>) => self.postMessage(await check(data));
