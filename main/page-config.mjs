// How Vite builds a page: for a strict content security policy, with Mantine's style sheets.
import react from "@vitejs/plugin-react";
import mantine from "postcss-preset-mantine";
import simpleVars from "postcss-simple-vars";

/** Put into the page for the server, which replaces it by a fresh nonce in every response. */
export const NONCE_PLACEHOLDER = "__CSP_NONCE__";

/** Mantine's own break points, so that media queries in style sheets may name them. */
const BREAKPOINTS = {
  "mantine-breakpoint-xs": "36em",
  "mantine-breakpoint-sm": "48em",
  "mantine-breakpoint-md": "62em",
  "mantine-breakpoint-lg": "75em",
  "mantine-breakpoint-xl": "88em",
};

/**
 * @param {{ root: string, base: string, outDir: string }} page absolute folders, and the path it is served under
 * @returns {import("vite").InlineConfig}
 */
export function pageConfig({ root, base, outDir }) {
  return {
    configFile: false,
    root,
    base,
    logLevel: "warn",
    plugins: [react()],
    html: { cspNonce: NONCE_PLACEHOLDER },
    css: { postcss: { plugins: [mantine(), simpleVars({ variables: BREAKPOINTS })] } },
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2023",
      sourcemap: true,
      // A font or a picture inside a style sheet would need `data:` in the policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // Charts make up most of the console and are loaded on their own.
      chunkSizeWarningLimit: 900,
    },
  };
}
