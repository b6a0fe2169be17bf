// The page's own scheme, app://till: files of the built page only, each with a strict policy in its header.
// A scheme of its own has none of the privileges of file:, and no port that another program could take.
import { readPageFile } from "../pages/page.ts";

export const APP_SCHEME = "app";
export const APP_HOST = "till";
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;

/** Registered before Electron is ready: a real origin, with secure context, and neither fetch from elsewhere nor CSP by-pass. */
export const APP_SCHEME_PRIVILEGES = {
  scheme: APP_SCHEME,
  privileges: {
    standard: true,
    secure: true,
    supportFetchAPI: true,
    bypassCSP: false,
    corsEnabled: false,
    allowServiceWorkers: false,
    stream: false,
  },
} as const;

/** Answers a request of the scheme. Never rejects: what is not a file of the page is 404. */
export async function answerAppRequest(request: Request, pageDir: string): Promise<Response> {
  const { host, pathname } = new URL(request.url);
  if (request.method !== "GET" || host !== APP_HOST) return new Response(null, { status: 405 });
  const file = await readPageFile(pageDir, pathname, "electron");
  if (file === undefined) return new Response(null, { status: 404 });
  return new Response(new Uint8Array(file.body), { status: 200, headers: { ...file.headers } });
}
