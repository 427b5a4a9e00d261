import type { RunRecord } from '../../record/run-record.ts';
import { addressOf, apartFromCode, codesFitAddress, type Linked } from '../address.ts';

/** A link that begins a run as this one began, and what of this one it leaves behind, as sentences. */
export function linkOf(record: RunRecord, isBranch: boolean, { origin, pathname } = location): Linked {
  const { config } = record;
  const { codes } = apartFromCode(config.knobs);
  const left = [
    isBranch
      ? 'It begins with the untrained policy: what this run branched off does not come along.'
      : record.updatesOf('knobs').length > 0
        ? 'It begins with the settings that this run began with: what was changed on the way does not come along.'
        : [],
    config.tasks !== undefined || config.policy !== undefined
      ? 'Tasks and policies of your own do not come along.'
      : [],
    codesFitAddress(codes) ? [] : 'Its code is too long for a link.',
  ].flat();
  return {
    link: `${origin}${pathname}${addressOf('', config, config.knobs)}`,
    left: [...left, ...(left.length > 0 ? ['A whole run travels as a file.'] : [])].join(' '),
  };
}
