// The console in a browser.
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { KitProvider } from "#renderer/ui/kit-provider.tsx";
import { queryClient } from "./api.ts";
import { Console } from "./console.tsx";
import "./console.css";

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <KitProvider>
        <QueryClientProvider client={queryClient}>
          <Console />
        </QueryClientProvider>
      </KitProvider>
    </StrictMode>,
  );
}
