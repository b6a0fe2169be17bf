// Opens the line to the till, then shows what the till says.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import type { tillContract } from "#core/contract/till.ts";
import { connect } from "#renderer/ui/connect.ts";
import { KeysProvider } from "#renderer/ui/keys.tsx";
import { KitProvider } from "#renderer/ui/kit-provider.tsx";
import { openLine } from "#renderer/ui/text-line.ts";
import { App } from "./app.tsx";
import { DeskProvider } from "./desk.tsx";
import { makeTillStore } from "./till-store.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root");
const store = makeTillStore(connect<typeof tillContract>(() => openLine("till")));

createRoot(root).render(
  <StrictMode>
    <KitProvider>
      <KeysProvider>
        <DeskProvider store={store}>
          <App />
        </DeskProvider>
      </KeysProvider>
    </KitProvider>
  </StrictMode>,
);
