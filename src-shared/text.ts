import { z } from 'zod';

/** A sentence in both screen languages. Composed where the values are known, so that no screen has to guess them. */
export const localisedTextSchema = z.object({ zh: z.string(), en: z.string() });
export type LocalisedText = z.infer<typeof localisedTextSchema>;

/** Screen languages; Chinese is the default. */
export const localeSchema = z.enum(['zh', 'en']);
export type Locale = z.infer<typeof localeSchema>;

/** Severities in rising order (B1, C1). */
export const SEVERITIES = ['low', 'medium', 'high'] as const;
export const severitySchema = z.enum(SEVERITIES);
export type Severity = z.infer<typeof severitySchema>;

/** Rank of a severity, 0 for `low`; larger is graver. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
