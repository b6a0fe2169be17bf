// The till's page. The decoder is set before anything that decodes is even fetched: parts that several screens share come
// before the rest of this file's imports, so an order of imports alone would not do.
import "#renderer/ui/no-eval.ts";

// Where it cannot be fetched there is no page to say so on; the browser reports it.
void import("./page.tsx");
