import type { RunHistory } from '../history.ts';
import type { MenuItem } from './menu.ts';
import type { TimeView } from './time-view.svelte.ts';
import { hasWay, xAxes, xAxisNames, type XAxis } from './x-axis.ts';

/** Why a run cannot be drawn along an axis. */
const missing: Record<XAxis, string> = {
  update: '',
  drawn: 'not known of this run',
  seconds: 'nobody looked at the clock during this run',
};

/** What a chart over a run can be drawn along. */
export function axisMenu(view: TimeView, history: RunHistory): MenuItem[] {
  return xAxisNames.map((axis) => ({
    label: `Along ${xAxes[axis]}`,
    checked: view.axis === axis,
    isOneOf: true,
    why: hasWay(history, axis) ? undefined : missing[axis],
    onchoose: () => (view.axis = axis),
  }));
}
