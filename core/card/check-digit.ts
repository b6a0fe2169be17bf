// The two check digits: Luhn (ISO/IEC 7812-1 annex B) for the printed number, as every reader expects it,
// and Damm (2004) for the PIN#, because people type that one and Damm finds every swap of two neighbours.

/** Rest of Luhn's sum over digits that end with their check digit; 0 when they are right. */
function luhnRest(digits: string): number {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10;
}

export const luhnDigit = (digits: string): string => String((10 - luhnRest(`${digits}0`)) % 10);
export const passesLuhn = (digits: string): boolean => /^\d+$/.test(digits) && luhnRest(digits) === 0;

/** Damm's totally anti-symmetric quasigroup of order 10; its diagonal is zero, so a right number ends in 0. */
const DAMM = [
  [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
  [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
  [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
  [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
  [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
  [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
  [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
  [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
  [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
  [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
] as const;

function dammRest(digits: string): number {
  let rest = 0;
  for (const digit of digits) rest = DAMM[rest]?.[Number(digit)] ?? 0;
  return rest;
}

export const dammDigit = (digits: string): string => String(dammRest(digits));
export const passesDamm = (digits: string): boolean => /^\d+$/.test(digits) && dammRest(digits) === 0;
