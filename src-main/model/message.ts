import type { MessageIntent } from '#shared/message.ts';

/** What a trained model read out of one message. Kept with the order, so that a verdict can be derived again without the model. */
export interface MessageReading {
  /** Version of the model that read it. */
  model: string;
  /** How likely a complaint follows, 0 … 100, whole. */
  tendency: number;
  intents: MessageIntent[];
  /** Pieces of the message that spoke most for a complaint, strongest first; empty where little spoke for one. */
  reasons: string[];
}
