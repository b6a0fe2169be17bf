// How both shells hand the till's page to a browser engine: its files, its headers, and a fresh nonce each time.
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";

/** Written into index.html by the build (main/page-config.mjs), replaced here. */
const NONCE_PLACEHOLDER = /__CSP_NONCE__/g;
const NONCE_BYTES = 16;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

export type PageShell = "kiosk" | "electron";
export type PageFile = Readonly<{ body: Buffer; headers: Readonly<Record<string, string>> }>;

/**
 * Reads one file of a built page, or undefined where there is none or the path leaves the folder.
 * @param path the path of the address, such as "/" or "/assets/index-1a2b.js"
 */
export async function readPageFile(
  pageDir: string,
  path: string,
  shell: PageShell,
): Promise<PageFile | undefined> {
  const file = fileOf(pageDir, path);
  const type = file === undefined ? undefined : TYPES[extname(file)];
  if (file === undefined || type === undefined) return undefined;
  const body = await readFile(file).catch(() => undefined);
  if (body === undefined) return undefined;
  if (extname(file) !== ".html") {
    // The names of built files hold their content's hash.
    return { body, headers: headersOf(type, "public, max-age=31536000, immutable", undefined, shell) };
  }
  const nonce = randomBytes(NONCE_BYTES).toString("base64");
  return {
    body: Buffer.from(withNonce(body.toString("utf8"), nonce, shell)),
    headers: headersOf(type, "no-store", nonce, shell),
  };
}

function fileOf(pageDir: string, path: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path === "/" ? "/index.html" : path);
  } catch {
    return undefined;
  }
  if (decoded.includes("\0") || decoded.includes("\\")) return undefined;
  const file = normalize(join(pageDir, decoded));
  return file.startsWith(normalize(pageDir) + sep) ? file : undefined;
}

function withNonce(html: string, nonce: string, shell: PageShell): string {
  return html
    .replace(NONCE_PLACEHOLDER, nonce)
    .replace("<head>", `<head>\n    <meta name="countersign-shell" content="${shell}" />`);
}

function headersOf(
  type: string,
  cache: string,
  nonce: string | undefined,
  shell: PageShell,
): Readonly<Record<string, string>> {
  return {
    "content-type": type,
    "cache-control": cache,
    "content-security-policy": contentSecurityPolicy(nonce, shell),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), usb=(), serial=(), hid=()",
  };
}

/** Nothing from elsewhere, no inline script, inline styles by nonce only. Electron's page has no network at all. */
export function contentSecurityPolicy(nonce: string | undefined, shell: PageShell): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    nonce === undefined ? "style-src 'self'" : `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "font-src 'self'",
    shell === "kiosk" ? "connect-src 'self'" : "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
