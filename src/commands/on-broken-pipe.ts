import { constants } from 'node:os';
import type { Streams } from './match.ts';

/** The exit code that a shell reports for a program killed by SIGPIPE. */
const readerGone = 128 + constants.signals.SIGPIPE;

/**
 * Handles a closed output pipe, as after `| head -1`. A command that only prints results ends
 * silently; one that does other work continues. Returns the streams.
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
