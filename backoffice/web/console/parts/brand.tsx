// The name of the house, with the ribbon of the demo where it is one.
import { DemoRibbon } from "#renderer/ui/demo-ribbon.tsx";

/** The server writes its mode into the page. */
const isDemo = document.querySelector<HTMLMetaElement>('meta[name="countersign-mode"]')?.content === "demo";

export function Brand() {
  return <div className="brand">Countersign {isDemo ? <DemoRibbon /> : null}</div>;
}
