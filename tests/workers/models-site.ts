import { join } from 'node:path';
import { root } from '../../scripts/install.mjs';
import { serve } from '../../scripts/serve.mjs';

/**
 * The site's models, for sessions in this thread. No connection is kept: the server ends one that was idle for six seconds, and this thread, at work
 * on an update meanwhile, would not have heard of it and ask for the next file over it. A browser asks once more then; Node's `fetch` fails.
 */
export const serveModels = () => serve(join(root, 'public'), { headers: { connection: 'close' } });
