import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Hono } from 'hono';
import type { DeskEnv } from '../access/desk-route.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** Serves the built web app from memory: only the files that existed at the start. */
export function serveDeskFiles(app: Hono<DeskEnv>, folder: string): void {
  const files = new Map<
    string,
    { readonly body: Uint8Array<ArrayBuffer>; readonly type: string }
  >();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || !type) continue;
    const path = join(entry.parentPath, entry.name);
    const body = new Uint8Array(readFileSync(path));
    files.set(path.slice(folder.length).replaceAll('\\', '/'), { body, type });
  }
  const page = files.get('/index.html');
  app.get('*', (c, next) => {
    const { path } = c.req;
    if (path.startsWith('/api/')) return next();
    const file = files.get(path);
    if (file && path !== '/index.html') {
      // Built files have a digest in their name, so they never change.
      const cache = path.startsWith('/assets/')
        ? 'public, max-age=31536000, immutable'
        : 'no-cache';
      return c.body(file.body, 200, { 'Content-Type': file.type, 'Cache-Control': cache });
    }
    if (!page || extname(path) !== '') return next();
    return c.body(page.body, 200, { 'Content-Type': page.type });
  });
}
