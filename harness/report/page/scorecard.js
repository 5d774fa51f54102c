// SPDX-License-Identifier: MIT
// The page of a scorecard: allocators side by side, correctness and cost.

const STATES = {pass: 'is-good', finding: 'is-bad'};

function stateCell(oracle) {
    const text = oracle.state === 'finding' ? plural(oracle.findings, 'finding') : oracle.state;
    return element(
        'span',
        {
            class: `badge ${STATES[oracle.state.toLowerCase()] ?? 'is-quiet'}`,
            title: plural(oracle.checked, 'comparison'),
        },
        text,
    );
}

function oracleTable(card) {
    const ids = Object.keys(card.allocators[0]?.oracles ?? {});
    return section(
        'oracles',
        'Correctness',
        element(
            'div',
            {class: 'scroll'},
            table(
                `Oracles over ${plural(card.programs, 'program')}`,
                ['Oracle', ...card.allocators.map((each) => each.name)],
                ids.map((id) => [
                    element('code', {}, id),
                    ...card.allocators.map((each) => stateCell(each.oracles[id])),
                ]),
            ),
        ),
    );
}

function misuseCell(misuse) {
    if (!misuse || misuse.tried === 0) {
        return element('span', {class: 'badge is-quiet'}, 'not tried');
    }
    if (misuse.caught === misuse.tried) {
        return element('span', {class: 'badge is-good', title: misuse.text}, 'caught');
    }
    const of = (count) => (count < misuse.tried ? ` ${count} of ${misuse.tried}` : '');
    const text =
        misuse.caught > 0
            ? `caught${of(misuse.caught)}`
            : misuse.crashed > 0
              ? `crashes${of(misuse.crashed)}`
              : 'missed';
    return element('span', {class: 'badge is-quiet', title: misuse.text}, text);
}

function misuseTable(card) {
    const kinds = [...new Set(card.allocators.flatMap((each) => Object.keys(each.misuse ?? {})))];
    return kinds.length === 0
        ? null
        : section(
              'misuse',
              'Misuse',
              element(
                  'div',
                  {class: 'scroll'},
                  table(
                      'Misuse detected',
                      ['Misuse', ...card.allocators.map((each) => each.name)],
                      kinds.map((kind) => [
                          kind,
                          ...card.allocators.map((each) => misuseCell(each.misuse?.[kind])),
                      ]),
                  ),
              ),
          );
}

/** A figure with its bar, or why it was not measured. */
function costCell(cost, figure, most) {
    return cost && cost.state === 'measured'
        ? share(figure(cost), cost.ratio, most, 'held-line')
        : element('span', {class: 'aside'}, cost?.state ?? 'not measured');
}

function costTable(card, id, title, caption, which, figure) {
    const traces = Object.keys(card.allocators[0]?.traces ?? {});
    const costs = card.allocators.flatMap((each) =>
        traces.map((trace) => each.traces[trace]?.[which]),
    );
    const ratios = costs.map((cost) => cost?.ratio ?? 0).sort((one, other) => one - other);
    /* Clips outliers, so that the other bars stay visible. */
    const most = Math.max(1, Math.min(ratios[ratios.length - 1], 4 * ratios[ratios.length >> 1]));
    return traces.length === 0
        ? null
        : section(
              id,
              title,
              element(
                  'div',
                  {class: 'scroll'},
                  table(
                      caption,
                      ['Trace', ...card.allocators.map((each) => `#${each.name}`)],
                      traces.map((trace) => [
                          trace,
                          ...card.allocators.map((each) =>
                              costCell(each.traces[trace]?.[which], figure, most),
                          ),
                      ]),
                  ),
              ),
          );
}

function scoreFindings(card) {
    const all = card.allocators.flatMap((each) =>
        each.findings.map((finding) => ({...finding, allocator: each.name})),
    );
    return all.length === 0
        ? null
        : section(
              'findings',
              'Findings',
              all.map((finding) =>
                  element(
                      'article',
                      {class: 'finding'},
                      element('h3', {}, badge(true, finding.oracle), ' ', finding.allocator),
                      element(
                          'dl',
                          {class: 'evidences'},
                          element(
                              'div',
                              {class: 'evidence is-good'},
                              element('dt', {}, 'Expected'),
                              element('dd', {}, finding.expected),
                          ),
                          element(
                              'div',
                              {class: 'evidence is-bad'},
                              element('dt', {}, 'Actual'),
                              element('dd', {}, finding.actual),
                          ),
                      ),
                      finding.reproduce ? commandLine(finding.reproduce) : null,
                  ),
              ),
          );
}

function scoreVerdict(card) {
    const broken = card.allocators.filter((each) => each.findings.length > 0),
        bad = broken.length > 0;
    const names = broken.map((each) => each.name).join(', ');
    return element(
        'section',
        {class: `verdict ${bad ? 'is-bad' : 'is-good'}`, 'aria-labelledby': 'verdict'},
        badge(
            bad,
            bad
                ? plural(
                      broken.reduce((sum, each) => sum + each.findings.length, 0),
                      'finding',
                  )
                : 'Clean',
        ),
        element(
            'h1',
            {id: 'verdict'},
            bad ? `Findings on ${names}` : 'No findings',
        ),
        element(
            'p',
            {class: 'guarantee'},
            `${plural(card.programs, 'program')} on ` +
                `${plural(card.allocators.length, 'allocator')}` +
                (card.compared_with
                    ? `, answers compared with those of ${card.compared_with}.`
                    : '.'),
        ),
    );
}

function showScorecard(data) {
    const card = data.card;
    document.getElementById('what').textContent =
        `Scorecard of ${card.allocators.map((each) => each.name).join(', ')}`;
    document
        .getElementById('main')
        .append(
            ...[
                scoreVerdict(card),
                scoreFindings(card),
                oracleTable(card),
                misuseTable(card),
                costTable(
                    card,
                    'memory-cost',
                    'Memory',
                    'Peak of held bytes for the peak of live bytes',
                    'memory',
                    (cost) => cost.ratio.toFixed(2),
                ),
                costTable(
                    card,
                    'time-cost',
                    'Time',
                    'Nanoseconds per call, and relative to the C library',
                    'time',
                    (cost) => `${cost.ns_per_call.toFixed(0)} ns, \u00d7${cost.ratio.toFixed(2)}`,
                ),
            ].filter(Boolean),
        );
    return {};
}
