// What may be done to the selected line: quantity, price, discount and void, each from the digits typed before it.
// Discounts want a reason; a discount or price beyond the cashier's right, and more units of one, want a manager
// (MANAGER_REQUIRED).
import { useEffect, useState } from "react";
import type { Person } from "#core/contract/till.ts";
import type { WireMoney } from "#core/contract/values.ts";
import { FailureError } from "#core/errors.ts";
import { type BasketLine, QUANTITY_MAX } from "#core/sale/basket.ts";
import { toFailure } from "#renderer/ui/connect.ts";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import type { Entry } from "#renderer/ui/use-entry.ts";
import { type Task, useTill } from "./desk.tsx";

type Approval = Readonly<{ managerId: Person["staffId"]; managerPin: string }>;
type Act = (approval: Partial<Approval>) => Promise<unknown>;

/** What a manager is asked to allow: the line as it is, and what would change of it. */
export type Consent = Readonly<{ line: BasketLine }> &
  (
    | Readonly<{ kind: "discount"; basisPoints: number; reason: string }>
    | Readonly<{ kind: "price"; price: WireMoney }>
    /** More of a line that has a discount or a changed price. */
    | Readonly<{ kind: "quantity"; quantity: number }>
  );

export type Asking =
  | Readonly<{ kind: "reason"; percentText: string; basisPoints: number }>
  | Readonly<{ kind: "manager"; act: Act; consent: Consent }>;

/** What must be typed before the key that was pressed. */
export type Missing = "percent" | "price" | "count";

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
  const [missing, setMissing] = useState<Missing | null>(null);
  const isTyping = entry.shown !== "";
  const lineId = line?.lineId;
  useEffect(() => {
    if (isTyping) setMissing(null);
  }, [isTyping]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another line is another question
  useEffect(() => setMissing(null), [lineId]);

  /** Does it; where a manager is needed, asks for one and does it again. */
  const attempt = async (act: Act, consent: Consent, approval: Partial<Approval> = {}) => {
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
    if (needsManager === true) setAsking({ kind: "manager", act, consent });
    else if (needsManager === false) setAsking(null);
  };

  const setQuantity = () => {
    if (line === null) return;
    const quantity = Number(entry.take());
    if (quantity < 1 || quantity > QUANTITY_MAX) return setMissing("count");
    void attempt((approval) => till.setQuantity({ lineId: line.lineId, quantity, ...approval }), {
      kind: "quantity",
      line,
      quantity,
    });
  };
  const changePrice = () => {
    if (line === null) return;
    const digits = entry.take();
    if (digits === "") return setMissing("price");
    const price = { minor: String(BigInt(digits)), currency: line.unitPrice.currency };
    void attempt((approval) => till.changePrice({ lineId: line.lineId, price, ...approval }), {
      kind: "price",
      line,
      price,
    });
  };
  const giveDiscount = (of: BasketLine, basisPoints: number, reason: string) =>
    void attempt((approval) => till.discountLine({ lineId: of.lineId, basisPoints, reason, ...approval }), {
      kind: "discount",
      line: of,
      basisPoints,
      reason,
    });
  const discount = () => {
    if (line === null) return;
    const digits = entry.take();
    const percent = Number(digits);
    const basisPoints = percent * 100;
    const takesAway = digits !== "" && percent === 0 && line.discountBasisPoints > 0;
    // A discount that is taken away needs no reason.
    if (takesAway) giveDiscount(line, 0, "");
    else if (percent < 1 || percent > 100) setMissing("percent");
    else setAsking({ kind: "reason", percentText: format.rate(basisPoints), basisPoints });
  };
  const voidLine = () => {
    if (line === null) return;
    entry.set("");
    void task.run(() => till.voidLine({ lineId: line.lineId }));
  };

  return {
    asking,
    missing,
    /** Puts away what is missing. */
    forget: () => setMissing(null),
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
      setAsking(null);
      giveDiscount(line, asking.basisPoints, reason);
    },
    approve: async (managerId: Person["staffId"], managerPin: string) => {
      if (asking?.kind !== "manager") throw new FailureError({ code: "STATE_CONFLICT" });
      await attempt(asking.act, asking.consent, { managerId, managerPin });
    },
    cancel: () => {
      task.clear();
      setAsking(null);
    },
  };
}
