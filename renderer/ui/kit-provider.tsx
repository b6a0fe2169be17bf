// What every page stands in: the theme and the language.
import { MantineProvider } from "@mantine/core";
import { setNonce } from "get-nonce";
import "@mantine/core/styles.layer.css";
import type { ReactNode } from "react";
import "./fonts.css";
import "./base.css";
import { LanguageProvider } from "./i18n/language.tsx";
import { theme, themeVariables } from "./theme.ts";

// What locks the page behind a dialog makes a style sheet of its own and asks here for the nonce.
setNonce(styleNonce());

export function KitProvider({ children }: Readonly<{ children: ReactNode }>) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={themeVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <LanguageProvider>{children}</LanguageProvider>
    </MantineProvider>
  );
}

/** The nonce of this response: without it the strict policy refuses the styles that Mantine makes. */
function styleNonce(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');
  return meta?.nonce || meta?.getAttribute("nonce") || "";
}
