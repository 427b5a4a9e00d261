/** The policy's thread: commands in, notices out. What happens between is `session.ts` and `train.ts`. */
import type { Command, Notice } from '../protocol/messages.ts';
import { Session } from './session.ts';

const session = new Session((notice: Notice) => self.postMessage(notice));
self.onmessage = ({ data }: MessageEvent<Command>) => session.handle(data);
