/**
 * Imported for what it does: every Node process a test run starts keeps what it compiled for the next. The hub alone is
 * started dozens of times, and half of a start is stripping types and compiling the same files.
 */
import { join } from 'node:path';

process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, '../node_modules/.cache/node');
