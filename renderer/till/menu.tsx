// Everything that is not the sale, on one touch: large, named, in the same places.
import { useMantineColorScheme } from "@mantine/core";
import { useState } from "react";
import { Button } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { kitWords } from "#renderer/ui/i18n/kit-words.ts";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { useTask, useTill, useView } from "./desk.tsx";
import { LanguageButton } from "./header.tsx";
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

export function Menu({ go, onClose, onKeys, isFree }: MenuProps) {
  const words = useWords();
  const kit = useMessages(kitWords);
  const till = useTill();
  const task = useTask();
  const { person, receiptChoice } = useView();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [isAskingWhy, setAskingWhy] = useState(false);
  useKeys({ level: "panel", keys: { Escape: onClose, F10: onClose }, alone: true });

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
  const isDark = colorScheme === "dark" || (colorScheme === "auto" && prefersDark());

  return (
    <div className={styles.veil} onPointerDown={(event) => event.target === event.currentTarget && onClose()}>
      <section className={styles.menu} role="dialog" aria-label={words.menu}>
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
              <Button onPress={to("receipts")} keyName="F7" disabled={!isFree}>
                {words.receipts}
              </Button>
              <Button onPress={to("refund")} disabled={!isFree}>
                {words.refund}
              </Button>
              <Button onPress={to("balance")} keyName="F8" disabled={!isFree}>
                {words.balance}
              </Button>
              <Button onPress={to("register")} disabled={!isFree}>
                {words.register}
              </Button>
              <Button onPress={to("cash-move")} disabled={!isFree}>
                {words.cashMove}
              </Button>
              <Button onPress={() => setAskingWhy(true)} disabled={!isFree}>
                {words.openDrawer}
              </Button>
              <Button onPress={to("report")} disabled={!isFree}>
                {words.xReport}
              </Button>
              <Button onPress={to("close-shift")} disabled={!isFree}>
                {words.closeShift}
              </Button>
              {person?.role === "manager" && (
                <Button
                  onPress={() => void task.once(() => till.setReceiptChoice({ choice: otherChoice }))}
                  disabled={!isFree}
                >
                  {receiptChoice === "always" ? words.receiptsAlways : words.receiptsAsk}
                </Button>
              )}
              <Button onPress={() => void task.once(() => till.signOut())} disabled={!isFree}>
                {words.signOut}
              </Button>
            </div>
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
    </div>
  );
}

const prefersDark = () => window.matchMedia("(prefers-color-scheme: dark)").matches;
