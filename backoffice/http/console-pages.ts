// Hands the console's built pages to a browser, under a strict policy with a fresh nonce in every response.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import type { Mode } from "#core/contract/process.ts";

/** Written into index.html by the build, replaced here. */
const NONCE_PLACEHOLDER = /__CSP_NONCE__/g;
const NONCE_BYTES = 16;

/** Does nothing where the console was not built: the API stands without its pages. */
export async function serveConsole(app: FastifyInstance, pagesDir: string, mode: Mode): Promise<void> {
  const index = join(pagesDir, "index.html");
  if (!existsSync(index)) return;
  // The page shows the ribbon of the demo before anybody has signed in.
  const html = readFileSync(index, "utf8").replace(
    "<head>",
    `<head>\n    <meta name="countersign-mode" content="${mode}" />`,
  );

  await app.register(fastifyStatic, {
    root: join(pagesDir, "assets"),
    prefix: "/console/assets/",
    index: false,
    decorateReply: false,
    immutable: true,
    maxAge: "365d",
  });
  app.get("/", async (_request, reply) => reply.redirect("/console/"));
  app.get("/console", async (_request, reply) => reply.redirect("/console/"));
  // Every address below is a view of the one page, so that a link to a sale can be opened and passed on.
  app.get("/console/*", async (_request, reply) => {
    const nonce = randomBytes(NONCE_BYTES).toString("base64");
    return reply
      .headers({
        "content-security-policy": policyOf(nonce),
        "cache-control": "no-store",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
      })
      .type("text/html; charset=utf-8")
      .send(html.replace(NONCE_PLACEHOLDER, nonce));
  });
}

const policyOf = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
