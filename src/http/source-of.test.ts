import { describe, expect, it } from 'vitest';
import { sourceOf } from './source-of.ts';

const asked = (remoteAddress: string, forwarded?: string) => ({
  env: { incoming: { socket: { remoteAddress } } },
  req: { header: (name: string) => (name === 'x-forwarded-for' ? forwarded : undefined) },
});

describe('where a request came from', () => {
  it('is the socket without a proxy, whatever a visitor claims', () => {
    expect(sourceOf('http://localhost:8080')(asked('192.0.2.1', '203.0.113.9'))).toBe('192.0.2.1');
  });

  it('is the last address the proxy names, and none that the visitor put before it', () => {
    const source = sourceOf('https://families.example');
    expect(source(asked('127.0.0.1', '198.51.100.1, 203.0.113.9'))).toBe('203.0.113.9');
    expect(source(asked('127.0.0.1'))).toBe('127.0.0.1');
  });

  it('is a network where the address is of version six', () => {
    expect(sourceOf('http://localhost')(asked('2001:db8:1:2:3:4:5:6'))).toBe('2001:db8:1:2');
    expect(sourceOf('http://localhost')(asked('::ffff:192.0.2.1'))).toBe('::ffff:192.0.2.1');
  });
});
