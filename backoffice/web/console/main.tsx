// The console's page. The decoder is set before anything that decodes is even fetched, as in renderer/till/main.tsx.
import "#renderer/ui/no-eval.ts";

// Where it cannot be fetched there is no page to say so on; the browser reports it.
void import("./page.tsx");
