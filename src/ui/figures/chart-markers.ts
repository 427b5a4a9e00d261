import { fitText } from '../format.ts';
import type { Marker } from '../markers.ts';

/** A marker's words in a chart, from `left` on. */
export interface MarkerLabel {
  left: number;
  text: string;
}

/** Ends of the plot and the least room in which a shortened text still says something, in the unit that `measure` has. */
export interface MarkerRoom {
  left: number;
  right: number;
  /** Between a line and its words, and between two texts. */
  gap: number;
  least: number;
  measure: (text: string) => number;
}

/** What a marker says, one entry a change. */
const changesOf = (text: string): string[] => text.split(', ');

/** "a → b +2": the first change and how many more there are, cut to `width`. */
function shortened(text: string, { measure }: MarkerRoom, width: number): string {
  const [first, ...others] = changesOf(text);
  const more = others.length > 0 ? ` +${others.length}` : '';
  return fitText(first, width - (more ? measure(more) : 0), measure) + more;
}

/**
 * Where each marker's words go: beside its line, wholly inside the plot, over no other words. What has no room on either
 * side is shortened, and left out where nothing readable would remain; the newest is placed first, for it is the one looked for.
 * @param lines of the markers, oldest first
 */
export function placeMarkers(
  lines: readonly { x: number; text: string }[],
  room: MarkerRoom,
): (MarkerLabel | undefined)[] {
  const { gap, measure } = room;
  const taken: [from: number, to: number][] = [];
  const labels = lines.toReversed().map(({ x, text }) => {
    const start = x + gap;
    const end = x - gap;
    const after = Math.min(room.right, ...taken.filter(([, to]) => to > start).map(([from]) => from)) - start;
    const before = end - Math.max(room.left, ...taken.filter(([from]) => from < end).map(([, to]) => to));
    const toTheRight = after >= Math.min(measure(text), before);
    const width = toTheRight ? after : before;
    if (width < Math.min(room.least, measure(text))) return undefined;
    const shown = measure(text) <= width ? text : shortened(text, room, width);
    const left = toTheRight ? start : end - measure(shown);
    taken.push([left - gap, left + measure(shown) + gap]);
    return { left, text: shown };
  });
  return labels.reverse();
}

/** All that was changed at `update`, in full. */
export function changesAt(markers: readonly Marker[], update: number): string {
  return markers
    .filter((marker) => marker.update === update)
    .map(({ text }) => text)
    .join(', ');
}
