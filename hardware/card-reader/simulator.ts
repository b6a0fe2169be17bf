// A card reader that is not there: sends on the real wire what a reader sends when a card is drawn through it.
import type { SwipeFault } from "#core/contract/simulators.ts";
import { openPlug, type Plug } from "../simulated/plug.ts";
import { swipeChunks } from "./swipe-bytes.ts";

/** What the demo's cards bear: the end of 2030. */
const EXPIRY = "3012";

export type SimulatedReader = Readonly<{
  plug: Plug;
  swipes(): number;
  /** Fails with DEVICE_ABSENT where it is unplugged or nobody listens. */
  swipe(cardNumber: string, expiry: string | undefined, fault: SwipeFault): Promise<void>;
}>;

export async function simulateCardReader(
  address: string | undefined,
  onChange: () => void,
): Promise<SimulatedReader> {
  let swipes = 0;
  const plug = await openPlug(address, {
    bytes: () => undefined, // a reader takes no commands
    connected: () => undefined,
    change: onChange,
  });
  return {
    plug,
    swipes: () => swipes,
    swipe: async (cardNumber, expiry = EXPIRY, fault) => {
      for (const chunk of swipeChunks({ cardNumber, expiry, fault })) await plug.send(chunk);
      swipes += 1;
      onChange();
    },
  };
}
