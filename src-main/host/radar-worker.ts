import { runTraining } from '#main/hub/radar/training.ts';
import { serveReading } from './reading-worker.ts';

/** The thread of a training: it reads the workspace beside the hub and writes nothing. */
serveReading(runTraining);
