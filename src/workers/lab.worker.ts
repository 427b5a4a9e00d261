import type { LabCommand } from '../protocol/own-model.ts';
import { LabSession } from './lab.ts';

const session = new LabSession((notice) => self.postMessage(notice));
self.onmessage = ({ data }: MessageEvent<LabCommand>) => session.handle(data);
