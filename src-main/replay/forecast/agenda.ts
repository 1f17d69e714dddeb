import { Waiting } from '#main/learning/history/waiting.ts';

/** Things that become known later, each told at its moment. */
export class Agenda<Entry> {
  readonly #waiting = new Waiting();
  readonly #entries = new Map<string, Entry>();
  #next = 0;

  add(at: number, entry: Entry): void {
    const id = String(this.#next++);
    this.#entries.set(id, entry);
    this.#waiting.add(at, id);
  }

  /** What is told before a moment, earliest first. */
  *before(at: number): Generator<Entry> {
    for (let id = this.#waiting.takeBefore(at); id !== null; id = this.#waiting.takeBefore(at)) {
      const entry = this.#entries.get(id);
      this.#entries.delete(id);
      if (entry !== undefined) yield entry;
    }
  }
}
