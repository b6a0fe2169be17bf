// The till's window: a sandboxed page that can go nowhere, open nothing and embed nothing.
import { isOwnUrl } from "./session-rules.ts";

/** Each with the reason why it is not left to Electron's default. */
export const WEB_PREFERENCES = {
  sandbox: true, // the page's process has no access to the machine
  contextIsolation: true, // the page cannot reach what the preload holds
  nodeIntegration: false, // no Node in the page,
  nodeIntegrationInWorker: false, // nor in its workers,
  nodeIntegrationInSubFrames: false, // nor in frames
  webSecurity: true, // the same-origin rule holds
  allowRunningInsecureContent: false, // no plain HTTP beside it
  experimentalFeatures: false, // no engine feature before its time
  webviewTag: false, // no embedded pages
  navigateOnDragDrop: false, // a file that is dropped is not opened
  safeDialogs: true, // a page that loops in dialogs can be stopped
  spellcheck: false, // what is typed at a till goes to no dictionary
} as const;

/** The smallest screen that the till is laid out for. */
const WIDTH_MIN_PX = 1_024;
const HEIGHT_MIN_PX = 720;

export const WINDOW_SIZE = {
  width: 1_280,
  height: 800,
  minWidth: WIDTH_MIN_PX,
  minHeight: HEIGHT_MIN_PX,
} as const;

type Preventable = Readonly<{ preventDefault(): void; url?: string }>;

/** The parts of a window's contents used here; tests pass a plain object. */
export type ContentsLike = Readonly<{
  on(event: ContentsEvent, listen: (event: Preventable, url: string) => void): unknown;
  setWindowOpenHandler(handler: () => { action: "deny" }): void;
}>;
type ContentsEvent = "will-navigate" | "will-frame-navigate" | "will-redirect" | "will-attach-webview";

/** Refuses every way out of the page, for any contents that Electron makes. */
export function closeContents(contents: ContentsLike, appOrigin: string): void {
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
  contents.on("will-attach-webview", (event) => event.preventDefault());
  const staysHome = (event: Preventable, url: string) => {
    // Newer events carry the address themselves; a reload of the own page is the only journey.
    if (!isOwnUrl(event.url ?? url, appOrigin)) event.preventDefault();
  };
  contents.on("will-navigate", staysHome);
  contents.on("will-frame-navigate", staysHome);
  contents.on("will-redirect", staysHome);
}
