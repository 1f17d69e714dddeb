import { z } from 'zod';
import { channelIdSchema } from '../channels.ts';
import { complaintClassSchema } from '../complaints.ts';
import { epochSchema, orderStatusSchema } from '../order.ts';
import { localisedTextSchema } from '../text.ts';
import { tryResultSchema, unknownWordSchema } from './connections.ts';
import { command, query } from './method.ts';
import { STAFF, SUPERVISORS } from './roles.ts';

const refundMeaningSchema = z.enum(['open', 'succeeded', 'withdrawn', 'none']);
const word = z.string().min(1).max(100);

/** Edits over the shipped table; a word given here wins, a shipped word never vanishes. */
export const mappingEditsSchema = z.strictObject({
  statuses: z.record(word, orderStatusSchema).default({}),
  refunds: z.record(word, refundMeaningSchema).default({}),
  complaints: z.record(word, complaintClassSchema).default({}),
});
export type MappingEdits = z.infer<typeof mappingEditsSchema>;

/** How the orders that spoke unknown words are read again once the words have a meaning. */
export const rereadStateSchema = z.object({
  channel: channelIdSchema,
  words: z.array(unknownWordSchema),
  startedAt: epochSchema,
  /** Null: it is under way. */
  finishedAt: epochSchema.nullable(),
  /** Share of the stored orders that were looked through, 0 to 1. */
  progress: z.number().min(0).max(1),
  /** Orders read again from the messages that are kept of them. */
  orders: z.number().int(),
  /** Of them, those that are different now. */
  changed: z.number().int(),
  /** Of them, those whose detail is asked of the platform again because no kept message tells it. */
  asked: z.number().int(),
});
export type RereadState = z.infer<typeof rereadStateSchema>;

/** A channel's words and what they mean (A4). */
export const channelMappingSchema = z.object({
  channel: channelIdSchema,
  statuses: z.array(
    z.object({
      word: z.string(),
      status: orderStatusSchema,
      partiallyShipped: z.boolean(),
      platformHold: localisedTextSchema.nullable(),
      about: localisedTextSchema,
      edited: z.boolean(),
    }),
  ),
  refunds: z.array(z.object({ word: z.string(), meaning: refundMeaningSchema, edited: z.boolean() })),
  complaints: z.array(z.object({ word: z.string(), class: complaintClassSchema, edited: z.boolean() })),
  /** Words that came and are in no table, most frequent first. */
  unknown: z.array(unknownWordSchema.extend({ seen: z.number().int(), lastAt: epochSchema })),
  changedAt: epochSchema.nullable(),
  changedBy: z.string().nullable(),
  /** The last time orders were read again; null: never. */
  reread: rereadStateSchema.nullable(),
});
export type ChannelMappingView = z.infer<typeof channelMappingSchema>;

export const mappingMethods = {
  'mapping.get': query(
    'The words of a channel and what they mean.',
    STAFF,
    z.strictObject({ channel: channelIdSchema }),
    channelMappingSchema,
  ),
  'mapping.set': command(
    'Keeps edits of a mapping: the next message is read with them, and orders that spoke words without a meaning are read again.',
    SUPERVISORS,
    z.strictObject({ channel: channelIdSchema, edits: mappingEditsSchema }),
    channelMappingSchema,
  ),
  'mapping.try': query(
    'Reads a pasted payload as the channel would; keeps nothing.',
    STAFF,
    z.strictObject({
      channel: channelIdSchema,
      topic: z.string().max(100).default(''),
      payload: z.string().min(1).max(900_000),
      edits: mappingEditsSchema.optional(),
    }),
    tryResultSchema,
  ),
};
