import { z } from 'zod';

/** Operators (L1). `viewer` is the wallboard: it may look and nothing else. */
export const ROLES = ['viewer', 'agent', 'warehouse', 'supervisor', 'admin'] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

export const EVERYONE: readonly Role[] = ROLES;
export const STAFF: readonly Role[] = ['agent', 'warehouse', 'supervisor', 'admin'];
/** May decide cases: agents and those above them. */
export const DECIDERS: readonly Role[] = ['agent', 'supervisor', 'admin'];
export const SUPERVISORS: readonly Role[] = ['supervisor', 'admin'];
export const ADMINS: readonly Role[] = ['admin'];

/** Who asks. A host proves it (IPC sender, token, login cookie); the hub trusts it. */
export const principalSchema = z.object({ operator: z.string(), role: roleSchema, locale: z.enum(['zh', 'en']) });
export type Principal = z.infer<typeof principalSchema>;
