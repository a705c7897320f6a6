import { headersOf, newCommandId, Refusal, readRefusal } from './client.ts';

/**
 * Sends a file with its fields. `fetch` cannot report upload progress, so this uses XMLHttpRequest;
 * `onShare` receives the share sent, 0 to 1. Rejects with `Refusal`.
 */
export function upload<Answer>(
  path: string,
  fields: Readonly<Record<string, string | File>>,
  onShare: (share: number) => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    // Small fields first: a server that reads a stream then knows what the file is.
    form.append('commandId', newCommandId());
    for (const [name, value] of Object.entries(fields)) {
      if (typeof value === 'string' && value !== '') form.append(name, value);
    }
    for (const [name, value] of Object.entries(fields)) {
      if (value instanceof File) form.append(name, value, value.name);
    }
    const request = new XMLHttpRequest();
    request.open('POST', path);
    for (const [name, value] of Object.entries(headersOf({ purpose: { kind: 'import' } }))) {
      request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onShare(event.loaded / event.total);
    };
    request.onerror = () => reject(new Refusal('network.away', 0));
    request.onload = () => {
      if (request.status < 300)
        resolve(JSON.parse(request.responseText) as Answer); // The API's shape.
      else reject(readRefusal(request.status, request.responseText));
    };
    request.send(form);
  });
}
