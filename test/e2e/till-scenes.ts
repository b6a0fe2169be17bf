// Every screen of the till, each reached as a person would or set by the made-up till, in the order of a day.
import { BOOK_SCENES } from "./till-scenes-books.ts";
import { COUNTER_SCENES } from "./till-scenes-counter.ts";
import { PAYING_SCENES } from "./till-scenes-paying.ts";
import type { Scene } from "./till-stage.ts";

export const SCENES: readonly Scene[] = [...COUNTER_SCENES, ...PAYING_SCENES, ...BOOK_SCENES];
