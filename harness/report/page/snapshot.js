// SPDX-License-Identifier: MIT
// Details of a finding: facts, bytes around the first wrong one, neighbouring blocks, stack, output.

const PER_ROW = 16; // bytes

function byteAt(text, index) {
    return text.slice(2 * index, 2 * index + 2);
}

function hexRow(snapshot, from, last) {
    const actual = element('code', {class: 'hex'}),
        expected = element('code', {class: 'hex'});
    let differs = false;
    for (let index = from; index < Math.min(from + PER_ROW, last); index++) {
        const found = byteAt(snapshot.actual, index),
            wanted = byteAt(snapshot.expected, index);
        differs ||= found !== wanted;
        actual.append(element(found === wanted ? 'span' : 'mark', {}, found));
        expected.append(element('span', {class: found === wanted ? 'same' : null}, wanted));
    }
    return [
        element('code', {}, `+${grouped(numeric(snapshot.window) + from)}`),
        actual,
        differs ? expected : '',
    ];
}

function hexView(snapshot) {
    const count = snapshot.actual.length / 2,
        rows = [];
    for (let from = 0; from < count; from += PER_ROW) {
        rows.push(hexRow(snapshot, from, count));
    }
    return element(
        'div',
        {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Bytes'},
        table(
            'Bytes around the first wrong one',
            ['Offset', 'Actual, wrong bytes marked', 'Expected, if different'],
            rows,
        ),
    );
}

const FACTS = [
    ['thread', 'Thread'],
    ['refused', 'Refused'],
    ['differs', 'Differs'],
    ['wrong', 'Wrong'],
    ['history', 'History'],
    ['contents', 'Contents'],
    ['changed', 'Changed'],
    ['touched', 'Touched'],
    ['overlap', 'Overlap'],
    ['bounds', 'Bounds'],
];

function factList(explanation) {
    const rows = FACTS.filter(([name]) => explanation[name]).map(([name, title]) => [
        title,
        explanation[name],
    ]);
    return rows.length === 0 ? null : element('div', {class: 'facts'}, definitions(rows));
}

function stackList(stack) {
    return stack.length === 0
        ? null
        : element(
              'div',
              {class: 'stack'},
              element('h3', {}, 'The allocator\u2019s stack'),
              element(
                  'ol',
                  {start: '0'},
                  stack.map(({function: name, place}) =>
                      element(
                          'li',
                          {},
                          element('code', {}, name),
                          ' ',
                          element('code', {class: 'aside'}, place),
                      ),
                  ),
              ),
          );
}

function neighbourRow(name, block, reach) {
    const distance = numeric(block.address) - reach;
    return [
        name,
        block.slot >= 0 ? `p${block.slot}` : '\u2013',
        hexadecimal(block.address),
        exactBytes(block.size),
        block.op >= 0 ? grouped(block.op) : '\u2013',
        threadName(block.thread),
        block.ended ? 'freed' : 'live',
        grouped(distance),
    ];
}

function neighbours(snapshot) {
    const named = [
        ['above', snapshot.above],
        ['overlapped block', snapshot.other],
        ['the block', snapshot.block],
        ['below', snapshot.below],
    ];
    const rows = named.filter(([, block]) => block);
    const start = numeric(snapshot.block?.address ?? 0);
    return rows.length < 2
        ? null
        : element(
              'div',
              {class: 'scroll'},
              table(
                  'Blocks in memory, higher addresses first',
                  [
                      '',
                      'Slot',
                      'Address',
                      'Size',
                      '#Allocated by op',
                      'Thread',
                      'State',
                      '#Distance in bytes',
                  ],
                  rows.map(([name, block]) => neighbourRow(name, block, start)),
              ),
          );
}

/** null: nothing is known beyond the verdict. */
function detailSection(data) {
    const {snapshot, explanation} = data;
    const parts = [
        explanation ? factList(explanation) : null,
        snapshot?.actual ? hexView(snapshot) : null,
        snapshot ? neighbours(snapshot) : null,
        explanation ? stackList(explanation.stack) : null,
    ].filter(Boolean);
    const output = data.output
        ? element(
              'details',
              {},
              element('summary', {}, 'Output of the process'),
              element('pre', {class: 'output', tabindex: '0'}, data.output),
          )
        : null;
    return parts.length + (output ? 1 : 0) === 0
        ? null
        : section('snapshot', 'Details of the finding', ...parts, output);
}
