import { z } from 'zod';
import { calibrate, calibrationSchema, fromLogOdds } from '#main/learning/calibration.ts';
import { TextClassifier } from '#main/learning/text/classifier.ts';
import type { MessageText } from '#main/learning/text/features.ts';
import { MESSAGE_INTENTS } from '#shared/message.ts';
import type { MessageIntent } from '#shared/message.ts';
import type { MessageReading } from '#main/model/message.ts';
import { MOST_CHARACTERS, normalise } from './normalise.ts';
import type { Segmenter } from './segment.ts';

const share = z.number().min(0).max(1);

const documentSchema = z.object({
  format: z.literal('orderpulse-messages'),
  version: z.literal(1),
  /** Which training this is, e.g. `messages-1f2e3d4c`; it changes with every weight. */
  model: z.string().min(1).max(60),
  /** Read further by TextClassifier. */
  classifier: z.unknown(),
  calibration: calibrationSchema,
  /** From this probability on an intent is said to be there. */
  intentFrom: share,
  /** The tendency, 0 … 100, from which on a person should look, as measured when it was trained. */
  suggestedThreshold: z.number().min(0).max(100),
  /** Figures on messages the model was not made from (docs/messages.md). */
  evaluation: z.unknown(),
});

export type MessageModelDocument = z.output<typeof documentSchema>;

/** The stored model is none of ours, or damaged. */
export class MessageModelError extends Error {
  override name = 'MessageModelError';
}

/** Readings kept of texts already read: shops get the same few sentences all day. */
const MOST_KEPT = 2_000;
/** Below this tendency nobody asks for reasons. */
const REASONS_FROM = 30;
const MOST_REASONS = 3;
const REASONS_LOOKED_AT = 24;
const COMPLAINT = MESSAGE_INTENTS.indexOf('complaint');
const HAN = /^\p{Script=Han}+$/u;

/** A message as the model is trained on it and asked about it. */
export function messageText(text: string, segmenter: Segmenter): MessageText {
  const plain = normalise(text);
  return { text: plain, words: plain === '' ? [] : segmenter.cut(plain) };
}

/** Reads buyers' messages with a trained model. Deterministic: the same text and model give the same reading. */
export class MessageReader {
  readonly model: string;
  readonly suggestedThreshold: number;
  readonly #document: MessageModelDocument;
  readonly #classifier: TextClassifier;
  readonly #segmenter: Segmenter;
  /** Place of each intent among the classifier's labels, in the order of MESSAGE_INTENTS. */
  readonly #places: readonly number[];
  readonly #kept = new Map<string, MessageReading>();

  private constructor(document: MessageModelDocument, classifier: TextClassifier, segmenter: Segmenter) {
    this.model = document.model;
    this.suggestedThreshold = document.suggestedThreshold;
    this.#document = document;
    this.#classifier = classifier;
    this.#segmenter = segmenter;
    this.#places = MESSAGE_INTENTS.map((intent) => classifier.labels.indexOf(intent));
  }

  /** Throws MessageModelError for anything that is not a whole model of this version. */
  static parse(stored: unknown, segmenter: Segmenter): MessageReader {
    const parsed = documentSchema.safeParse(stored);
    if (!parsed.success) throw new MessageModelError(`Not a stored message model of this version: ${z.prettifyError(parsed.error)}`);
    let classifier: TextClassifier;
    try {
      classifier = TextClassifier.parse(parsed.data.classifier);
    } catch (error) {
      throw new MessageModelError((error as Error).message, { cause: error });
    }
    if (!classifier.labels.includes('complaint')) throw new MessageModelError('The message model has not learnt what a complaint is.');
    return new MessageReader(parsed.data, classifier, segmenter);
  }

  /** Null where nothing is written. Throws only when the segmenter cannot be loaded. */
  read(text: string): MessageReading | null {
    const kept = this.#kept.get(text);
    if (kept) return kept;
    const message = messageText(text, this.#segmenter);
    if (message.text === '') return null;
    const reading = this.#readOf(message);
    // What is longer is not read to its end, seldom comes twice, and would fill the memory.
    if (text.length > MOST_CHARACTERS) return reading;
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(text, reading);
    return reading;
  }

  #readOf(message: MessageText): MessageReading {
    const { calibration, intentFrom } = this.#document;
    const scores = this.#classifier.scores(message);
    const chances = this.#places.map((place) => (place < 0 ? 0 : fromLogOdds(scores[place]!)));
    const tendency = Math.round(100 * calibrate(calibration, chances[COMPLAINT]!));
    return {
      model: this.model,
      tendency,
      intents: MESSAGE_INTENTS.filter((_, at) => chances[at]! >= intentFrom),
      reasons: tendency < REASONS_FROM ? [] : this.#reasons(message, 'complaint'),
    };
  }

  /** Whole words and runs of characters, none inside another: halves of words say nothing to a person. */
  #reasons(message: MessageText, label: MessageIntent): string[] {
    const words = new Set(message.words);
    const chosen: string[] = [];
    for (const { text } of this.#classifier.reasons(message, label, REASONS_LOOKED_AT)) {
      const parts = text.split(' ');
      const together = parts.every((part) => HAN.test(part)) ? parts.join('') : text;
      const whole = HAN.test(together) ? together.length > 1 : parts.every((part) => words.has(part) && /\p{L}{2}|\d{2}/u.test(part));
      if (!whole || chosen.some((other) => other.includes(together) || together.includes(other))) continue;
      chosen.push(together);
      if (chosen.length === MOST_REASONS) break;
    }
    return chosen;
  }
}
