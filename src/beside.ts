/** Work that runs beside the loop: a failure is thrown where the work is waited for, and is not "unhandled" until then. */
export function beside<Result>(work: Promise<Result>): Promise<Result> {
  work.catch(() => undefined);
  return work;
}
