import { z } from 'zod';

const LONGEST = 300;

/** Words of a partner that a person is shown: as many as fit, and no half character. */
export const toldSchema = z.string().transform((text) => text.slice(0, LONGEST).toWellFormed());
