// What a page may ask of the browser engine: nothing. By default Electron grants every permission.

/** The parts of a session used here; tests pass a plain object. */
export type SessionLike = Readonly<{
  setPermissionRequestHandler(
    handler: (contents: unknown, permission: string, callback: (isGranted: boolean) => void) => void,
  ): void;
  setPermissionCheckHandler(handler: () => boolean): void;
  setDevicePermissionHandler(handler: () => boolean): void;
  setDisplayMediaRequestHandler(
    handler: (request: unknown, callback: (streams: never) => void) => void,
  ): void;
  setSpellCheckerEnabled(isEnabled: boolean): void;
  on(event: "will-download", listen: (event: { preventDefault(): void }) => void): unknown;
  webRequest: Readonly<{
    onBeforeRequest(
      listen: (details: { url: string }, callback: (answer: { cancel: boolean }) => void) => void,
    ): void;
  }>;
}>;

/**
 * Closes a session: no permissions, no devices, no downloads, no network.
 * @param appOrigin the only origin whose requests are answered, such as "app://till"
 */
export function closeSession(session: SessionLike, appOrigin: string): void {
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  // An empty answer is a refusal.
  session.setDisplayMediaRequestHandler((_request, callback) => callback({} as never));
  // The engine would fetch dictionaries from elsewhere.
  session.setSpellCheckerEnabled(false);
  session.on("will-download", (event) => event.preventDefault());
  session.webRequest.onBeforeRequest(({ url }, callback) => callback({ cancel: !isOwnUrl(url, appOrigin) }));
}

/** Whether an address is of the app's own origin. A custom scheme has no origin in the URL API, so its parts are compared. */
export function isOwnUrl(url: string, appOrigin: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return `${protocol}//${host}` === appOrigin && username === "" && password === "";
}
