/** Questions over a port and their answers, matched by id. */
export class Remote<Reply extends { id: number }> {
  private readonly port: MessagePort;
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private nextId = 1;

  /** `other` takes messages that answer nothing, such as progress. */
  constructor(port: MessagePort, other: (message: unknown) => void = () => undefined) {
    this.port = port;
    port.onmessage = ({ data }: MessageEvent<Reply>) => {
      const settle = this.waiting.get(data.id);
      if (!settle) return other(data);
      this.waiting.delete(data.id);
      settle(data);
    };
  }

  ask(question: object): Promise<Reply> {
    const id = this.nextId++;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.port.postMessage({ ...question, id });
    });
  }
}
