export { normalise } from './normalise.ts';
export { MessageModelError, MessageReader, messageText, type MessageModelDocument } from './reader.ts';
export { jiebaSegmenter, type Segmenter } from './segment.ts';
