// The sandboxed preload: hands the page one end of a MessageChannel and the main process the other. It knows no
// business and gives the page no function of Electron's. The hand-shake is in core/contract/wire.ts.
import { ipcRenderer } from "electron";

const CHANNELS = new Set(["till", "simulators"]);
const ID_CHARS_MAX = 64;

type OpenRequest = Readonly<{ kind: "countersign:open"; channel: string; id: string }>;

window.addEventListener("message", ({ source, data }: MessageEvent<unknown>) => {
  // The page itself, not a frame or another window. The main process checks the sender once more.
  if (source !== window || !isOpenRequest(data)) return;
  const { port1, port2 } = new MessageChannel();
  const { channel, id } = data;
  ipcRenderer.postMessage("countersign:open", { kind: "countersign:open", channel, id }, [port2]);
  window.postMessage({ kind: "countersign:port", channel, id }, "/", [port1]);
});

// Written out by hand: a decoder library in every page's preload would be more code than there is to guard.
function isOpenRequest(data: unknown): data is OpenRequest {
  if (typeof data !== "object" || data === null) return false;
  const { kind, channel, id } = data as Record<string, unknown>;
  const isNamed = typeof id === "string" && id.length > 0 && id.length <= ID_CHARS_MAX;
  return kind === "countersign:open" && typeof channel === "string" && CHANNELS.has(channel) && isNamed;
}
