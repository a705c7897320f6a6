import { describe, expect, it } from 'vitest';
import { Problem } from '../kernel/problem.ts';
import { makeUploadSlots, receiveUpload, type UploadRules, uploadPace } from './receive-upload.ts';

const mebibyte = 1024 * 1024;

function rulesOf(change: Partial<UploadRules> = {}): UploadRules {
  return {
    bytesMax: 1_000,
    announcedMax: 10_000,
    tooLarge: () => new Problem('file.too_large', 413, 'Too large.'),
    slots: makeUploadSlots({ total: 4, each: 2 }),
    person: 'Olena',
    pace: uploadPace(60_000),
    ...change,
  };
}

const boundary = 'b0undary';
const field = (name: string, value: string) =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const fileHead = (name = 'a.pdf') =>
  `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n` +
  'Content-Type: application/octet-stream\r\n\r\n';
const tail = `\r\n--${boundary}--\r\n`;

type Part = string | Uint8Array;

/** A request whose body arrives in the pieces of `parts`. */
function requestOf(parts: Iterable<Part> | AsyncIterable<Part>): Request {
  const source = (async function* () {
    for await (const part of parts) yield Buffer.from(part);
  })();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await source.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
  });
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  const init = { method: 'POST', body, headers, duplex: 'half' };
  return new Request('http://localhost/', init as RequestInit); // Node requires `duplex`.
}

function* ofSize(bytes: number): Iterable<Part> {
  yield field('kind', 'birth') + fileHead();
  const part = Buffer.alloc(64 * 1024, 'x');
  for (let left = bytes; left > 0; left -= part.length) yield part.subarray(0, left);
  yield tail;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function countOf(_texts: object, content: AsyncIterable<Uint8Array>) {
  let bytes = 0;
  for await (const part of content) bytes += part.length;
  return { bytes };
}

describe('a form with a file', () => {
  it.each([25 * mebibyte, 100 * mebibyte])(
    'of %d bytes is taken whole, one byte less as well, and one more is refused',
    async (bytesMax) => {
      const rules = rulesOf({ bytesMax, announcedMax: bytesMax * 2 });
      const send = (bytes: number) => receiveUpload(requestOf(ofSize(bytes)), rules, countOf);
      expect(await send(bytesMax - 1)).toEqual({ bytes: bytesMax - 1 });
      expect(await send(bytesMax)).toEqual({ bytes: bytesMax });
      await expect(send(bytesMax + 1)).rejects.toMatchObject({ code: 'file.too_large' });
    },
    60_000,
  );

  it('gives the boxes before the file, and knows when none was chosen', async () => {
    const parts = [field('kind', 'birth'), field('kind', 'other'), fileHead(), 'x', tail];
    let seen: unknown;
    await receiveUpload(requestOf(parts), rulesOf(), async (texts, content) => {
      seen = { ...texts };
      return countOf(texts, content);
    });
    expect(seen).toEqual({ kind: 'birth' });
    const none = [field('kind', 'birth'), fileHead(''), tail];
    expect(await receiveUpload(requestOf(none), rulesOf(), countOf)).toBeNull();
  });

  it('is read only as fast as its content is taken', async () => {
    let sent = 0;
    const counted = (function* () {
      for (const part of ofSize(20 * mebibyte)) {
        sent += part.length;
        yield part;
      }
    })();
    let ahead = 0;
    const rules = rulesOf({ bytesMax: 20 * mebibyte, announcedMax: 40 * mebibyte });
    await receiveUpload(requestOf(counted), rules, async (_texts, content) => {
      let read = 0;
      for await (const part of content) {
        read += part.length;
        await pause(1);
        ahead = Math.max(ahead, sent - read);
      }
      return {};
    });
    expect(ahead).toBeLessThan(mebibyte);
  });

  it('is read to its end when it is refused, so that the answer is heard', async () => {
    let ended = false;
    const parts = (function* () {
      yield* ofSize(900_000);
      ended = true;
    })();
    const rules = rulesOf({ bytesMax: mebibyte, announcedMax: mebibyte });
    const refusing = async () => Promise.reject(new Problem('paper.wrong', 422, 'No.'));
    const sent = receiveUpload(requestOf(parts), rules, refusing);
    await expect(sent).rejects.toMatchObject({ code: 'paper.wrong' });
    expect(ended).toBe(true);
  });

  it('beyond what is announced at most is not read on', async () => {
    const endless = (function* () {
      yield fileHead();
      for (;;) yield Buffer.alloc(1_000);
    })();
    const sent = receiveUpload(requestOf(endless), rulesOf(), countOf);
    await expect(sent).rejects.toMatchObject({ code: 'file.too_large' });
  });
});

describe('a form that breaks off', () => {
  it.each([
    ['in the middle of its file', [fileHead(), 'half of it']],
    ['before its file', [field('kind', 'birth')]],
    ['in the head of its file', [`--${boundary}\r\nContent-Dispo`]],
  ])('%s is refused, its content throws, and its slot is free', async (_where, parts) => {
    const rules = rulesOf({ slots: makeUploadSlots({ total: 1, each: 1 }) });
    let thrown: unknown = null;
    const take = (texts: object, content: AsyncIterable<Uint8Array>) =>
      countOf(texts, content).catch((error: unknown) => {
        thrown = error;
        throw error;
      });
    const broken = async function* () {
      yield* parts;
      throw new Error('the line is dead');
    };
    for (const request of [requestOf(parts), requestOf(broken())]) {
      const code = 'form.unreadable';
      await expect(receiveUpload(request, rules, take)).rejects.toMatchObject({ code });
      if (parts.length > 1) expect(thrown).toMatchObject({ code });
    }
    expect(await receiveUpload(requestOf(ofSize(10)), rules, countOf)).toEqual({ bytes: 10 });
  });
});

describe('uploads at once', () => {
  it('are few for one person and some for everybody; the refusal comes before the body', () => {
    const slots = makeUploadSlots({ total: 4, each: 2 });
    const first = slots.take('Olena');
    slots.take('Olena');
    expect(() => slots.take('Olena')).toThrow(Problem);
    slots.take('Taras');
    slots.take('Daria');
    expect(() => slots.take('Andriy')).toThrow(Problem);
    first();
    slots.take('Andriy');
    expect(() => slots.take('Olena')).toThrow(Problem);
  });

  const slowly = async function* () {
    yield fileHead();
    for (let sent = 0; sent < 400; sent += 1) {
      yield 'x';
      await pause(5);
    }
    yield tail;
  };
  const pace = { windowMs: 50, least: 1, leastWhenCrowded: 1_000, deadlineMs: 60_000 };

  it('end when they bring too little, and give their slot back', async () => {
    const slots = makeUploadSlots({ total: 1, each: 1 });
    const rules = rulesOf({ slots, pace: { ...pace, least: 1_000 } });
    const code = 'upload.too_slow';
    await expect(receiveUpload(requestOf(slowly()), rules, countOf)).rejects.toMatchObject({
      code,
    });
    slots.take('Taras')();
  });

  it('may be slow while there is room, and not while others may be waiting', async () => {
    const roomy = rulesOf({ slots: makeUploadSlots({ total: 4, each: 2 }), pace });
    expect(await receiveUpload(requestOf(slowly()), roomy, countOf)).toEqual({ bytes: 400 });
    const crowded = rulesOf({ slots: makeUploadSlots({ total: 2, each: 2 }), pace });
    crowded.slots.take('Taras');
    const sent = receiveUpload(requestOf(slowly()), crowded, countOf);
    await expect(sent).rejects.toMatchObject({ code: 'upload.too_slow' });
  });

  it('end at their deadline however much they bring', async () => {
    const rules = rulesOf({ pace: { ...pace, deadlineMs: 100 } });
    const sent = receiveUpload(requestOf(slowly()), rules, countOf);
    await expect(sent).rejects.toMatchObject({ code: 'upload.too_slow' });
  });

  it('are not hurried while we ourselves are busy', async () => {
    const rules = rulesOf({ pace: { ...pace, least: 10_000 } });
    const busy = async (_texts: object, content: AsyncIterable<Uint8Array>) => {
      for await (const _part of content) await pause(120);
      return { done: true };
    };
    expect(await receiveUpload(requestOf(ofSize(900)), rules, busy)).toEqual({ done: true });
  });
});
