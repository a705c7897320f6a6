import { describe, expect, it } from 'vitest';
import { newSigningKeys } from '../vault/sign.ts';
import { readCheckpoint, readNote, signNote } from './note.ts';
import { leafHash } from './tree.ts';

const keys = newSigningKeys();
const checkpoint = { origin: 'homeward.invalid/log', size: 3, root: leafHash('a root') };
const note = signNote(checkpoint, keys);

// The example that the authors of the format publish with their first implementation.
const published = {
  name: 'PeterNeumann',
  publicKey: Buffer.from('ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', 'base64').subarray(1),
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  signature:
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
};

describe('a signed checkpoint', () => {
  it('reads the published example of a signed note, and no altered one', () => {
    const { text, signature } = published;
    expect(readNote(`${text}\n${signature}`, published)).toBe(text);
    expect(readNote(`${text}.\n${signature}`, published)).toBeNull();
    expect(readNote(`${text}\n${signature.replace('x08g', 'x18g')}`, published)).toBeNull();
  });

  it('says origin, size and root, and is read again under its own key only', () => {
    expect(note.split('\n').slice(0, 3)).toEqual([
      'homeward.invalid/log',
      '3',
      checkpoint.root.toString('base64'),
    ]);
    expect(readCheckpoint(note, keys.publicKey)).toEqual(checkpoint);
    expect(readCheckpoint(note, newSigningKeys().publicKey)).toBeNull();
  });

  it('is refused when any of its letters changed', () => {
    for (let at = 0; at < note.length; at += 1) {
      const changed = `${note.slice(0, at)}${note[at] === 'x' ? 'y' : 'x'}${note.slice(at + 1)}`;
      // The last letters of a base 64 text may hold unused bits; then it decodes to the same.
      expect([null, checkpoint]).toContainEqual(readCheckpoint(changed, keys.publicKey));
    }
    const sizes = ['03', '-3', '4', ''].map((size) => note.replace('\n3\n', `\n${size}\n`));
    for (const changed of [...sizes, '', '\n\n', note.trimEnd()]) {
      expect(readCheckpoint(changed, keys.publicKey)).toBeNull();
    }
  });

  it('bears the signatures of witnesses that we do not know', () => {
    const other = signNote({ ...checkpoint, origin: 'witness.invalid' }, newSigningKeys());
    const line = other.slice(other.indexOf('—'));
    expect(readCheckpoint(`${note}${line}`, keys.publicKey)).toEqual(checkpoint);
    const own = note.slice(note.indexOf('—'));
    expect(readCheckpoint(note.replace(own, line), keys.publicKey)).toBeNull();
  });
});
