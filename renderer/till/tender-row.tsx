// The tenders with their keys, and Pay at the bottom right.
import { Button, PrimaryAction } from "#renderer/ui/button.tsx";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { useView } from "./desk.tsx";
import type { TenderChoice } from "./start-paying.tsx";
import styles from "./tender-row.module.css";
import { useWords } from "./words.ts";

type TenderRowProps = Readonly<{
  isEmpty: boolean;
  isBusy: boolean;
  totalText: string | null;
  onTender: (choice: TenderChoice) => void;
  onPay: () => void;
}>;

export function TenderRow({ isEmpty, isBusy, totalText, onTender, onPay }: TenderRowProps) {
  const words = useWords();
  const format = useFormat();
  const { line } = useView();
  return (
    <div className={styles.row}>
      <Button look="tender" onPress={() => onTender("cash")} disabled={isEmpty || isBusy} keyName="F1">
        {words.cash}
      </Button>
      <Button
        look="tender"
        onPress={() => onTender("prepaid")}
        disabled={isEmpty || isBusy || line.state === "cash-only"}
        keyName="F3"
      >
        {words.prepaid}
        {line.state === "offline" && (
          <small className={styles.limit}>{words.upToOffline(format.money(line.offlinePaymentMax))}</small>
        )}
      </Button>
      <PrimaryAction onPress={onPay} disabled={isEmpty || isBusy}>
        {isEmpty || totalText === null ? words.pay : `${words.pay} ${totalText}`}
      </PrimaryAction>
    </div>
  );
}
