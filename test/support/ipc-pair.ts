import type { RendererIpc } from '#main/electron/bridge.ts';
import type { ContractIpc, ContractIpcEvent, SenderContents } from '#main/electron/contract.ts';

/**
 * `ipcMain` and `ipcRenderer` without Electron: same calls, same rules. Everything that crosses is structured-cloned, arrives
 * in a later turn and in order; a handler that rejects rejects the invocation with its message alone.
 */
export class IpcPair {
  readonly main: ContractIpc;
  readonly #handlers = new Map<string, (event: ContractIpcEvent, ...args: unknown[]) => unknown>();
  readonly #listeners = new Map<string, ((event: ContractIpcEvent, ...args: unknown[]) => void)[]>();
  #pages = 0;

  constructor() {
    this.main = {
      handle: (channel, listener) => {
        if (this.#handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
        this.#handlers.set(channel, listener);
      },
      on: (channel, listener) => this.#listeners.set(channel, [...(this.#listeners.get(channel) ?? []), listener]),
      removeHandler: (channel) => void this.#handlers.delete(channel),
      removeAllListeners: (channel) => this.#listeners.delete(channel),
    };
  }

  get handlers(): string[] {
    return [...this.#handlers.keys(), ...this.#listeners.keys()];
  }

  /** A page at an address, with the `ipcRenderer` of its preload. */
  openPage(url: string, options: { subframe?: boolean } = {}): PageDouble {
    this.#pages += 1;
    const page = new PageDouble(this.#pages, url, options.subframe ?? false, {
      invoke: async (event, channel, args) => {
        const handler = this.#handlers.get(channel);
        if (!handler) throw new Error(`No handler registered for '${channel}'`);
        return handler(event, ...args);
      },
      send: (event, channel, args) => this.#listeners.get(channel)?.forEach((listener) => listener(event, ...args)),
    });
    return page;
  }
}

interface Wire {
  invoke(event: ContractIpcEvent, channel: string, args: unknown[]): Promise<unknown>;
  send(event: ContractIpcEvent, channel: string, args: unknown[]): void;
}

/** One page: its frame, its contents as the shell sees them, and its own side of the IPC. */
export class PageDouble {
  readonly ipc: RendererIpc;
  readonly contents: SenderContents;
  /** While true, messages to the page are kept, as for a page that is busy. */
  busy = false;
  destroyed = false;
  readonly #waiting: { channel: string; args: unknown[] }[] = [];
  readonly #inbox = new Map<string, ((event: unknown, ...args: unknown[]) => void)[]>();
  readonly #destroyedListeners: (() => void)[] = [];
  readonly #navigationListeners: ((details: { isMainFrame: boolean; isSameDocument: boolean }) => void)[] = [];

  constructor(id: number, url: string, subframe: boolean, wire: Wire) {
    this.contents = {
      id,
      isDestroyed: () => this.destroyed,
      send: (channel, ...args) => this.#deliver(channel, structuredClone(args)),
      once: (_event, listener) => this.#destroyedListeners.push(listener),
      on: (_event, listener) => this.#navigationListeners.push(listener),
    };
    const event = (): ContractIpcEvent => ({
      sender: this.contents,
      senderFrame: { url, parent: subframe ? ({} as never) : null },
    });
    this.ipc = {
      invoke: async (channel, ...args) => {
        const sent = structuredClone(args);
        await turn();
        try {
          return structuredClone(await wire.invoke(event(), channel, sent));
        } catch (error) {
          throw new Error(`Error invoking remote method '${channel}': ${String(error)}`, { cause: error });
        }
      },
      send: (channel, ...args) => {
        const sent = structuredClone(args);
        void turn().then(() => wire.send(event(), channel, sent));
      },
      on: (channel, listener) => this.#inbox.set(channel, [...(this.#inbox.get(channel) ?? []), listener]),
    };
  }

  /** The page takes what it was sent meanwhile. */
  wake(): void {
    this.busy = false;
    for (const { channel, args } of this.#waiting.splice(0)) this.#deliver(channel, args);
  }

  reload(): void {
    this.#inbox.clear();
    for (const listener of this.#navigationListeners) listener({ isMainFrame: true, isSameDocument: false });
  }

  destroy(): void {
    this.destroyed = true;
    for (const listener of this.#destroyedListeners) listener();
  }

  #deliver(channel: string, args: unknown[]): void {
    if (this.busy) {
      this.#waiting.push({ channel, args });
      return;
    }
    void turn().then(() => this.#inbox.get(channel)?.forEach((listener) => listener({}, ...args)));
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
