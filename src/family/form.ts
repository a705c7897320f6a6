import { holdsNul } from '../kernel/nul.ts';
import { Problem } from '../kernel/problem.ts';
import { parseStrictJson } from '../kernel/strict-json.ts';
import type { SiteContext } from './site.ts';

/** a form is small; an upload has a limit of its own. */
const formBytesMax = 96 * 1024;
const formKeysMax = 200;
const readDeadlineMs = 20_000;

/**
 * The fields of a submitted form. The object has no prototype, so no field name can reach one
 * (R-63).
 */
export type FormTexts = Readonly<Partial<Record<string, string>>>;

/** Reads a form within its limits; throws a `Problem` if the body is not a valid form. */
export async function readForm(c: SiteContext): Promise<FormTexts> {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') throw unreadable();
  const bytes = await readBody(c, formBytesMax);
  const texts: Record<string, string> = Object.create(null);
  let keys = 0;
  for (const [name, value] of new URLSearchParams(bytes.toString('utf8'))) {
    keys += 1;
    // One value per field: with two, it would be undefined which one counts.
    if (keys > formKeysMax || name in texts) throw unreadable();
    texts[name] = value;
  }
  return texts;
}

/** Reads JSON sent by our own script, within the same limits. */
export async function readJson(c: SiteContext): Promise<unknown> {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw unreadable();
  const bytes = await readBody(c, formBytesMax);
  const sent = parseStrictJson(bytes.toString('utf8'));
  if (holdsNul(sent)) throw unreadable();
  return sent;
}

async function readBody(c: SiteContext, max: number): Promise<Buffer> {
  const announced = Number(c.req.header('content-length') ?? '0');
  if (announced > max) throw tooLarge();
  const body = c.req.raw.body;
  if (!body) return Buffer.alloc(0);
  const late = rejectAt(AbortSignal.timeout(readDeadlineMs));
  const reader = body.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late]);
      if (done) return Buffer.concat(parts);
      size += value.length;
      if (size > max) throw tooLarge();
      parts.push(value);
    }
  } finally {
    await reader.cancel().catch(() => undefined); // The answer is already decided; the rest of the body is not read.
  }
}

function rejectAt(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(unreadable()), { once: true });
  });
}

export function unreadable(): Problem {
  return new Problem('form.unreadable', 400, 'This form cannot be read.');
}

function tooLarge(): Problem {
  return new Problem('form.too_large', 413, 'This is too large.');
}
