/** Events as a browser sends them through its document: down to the target and up again. */
type Listener = ((event: PageEvent) => void) | { handleEvent: (event: PageEvent) => void };

export class PageEvent {
  target: PageTarget | null = null;
  defaultPrevented = false;
  isStopped = false;
  readonly type: string;

  constructor(type: string, facts: object = {}) {
    this.type = type;
    Object.assign(this, { bubbles: true, timeStamp: 0 }, facts);
  }

  preventDefault(): void {
    this.defaultPrevented = true;
  }

  stopPropagation(): void {
    this.isStopped = true;
  }
}

/** What hears events; an event goes down to its target and up again along `above`. */
export class PageTarget {
  private readonly heard = new Map<string, Set<Listener>>();

  above(): PageTarget | null {
    return null;
  }

  /** From here upwards. */
  private get path(): readonly PageTarget[] {
    return [this, ...(this.above()?.path ?? [])];
  }

  private listeners(type: string, options: unknown): Set<Listener> {
    const captures =
      options === true ||
      (typeof options === 'object' && options !== null && 'capture' in options && options.capture);
    const key = `${type} ${captures === true ? 'down' : 'up'}`;
    const found = this.heard.get(key) ?? new Set();
    this.heard.set(key, found);
    return found;
  }

  addEventListener(type: string, listener: Listener, options?: unknown): void {
    this.listeners(type, options).add(listener);
  }

  removeEventListener(type: string, listener: Listener, options?: unknown): void {
    this.listeners(type, options).delete(listener);
  }

  dispatchEvent(event: PageEvent): boolean {
    event.target = this;
    const { path } = this;
    const tell = (at: PageTarget, captures: boolean): void => {
      if (event.isStopped) return;
      for (const listener of at.listeners(event.type, captures))
        if (typeof listener === 'function') listener.call(at, event);
        else listener.handleEvent(event);
    };
    for (const at of path.toReversed()) tell(at, true);
    for (const at of path) tell(at, false);
    return !event.defaultPrevented;
  }
}
