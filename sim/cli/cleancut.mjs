#!/usr/bin/env node
// The launcher behind `npx cleancut`: teaches Node to read TypeScript through tsx, then starts main.ts. Plain
// JavaScript, as the one file Node opens before that. No tsconfig.json is read: the folder it runs in may be anyone's.
import { register } from "tsx/esm/api";

register({ tsconfig: false });
await import("./main.ts");
