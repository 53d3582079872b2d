// The architecture as named rules ("Direction" in docs/architecture.md). Each is tried with a planted violation
// in test/house/import-rules.test.ts: a rule added here without one fails that test.
// Type-only imports count like any other, unless a rule says otherwise.

const engine = "^sim/(kernel|network|storage|runtime|connectors|api)/";
const judges = "^sim/(trace|faults|checkers|search|zoo|harness|teaching)/";
const edge = "^sim/(node|cli)/";
const events = "/events\\.ts$";

/** A folder that may import itself and the folders listed, of all that is ours. */
const looksDown = (name, folder, comment, ...below) => ({
  name,
  comment,
  severity: "error",
  from: { path: `^sim/${folder}/` },
  to: {
    path: "^(sim|scenarios|viz|test)/",
    pathNot: [folder, ...below].map((seen) => `^sim/${seen}/`),
  },
});

/** Inside the runtime: a folder that may not import those above it. */
const belowInRuntime = (name, folder, comment, ...above) => ({
  name,
  comment,
  severity: "error",
  from: { path: `^sim/runtime/${folder}/` },
  to: { path: `^sim/runtime/(${above.join("|")})/` },
});

module.exports = {
  forbidden: [
    looksDown("kernel-stands-alone", "kernel", "Time, order and choice know nothing of streams."),
    looksDown(
      "network-looks-down",
      "network",
      "The network carries buffers it does not read.",
      "kernel",
      "storage",
    ),
    looksDown(
      "storage-looks-down",
      "storage",
      "Storage keeps bytes it does not read.",
      "kernel",
      "network",
    ),
    {
      name: "network-and-storage-are-strangers",
      comment: "Neither needs the other: what uses both is the runtime.",
      severity: "error",
      from: { path: "^sim/(network|storage)/" },
      to: { path: "^sim/(network|storage)/", pathNot: "^sim/$1/" },
    },
    looksDown(
      "runtime-looks-down",
      "runtime",
      "The engine does not know its callers.",
      "kernel",
      "network",
      "storage",
    ),
    looksDown(
      "connectors-look-down",
      "connectors",
      "Connectors use the engine; the author's api uses connectors.",
      "kernel",
      "network",
      "storage",
      "runtime",
    ),
    looksDown(
      "api-looks-down",
      "api",
      "The api builds graphs for the engine. It does not know who runs them.",
      "kernel",
      "network",
      "storage",
      "runtime",
      "connectors",
    ),

    {
      name: "stream-elements-stand-alone",
      comment:
        "What flows lies under all that works on it; of the runtime's own files only events.ts may gather its folders' events.",
      severity: "error",
      from: { path: "^sim/runtime/[^/]+\\.ts$", pathNot: "^sim/runtime/events\\.ts$" },
      to: { path: "^sim/runtime/[^/]+/" },
    },
    {
      name: "runtime-events-gather-events",
      comment: "sim/runtime/events.ts is the union of its folders' events and nothing else.",
      severity: "error",
      from: { path: "^sim/runtime/events\\.ts$" },
      to: { path: "^sim/runtime/[^/]+/", pathNot: events },
    },
    belowInRuntime(
      "state-below-checkpoint",
      "state",
      "State is snapshot; it does not know when.",
      "checkpoint",
      "task",
      "cluster",
    ),
    belowInRuntime(
      "checkpoint-below-task",
      "checkpoint",
      "The protocol reaches the chain through the narrow Checkpointable interface.",
      "task",
      "cluster",
    ),
    belowInRuntime("task-below-cluster", "task", "A task does not know who runs it.", "cluster"),

    {
      name: "engine-never-sees-its-judges",
      comment:
        "No engine folder imports trace readers, faults, checkers, searches, the zoo or the harness.",
      severity: "error",
      from: { path: engine },
      to: { path: judges },
    },
    {
      name: "trace-reads-only-events",
      comment:
        "The trace is the union of the folders' events.ts, with the case and the job's description. It looks into nothing that runs.",
      severity: "error",
      from: { path: "^sim/trace/" },
      to: {
        path: "^(sim|scenarios|viz|test)/",
        pathNot: [
          "^sim/(trace|kernel)/",
          events,
          "^sim/runtime/task/job-graph\\.ts$",
          // Arithmetic on keys, which runs nothing.
          "^sim/runtime/state/key-groups\\.ts$",
          "^sim/harness/case\\.ts$",
        ],
      },
    },
    {
      name: "checkers-see-trace-and-api-types",
      comment:
        "The trace is the only witness: checkers see it, the folders' events, the kernel's words and the api's types.",
      severity: "error",
      from: { path: "^sim/checkers/" },
      to: {
        path: "^(sim|scenarios|viz|test)/",
        pathNot: ["^sim/(checkers|trace|kernel|api)/", events],
      },
    },
    {
      name: "checkers-run-no-api",
      comment: "From the api, checkers import types only.",
      severity: "error",
      from: { path: "^sim/checkers/" },
      to: { path: "^sim/api/", pathNot: events, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "reference-interpreter-is-independent",
      comment:
        "The second opinion shares no code with the engine it judges: only types of the api.",
      severity: "error",
      from: { path: "^sim/checkers/reference-interpreter" },
      to: { path: engine, pathNot: "^sim/api/" },
    },

    {
      name: "teaching-reads-traces",
      comment:
        "Lessons and exercises are data and functions of a trace and its verdicts. Who runs their cases is not decided here.",
      severity: "error",
      from: { path: "^sim/teaching/" },
      to: {
        path: "^(sim|scenarios|viz|test)/",
        pathNot: [
          "^sim/(teaching|trace|kernel|checkers)/",
          events,
          "^sim/api/scenario\\.ts$",
          "^sim/harness/case(-schema)?\\.ts$",
        ],
      },
    },

    {
      name: "scenarios-use-the-door",
      comment:
        "A scenario is written as any author would: with sim/index.ts, data files and its own parameters only.",
      severity: "error",
      from: { path: "^scenarios/", pathNot: "^scenarios/index\\.ts$" },
      to: {
        pathNot: [
          "^sim/index.ts$",
          "^scenarios/data/",
          "^scenarios/[a-z-]+-parameters.ts$",
          "^scenarios/.*.(json|csv|txt)$",
        ],
      },
    },
    {
      name: "registry-lists-scenarios",
      comment: "The registry imports the scenarios and the door.",
      severity: "error",
      from: { path: "^scenarios/index\\.ts$" },
      to: { pathNot: ["^sim/index\\.ts$", "^scenarios/"] },
    },
    {
      name: "registry-is-handed-in",
      comment: "Only cli, node, viz and test import scenarios; all others get them handed in.",
      severity: "error",
      from: { pathNot: ["^scenarios/", edge, "^viz/", "^test/"] },
      to: { path: "^scenarios/" },
    },
    {
      name: "inside-uses-no-door",
      comment: "The doors are for those outside. Inside, import the file that has the thing.",
      severity: "error",
      from: { path: "^sim/", pathNot: [edge, "^sim/harness/bundle\\.ts$"] },
      to: { path: "^sim/(index|testing)\\.ts$" },
    },
    {
      name: "viz-sees-trace-registry-bundle",
      comment:
        "The page is a function of the trace, told in the words of trace and teaching; it runs the engine only as the bundle.",
      severity: "error",
      from: { path: "^viz/" },
      to: {
        path: "^sim/",
        pathNot: [
          "^sim/(trace|teaching)/",
          "^sim/kernel/(canonical-value|invariant)\\.ts$",
          "^sim/index\\.ts$",
          "^sim/harness/(bundle|portable-sha256)\\.ts$",
        ],
      },
    },

    {
      name: "only-the-edge-touches-node",
      comment: "sim/index.ts and all it reaches run unchanged in a browser.",
      severity: "error",
      from: { path: "^(sim|scenarios|viz)/", pathNot: edge },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "nothing-imports-the-edge",
      comment: "Files, workers and arguments are handed in from sim/node and sim/cli.",
      severity: "error",
      from: { path: "^(sim|scenarios|viz)/", pathNot: edge },
      to: { path: edge },
    },
    {
      name: "node-below-cli",
      comment: "The command line uses sim/node, never the other way round.",
      severity: "error",
      from: { path: "^sim/node/" },
      to: { path: "^sim/cli/" },
    },
    {
      name: "no-test-code-in-sim",
      comment: "What ships does not lean on the tests.",
      severity: "error",
      from: { path: "^(sim|scenarios|viz)/" },
      to: { path: "^test/" },
    },

    {
      name: "one-source-of-chance",
      comment: "Only sim/kernel/random.ts imports seedrandom; all others ask the chooser.",
      severity: "error",
      from: { pathNot: "^sim/kernel/random\\.ts$" },
      to: { path: "(^|/)node_modules/(@types/)?seedrandom/" },
    },
    {
      name: "seedrandom-lib-only",
      comment: "seedrandom's main file touches crypto; its lib/ modules are pure.",
      severity: "error",
      from: { path: "^sim/" },
      to: {
        path: "(^|/)node_modules/(@types/)?seedrandom/(?!lib/)",
        dependencyTypesNot: ["type-only"],
      },
    },

    {
      name: "no-cycles",
      comment: "Two files that need each other are one idea, or a third is missing.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "every-import-resolves",
      comment: "An import that leads nowhere is checked by no rule.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "every-package-is-declared",
      comment: "A package that only another package brings in may vanish with it.",
      severity: "error",
      from: {},
      // What peerDependenciesMeta names is "npm-no-pkg" to the tool, besides what else it is.
      to: {
        dependencyTypes: ["npm-no-pkg", "npm-unknown"],
        dependencyTypesNot: ["npm", "npm-dev"],
      },
    },
    {
      name: "what-ships-needs-no-dev-package",
      comment:
        "Installed as a dependency, Cleancut has no devDependencies: it carries its page's views built. fast-check is a peer of sim/testing.ts.",
      severity: "error",
      from: { path: "^(sim|scenarios)/", pathNot: "^sim/node/views-builder\\.ts$" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only", "npm-peer"] },
    },
  ],

  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    // Read by TypeScript 6: version 7, which checks the types here, has no library that this tool could use.
    tsConfig: { fileName: "tsconfig.json" },
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".mjs", ".js", ".json"],
    },
  },
};
