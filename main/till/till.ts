// The till: one set of services behind one contract. It knows no screen and no driver.

import { wireMoney } from "#core/contract/values.ts";
import { isPositive } from "#core/money.ts";
import { elapsed } from "#core/time.ts";
import { type DeviceHandlers, watchDevices } from "./device-watch.ts";
import { enquireAbout, enquirySwipeFailed } from "./enquiry.ts";
import { makeLatest } from "./latest.ts";
import { isUnsettled } from "./pay/paying.ts";
import { readCard, startPrepaid, swipeFailed } from "./pay/prepaid.ts";
import { makePrepaidSecrets, type PrepaidSecrets } from "./pay/prepaid-secrets.ts";
import type { TillDeps } from "./ports.ts";
import { resolveRefunds } from "./receipts/refund.ts";
import { restoreState } from "./restore-state.ts";
import { type TillRouter, tillRouter } from "./router.ts";
import { scan } from "./sale/basket.ts";
import { signOutWhoLeft } from "./staff/sign-in.ts";
import { saleDue } from "./state.ts";
import { codeOfError, makeWork, type TillWork } from "./till-work.ts";
import { viewOf } from "./view.ts";

/** Refunds without an answer while the line stands; each question may hold up the cashier for some seconds. */
const ASK_REFUNDS_AGAIN_MS = 60_000;

export type Till = Readonly<{
  /** Answers `tillContract`; serve it on every session of the channel "till". */
  router: TillRouter;
  /** Reads where the till was, resolves what a crash left open, and listens to its devices. */
  start(): Promise<void>;
  /** Lets what is under way end, and ends every watch. The database and the line are closed by who made them. */
  stop(): Promise<void>;
}>;

export function createTill(deps: TillDeps): Till {
  const work = makeWork(deps);
  const secrets = makePrepaidSecrets();
  const views = makeLatest(() => viewOf(work), work.state.revision);
  const stops: (() => void)[] = [];

  const inBackground: Background = (what, action) => {
    work.actions.run(action).catch((error: unknown) => {
      const code = codeOfError(error);
      work.log.warn({ code }, `till.${what}-failed`);
      // Nobody waits for the answer of a device's own doing, so the screen is told.
      const number = (work.state.get().notice?.number ?? 0) + 1;
      if (what === "scan" || what === "swipe") work.state.set({ notice: { number, code } });
    });
  };

  return {
    router: tillRouter(work, secrets, views),
    start: async () => {
      await restoreState(work);
      let wasOnline = false;
      let askedAt = work.journal.now();
      const onLine = () => {
        const isOnline = work.line.state().kind === "online";
        const now = work.journal.now();
        const isAskedAgain =
          work.state.get().openAttempts > 0 && elapsed(askedAt, now) >= ASK_REFUNDS_AGAIN_MS;
        if (isOnline && (!wasOnline || isAskedAgain)) {
          askedAt = now;
          inBackground("refunds", () => resolveRefunds(work));
        }
        wasOnline = isOnline;
        work.state.touch();
      };
      stops.push(
        work.state.onChange(views.changed),
        work.journal.onChange(work.state.touch),
        work.line.onChange(onLine),
        work.snapshots.onChange(() => {
          work.state.touch();
          inBackground("staff-change", () => signOutWhoLeft(work));
        }),
        watchDevices(work, handlersOf(work, secrets, inBackground)).stop,
      );
      onLine();
    },
    stop: async () => {
      for (const stop of stops.splice(0)) stop();
      views.end();
      secrets.forget();
      await work.actions.idle();
    },
  };
}

type Background = (what: "scan" | "swipe" | "refunds" | "staff-change", action: () => Promise<void>) => void;

/** What a device tells the till does what the person's own press would do, and nothing where nobody is signed in. */
function handlersOf(work: TillWork, secrets: PrepaidSecrets, inBackground: Background): DeviceHandlers {
  const isSignedIn = () => work.state.get().person !== null;
  return {
    swiped: (number) => {
      if (isSignedIn()) inBackground("swipe", () => swipe(work, secrets, number));
    },
    unreadable: () => {
      if (isSignedIn()) inBackground("swipe", async () => unreadable(work));
    },
    scanned: (barcode) => {
      if (isSignedIn()) inBackground("scan", () => scan(work, { barcode, quantity: 1 }));
    },
  };
}

/**
 * A swipe at the payment opens the prepaid tender for all that is due, and where a balance is asked it says of which
 * card. Anywhere else it is no action at all.
 */
async function swipe(work: TillWork, secrets: PrepaidSecrets, number: string): Promise<void> {
  const { sale, enquiry } = work.state.get();
  if (sale?.stage !== "paying" && enquiry !== null) return enquireAbout(work, number);
  if (sale?.stage !== "paying" || isUnsettled(sale)) return;
  if (sale.prepaid === null) {
    const due = saleDue(sale);
    if (!isPositive(due)) return;
    await startPrepaid(work, { amount: wireMoney(due) });
  }
  await readCard(work, secrets, number);
}

function unreadable(work: TillWork): void {
  const { sale, enquiry } = work.state.get();
  if (sale?.stage !== "paying" && enquiry !== null) enquirySwipeFailed(work);
  else swipeFailed(work);
}
