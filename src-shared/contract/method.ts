import type { z } from 'zod';
import type { Role } from './roles.ts';

/** One request of the console contract. */
export interface Method<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly input: I;
  readonly output: O;
  readonly roles: readonly Role[];
  /** One sentence for docs/contract.md. */
  readonly about: string;
  /** `query` never changes anything and may be repeated; `command` is recorded in the audit log. */
  readonly kind: 'query' | 'command';
}

export function query<I extends z.ZodType, O extends z.ZodType>(about: string, roles: readonly Role[], input: I, output: O): Method<I, O> {
  return { kind: 'query', about, roles, input, output };
}

export function command<I extends z.ZodType, O extends z.ZodType>(
  about: string,
  roles: readonly Role[],
  input: I,
  output: O,
): Method<I, O> {
  return { kind: 'command', about, roles, input, output };
}
