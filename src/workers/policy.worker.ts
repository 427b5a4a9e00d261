/** The policy's thread: commands in, events out. What happens between is `session.ts` and `train.ts`. */
import type { Command, RunEvent } from '../protocol/messages.ts';
import { Session } from './session.ts';

const session = new Session((event: RunEvent) => self.postMessage(event));
self.onmessage = ({ data }: MessageEvent<Command>) => session.handle(data);
