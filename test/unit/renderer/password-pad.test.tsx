// A password of a card is any text of its length: all of it can be typed by touch, and none of it is ever shown.
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LanguageProvider } from "#renderer/ui/i18n/language.tsx";
import { KeysProvider } from "#renderer/ui/keys.tsx";
import { PasswordPad, usePasswordEntry } from "#renderer/ui/password-pad.tsx";

const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));

let root: Root;
let place: HTMLElement;
const done: string[] = [];

function Pad({ digitsOnly }: Readonly<{ digitsOnly: boolean }>) {
  const entry = usePasswordEntry({
    charactersMin: 4,
    charactersMax: 200,
    digitsOnly,
    onDone: (secret) => void done.push(secret),
  });
  return <PasswordPad label="Password" entry={entry} />;
}

async function show(digitsOnly: boolean): Promise<void> {
  root.render(
    <LanguageProvider>
      <KeysProvider>
        <Pad digitsOnly={digitsOnly} />
      </KeysProvider>
    </LanguageProvider>,
  );
  await drawn();
}

beforeEach(() => {
  localStorage.setItem("countersign.language", "en");
  done.length = 0;
  place = document.createElement("div");
  document.body.append(place);
  root = createRoot(place);
});
afterEach(() => {
  root.unmount();
  place.remove();
});

/** React draws and runs its effects. */
async function drawn(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const nameOf = (key: Element) => key.getAttribute("aria-label") ?? key.textContent;
const keyNamed = (name: string) => [...place.querySelectorAll("button")].find((key) => nameOf(key) === name);
async function touch(name: string): Promise<void> {
  keyNamed(name)?.click();
  await drawn();
}
async function press(key: string): Promise<void> {
  window.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  await drawn();
}

test("types every character of a keyboard by touch, and shows dots only", { timeout: 30_000 }, async () => {
  await show(false);
  const digits = [..."0123456789"];
  const small = [..."abcdefghijklmnopqrstuvwxyz"];
  const capital = small.map((letter) => letter.toUpperCase());
  const signs = PRINTABLE.filter((character) => !/[0-9a-zA-Z]/.test(character));
  for (const digit of digits) await touch(digit);
  await touch("Letters");
  for (const letter of small) await touch(letter);
  for (const letter of capital) {
    await touch("Capital letter");
    await touch(letter);
  }
  await touch("Signs");
  for (const sign of signs) await touch(sign === " " ? "Space" : sign);
  expect(place.querySelector("output")?.textContent).toBe("●".repeat(PRINTABLE.length));
  await press("Enter");
  expect(done).toEqual([[...digits, ...small, ...capital, ...signs].join("")]);
});

test("takes the keys of a keyboard while letters are on the pad", async () => {
  await show(false);
  await touch("Letters");
  for (const key of ["K", "w", "7", "#", "x", "Backspace"]) await press(key);
  await press("Enter");
  expect(done).toEqual(["Kw7#"]);
});

test("has no letters where a PIN is typed", async () => {
  await show(true);
  expect(keyNamed("Letters")).toBeUndefined();
  for (const key of ["1", "a", "2", "3", "4"]) await press(key);
  await press("Enter");
  expect(done).toEqual(["1234"]);
});
