// The lessons, in the order of a class. test/teaching/lessons.test.ts has every one of them run.

import { parseLesson } from "../../sim/teaching/lesson.ts";
import l1 from "./l1.json" with { type: "json" };
import l2 from "./l2.json" with { type: "json" };
import l3 from "./l3.json" with { type: "json" };
import l5 from "./l5.json" with { type: "json" };
import l6 from "./l6.json" with { type: "json" };
import l7 from "./l7.json" with { type: "json" };
import l11 from "./l11.json" with { type: "json" };
import l13 from "./l13.json" with { type: "json" };

export const LESSONS = [l1, l2, l3, l5, l6, l7, l11, l13].map(parseLesson);
