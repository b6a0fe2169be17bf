// Who may drive the till through the kiosk server: a browser on this machine that was given the launch token.
// Another page in that same browser must not, so every request's Host, Origin and cookie are checked.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

const TOKEN_BYTES = 32;
/** Browsers admitted in one start; a station has one, its tests a few. */
const SESSIONS_MAX = 32;

export type Admission = Readonly<{
  /** Made anew for every start and good as long as it; it is exchanged for a cookie and then out of the address. */
  token: string;
  /** A token that is good for one exchange. */
  tokenOnce(): string;
  /** The value of a Set-Cookie header, or undefined where the token is wrong. */
  exchange(token: string): string | undefined;
  /** Whether the request names this server as its host. Keeps out names that were pointed at 127.0.0.1. */
  isForUs(request: IncomingMessage): boolean;
  /** Whether the request carries a cookie of this start. */
  isAdmitted(request: IncomingMessage): boolean;
  /** Whether the request comes from a page of this server. */
  isFromOwnPage(request: IncomingMessage): boolean;
}>;

/** @param port where the server listens; cookies do not tell ports apart, so it is in the cookie's name */
export function makeAdmission(port: number): Admission {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const tokensOnce = new Set<string>();
  const cookieName = `countersign-${port}`;
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  const sessions = new Set<string>();

  return {
    token,
    tokenOnce: () => {
      const once = randomBytes(TOKEN_BYTES).toString("base64url");
      tokensOnce.add(digest(once));
      return once;
    },
    exchange: (given) => {
      if (!isSame(given, token) && !tokensOnce.delete(digest(given))) return undefined;
      const session = randomBytes(TOKEN_BYTES).toString("base64url");
      const [oldest] = sessions;
      if (sessions.size >= SESSIONS_MAX && oldest !== undefined) sessions.delete(oldest);
      sessions.add(digest(session));
      return `${cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`;
    },
    isForUs: ({ headers }) => headers.host !== undefined && hosts.has(headers.host),
    isAdmitted: ({ headers }) => {
      const session = cookieOf(headers.cookie ?? "", cookieName);
      // Looked up by digest, so that the time it takes says nothing about the value.
      return session !== undefined && sessions.has(digest(session));
    },
    isFromOwnPage: ({ headers }) =>
      headers.origin !== undefined && headers.origin === `http://${headers.host}`,
  };
}

function cookieOf(header: string, name: string): string | undefined {
  for (const part of header.split(";")) {
    const [key, value] = part.trim().split("=", 2);
    if (key === name) return value;
  }
  return undefined;
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex");

function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(
    createHash("sha256").update(given).digest(),
    createHash("sha256").update(wanted).digest(),
  );
}
