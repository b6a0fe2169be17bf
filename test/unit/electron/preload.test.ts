// The preload is one CommonJS file that a sandbox can run, and gives a page one port per request and nothing else.
// @vitest-environment happy-dom
import { beforeAll, beforeEach, expect, test, vi } from "vitest";

const { sent } = vi.hoisted(() => ({
  sent: [] as { channel: string; message: unknown; ports: unknown[] }[],
}));
vi.mock("electron", () => ({
  ipcRenderer: {
    postMessage: (channel: string, message: unknown, ports: unknown[]) =>
      void sent.push({ channel, message, ports }),
  },
}));

beforeAll(async () => {
  await import("#main/electron/preload.ts");
});
beforeEach(() => {
  sent.length = 0;
});

test("a page's request becomes one port for it and one for the main process", () => {
  const answers = vi.spyOn(window, "postMessage").mockImplementation(() => undefined);
  say({ kind: "countersign:open", channel: "till", id: "a" }, window);
  expect(sent).toEqual([
    {
      channel: "countersign:open",
      message: { kind: "countersign:open", channel: "till", id: "a" },
      ports: [expect.anything()],
    },
  ]);
  expect(answers).toHaveBeenCalledWith({ kind: "countersign:port", channel: "till", id: "a" }, "/", [
    expect.anything(),
  ]);
  answers.mockRestore();
});
test.each([
  ["another channel", { kind: "countersign:open", channel: "keys", id: "a" }],
  ["no id", { kind: "countersign:open", channel: "till" }],
  ["an id without end", { kind: "countersign:open", channel: "till", id: "a".repeat(65) }],
  ["another message", { kind: "webpackOk" }],
  ["nothing", null],
])("does nothing for %s", (_what, data) => {
  say(data, window);
  expect(sent).toEqual([]);
});
test("does nothing for a message of another window or frame", () => {
  say({ kind: "countersign:open", channel: "till", id: "a" }, null);
  expect(sent).toEqual([]);
});
test("adds nothing to the page's window", () => {
  expect(Object.keys(window).filter((name) => /countersign|electron|ipc/i.test(name))).toEqual([]);
});

function say(data: unknown, source: Window | null): void {
  const event = new Event("message");
  Object.assign(event, { data });
  Object.defineProperty(event, "source", { value: source });
  window.dispatchEvent(event);
}
