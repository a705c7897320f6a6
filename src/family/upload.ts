import { Readable } from 'node:stream';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { type FormTexts, tooLarge, unreadable } from './form.ts';
import type { SiteContext } from './site.ts';

/** What a form with one file brought. */
export interface Upload {
  readonly texts: FormTexts;
  /** Null when no file was chosen. */
  readonly bytes: Buffer | null;
  /** True when the file was longer than the limit; then its bytes are not whole. */
  readonly cut: boolean;
}

/** Beyond this we do not even read to the end to say politely that it is too large. */
const announcedMax = 200 * 1024 * 1024;

/** Reads a multipart form as it streams in; holds at most one file of `bytesMax` (R-60, trap 4). */
export async function readUpload(c: SiteContext, bytesMax: number): Promise<Upload> {
  const type = c.req.header('content-type') ?? '';
  if (!/^multipart\/form-data;\s*boundary=/i.test(type)) throw unreadable();
  if (Number(c.req.header('content-length') ?? '0') > announcedMax) throw tooLarge();
  const body = c.req.raw.body;
  if (!body) throw unreadable();
  const texts: Record<string, string> = Object.create(null);
  const parts: Buffer[] = [];
  const seen = { file: false, cut: false };
  const parser = makeParser(type, bytesMax);
  parser.on('field', (name, value) => {
    if (!(name in texts)) texts[name] = value;
  });
  parser.on('file', (_name, file, fileName) => {
    seen.file = Boolean(fileName);
    file.on('data', (part: Buffer) => parts.push(part));
    file.on('limit', () => {
      seen.cut = true;
      parts.length = 0;
    });
    file.on('error', () => undefined); // Reported by the parser as well.
  });
  await pump(body as NodeStream<Uint8Array>, parser);
  const bytes = seen.file && !seen.cut ? Buffer.concat(parts) : null;
  return { texts, bytes, cut: seen.cut };
}

function makeParser(type: string, bytesMax: number): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': type },
      limits: {
        fileSize: bytesMax,
        files: 1,
        fields: 10,
        fieldSize: 2_000,
        parts: 12,
        headerPairs: 20,
      },
    });
  } catch (cause) {
    throw Object.assign(unreadable(), { cause });
  }
}

function pump(body: NodeStream<Uint8Array>, parser: BusboyInstance): Promise<void> {
  return new Promise((resolve, reject) => {
    const source = Readable.fromWeb(body);
    let size = 0;
    const fail = (cause: unknown) => {
      source.destroy();
      reject(Object.assign(unreadable(), { cause }));
    };
    source.on('data', (part: Buffer) => {
      size += part.length;
      if (size > announcedMax) {
        source.destroy();
        reject(tooLarge());
      }
    });
    source.on('error', fail);
    parser.on('error', fail);
    parser.on('finish', resolve);
    source.pipe(parser);
  });
}
