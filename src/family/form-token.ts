import { macOf } from '../vault/mac.ts';
import { equalBytes, randomToken } from '../vault/random.ts';

/**
 * CSRF token: proof that this site made a form for this visitor, in addition to SameSite and
 * Origin. It is stateless, so no cookie is set before sign-in.
 */
export interface FormTokens {
  issue(bound: Bound): string;
  accepts(token: string, bound: Bound): boolean;
}

/** What a token is bound to: the command of the form, and the session if there is one. */
export interface Bound {
  readonly commandId: string;
  readonly sessionToken?: string;
}

/**
 * Tokens are bound to the visitor's session or, before sign-in, to a secret of this process. After
 * a restart, forms from before sign-in are shown once more.
 */
export function makeFormTokens(): FormTokens {
  const secret = randomToken(32);
  const issue = (bound: Bound) =>
    macOf(bound.sessionToken ?? secret, `form|${bound.commandId}`).toString('base64url');
  return {
    issue,
    accepts: (token, bound) => equalBytes(Buffer.from(token), Buffer.from(issue(bound))),
  };
}
