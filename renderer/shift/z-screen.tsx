// The Z as it prints, with the difference in words. It stays until it is put away, though the shift is over.
import { moneyOf, wireMoney } from "#core/contract/values.ts";
import { negate } from "#core/money.ts";
import { Amount } from "#renderer/ui/amount.tsx";
import { PrimaryAction } from "#renderer/ui/button.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { PageFrame } from "#renderer/ui/page-frame.tsx";
import { ReceiptPaper } from "#renderer/ui/receipt-paper.tsx";
import type { ClosedShift } from "./close-shift-page.tsx";
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
        <dl className={styles.figures}>
          {z.counted !== null && (
            <div>
              <dt>{words.counted}</dt>
              <dd>
                <Amount of={z.counted} size="total" />
              </dd>
            </div>
          )}
          {z.difference !== null && <Difference of={z.difference} />}
        </dl>
        <ReceiptPaper document={receipt} />
      </div>
    </PageFrame>
  );
}

function Difference({ of }: Readonly<{ of: NonNullable<ClosedShift["z"]["difference"]> }>) {
  const words = useShiftWords();
  const { minor } = moneyOf(of);
  if (minor === 0n) {
    return (
      <div>
        <dt>{words.difference}</dt>
        <dd className={styles.agrees}>✓ {words.zAgree}</dd>
      </div>
    );
  }
  const amount = minor < 0n ? wireMoney(negate(moneyOf(of))) : of;
  return (
    <div>
      <dt>{words.difference}</dt>
      <dd className={styles.differs}>
        <Amount of={amount} size="total" /> {minor < 0n ? words.short : words.over}
      </dd>
    </div>
  );
}
