// Imported before all else by every page: the decoder must not even try to compile code, for the pages' policy forbids it
// and a try that is caught is still reported as a violation.
import { config } from "zod";

config({ jitless: true });
