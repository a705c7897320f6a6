import { commonHeaders } from './common-headers.ts';

/** Headers of every answer of the desk (R-17, S-35): nothing inline, nothing from third parties. */
export function deskHeaders(secure: boolean): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    ...commonHeaders(secure),
  };
}
