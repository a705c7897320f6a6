import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign as signWith,
} from 'node:crypto';

/** A passkey in software, honest unless told otherwise: what a hostile device could send. */
export class Authenticator {
  readonly id = randomBytes(32).toString('base64url');
  counter = 1;
  /** The counter of the last accepted answer. */
  taken = 0;
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  /** Answers the sign-in ceremony. */
  assert(asked: Asked, lies: Lies = {}): object {
    this.counter += 1;
    const deviceBytes = headOf(
      asked,
      { flags: flags.present | flags.verified, ...lies },
      this.counter,
    );
    const client = clientOf('webauthn.get', asked, lies);
    const signed = Buffer.concat([deviceBytes, sha256(client)]);
    const signature = (lies.sign ?? signEs256)(signed, this.#keys.privateKey);
    if (lies.flip) flipBit(lies.flip === 'signature' ? signature : deviceBytes);
    return responseOf(lies.id ?? this.id, {
      clientDataJSON: client.toString('base64url'),
      authenticatorData: deviceBytes.toString('base64url'),
      signature: signature.toString('base64url'),
    });
  }

  /** Answers the registration ceremony. */
  attest(asked: Asked, lies: Lies = {}): object {
    const bits = flags.present | flags.verified | flags.attested;
    const said = { ...lies, flags: lies.flags === undefined ? bits : lies.flags | flags.attested };
    const id = Buffer.from(this.id, 'base64url');
    const length = Buffer.from([id.length >> 8, id.length & 255]);
    const key = coseKey(this.#keys.publicKey, lies.algorithm ?? es256);
    const deviceBytes = Buffer.concat([headOf(asked, said, 0), Buffer.alloc(16), length, id, key]);
    const client = clientOf('webauthn.create', asked, lies);
    // CBOR: { fmt: "none", attStmt: {}, authData }
    const attestationObject = Buffer.concat([
      Buffer.from([0xa3, 0x63]),
      Buffer.from('fmt'),
      Buffer.from([0x64]),
      Buffer.from('none'),
      Buffer.from([0x67]),
      Buffer.from('attStmt'),
      Buffer.from([0xa0, 0x68]),
      Buffer.from('authData'),
      Buffer.from([0x59, deviceBytes.length >> 8, deviceBytes.length & 255]),
      deviceBytes,
    ]);
    return responseOf(lies.id ?? this.id, {
      clientDataJSON: client.toString('base64url'),
      attestationObject: attestationObject.toString('base64url'),
    });
  }
}

/** The site's challenge, as an honest browser passes it on. */
export interface Asked {
  readonly origin: string;
  readonly rpId: string;
  readonly challenge: string;
}

/** How an answer differs from an honest one. */
export interface Lies {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly flags?: number;
  readonly counter?: number;
  readonly id?: string;
  readonly algorithm?: number;
  readonly flip?: 'signature' | 'deviceBytes';
  readonly sign?: (bytes: Buffer, key: KeyObject) => Buffer;
}

export const flags = { present: 0x01, verified: 0x04, attested: 0x40 } as const;
const es256 = -7;

function signEs256(bytes: Buffer, key: KeyObject): Buffer {
  return signWith('sha256', bytes, key);
}

function headOf(asked: Asked, lies: Lies & { readonly flags: number }, counter: number): Buffer {
  const head = Buffer.alloc(37);
  sha256(Buffer.from(lies.rpId ?? asked.rpId)).copy(head);
  head[32] = lies.flags;
  head.writeUInt32BE(lies.counter ?? counter, 33);
  return head;
}

function clientOf(type: string, asked: Asked, lies: Lies): Buffer {
  const said = {
    type: lies.type ?? type,
    challenge: lies.challenge ?? asked.challenge,
    origin: lies.origin ?? asked.origin,
    crossOrigin: false,
  };
  return Buffer.from(JSON.stringify(said));
}

/** COSE: { 1: 2 (EC2), 3: algorithm, -1: 1 (P-256), -2: x, -3: y }. */
function coseKey(key: KeyObject, algorithm: number): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03]),
    negative(algorithm),
    Buffer.from([0x20, 0x01, 0x21, 0x58, 0x20]),
    Buffer.from(x, 'base64url'),
    Buffer.from([0x22, 0x58, 0x20]),
    Buffer.from(y, 'base64url'),
  ]);
}

/** A negative whole number in CBOR. */
function negative(number: number): Buffer {
  const value = -1 - number;
  if (value < 24) return Buffer.from([0x20 | value]);
  if (value < 256) return Buffer.from([0x38, value]);
  return Buffer.from([0x39, value >> 8, value & 255]);
}

function responseOf(id: string, response: Readonly<Record<string, string>>): object {
  return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
}

function flipBit(bytes: Buffer): void {
  const at = bytes.length - 1;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
