const MIN_RATIO = 0.5;
const MAX_MEMORY_MB = 250;
/** CPU of a token by client credentials, against oidc-provider alone. */
const MAX_ISSUANCE_RATIO = 2;
/** Median times of two kinds of 404, either way. */
const MAX_NOT_FOUND_RATIO = 1.1;
/** The 99th percentile of a quiet tenant beside a flooding one, against alone. */
const MAX_NEIGHBOUR_RATIO = 3;

/** Medians of a change that Hydra has, against Hydra's own PUT, by mode. */
const MAX_WRITE_RATIOS = { direct: 3, gate: 2.2 };
/** Milliseconds that the token gate adds to a request, at the median. */
const MAX_GATE_MS = 2;

/**
 * The numbers as a table.
 *
 * @returns the text, and whether ratios and memory reached their targets; the times are for information
 */
export function report(measured) {
  const {
    GET,
    PATCH,
    issuance,
    notFound,
    neighbours,
    tokenHook,
    hydra,
    memory,
    firstStart,
    laterStart,
    token,
  } = measured;
  const isGood = (ratio) => ratio >= MIN_RATIO;
  const isSmall = memory === null || memory <= MAX_MEMORY_MB;
  const isCheap = issuance === null || issuance.ratio <= MAX_ISSUANCE_RATIO;
  const isSilent = Math.max(notFound, 1 / notFound) <= MAX_NOT_FOUND_RATIO;
  const isCalm = neighbours.every(([, , , , ratio]) => ratio <= MAX_NEIGHBOUR_RATIO);
  const text = [
    '',
    row('', 'requests/s', 'p50 ms', 'p99 ms', 'ratio', 'target'),
    ...comparison('GET', GET),
    ...comparison('PATCH', PATCH),
    '',
    line('CPU of a token, floor', issuance?.floor, 'us', ''),
    line('CPU of a token, service', issuance?.service, 'us', ''),
    line('  ratio', issuance?.ratio, '', `at most ${MAX_ISSUANCE_RATIO} ${verdict(isCheap)}`),
    line(
      '404 of others / of nobody',
      notFound,
      '',
      `within ${MAX_NOT_FOUND_RATIO} either way ${verdict(isSilent)}`,
    ),
    ...neighbourTable(neighbours),
    line('token hook, p50', tokenHook.p50, 'ms', ''),
    line('token hook, p99', tokenHook.p99, 'ms', 'aim: 5'),
    ...hydraTable(hydra),
    line('peak resident memory', memory, 'MB', `at most ${MAX_MEMORY_MB} ${verdict(isSmall)}`),
    line('first npm start', firstStart, 's', 'aim: 15'),
    line('later npm start', laterStart, 's', 'aim: 5'),
    line('check of a new token', token.fresh, 'us', 'aim: 150'),
    line('check of a remembered token', token.remembered, 'us', 'aim: 20'),
    '',
  ].join('\n');
  return {
    text,
    reached: [
      isGood(GET.ratio),
      isGood(PATCH.ratio),
      isSmall,
      isCheap,
      isSilent,
      isCalm,
      isLight(hydra),
    ].every(Boolean),
  };

  function comparison(method, { floor, service, ratio }) {
    const target = `at least ${MIN_RATIO} ${verdict(isGood(ratio))}`;
    return [
      row(`${method} floor`, ...numbers(floor)),
      row(`${method} service`, ...numbers(service), ratio.toFixed(2), target),
    ];
  }
}

/** What is shared, the flood for it, the quiet tenant's p99 in milliseconds alone and beside the flood, and their ratio. */
export const neighbourTable = (neighbours) => [
  '',
  'quiet tenant, p99 ms             flood/s   alone flooded   ratio',
  ...neighbours.map(([name, rate, alone, beside, ratio]) => {
    const numbers = [rate, alone, beside, ratio].map((value) => value.toFixed(1).padStart(8)).join('');
    return `${name.padEnd(32)}${numbers}   at most ${MAX_NEIGHBOUR_RATIO} ${verdict(ratio <= MAX_NEIGHBOUR_RATIO)}`;
  }),
  '',
];

/** The stand-in answers faster than any Hydra, so that nothing is to be reached against it. */
const isLight = ({ isReal, direct, gate }) =>
  !isReal ||
  (direct.writes.ratio <= MAX_WRITE_RATIOS.direct &&
    gate.writes.ratio <= MAX_WRITE_RATIOS.gate &&
    gate.tokens.difference <= MAX_GATE_MS &&
    (gate.tokens.memory ?? 0) <= MAX_MEMORY_MB);

export function hydraTable({ isReal, direct, gate }) {
  const target = (most, reached) => (isReal ? `at most ${most} ${verdict(reached)}` : '(a stand-in)');
  const writes = Object.entries({ direct, gate }).flatMap(
    ([
      mode,
      {
        writes: { patch, put, ratio },
      },
    ]) => [
      line(`PATCH with Hydra, ${mode}`, patch, 'ms', ''),
      line("  Hydra's own PUT", put, 'ms', ''),
      line('  ratio', ratio, '', target(MAX_WRITE_RATIOS[mode], ratio <= MAX_WRITE_RATIOS[mode])),
    ],
  );
  const { tokens } = gate;
  return [
    ...writes,
    line('token through the gate', tokens.gate, 'ms', ''),
    line('  from Hydra itself', tokens.direct, 'ms', ''),
    line(
      '  paired difference',
      tokens.difference,
      'ms',
      target(MAX_GATE_MS, tokens.difference <= MAX_GATE_MS),
    ),
    line(
      '  peak memory at 500/s',
      tokens.memory,
      'MB',
      target(MAX_MEMORY_MB, (tokens.memory ?? 0) <= MAX_MEMORY_MB),
    ),
    '',
  ];
}

const verdict = (reached) => (reached ? '(reached)' : '(MISSED)');

const numbers = ({ rate, p50, p99 }) => [
  Math.round(rate).toLocaleString('en'),
  p50.toFixed(2),
  p99.toFixed(2),
];

const row = (name, rate, p50, p99, ratio = '', target = '') =>
  `${name.padEnd(16)}${rate.padStart(10)}${p50.padStart(9)}${p99.padStart(9)}${ratio.padStart(8)}   ${target}`.trimEnd();

/** A value without a unit is a ratio. */
const line = (name, value, unit, target) =>
  `${name.padEnd(28)}${(value?.toFixed(unit ? 1 : 2) ?? 'unknown').padStart(7)} ${unit.padEnd(15)}   ${target}`.trimEnd();
