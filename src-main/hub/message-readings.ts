import type { MessageReading } from '#main/model/message.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { CompiledRuleSet } from '#main/rules/index.ts';

/** What reads buyers' messages; null where the model cannot be used, which was told once. */
export interface MessageReadings {
  /** Loads what is needed for reading, so that no order waits for it. */
  prepare(): void;
  /** Version of the model in use. */
  readonly model: string | null;
  /** Null where nothing is written, or nobody can read it. */
  read(text: string): MessageReading | null;
}

const FIELDS_READ: readonly string[] = ['complaint-tendency', 'message-intent', 'complaint-reasons', 'message-model'];

const asked = new WeakMap<CompiledRuleSet, boolean>();

/** Does any rule look at what a message means? Answered once for each rule set. */
export function asksForReadings(compiled: CompiledRuleSet): boolean {
  let answer = asked.get(compiled);
  if (answer === undefined) {
    answer = FIELDS_READ.some((id) => compiled.fields.includes(id));
    asked.set(compiled, answer);
  }
  return answer;
}

/**
 * The reading an order is judged with: the one it has, as long as message and model are the same; a new one where the rules ask for
 * it; else none.
 */
export function readingFor(
  text: string,
  record: Pick<OrderRecord, 'buyerMessage' | 'message'> | null,
  readings: MessageReadings,
  compiled: CompiledRuleSet,
): MessageReading | null {
  if (text === '') return null;
  const known = record && record.buyerMessage === text ? (record.message ?? null) : null;
  if (!asksForReadings(compiled) || (known && known.model === readings.model)) return known;
  return readings.read(text) ?? known;
}
