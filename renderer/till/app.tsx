// Which screen stands: what the till says comes first (enrolment, person, shift, sale), then where the person went.
import { lazy, Suspense, useEffect, useState } from "react";
import type { TillView } from "#core/contract/till.ts";
import type { ClosedShift } from "#renderer/shift/close-shift-page.tsx";
import { useKeptCount } from "#renderer/shift/kept-count.ts";
import { useLanguage } from "#renderer/ui/i18n/language.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { LineGone, useNow } from "#renderer/ui/line-gone.tsx";
import { StatusBar } from "#renderer/ui/status-bar.tsx";
import styles from "./app.module.css";
import { useTill, useTillState, useView, ViewProvider } from "./desk.tsx";
import { Header } from "./header.tsx";
import {
  BalancePage,
  CashMovePage,
  CloseShiftPage,
  CompletedScreen,
  EnrolScreen,
  Menu,
  OpenShiftScreen,
  ParkedPage,
  PayScreen,
  ReceiptsPage,
  RefundPage,
  RegisterPage,
  ReportPage,
  SaleScreen,
  ShortcutMap,
  useFetchRest,
  ZScreen,
} from "./lazy-pages.ts";
import { type Page, SALE_PAGE } from "./pages.ts";
import { SearchSlot } from "./search-slot.tsx";
import { useShortcuts } from "./shortcuts.ts";
import { SignInScreen } from "./sign-in-screen.tsx";
import { ChosenTenderProvider } from "./start-paying.tsx";

// Only the demo has it, so only the demo loads it.
const DevicesSheet = lazy(() => import("#renderer/devices/devices-sheet.tsx"));

export function App() {
  const { connection, view } = useTillState();
  return (
    <>
      {view !== null && (
        <ViewProvider view={view}>
          <Frame isLineOpen={connection.kind === "open"} />
        </ViewProvider>
      )}
      <LineGone state={connection} />
    </>
  );
}

/** The head, the screen and the status bar: the same places whatever is shown. */
function Frame({ isLineOpen }: Readonly<{ isLineOpen: boolean }>) {
  const view = useView();
  const { clockOffsetMs } = useTillState();
  const nowMs = useNow(5_000) + clockOffsetMs;
  const [page, setPage] = useState<Page>(SALE_PAGE);
  const [sheet, setSheet] = useState<"none" | "menu" | "keys" | "devices">("none");
  const [closed, setClosed] = useState<ClosedShift | null>(null);
  const shortcuts = useShortcuts();
  useLanguageOfTill(isLineOpen);
  useFetchRest();

  // Who signs out leaves the page they were on.
  const personId = view.person?.staffId;
  const shiftId = view.shift?.shiftId;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the change of person or shift is what matters
  useEffect(() => {
    setPage(SALE_PAGE);
    setSheet((open) => (open === "devices" ? open : "none"));
  }, [personId, shiftId]);

  const close = () => setSheet("none");
  const isAtWork = view.person !== null && view.shift !== null;
  const isFree = isAtWork && view.sale?.stage !== "paying";
  useKeys({
    level: "page",
    keys: {
      "?": () => setSheet("keys"),
      F10: isAtWork ? () => setSheet((open) => (open === "menu" ? "none" : "menu")) : undefined,
      F6: isFree ? () => setPage({ name: "parked" }) : undefined,
      F7: isFree ? () => setPage({ name: "receipts" }) : undefined,
      F8: isFree ? () => setPage({ name: "balance" }) : undefined,
      F12: view.demo ? () => setSheet((open) => (open === "devices" ? "none" : "devices")) : undefined,
    },
  });

  return (
    <ChosenTenderProvider>
      <SearchSlot>
        <div className={styles.frame} data-beside={sheet === "devices" || undefined}>
          <Header
            nowMs={nowMs}
            onMenu={isAtWork ? () => setSheet("menu") : undefined}
            onDevices={
              view.demo ? () => setSheet((open) => (open === "devices" ? "none" : "devices")) : undefined
            }
          />
          <main className={styles.main}>
            <Suspense fallback={null}>
              {closed === null ? (
                <Screen view={view} page={page} go={setPage} onClosed={setClosed} />
              ) : (
                <ZScreen closed={closed} onDone={() => setClosed(null)} />
              )}
            </Suspense>
          </main>
          <StatusBar
            line={view.line}
            devices={view.devices}
            nowMs={nowMs}
            utcOffsetMinutes={view.utcOffsetMinutes}
            openAttempts={view.openAttempts}
            alarm={view.alarm}
          />
          <Suspense fallback={null}>
            {sheet === "menu" && (
              <Menu go={setPage} onClose={close} onKeys={() => setSheet("keys")} isFree={isFree} />
            )}
            {sheet === "keys" && <ShortcutMap shortcuts={shortcuts} onClose={close} />}
          </Suspense>
        </div>
        <Suspense fallback={null}>{sheet === "devices" && <DevicesSheet onClose={close} />}</Suspense>
      </SearchSlot>
    </ChosenTenderProvider>
  );
}

type ScreenProps = Readonly<{
  view: TillView;
  page: Page;
  go: (page: Page) => void;
  onClosed: (closed: ClosedShift) => void;
}>;

function Screen({ view, page, go, onClosed }: ScreenProps) {
  const [counts, setCounts] = useKeptCount(`${view.person?.staffId} ${view.shift?.shiftId}`);
  if (view.enrolled === false) return <EnrolScreen />;
  if (view.person === null) return <SignInScreen />;
  if (view.shift === null) return <OpenShiftScreen />;
  // A payment under way is never hidden by a page.
  if (view.sale?.stage === "paying") return <PayScreen sale={view.sale} />;
  const back = () => go(SALE_PAGE);
  switch (page.name) {
    case "sale":
      return view.sale?.stage === "completed" ? <CompletedScreen sale={view.sale} /> : <SaleScreen go={go} />;
    case "receipts":
      return <ReceiptsPage onBack={back} go={go} />;
    case "refund":
      return <RefundPage onBack={back} receiptNumber={page.receiptNumber} saleId={page.saleId} />;
    case "balance":
      return <BalancePage onBack={back} />;
    case "register":
      return <RegisterPage onBack={back} />;
    case "parked":
      return <ParkedPage onBack={back} />;
    case "cash-move":
      return <CashMovePage onBack={back} />;
    case "report":
      return <ReportPage onBack={back} />;
    case "close-shift":
      return (
        <CloseShiftPage
          counts={counts}
          onCounts={setCounts}
          onBack={back}
          onParked={() => go({ name: "parked" })}
          onClosed={onClosed}
        />
      );
  }
}

/** Receipts are printed in the language of the screen. */
function useLanguageOfTill(isLineOpen: boolean): void {
  const { language } = useLanguage();
  const till = useTill();
  useEffect(() => {
    // Where it fails, the next line or the next choice sends it again; receipts stay in the language before.
    if (isLineOpen) till.setLanguage({ language }).catch(() => undefined);
  }, [isLineOpen, language, till]);
}
