import { runTrial } from '#main/trial/run.ts';
import { serveReading } from './reading-worker.ts';

/** A trial's own thread: it reads the workspace beside the hub and writes nothing. */
serveReading(runTrial);
