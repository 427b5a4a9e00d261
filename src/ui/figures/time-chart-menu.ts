import type { RunHistory } from '../history.ts';
import type { MenuItem } from './menu.ts';
import type { Along, TimeView } from './time-view.svelte.ts';
import { hasWay, xAxes, xAxisNames, type XAxis } from './x-axis.ts';

/** Why a run cannot be drawn along an axis. */
const missing: Record<XAxis, string> = {
  update: '',
  drawn: 'not known of this run',
  seconds: 'nobody looked at the clock during this run',
};

/** What a chart over a run can do besides. */
export function menuOf(
  view: TimeView,
  history: RunHistory,
  run: Along,
  log?: { isOn: boolean; toggle: () => void },
): MenuItem[][] {
  const axes = xAxisNames.map((axis) => ({
    label: `Along ${xAxes[axis]}`,
    checked: view.axis === axis,
    isOneOf: true,
    why: hasWay(history, axis) ? undefined : missing[axis],
    onchoose: () => (view.axis = axis),
  }));
  const whole = view.sight ? undefined : '';
  return [
    axes,
    log ? [{ label: 'Log axis', checked: log.isOn, onchoose: log.toggle }] : [],
    [
      { label: 'Zoom in (+)', onchoose: () => view.zoom(0.5, run) },
      { label: 'Zoom out (−)', why: whole, onchoose: () => view.zoom(2, run) },
      { label: 'Whole run (0)', why: whole, onchoose: () => (view.sight = undefined) },
    ],
  ].filter((group) => group.length > 0);
}
