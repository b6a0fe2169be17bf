// The Z as it prints, with the difference in words. It stays until it is put away, though the shift is over.
import { PrimaryAction } from "#renderer/ui/button.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { PageFrame } from "#renderer/ui/page-frame.tsx";
import { ReceiptPaper } from "#renderer/ui/receipt-paper.tsx";
import type { ClosedShift } from "./close-shift-page.tsx";
import { CountFigures } from "./count-figures.tsx";
import { useShiftWords } from "./words.ts";
import styles from "./z-screen.module.css";

export function ZScreen({ closed, onDone }: Readonly<{ closed: ClosedShift; onDone: () => void }>) {
  const words = useShiftWords();
  useKeys({ level: "screen", keys: { Enter: onDone, Escape: onDone } });
  const { z, receipt } = closed;
  return (
    <PageFrame
      title={words.zTitle(String(z.zNumber ?? ""))}
      actions={<PrimaryAction onPress={onDone}>{words.newShift}</PrimaryAction>}
    >
      <div className={styles.z}>
        <CountFigures expected={z.cash?.expected ?? null} counted={z.counted} difference={z.difference} />
        <div className={styles.paper}>
          <ReceiptPaper document={receipt} />
        </div>
      </div>
    </PageFrame>
  );
}
