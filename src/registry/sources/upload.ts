import { Readable } from 'node:stream';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { invalid, overloaded, Problem } from '../../kernel/problem.ts';

/** A list as it came with its form. */
export interface UploadedList {
  readonly texts: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

/** Lists on their way in at once: each may take as much memory as the largest list. */
const atOnceMax = 2;
let taking = 0;

/** Reads a multipart form as it streams in and never holds more than `bytesMax` of its file. */
export async function readListUpload(request: Request, bytesMax: number): Promise<UploadedList> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^multipart\/form-data;\s*boundary=/iu.test(type) || !request.body) {
    throw new Problem('form.unreadable', 415, 'A form with a file is expected.');
  }
  if (Number(request.headers.get('content-length') ?? '0') > bytesMax + 100_000) throw tooLarge();
  if (taking >= atOnceMax) throw overloaded('door.uploads', 10);
  taking += 1;
  try {
    return await readForm(request.body as NodeStream<Uint8Array>, { type, bytesMax }); // Same stream, other name.
  } finally {
    taking -= 1;
  }
}

function readForm(
  body: NodeStream<Uint8Array>,
  { type, bytesMax }: { type: string; bytesMax: number },
): Promise<UploadedList> {
  return new Promise((resolve, reject) => {
    const texts: Record<string, string> = Object.create(null);
    const parts: Buffer[] = [];
    const source = Readable.fromWeb(body);
    const parser = makeParser(type, bytesMax);
    let sent = false;
    const fail = (problem: Problem) => {
      source.destroy();
      parts.length = 0;
      reject(problem);
    };
    parser.on('field', (name, value) => {
      if (!(name in texts)) texts[name] = value;
    });
    parser.on('file', (_name, file) => {
      sent = true;
      file.on('data', (part: Buffer) => parts.push(part));
      file.on('limit', () => fail(tooLarge()));
      file.on('error', () => fail(unreadable()));
    });
    parser.on('error', () => fail(unreadable()));
    source.on('error', () => fail(unreadable()));
    parser.on('finish', () => {
      if (sent) resolve({ texts, bytes: Buffer.concat(parts) });
      else reject(invalid('import.no_file', 'file', 'Choose a file.'));
    });
    source.pipe(parser);
  });
}

function makeParser(type: string, bytesMax: number): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': type },
      limits: {
        fileSize: bytesMax,
        files: 1,
        fields: 12,
        fieldSize: 2_000,
        parts: 14,
        headerPairs: 20,
      },
    });
  } catch (cause) {
    throw Object.assign(unreadable(), { cause });
  }
}

function tooLarge(): Problem {
  return new Problem('list.too_large', 413, 'The file is too large.');
}

function unreadable(): Problem {
  return new Problem('form.unreadable', 400, 'This form could not be read.');
}
