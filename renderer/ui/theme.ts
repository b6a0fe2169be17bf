// The look of every page as a Mantine theme, and our tokens as style variables in both schemes.
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";
import { SCHEMES, type Scheme, type Token, variableOf } from "./tokens.ts";

const teal: MantineColorsTuple = [
  "#eaf6f4",
  "#d9edea",
  "#b3dad5",
  "#8ac7bf",
  "#5fb3a9",
  "#379c91",
  "#1c8279",
  "#0b5d57",
  "#084842",
  "#04332f",
];

export const FONT = '"Pretendard Variable", Pretendard, system-ui, sans-serif';
/** A Hangul syllable is exactly two columns wide in it, as on a receipt printer. */
export const FONT_MONOSPACE = '"Nanum Gothic Coding", monospace';

const { text, dim, edge, line, surface, sunken, ground } = SCHEMES.dark;
/** The greys that Mantine's own parts are drawn with in the dark, from text to ground. */
const dark: MantineColorsTuple = [text, dim, edge, edge, line, line, sunken, surface, ground, ground];

export const theme = createTheme({
  colors: { teal, dark },
  primaryColor: "teal",
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  fontFamily: FONT,
  fontFamilyMonospace: FONT_MONOSPACE,
  headings: { fontFamily: FONT, fontWeight: "650" },
  defaultRadius: 8,
  radius: { xs: "4px", sm: "8px", md: "8px", lg: "12px", xl: "16px" },
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
  // Nothing that is read is smaller than 16 px, but for the figures beside the axes of a chart.
  fontSizes: { xs: "14px", sm: "16px", md: "16px", lg: "20px", xl: "24px" },
  components: {
    // Help stands beneath its field, so that fields beside one another are in one line.
    InputWrapper: { defaultProps: { inputWrapperOrder: ["label", "input", "description", "error"] } },
  },
  cursorType: "pointer",
  respectReducedMotion: true,
});

const variables = (scheme: Scheme): Record<string, string> => {
  const tokens = SCHEMES[scheme];
  const ours = Object.entries(tokens).map(([token, colour]) => [variableOf(token as Token), colour]);
  return {
    ...Object.fromEntries(ours),
    "--mantine-color-body": tokens.ground,
    "--mantine-color-text": tokens.text,
    "--mantine-color-dimmed": tokens.dim,
    "--mantine-color-placeholder": tokens.dim,
    "--mantine-color-default": tokens.surface,
    "--mantine-color-default-color": tokens.text,
    "--mantine-color-default-border": tokens.line,
    "--mantine-color-error": tokens.refused,
    "--mantine-color-anchor": tokens.accent,
    "--mantine-color-teal-filled": tokens.accent,
    "--mantine-color-teal-filled-hover": tokens.accentPressed,
    "--mantine-color-red-filled": tokens.refused,
    "--mantine-color-red-filled-hover": tokens.refused,
    "--mantine-color-red-light-color": tokens.refused,
  };
};

export const themeVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: variables("light"),
  dark: variables("dark"),
});
