/** Of the work: too little to say how long all of it takes. */
const LEAST = 0.04;

/** "about 40 s left", from what was done (0 … 1) in so many seconds; undefined where that says too little, or nothing is left. */
export function timeLeft({ done, spent }: { done: number; spent: number }): string | undefined {
  if (done < LEAST || done >= 1) return undefined;
  const seconds = (spent * (1 - done)) / done;
  if (seconds < 90) return `about ${Math.max(5, Math.round(seconds / 5) * 5)} s left`;
  return `about ${Math.round(seconds / 60)} min left`;
}
