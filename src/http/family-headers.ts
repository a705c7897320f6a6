import { commonHeaders } from './common-headers.ts';

/** Headers of every answer of the family site (R-17, R-68, S-35). */
export function securityHeaders(page: {
  readonly nonce: string;
  readonly hasScript: boolean;
  readonly secure: boolean;
}): Readonly<Record<string, string>> {
  const script = page.hasScript ? `'nonce-${page.nonce}'` : "'none'";
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${page.nonce}'`,
    `script-src ${script}`,
    page.hasScript ? "connect-src 'self'" : "connect-src 'none'",
    'img-src data:',
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    ...commonHeaders(page.secure),
  };
}

export const paddingStep = 16 * 1024;

/**
 * Fills a page with a comment up to the next size step, so that its size reveals nothing (R-68,
 * S-39).
 */
export function padPage(page: string, step = paddingStep): Uint8Array {
  const bytes = Buffer.byteLength(page, 'utf8');
  const frame = '<!---->'.length;
  const total = Math.ceil((bytes + frame) / step) * step;
  return Buffer.from(`${page}<!--${'.'.repeat(total - bytes - frame)}-->`, 'utf8');
}
