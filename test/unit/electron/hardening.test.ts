// Electron's security checklist, item by item, as far as it shows without the binary.
// Source: Electron's documentation, "Security", items 1 to 20.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { APP_ORIGIN, APP_SCHEME_PRIVILEGES, answerAppRequest } from "#main/electron/app-scheme.ts";
import { hasKeyStore } from "#main/electron/key-vault.ts";
import { childEnvironment } from "#main/electron/launch.ts";
import { closeSession, isOwnUrl } from "#main/electron/session-rules.ts";
import { type ContentsLike, closeContents, WEB_PREFERENCES } from "#main/electron/window-rules.ts";

test("1, 15: only files of the built page are loaded, over the app's own scheme, with no request to anywhere else", () => {
  const { network } = aClosedSession();
  expect(network("app://till/assets/index.js")).toBe("allowed");
  for (const url of [
    "https://example.com/",
    "http://127.0.0.1:7071/",
    "ws://127.0.0.1:7070/wire",
    "file:///etc/passwd",
    "app://other/",
    "app://till:80/",
    "app://someone@till/",
    "data:text/html,x",
    "devtools://devtools/",
    "not a url",
  ])
    expect(network(url), url).toBe("cancelled");
});
test.each([
  ["2: no Node in the page", "nodeIntegration", false],
  ["2: no Node in workers", "nodeIntegrationInWorker", false],
  ["2: no Node in frames", "nodeIntegrationInSubFrames", false],
  ["3: the preload's world is not the page's", "contextIsolation", true],
  ["4: the page's process is sandboxed", "sandbox", true],
  ["6: the same-origin rule holds", "webSecurity", true],
  ["8: no insecure content", "allowRunningInsecureContent", false],
  ["9: no experimental features", "experimentalFeatures", false],
  ["11: no webview", "webviewTag", false],
] as const)("%s", (_item, preference, wanted) => {
  expect(WEB_PREFERENCES[preference]).toBe(wanted);
});
test("5: every permission is refused, asked for or checked, and so is every device", () => {
  const { permissions } = aClosedSession();
  expect(permissions).toEqual({ request: false, check: false, device: false });
});
test("7: the page's policy is in its header: nothing but the app's own files, styles by a fresh nonce", async () => {
  const [first, second] = await Promise.all([aPage("/"), aPage("/")]);
  const policy = first.headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[\w+/=]{24}'; /);
  expect(policy).toContain("connect-src 'none'");
  expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
  expect(second.headers.get("content-security-policy")).not.toBe(policy);
});
test("10: no engine features are switched on, and the scheme has no right past the policy", () => {
  expect(WEB_PREFERENCES).not.toHaveProperty("enableBlinkFeatures");
  expect(APP_SCHEME_PRIVILEGES.privileges).toMatchObject({ bypassCSP: false, allowServiceWorkers: false });
});
test("12: a webview is not attached, even if a page made one", () => {
  expect(aContents().emit("will-attach-webview", "")).toBe("prevented");
});
test("13: the page goes nowhere, by itself or by redirection; only its own reload is allowed", () => {
  const contents = aContents();
  for (const event of ["will-navigate", "will-frame-navigate", "will-redirect"] as const) {
    expect(contents.emit(event, "app://till/")).toBe("allowed");
    for (const url of ["https://example.com/?app://till/", "app://tillx/", "file:///x", "javascript:0", ""])
      expect(contents.emit(event, url), `${event} ${url}`).toBe("prevented");
  }
});
test("14: no window is opened", () => {
  expect(aContents().openWindow()).toEqual({ action: "deny" });
});
test("downloads are prevented and what is typed goes to no spelling service", () => {
  const { download, spelling } = aClosedSession();
  expect(download()).toBe("prevented");
  expect(spelling).toBe(false);
});
test("18: the scheme answers for files of the page only, and only when it is asked for by its own host", async () => {
  expect((await aPage("/")).status).toBe(200);
  expect((await aPage("/missing.js")).status).toBe(404);
  expect((await aPage("/..%2f..%2fetc%2fpasswd")).status).toBe(404);
  expect((await aPage("/", "app://other")).status).toBe(405);
  expect((await aPage("/", APP_ORIGIN, "POST")).status).toBe(405);
});
test("an address is compared in its parts, never by how it begins", () => {
  expect(isOwnUrl("app://till/index.html", APP_ORIGIN)).toBe(true);
  expect(isOwnUrl("app://till.evil/", APP_ORIGIN)).toBe(false);
  expect(isOwnUrl("https://evil.example/?app://till", APP_ORIGIN)).toBe(false);
});
test("a key store without a secret of its own is none", () => {
  const storage = { encryptString: () => Buffer.of(), decryptString: () => "" };
  expect(hasKeyStore({ ...storage, isEncryptionAvailable: () => true })).toBe(true);
  expect(hasKeyStore({ ...storage, isEncryptionAvailable: () => false })).toBe(false);
  const basic = { isEncryptionAvailable: () => true, getSelectedStorageBackend: () => "basic_text" };
  expect(hasKeyStore({ ...storage, ...basic })).toBe(false);
});
test("a child gets the places it needs from the environment, and no token that happens to be there", () => {
  const env = {
    PATH: "/bin",
    HOME: "/h",
    COUNTERSIGN_CHROMIUM: "c",
    SOME_TOKEN: "t",
    NODE_OPTIONS: "--inspect",
  };
  expect(childEnvironment(env)).toEqual({ PATH: "/bin", HOME: "/h", COUNTERSIGN_CHROMIUM: "c" });
});

function aClosedSession() {
  const permissions = { request: true, check: true, device: true };
  let spelling = true;
  let onDownload: (event: { preventDefault(): void }) => void = () => undefined;
  let onRequest: (details: { url: string }, callback: (answer: { cancel: boolean }) => void) => void = () =>
    undefined;
  closeSession(
    {
      setPermissionRequestHandler: (handler) =>
        handler(null, "media", (isGranted) => {
          permissions.request = isGranted;
        }),
      setPermissionCheckHandler: (handler) => {
        permissions.check = handler();
      },
      setDevicePermissionHandler: (handler) => {
        permissions.device = handler();
      },
      setDisplayMediaRequestHandler: () => undefined,
      setSpellCheckerEnabled: (isEnabled) => {
        spelling = isEnabled;
      },
      on: (_event, listen) => {
        onDownload = listen;
      },
      webRequest: {
        onBeforeRequest: (listen) => {
          onRequest = listen;
        },
      },
    },
    APP_ORIGIN,
  );
  return {
    permissions,
    spelling,
    download: () => outcomeOf((event) => onDownload(event)),
    network: (url: string) => {
      let outcome = "unanswered";
      onRequest({ url }, ({ cancel }) => {
        outcome = cancel ? "cancelled" : "allowed";
      });
      return outcome;
    },
  };
}

function aContents() {
  const listeners = new Map<string, Parameters<ContentsLike["on"]>[1]>();
  let opening: () => { action: string } = () => ({ action: "allow" });
  closeContents(
    {
      on: (event, listen) => listeners.set(event, listen),
      setWindowOpenHandler: (handler) => {
        opening = handler;
      },
    },
    APP_ORIGIN,
  );
  return {
    emit: (event: string, url: string) => outcomeOf((prevent) => listeners.get(event)?.(prevent, url)),
    openWindow: () => opening(),
  };
}

function outcomeOf(work: (event: { preventDefault(): void }) => void): "allowed" | "prevented" {
  let outcome: "allowed" | "prevented" = "allowed";
  work({
    preventDefault: () => {
      outcome = "prevented";
    },
  });
  return outcome;
}

function aPage(path: string, origin = APP_ORIGIN, method = "GET"): Promise<Response> {
  const pageDir = mkdtempSync(join(tmpdir(), "countersign-page-"));
  writeFileSync(join(pageDir, "index.html"), "<!doctype html><html><head></head></html>");
  return answerAppRequest(new Request(`${origin}${path}`, { method }), pageDir);
}
