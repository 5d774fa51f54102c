// SPDX-License-Identifier: MIT
// The verdict, first of all: what broke, what was guaranteed and where, what came, and how to see it
// again; or that nothing broke, and how much was looked at.

function badge(bad, text) {
    return element('span', {class: `badge ${bad ? 'is-bad' : 'is-good'}`}, text);
}

function copyButton(text) {
    const button = element(
        'button',
        {
            type: 'button',
            class: 'quiet copy',
            click: async () => {
                try {
                    await navigator.clipboard.writeText(text);
                    button.textContent = 'Copied';
                } catch {
                    getSelection().selectAllChildren(button.previousElementSibling);
                    button.textContent = 'Selected';
                }
                announce(button.textContent);
                setTimeout(() => {
                    button.textContent = 'Copy';
                }, 1500);
            },
        },
        'Copy',
    );
    return button;
}

function commandLine(command) {
    return element(
        'div',
        {class: 'command'},
        element('span', {class: 'label'}, 'Reproduce'),
        element(
            'pre',
            {tabindex: '0', role: 'region', 'aria-label': 'Command'},
            element('code', {}, command),
        ),
        copyButton(command),
    );
}

function evidence(finding) {
    const side = (name, text, kind) =>
        element(
            'div',
            {class: `evidence ${kind}`},
            element('dt', {}, name),
            element('dd', {}, text),
        );
    return element(
        'dl',
        {class: 'evidences'},
        side('Expected', finding.expected, 'is-good'),
        side('Actual', finding.actual, 'is-bad'),
    );
}

function findingVerdict(data, show) {
    const finding = data.finding;
    const text = data.ops[finding.op] ?? 'at the end, where what is live is checked and freed';
    const round = finding.round > 0 ? ` in round ${grouped(finding.round + 1)}` : '';
    return element(
        'section',
        {class: 'verdict is-bad', 'aria-labelledby': 'verdict'},
        badge(true, 'Finding'),
        element(
            'h1',
            {id: 'verdict'},
            element('code', {}, finding.oracle),
            ' is broken by ',
            element('span', {class: 'target'}, data.allocator),
        ),
        element(
            'p',
            {class: 'guarantee'},
            capital(finding.rule),
            '.',
            element('cite', {}, finding.source),
        ),
        element(
            'p',
            {class: 'failing-op'},
            finding.op < data.ops.length
                ? element('span', {class: 'index'}, `op ${grouped(finding.op)}`)
                : null,
            element('code', {}, text),
            round,
            data.explanation?.call ? element('code', {class: 'call'}, data.explanation.call) : null,
            element(
                'button',
                {type: 'button', class: 'link', id: 'show-failure', click: show},
                'Show in the picture',
            ),
        ),
        evidence(finding),
        data.explanation?.wrong
            ? element('p', {class: 'aside'}, `Wrong: ${data.explanation.wrong}.`)
            : null,
        data.command ? commandLine(data.command) : null,
    );
}

function cleanVerdict(data) {
    const oracles = Object.values(data.checked).filter((count) => count > 0);
    const comparisons = oracles.reduce((sum, count) => sum + count, 0);
    return element(
        'section',
        {class: 'verdict is-good', 'aria-labelledby': 'verdict'},
        badge(false, 'Clean'),
        element(
            'h1',
            {id: 'verdict'},
            'Nothing is wrong on ',
            element('span', {class: 'target'}, data.allocator),
        ),
        element(
            'p',
            {class: 'guarantee'},
            `${plural(oracles.length, 'oracle')} checked ${plural(data.counts.calls, 'call')} ` +
                `in ${plural(comparisons, 'comparison')}, all runs that they ask for together.`,
        ),
        data.command ? commandLine(data.command) : null,
    );
}

/** A sentence starts with a capital letter, but for the name of a function. */
function capital(text) {
    return /^(re|c|m)?alloc\b|^(free|malloc)\b/.test(text)
        ? text
        : text.charAt(0).toUpperCase() + text.slice(1);
}

/** One figure with its name. */
function tile(name, figure, remark) {
    return element(
        'div',
        {class: 'tile'},
        element('dt', {}, name),
        element('dd', {}, figure),
        remark ? element('dd', {class: 'remark'}, remark) : null,
    );
}

/** Of the run that is drawn; the counts are of all runs that the oracles asked for. */
function figuresOf({data, bars, steps}) {
    const {journal, counts} = data,
        peak = (name) =>
            journal[name].reduce((most, value) => Math.max(most, numeric(value) || 0), 0);
    if (!journal) {
        return {
            calls: counts.calls,
            blocks: 0,
            live: counts.live_peak,
            held: counts.held_peak,
            requests: counts.page_requests,
            refused: counts.refused,
        };
    }
    let calls = 0;
    for (let step = 0; step < steps.count; step++) {
        calls += steps.event[step] !== NONE && steps.op[step] < data.ops.length ? 1 : 0;
    }
    return {
        calls,
        blocks: bars.count,
        live: peak('live'),
        held: peak('held'),
        requests: journal.page.call.length,
        refused: journal.page.refused.filter(Boolean).length,
    };
}

function tiles(model) {
    const {data} = model,
        {calls, blocks, live, held, requests, refused} = figuresOf(model);
    return element(
        'dl',
        {class: 'tiles', 'aria-label': 'In figures'},
        tile('Calls', grouped(calls), plural(data.ops.length, 'op')),
        tile('Blocks live', grouped(blocks), null),
        tile('Live at most', bytes(live), 'at once'),
        tile(
            'Held at most',
            held > 0 ? bytes(held) : '\u2013',
            held > 0 ? 'of the page source' : 'takes its own pages',
        ),
        tile(
            'Held per byte live',
            held > 0 ? ratio(held, live) : '\u2013',
            held > 0 ? `${bytes(Math.max(held - live, 0))} of waste` : null,
        ),
        tile(
            'Page requests',
            held > 0 ? grouped(requests) : '\u2013',
            refused > 0 ? `${grouped(refused)} refused` : null,
        ),
    );
}
