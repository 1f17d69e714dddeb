import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MessageReadings } from '#main/hub/message-readings.ts';
import type { Logger } from '#main/hub/ports.ts';
import { jiebaSegmenter, MessageReader } from '#main/language/index.ts';

/** `resources/` from the sources and from the bundle, whose parts may lie one folder deeper. */
const PLACES = ['../../resources/models/messages.json', '../../../resources/models/messages.json'];

function shippedModel(): string {
  const paths = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return paths.find((path) => existsSync(path)) ?? (paths[0] as string);
}

/**
 * The shipped model of buyers' messages. Nothing is loaded before the first message (or `prepare`): it and the dictionary take 0.1 to 0.4
 * seconds and 46 MB. A file that is missing or damaged is told once; the fields it would have filled stay unknown.
 */
export function messageModel(logger: Logger, path: string = shippedModel()): MessageReadings {
  let reader: MessageReader | null | undefined;
  const opened = (): MessageReader | null => {
    if (reader === undefined) {
      try {
        reader = MessageReader.parse(JSON.parse(readFileSync(path, 'utf8')), jiebaSegmenter);
        // The dictionary is loaded now or never: what it cannot split today it must not split tomorrow.
        reader.read('你好');
      } catch (error) {
        reader = null;
        const reason = error instanceof Error ? error.message : String(error);
        logger.warn({ path, reason }, "the model of buyers' messages cannot be used: complaint tendency and intents stay unknown");
      }
    }
    return reader;
  };
  return {
    prepare: () => void opened(),
    get model() {
      return opened()?.model ?? null;
    },
    read: (text) => opened()?.read(text) ?? null,
  };
}
