import { macOf } from '../vault/mac.ts';
import { equalBytes, randomToken } from '../vault/random.ts';

/**
 * Proof that a form was made by this site for this visitor: beside SameSite and Origin the third net
 * against requests forged elsewhere. Stateless, so that nothing is set before somebody signs in.
 */
export interface FormTokens {
  issue(bound: Bound): string;
  accepts(token: string, bound: Bound): boolean;
}

/** What a token is bound to: the command of the form, and the session where there is one. */
export interface Bound {
  readonly commandId: string;
  readonly sessionToken?: string;
}

/**
 * Tokens under the visitor's own session, or under a secret of this process at the door; after a
 * restart forms at the door are shown once more.
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
