import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { STEPS } from './life.ts';
import type { WorldState } from './world.ts';

/** What the simulators remember between two starts, beside the hub's own data. */
export interface DemoState {
  seed: string;
  /** When the demo was first opened (epoch ms); its history lies before it. */
  firstStartedAt: number;
  /** Number of the last run; opens its order numbers and only grows. */
  run: number;
  /** Every message of the history reached the hub. */
  historyDelivered: boolean;
  /** Number of the last invented person. */
  lastPerson: number;
  sold: Record<string, number>;
  world: WorldState;
}

const stateSchema = z.object({
  version: z.literal(1),
  seed: z.string(),
  firstStartedAt: z.number().int(),
  run: z.number().int(),
  historyDelivered: z.boolean(),
  lastPerson: z.number().int(),
  sold: z.record(z.string(), z.number()),
  world: z.object({
    // Written by this program and read by no other: the outline is enough to tell a damaged file.
    orders: z.array(
      z.looseObject({ shop: z.string(), id: z.string(), status: z.string(), createdAt: z.number(), lines: z.array(z.unknown()) }),
    ),
    steps: z.array(z.object({ at: z.number(), step: z.enum(STEPS), key: z.string() })),
  }),
});

/** Null when there is none, or when it cannot be used: then the demo's simulators begin anew, with new order numbers. */
export async function readState(path: string): Promise<DemoState | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const { version: _version, ...state } = stateSchema.parse(JSON.parse(text));
    return state as unknown as DemoState;
  } catch (error) {
    console.error(`Demo: ${path} cannot be read and is begun anew (${(error as Error).message.split('\n', 1)[0] ?? ''}).`);
    return null;
  }
}

/** Written beside and renamed, so that a crash leaves the old file or the new one. */
export async function writeState(path: string, state: DemoState): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, JSON.stringify({ version: 1, ...state }), 'utf8');
  await rename(`${path}.new`, path);
}
