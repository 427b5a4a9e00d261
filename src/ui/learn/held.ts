/** In how many runs each lesson came out as it usually does. The numbers are made by `npm run course`. */
import measured from './held.json' with { type: 'json' };

export interface Held {
  held: number;
  of: number;
}

export function heldOf(id: string): Held | undefined {
  return (measured as Readonly<Record<string, Held>>)[id];
}
