/** The part of a `MessagePort` that is used here. */
export interface Port {
  postMessage(message: unknown): void;
  onmessage: ((event: never) => unknown) | null;
}

declare global {
  /** This world knows no browser; where the name means something, this merges into it and adds nothing. */
  interface MessagePort {}
}

/** An error on its way through a port. */
interface SentError {
  kind?: string;
  name: string;
  message: string;
  stack?: string;
}

/**
 * Questions over a port and their answers. Every question is settled: by its answer, by the error that the other side threw, or, where
 * the other side is gone, by `close`.
 */
export class Remote<Request extends object, Reply> {
  readonly #port: Port;
  readonly #waiting = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();
  #nextId = 1;
  #closed: Error | undefined;

  /** `onNotice` takes what answers no question, such as progress. */
  constructor(port: Port, onNotice: (notice: unknown) => void = () => undefined) {
    this.#port = port;
    port.onmessage = ({ data }: { data: { id?: number; reply?: Reply; error?: SentError } }) => {
      const question = data.id === undefined ? undefined : this.#waiting.get(data.id);
      if (!question) {
        if (data.id === undefined) onNotice(data);
        return;
      }
      this.#waiting.delete(data.id!);
      if (data.error) question.reject(Object.assign(new Error(data.error.message), data.error));
      else question.resolve(data.reply as Reply);
    };
  }

  /** Rejects with what the other side threw, or with what `close` was told. */
  ask(request: Request): Promise<Reply> {
    if (this.#closed) return Promise.reject(this.#closed);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#port.postMessage({ id, request });
    });
  }

  /** The other side is gone: what waits and what is asked from now on is rejected with `why`. */
  close(why: Error): void {
    this.#closed ??= why;
    for (const { reject } of this.#waiting.values()) reject(this.#closed);
    this.#waiting.clear();
  }
}

/** Answers the questions of a `Remote`, several at a time; what `answer` throws is thrown where it was asked. */
export function serve<Request extends object, Reply>(
  port: Port,
  answer: (request: Request) => Promise<Reply>,
): void {
  port.onmessage = ({ data: { id, request } }: { data: { id: number; request: Request } }) => {
    answer(request).then(
      (reply) => port.postMessage({ id, reply }),
      (thrown: unknown) => {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        const { name, message, stack } = error;
        const kind = 'kind' in error ? (error.kind as string) : undefined;
        port.postMessage({ id, error: { kind, name, message, stack } satisfies SentError });
      },
    );
  };
}
