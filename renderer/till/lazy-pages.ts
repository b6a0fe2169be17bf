// What the first screen does not need comes after it: fetched as soon as the till has nothing better to do, so that a
// press never waits for it.
import { type ComponentType, createElement, lazy, useEffect, useState } from "react";

const IDLE_MS_MAX = 3_000;

type Fetched<Props> = Readonly<{ Page: ComponentType<Props>; fetch(): Promise<unknown> }>;

/** Stands at once where it has come already; else its place stays empty until it has. */
function fetched<Props extends object>(load: () => Promise<ComponentType<Props>>): Fetched<Props> {
  let come: ComponentType<Props> | null = null;
  const fetch = async () => {
    come = await load();
    return { default: come };
  };
  const Later = lazy(fetch);
  return {
    fetch,
    Page: (props) => {
      // For as long as it stands it is the one that it began as.
      const [Chosen] = useState<ComponentType<Props>>(() => come ?? Later);
      return createElement(Chosen, props);
    },
  };
}

const receipts = fetched(async () => (await import("./receipts-page.tsx")).ReceiptsPage);
const refund = fetched(async () => (await import("./refund-page.tsx")).RefundPage);
const balance = fetched(async () => (await import("./balance-page.tsx")).BalancePage);
const register = fetched(async () => (await import("./register-page.tsx")).RegisterPage);
const parked = fetched(async () => (await import("./parked-page.tsx")).ParkedPage);
const cashMove = fetched(async () => (await import("#renderer/shift/cash-move-page.tsx")).CashMovePage);
const report = fetched(async () => (await import("#renderer/shift/report-page.tsx")).ReportPage);
const closeShift = fetched(async () => (await import("#renderer/shift/close-shift-page.tsx")).CloseShiftPage);
const z = fetched(async () => (await import("#renderer/shift/z-screen.tsx")).ZScreen);
const openShift = fetched(
  async () => (await import("#renderer/shift/open-shift-screen.tsx")).OpenShiftScreen,
);
const sale = fetched(async () => (await import("./sale-screen.tsx")).SaleScreen);
const pay = fetched(async () => (await import("./pay-screen.tsx")).PayScreen);
const completed = fetched(async () => (await import("./completed-screen.tsx")).CompletedScreen);
const enrol = fetched(async () => (await import("#renderer/setup/enrol-screen.tsx")).EnrolScreen);
const menu = fetched(async () => (await import("./menu.tsx")).Menu);
const keys = fetched(async () => (await import("#renderer/ui/shortcut-map.tsx")).ShortcutMap);

export const ReceiptsPage = receipts.Page;
export const RefundPage = refund.Page;
export const BalancePage = balance.Page;
export const RegisterPage = register.Page;
export const ParkedPage = parked.Page;
export const CashMovePage = cashMove.Page;
export const ReportPage = report.Page;
export const CloseShiftPage = closeShift.Page;
export const ZScreen = z.Page;
export const OpenShiftScreen = openShift.Page;
export const SaleScreen = sale.Page;
export const PayScreen = pay.Page;
export const CompletedScreen = completed.Page;
export const EnrolScreen = enrol.Page;
export const Menu = menu.Page;
export const ShortcutMap = keys.Page;

/** In the order in which a day needs them. */
const ALL = [
  ...[openShift, sale, pay, completed, menu, receipts, refund, balance],
  ...[parked, keys, register, cashMove, report, closeShift, z, enrol],
];

/** Fetches the rest once the first screen stands. What fails is fetched again by whoever opens it. */
export function useFetchRest(): void {
  useEffect(() => {
    const fetchAll = async () => {
      for (const { fetch } of ALL) await fetch().catch(() => undefined);
    };
    const idle = requestIdleCallback(() => void fetchAll(), { timeout: IDLE_MS_MAX });
    return () => cancelIdleCallback(idle);
  }, []);
}
