import type { Hono } from 'hono';
import { addFamilyPasskey, beginFamilyPasskey } from '../access/family-passkeys.ts';
import { signOutFamily } from '../access/family-sign-in.ts';
import { makeUploadSlots, receiveUpload, uploadPace } from '../access/receive-upload.ts';
import { Problem } from '../kernel/problem.ts';
import {
  addPaper,
  changeLanguage,
  languages,
  paperBytesMax,
  paperKinds,
  readOwnFile,
  readOwnFiling,
  withdrawEnquiry,
  writeToThread,
} from '../registry/enquiries/actions.ts';
import { presentFiling, presentForFamily } from '../registry/enquiries/present.ts';
import {
  answerPage,
  findSession,
  forgetSession,
  frameOf,
  newSeal,
  readSeal,
  type Session,
} from './answers.tsx';
import { challengeOf, requireToken, showEnter } from './enter-routes.tsx';
import { readForm, readJson, unreadable } from './form.ts';
import { HeldPage, OwnPage, PaperPage, type SavedNote, WithdrawPage } from './own-pages.tsx';
import { pathsOf } from './paths.ts';
import { familyContext, type Site, type SiteContext, type SiteEnv } from './site.ts';
import type { TextKey } from './texts.ts';

const textMax = 4000;

/** The family's own file: every route needs a session and reaches only its own enquiry. */
export function addOwnRoutes(app: Hono<SiteEnv>, site: Site): void {
  app.get('/:locale/own', (c) => signedIn(site, c, (session) => getOwn(site, c, session)));
  app.get('/:locale/own/held', (c) => signedIn(site, c, (session) => getHeld(site, c, session)));
  app.post('/:locale/own/thread', (c) => postThread(site, c));
  app.get('/:locale/own/paper', (c) =>
    signedIn(site, c, (session) => showPaper(site, c, { session })),
  );
  app.post('/:locale/own/paper', (c) =>
    signedIn(site, c, (session) => postPaper(site, c, session)),
  );
  app.get('/:locale/own/withdraw', (c) =>
    signedIn(site, c, async (session) => {
      const { view } = await readView(site, session);
      const seal = newSeal(site, session.token, view.version);
      return answerPage(c, <WithdrawPage frame={frameOf(site, c)} seal={seal} />);
    }),
  );
  app.post('/:locale/own/withdraw', (c) =>
    signedIn(site, c, (session) => postWithdraw(site, c, session)),
  );
  app.post('/:locale/own/language', (c) =>
    signedIn(site, c, (session) => postLanguage(site, c, session)),
  );
  app.post('/:locale/own/leave', async (c) => {
    const session = await findSession(site, c);
    if (session) await signOutFamily(familyContext(site, session), session.token);
    forgetSession(site, c);
    return c.redirect(pathsOf(c.get('speech').locale).home, 303);
  });
  if (site.passkeyScript !== null) addPasskeyRoutes(app, site);
}

/**
 * Runs with the session or redirects to the sign-in; an expired and a missing session are treated
 * alike.
 */
async function signedIn(
  site: Site,
  c: SiteContext,
  run: (session: Session) => Promise<Response>,
): Promise<Response> {
  const session = await findSession(site, c);
  if (session) return run(session);
  return c.redirect(`${pathsOf(c.get('speech').locale).enter}?ended=1`, 303);
}

async function readView(site: Site, session: Session) {
  const ctx = familyContext(site, session);
  const { enquiryId } = session.actor;
  const file = await readOwnFile(ctx, { enquiryId });
  return { ctx, view: presentForFamily(file, ctx.now) };
}

interface Shown {
  readonly session: Session;
  readonly draft?: { text: string; error: TextKey };
}

async function showOwn(site: Site, c: SiteContext, shown: Shown): Promise<Response> {
  const { session, draft } = shown;
  const { ctx, view } = await readView(site, session);
  // Before kinship is proven there can be no notices, so none are fetched.
  const told = view.ladderStep === null ? [] : await site.toldNotices(ctx, session.actor.enquiryId);
  const saved = savedNotes.find((note) => note === c.req.query('saved')) ?? null;
  c.set('hasScript', site.passkeyScript !== null);
  const page = (
    <OwnPage
      frame={frameOf(site, c, (paths) => paths.own)}
      view={view}
      told={told}
      seal={() => newSeal(site, session.token, view.version)}
      saved={draft ? null : saved}
      stale={c.req.query('stale') === '1'}
      draft={draft}
      withPasskey={site.passkeyScript !== null && view.phase !== 'ended'}
    />
  );
  return answerPage(c, page, draft ? 422 : 200);
}

const savedNotes: readonly SavedNote[] = ['thread', 'paper', 'language', 'welcome'];

function getOwn(site: Site, c: SiteContext, session: Session): Promise<Response> {
  return showOwn(site, c, { session });
}

async function getHeld(site: Site, c: SiteContext, session: Session): Promise<Response> {
  const ctx = familyContext(site, session);
  const { written } = await readOwnFiling(ctx, { enquiryId: session.actor.enquiryId });
  const filing = written ? presentFiling(written) : null;
  const frame = frameOf(site, c, (paths) => paths.held);
  return answerPage(c, <HeldPage frame={frame} filing={filing} />);
}

async function postThread(site: Site, c: SiteContext): Promise<Response> {
  const texts = await readForm(c);
  const text = cleanText(texts['text'] ?? '');
  const session = await findSession(site, c);
  // When a session has expired, the text entered is shown again beside the sign-in form.
  if (!session) return showEnter(site, c, { ended: true, typed: text });
  const seal = readSeal(site, texts, session.token);
  const again = (error: TextKey) => showOwn(site, c, { session, draft: { text, error } });
  if (!seal.fresh) return again('error.form.old');
  if (text === '') return again('error.thread.empty');
  if (text.length > textMax) return again('error.thread.long');
  const { enquiryId } = session.actor;
  try {
    await writeToThread(familyContext(site, session), {
      enquiryId,
      text,
      commandId: seal.commandId,
    });
  } catch (problem) {
    if (isLocked(problem)) return asLater(await again('problem.locked.text'));
    return backToOwn(c, problem);
  }
  return c.redirect(`${pathsOf(c.get('speech').locale).own}?saved=thread#thread`, 303);
}

/** NFC, no control or directional characters, trimmed; line breaks are kept. */
function cleanText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim();
}

function showPaper(
  site: Site,
  c: SiteContext,
  shown: { readonly session: Session; readonly error?: TextKey },
): Promise<Response> {
  const seal = newSeal(site, shown.session.token);
  const page = <PaperPage frame={frameOf(site, c)} seal={seal} error={shown.error} />;
  return answerPage(c, page, shown.error ? 422 : 200);
}

/** One family may send two documents at once, all families together twenty-four. */
const paperRules = {
  bytesMax: paperBytesMax,
  announcedMax: 200 * 1024 * 1024,
  tooLarge: () => new Problem('paper.too_large', 413, 'At most 25 MiB.'),
  slots: makeUploadSlots({ total: 24, each: 2 }),
  pace: uploadPace(170_000),
};

async function postPaper(site: Site, c: SiteContext, session: Session): Promise<Response> {
  const again = (error: TextKey) => showPaper(site, c, { session, error });
  const { enquiryId } = session.actor;
  const rules = { ...paperRules, person: enquiryId };
  try {
    const added = await receiveUpload(c.req.raw, rules, async (texts, bytes) => {
      const { fresh, commandId } = readSeal(site, texts, session.token);
      if (!fresh) throw new Problem('form.old', 422, 'This form is too old.');
      const kind = paperKinds.find((each) => each === texts['kind']) ?? 'other';
      return addPaper(familyContext(site, session), { enquiryId, kind, bytes, commandId });
    });
    if (!added) return again('error.paper.none');
  } catch (problem) {
    if (isLocked(problem)) return asLater(await again('problem.locked.text'));
    const error = problem instanceof Problem ? paperErrors[problem.code] : undefined;
    if (error) return again(error);
    return backToOwn(c, problem);
  }
  return c.redirect(`${pathsOf(c.get('speech').locale).own}?saved=paper`, 303);
}

const paperErrors: Readonly<Partial<Record<string, TextKey>>> = {
  'form.old': 'error.form.old',
  'paper.empty': 'error.paper.none',
  'paper.wrong_format': 'error.paper.format',
  'paper.too_large': 'error.paper.large',
  'paper.too_many': 'error.paper.many',
  'upload.too_slow': 'error.paper.slow',
  'upload.interrupted': 'error.paper.slow',
};

async function postWithdraw(site: Site, c: SiteContext, session: Session): Promise<Response> {
  const seal = readSeal(site, await readForm(c), session.token);
  if (!seal.fresh) return c.redirect(pathsOf(c.get('speech').locale).withdraw, 303);
  const { enquiryId } = session.actor;
  const { version, commandId } = seal;
  try {
    await withdrawEnquiry(familyContext(site, session), { enquiryId, version, commandId });
  } catch (problem) {
    return backToOwn(c, problem);
  }
  return c.redirect(pathsOf(c.get('speech').locale).own, 303);
}

async function postLanguage(site: Site, c: SiteContext, session: Session): Promise<Response> {
  const texts = await readForm(c);
  const seal = readSeal(site, texts, session.token);
  const language = languages.find((each) => each === texts['language']);
  if (!language) throw unreadable();
  if (!seal.fresh) return c.redirect(pathsOf(c.get('speech').locale).own, 303);
  const { version, commandId } = seal;
  const { enquiryId } = session.actor;
  try {
    await changeLanguage(familyContext(site, session), { enquiryId, version, commandId, language });
  } catch (problem) {
    return backToOwn(c, problem);
  }
  return c.redirect(`${pathsOf(language).own}?saved=language`, 303);
}

/** A stale edit or an ended enquiry redirects to the current page; other errors are thrown on. */
function backToOwn(c: SiteContext, problem: unknown): Response {
  if (problem instanceof Problem && problem.httpStatus === 409) {
    return c.redirect(`${pathsOf(c.get('speech').locale).own}?stale=1`, 303);
  }
  throw problem;
}

/**
 * The form with the values entered, with the status of a request that may succeed later.
 */
function asLater(page: Response): Response {
  page.headers.set('Retry-After', '60');
  return new Response(page.body, { status: 503, headers: page.headers });
}

function isLocked(problem: unknown): boolean {
  return problem instanceof Problem && problem.code.startsWith('broker.');
}

function addPasskeyRoutes(app: Hono<SiteEnv>, site: Site): void {
  app.post('/:locale/own/passkey/options', (c) =>
    signedIn(site, c, async (session) => {
      requireToken(site, await readJson(c), session.token);
      return c.json(await beginFamilyPasskey(familyContext(site, session), site));
    }),
  );
  app.post('/:locale/own/passkey', (c) =>
    signedIn(site, c, async (session) => {
      const sent = requireToken(site, await readJson(c), session.token);
      const challengeId = challengeOf(sent);
      const answered = { challengeId, response: sent['response'] };
      try {
        await addFamilyPasskey(familyContext(site, session), site, answered);
      } catch (problem) {
        // A passkey already in use, or a sixth one: the script shows that it was not added.
        if (!(problem instanceof Problem) || problem.httpStatus !== 409) throw problem;
        return c.json({ code: problem.code }, 409);
      }
      return c.json({ added: true });
    }),
  );
}
