import type { Along, ChartView } from './chart-view.svelte.ts';
import type { MenuItem } from './menu.ts';

/** What a chart whose x axis can be zoomed can do besides. @param log where its y axis can be one of logarithms */
export function viewMenu(
  view: ChartView,
  along: Along,
  log?: { isOn: boolean; toggle: () => void },
): MenuItem[][] {
  const whole = view.sight ? undefined : '';
  const zoom: MenuItem[] = [
    { label: 'Zoom in (+)', onchoose: () => view.zoom(0.5, along) },
    { label: 'Zoom out (−)', why: whole, onchoose: () => view.zoom(2, along) },
    { label: 'Whole run (0)', why: whole, onchoose: () => (view.sight = undefined) },
  ];
  return log ? [[{ label: 'Log axis', checked: log.isOn, onchoose: log.toggle }], zoom] : [zoom];
}
