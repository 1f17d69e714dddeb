import { afterAll, expect, vi } from 'vitest';

// Set up before each file. What one leaves changed the next one finds, for they share a thread: the file that did it fails.

const environment = { ...process.env };
const folder = process.cwd();

afterAll(() => {
  const names = new Set([...Object.keys(environment), ...Object.keys(process.env)]);
  const changed = [...names].filter((name) => environment[name] !== process.env[name]);
  const left = { timersAreFake: vi.isFakeTimers(), environment: changed, folder: process.cwd() };
  // Told once, by the file it concerns.
  vi.useRealTimers();
  expect(left).toEqual({ timersAreFake: false, environment: [], folder });
});
