import { createHmac } from 'node:crypto';

/** HMAC-SHA-256: only the holder of the key can make it (RFC 2104). */
export function macOf(key: string, content: string): Buffer {
  return createHmac('sha256', key).update(content).digest();
}
