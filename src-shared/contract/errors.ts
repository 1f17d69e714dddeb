import { z } from 'zod';

/** Every refusal has one of these codes; the message is in the caller's language and says what to do. */
export const ERROR_CODES = [
  /** The request does not match its schema. */
  'bad_request',
  /** No valid login or token. */
  'unauthenticated',
  /** The operator's role may not do this. */
  'forbidden',
  /** No such method. */
  'unknown_method',
  'not_found',
  /** The order changed since the caller saw it: `version` is stale. */
  'stale_version',
  /** The state table or the hold does not allow this move. */
  'illegal_move',
  /** The undo window is over, or something else happened to the order since. */
  'undo_expired',
  /** The disk is full, the store is locked or damaged: nothing was lost, nothing was changed. */
  'store_unavailable',
  /** The hub is starting, stopping or over its limits; try again. */
  'busy',
  'internal',
] as const;
export const errorCodeSchema = z.enum(ERROR_CODES);
export type ErrorCode = z.infer<typeof errorCodeSchema>;

export const contractErrorSchema = z.object({ code: errorCodeSchema, message: z.string(), details: z.unknown().optional() });
export type ContractError = z.infer<typeof contractErrorSchema>;

/** The answer to every request. An expected refusal is a value, never an exception. */
export type Answer<T> = { ok: true; value: T } | { ok: false; error: ContractError };
