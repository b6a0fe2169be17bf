// What could be lost at a till, in both languages.
import type { Tables } from "#renderer/ui/i18n/messages.ts";

const en = {
  exposure: "Offline exposure by till",
  setAside: "Set aside in grants (cannot be lost)",
  riskTaken: "Taken at risk today",
  riskCap: "May be taken at risk",
  riskLeft: "Could still be taken at risk",
};

const ko: Tables<typeof en>["ko"] = {
  exposure: "계산대별 오프라인 노출액",
  setAside: "따로 둔 금액 (손실 없음)",
  riskTaken: "오늘 위험 부담으로 받은 금액",
  riskCap: "위험 부담 한도",
  riskLeft: "위험 부담 남은 한도",
};

export const exposureWords: Tables<typeof en> = { en, ko };
