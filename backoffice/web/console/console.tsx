// The console: who is signed in, nine words to go by, and the page at hand.
import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense } from "react";
import { Redirect, Route, Router, Switch } from "wouter";
import { api, codeOf } from "./api.ts";
import { SignIn } from "./pages/sign-in.tsx";
import { ErrorNote } from "./parts/error-note.tsx";
import { Frame } from "./parts/frame.tsx";
import { Loading } from "./parts/loading.tsx";
import { MeContext, useMe } from "./parts/me.ts";
import { PrivateQueryProvider } from "./parts/private-query.tsx";

// Charts make up most of the console, so each page is loaded when it is first opened.
const Today = lazy(() => import("./pages/today.tsx").then((page) => ({ default: page.Today })));
const Sales = lazy(() => import("./pages/sales.tsx").then((page) => ({ default: page.Sales })));
const Sale = lazy(() => import("./pages/sale.tsx").then((page) => ({ default: page.Sale })));
const Cards = lazy(() => import("./pages/cards.tsx").then((page) => ({ default: page.Cards })));
const Card = lazy(() => import("./pages/card.tsx").then((page) => ({ default: page.Card })));
const Catalogue = lazy(() => import("./pages/catalogue.tsx").then((page) => ({ default: page.Catalogue })));
const Item = lazy(() => import("./pages/item.tsx").then((page) => ({ default: page.Item })));
const Terminals = lazy(() => import("./pages/terminals.tsx").then((page) => ({ default: page.Terminals })));
const Terminal = lazy(() => import("./pages/terminal.tsx").then((page) => ({ default: page.Terminal })));
const Day = lazy(() => import("./pages/day.tsx").then((page) => ({ default: page.Day })));
const Settlement = lazy(() =>
  import("./pages/settlement.tsx").then((page) => ({ default: page.Settlement })),
);
const Batch = lazy(() => import("./pages/batch.tsx").then((page) => ({ default: page.Batch })));
const Exceptions = lazy(() =>
  import("./pages/exceptions.tsx").then((page) => ({ default: page.Exceptions })),
);
const Person = lazy(() => import("./pages/person.tsx").then((page) => ({ default: page.Person })));
const Staff = lazy(() => import("./pages/staff.tsx").then((page) => ({ default: page.Staff })));

const SESSION_CHECK_MS = 60_000;

export function Console() {
  const me = useQuery({ ...api.staff.me.queryOptions(), refetchInterval: SESSION_CHECK_MS, retry: false });
  if (me.isPending) return <Loading />;
  if (me.isError) {
    return codeOf(me.error) === "LINE_CUT" ? (
      <ErrorNote error={me.error} onRetry={() => void me.refetch()} />
    ) : (
      <SignIn />
    );
  }
  return (
    <MeContext value={me.data}>
      <Router base="/console">
        <Frame>
          <Suspense fallback={<Loading />}>
            <PrivateQueryProvider>
              <Pages />
            </PrivateQueryProvider>
          </Suspense>
        </Frame>
      </Router>
    </MeContext>
  );
}

function Pages(): ReactNode {
  const { role } = useMe();
  return (
    <Switch>
      <Route path="/">{role === "cashier" ? <Redirect to="/cards" replace /> : <Today />}</Route>
      <Route path="/sales" component={Sales} />
      <Route path="/sales/:saleId/:terminalId?">
        {({ saleId, terminalId }) => <Sale saleId={saleId} terminalId={terminalId} />}
      </Route>
      <Route path="/cards" component={Cards} />
      <Route path="/cards/:cardId">{({ cardId }) => <Card cardId={cardId} />}</Route>
      <Route path="/catalogue" component={Catalogue} />
      <Route path="/catalogue/:itemId">{({ itemId }) => <Item itemId={itemId} />}</Route>
      <Route path="/terminals" component={Terminals} />
      <Route path="/terminals/:terminalId">{({ terminalId }) => <Terminal terminalId={terminalId} />}</Route>
      <Route path="/day">
        <Day />
      </Route>
      <Route path="/day/:businessDate">{({ businessDate }) => <Day businessDate={businessDate} />}</Route>
      <Route path="/settlement" component={Settlement} />
      <Route path="/settlement/:batchId">{({ batchId }) => <Batch batchId={batchId} />}</Route>
      <Route path="/exceptions" component={Exceptions} />
      <Route path="/staff" component={Staff} />
      <Route path="/staff/:staffId">{({ staffId }) => <Person staffId={staffId} />}</Route>
      <Route>
        <Redirect to="/" replace />
      </Route>
    </Switch>
  );
}
