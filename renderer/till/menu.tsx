// Everything that is not the sale, on one touch: large, named, in the same places.
import { useMantineColorScheme } from "@mantine/core";
import { useLayoutEffect, useRef, useState } from "react";
import { Button } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { kitWords } from "#renderer/ui/i18n/kit-words.ts";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { Modal } from "#renderer/ui/modal.tsx";
import { useScan } from "#renderer/ui/use-scan.ts";
import { ARROW_KEYS, walkButtons } from "#renderer/ui/walk-buttons.ts";
import { useTask, useTill, useView } from "./desk.tsx";
import { LanguageButton } from "./header.tsx";
import { LeftBehind } from "./left-behind.tsx";
import styles from "./menu.module.css";
import type { Go, PageName } from "./pages.ts";
import { ReasonPanel } from "./reason-panel.tsx";
import { useWords } from "./words.ts";

type MenuProps = Readonly<{
  go: Go;
  onClose: () => void;
  onKeys: () => void;
  /** No payment is under way, so that one may leave the sale. */
  isFree: boolean;
}>;

/** The key of a choice, by its place: 1 to 9, then 0. */
const keyOf = (index: number) => String((index + 1) % 10);

export function Menu({ go, onClose, onKeys, isFree }: MenuProps) {
  const words = useWords();
  const kit = useMessages(kitWords);
  const till = useTill();
  const task = useTask();
  const { person, receiptChoice, line } = useView();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [isAskingWhy, setAskingWhy] = useState(false);
  const menu = useRef<HTMLElement>(null);
  // At the opening and after each step the first button has the focus.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the step is what matters
  useLayoutEffect(
    () => menu.current?.querySelector<HTMLElement>("button:not(:disabled)")?.focus(),
    [isAskingWhy],
  );

  const to = (name: PageName) => () => {
    go({ name });
    onClose();
  };
  const openDrawer = async (reason: string) => {
    const done = await task.once(() => till.openDrawer({ reason }));
    if (done !== null) onClose();
    else setAskingWhy(false);
  };
  const otherChoice = receiptChoice === "always" ? "ask" : "always";
  /** In the order of the menu: the digits 1 to 9, and 0 for the tenth, choose them. */
  const choices = [
    { name: words.receipts, act: to("receipts") },
    { name: words.refund, act: to("refund") },
    { name: words.balance, act: to("balance") },
    { name: words.register, act: to("register") },
    { name: words.cashMove, act: to("cash-move") },
    { name: words.openDrawer, act: () => setAskingWhy(true) },
    { name: words.xReport, act: to("report") },
    { name: words.closeShift, act: to("close-shift") },
    { name: words.signOut, act: () => void task.once(() => till.signOut()) },
    ...(person?.role === "manager"
      ? [
          {
            name: receiptChoice === "always" ? words.receiptsAlways : words.receiptsAsk,
            act: () => void task.once(() => till.setReceiptChoice({ choice: otherChoice })),
          },
        ]
      : []),
  ];
  // A code that is scanned while the menu is open chooses nothing.
  const scanning = useScan(
    (text) => {
      if (isFree) choices.find((_, index) => keyOf(index) === text)?.act();
    },
    () => undefined,
  );
  useKeys({
    level: "panel",
    keys: {
      Escape: onClose,
      F10: onClose,
      "?": onKeys,
      ...Object.fromEntries(ARROW_KEYS.map((arrow) => [arrow, () => walkButtons(menu.current, arrow)])),
    },
    enter: scanning.enter,
    text: (character, atMs) => {
      scanning.text(character, atMs);
      return true;
    },
    alone: true,
  });
  const isDark = colorScheme === "dark" || (colorScheme === "auto" && prefersDark());

  return (
    <Modal label={words.menu} className={styles.veil} onOutside={onClose}>
      <section className={styles.menu} ref={menu}>
        {isAskingWhy ? (
          <ReasonPanel
            title={words.whyDrawer}
            reasons={words.drawerReasons}
            onReason={(reason) => void openDrawer(reason)}
            onBack={() => setAskingWhy(false)}
          />
        ) : (
          <>
            {task.failure !== null && <ErrorPanel code={task.failure} onDismiss={task.clear} />}
            <div className={styles.grid}>
              {choices.map(({ name, act }, index) => (
                <Button key={name} onPress={act} keyName={keyOf(index)} disabled={!isFree}>
                  {name}
                </Button>
              ))}
            </div>
            {person?.role === "manager" && <LeftBehind left={line.leftBehind ?? []} />}
            <div className={styles.small}>
              <LanguageButton />
              <Button
                look="quiet"
                label={`${kit.scheme}: ${isDark ? kit.light : kit.dark}`}
                onPress={() => setColorScheme(isDark ? "light" : "dark")}
              >
                {isDark ? kit.light : kit.dark}
              </Button>
              <Button look="quiet" onPress={onKeys} keyName="?">
                {words.keys}
              </Button>
              <Button look="quiet" onPress={onClose} keyName="Esc">
                {kit.close}
              </Button>
            </div>
          </>
        )}
      </section>
    </Modal>
  );
}

const prefersDark = () => window.matchMedia("(prefers-color-scheme: dark)").matches;
