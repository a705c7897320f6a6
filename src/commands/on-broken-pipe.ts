import { constants } from 'node:os';
import type { Streams } from './match.ts';

/** What a shell reports of a program that wrote to a reader who had gone. */
const readerGone = 128 + constants.signals.SIGPIPE;

/**
 * Says what happens when nobody reads any more what a command prints, as after `| head -1`: what only
 * prints results ends without a word, what does other work goes on with it. Answers the streams.
 */
export function onBrokenPipe<Given extends Streams>(
  streams: Given,
  react: (code: number) => void,
): Given {
  for (const stream of [streams.stdout, streams.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      react(readerGone);
    });
  }
  return streams;
}
