// Which layer of a screen hears a key.
import { expect, test } from "vitest";
import { dispatchKey, type KeyLayer } from "#renderer/ui/keys.tsx";

const current = (layer: Partial<KeyLayer>) => ({
  current: { level: "screen", keys: {}, ...layer } as KeyLayer,
});

function press(key: string, target: Element, layers: readonly { current: KeyLayer }[]): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  target.addEventListener("keydown", (heard) => dispatchKey(heard as KeyboardEvent, layers), { once: true });
  target.dispatchEvent(event);
  return event;
}
const element = (name: string) => document.body.appendChild(document.createElement(name));

test("gives a key to the highest layer that takes it", () => {
  const heard: string[] = [];
  const panel = current({ keys: { Escape: () => void heard.push("panel") } });
  const screen = current({
    keys: { Escape: () => void heard.push("screen"), F1: () => void heard.push("cash") },
  });
  press("Escape", document.body, [panel, screen]);
  press("F1", document.body, [panel, screen]);
  expect(heard).toEqual(["panel", "cash"]);
});
test("lets nothing through a layer that stands alone", () => {
  const heard: string[] = [];
  press("F1", document.body, [
    current({ alone: true }),
    current({ keys: { F1: () => void heard.push("cash") } }),
  ]);
  expect(heard).toEqual([]);
});
test("leaves typing in a field to the field, but for Escape and the F-keys", () => {
  const heard: string[] = [];
  const layer = current({
    keys: { Escape: () => void heard.push("Escape"), F1: () => void heard.push("F1") },
    text: (character) => heard.push(character) > 0,
  });
  const input = element("input");
  for (const key of ["7", "Escape", "F1"]) press(key, input, [layer]);
  expect(heard).toEqual(["Escape", "F1"]);
});
test("leaves Enter to a button that was reached by keyboard, and still takes digits there", () => {
  const heard: string[] = [];
  const layer = current({
    keys: { Enter: () => void heard.push("pay") },
    text: (character) => heard.push(character) > 0,
  });
  const button = element("button");
  expect(press("Enter", button, [layer]).defaultPrevented).toBe(false);
  press("5", button, [layer]);
  press("Enter", document.body, [layer]);
  expect(heard).toEqual(["5", "pay"]);
});
test("passes on a character that a layer does not want", () => {
  const heard: string[] = [];
  const screen = current({ text: (character) => character !== "?" });
  const page = current({ keys: { "?": () => void heard.push("map") } });
  press("?", document.body, [screen, page]);
  expect(heard).toEqual(["map"]);
});
test("lets the end of a scan take Enter before it pays", () => {
  const heard: string[] = [];
  const layer = current({ enter: () => true, keys: { Enter: () => void heard.push("pay") } });
  expect(press("Enter", document.body, [layer]).defaultPrevented).toBe(true);
  expect(heard).toEqual([]);
});
