import { equalBytes, randomToken, sha256 } from '../vault/random.ts';

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

/** Tokens under a secret of this process; after a restart forms at the door are asked for once more. */
export function makeFormTokens(): FormTokens {
  const secret = randomToken(32);
  const issue = (bound: Bound) => {
    // The secret stands on both sides, so that knowing one digest helps with no other.
    const under = bound.sessionToken ?? secret;
    return sha256(`form|${under}|${bound.commandId}|${under}`).toString('base64url');
  };
  return {
    issue,
    accepts: (token, bound) => equalBytes(Buffer.from(token), Buffer.from(issue(bound))),
  };
}
