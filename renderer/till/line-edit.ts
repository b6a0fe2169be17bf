// What may be done to the selected line: quantity, price, discount and void, each from the digits typed before it.
// Discounts want a reason; a discount or price beyond the cashier's right wants a manager (MANAGER_REQUIRED).
import { useState } from "react";
import type { Person } from "#core/contract/till.ts";
import { FailureError } from "#core/errors.ts";
import { type BasketLine, QUANTITY_MAX } from "#core/sale/basket.ts";
import { toFailure } from "#renderer/ui/connect.ts";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import type { Entry } from "#renderer/ui/use-entry.ts";
import { type Task, useTill } from "./desk.tsx";

type Approval = Readonly<{ managerId: Person["staffId"]; managerPin: string }>;
type Act = (approval: Partial<Approval>) => Promise<unknown>;

export type Asking =
  | Readonly<{ kind: "reason"; percentText: string; basisPoints: number }>
  | Readonly<{ kind: "manager"; act: Act }>;

export type LineEdit = ReturnType<typeof useLineEdit>;

type LineEditProps = Readonly<{
  task: Task;
  line: BasketLine | null;
  entry: Entry;
}>;

export function useLineEdit({ task, line, entry }: LineEditProps) {
  const till = useTill();
  const format = useFormat();
  const [asking, setAsking] = useState<Asking | null>(null);

  /** Does it; where a manager is needed, asks for one and does it again. */
  const attempt = async (act: Act, approval: Partial<Approval>) => {
    const needsManager = await task.run(async () => {
      try {
        await act(approval);
        return false;
      } catch (error) {
        if (approval.managerId === undefined && toFailure(error).failure.code === "MANAGER_REQUIRED")
          return true;
        throw error;
      }
    });
    if (needsManager === true) setAsking({ kind: "manager", act });
    else if (needsManager === false) setAsking(null);
  };

  const setQuantity = () => {
    if (line === null) return;
    const quantity = Number(entry.take());
    if (quantity < 1 || quantity > QUANTITY_MAX) return task.refuse("QUANTITY_INVALID");
    void task.run(() => till.setQuantity({ lineId: line.lineId, quantity }));
  };
  const changePrice = () => {
    if (line === null) return;
    const digits = entry.take();
    if (digits === "") return task.refuse("AMOUNT_INVALID");
    const price = { minor: String(BigInt(digits)), currency: line.unitPrice.currency };
    void attempt((approval) => till.changePrice({ lineId: line.lineId, price, ...approval }), {});
  };
  const discount = () => {
    if (line === null) return;
    const percent = Number(entry.take());
    const basisPoints = percent * 100;
    if (percent > 100) return task.refuse("AMOUNT_INVALID");
    // Nothing typed takes the discount away, which needs no reason.
    if (percent === 0)
      void attempt(
        (approval) => till.discountLine({ lineId: line.lineId, basisPoints: 0, reason: "", ...approval }),
        {},
      );
    else setAsking({ kind: "reason", percentText: format.rate(basisPoints), basisPoints });
  };
  const voidLine = () => {
    if (line === null) return;
    entry.set("");
    void task.run(() => till.voidLine({ lineId: line.lineId }));
  };

  return {
    asking,
    setQuantity,
    changePrice,
    discount,
    voidLine,
    /** The characters that do the same from the keyboard. */
    byKey: new Map([
      ["*", setQuantity],
      ["=", changePrice],
      ["%", discount],
    ]),
    giveReason: (reason: string) => {
      if (line === null || asking?.kind !== "reason") return;
      const { basisPoints } = asking;
      setAsking(null);
      void attempt(
        (approval) => till.discountLine({ lineId: line.lineId, basisPoints, reason, ...approval }),
        {},
      );
    },
    approve: async (managerId: Person["staffId"], managerPin: string) => {
      if (asking?.kind !== "manager") throw new FailureError({ code: "STATE_CONFLICT" });
      await attempt(asking.act, { managerId, managerPin });
    },
    cancel: () => {
      task.clear();
      setAsking(null);
    },
  };
}
