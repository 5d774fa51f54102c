// SPDX-License-Identifier: MIT
// The verdict: the failed oracle, its rule, evidence and command; or how much was checked.

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

/** Other places where a campaign saw the same cause. */
function alsoSeen(places) {
    return element(
        'p',
        {class: 'aside also-seen'},
        'Also seen at: ',
        places.flatMap((place, index) => [index > 0 ? '; ' : '', element('code', {}, place)]),
        '.',
    );
}

function findingVerdict(data, show) {
    const finding = data.finding;
    const text = data.ops[finding.op] ?? `at ${finding.place}, when ${finding.during}`;
    const round = finding.round > 0 ? ` in round ${grouped(finding.round + 1)}` : '';
    return element(
        'section',
        {class: 'verdict is-bad', 'aria-labelledby': 'verdict'},
        badge(true, 'Finding'),
        element(
            'h1',
            {id: 'verdict'},
            element('code', {}, finding.oracle),
            ' fails on ',
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
        data.also_seen ? alsoSeen(data.also_seen) : null,
        data.reproducer ? element('p', {class: 'aside'}, `${data.reproducer}.`) : null,
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
            'No finding on ',
            element('span', {class: 'target'}, data.allocator),
        ),
        element(
            'p',
            {class: 'guarantee'},
            `${plural(oracles.length, 'oracle')} made ${plural(comparisons, 'comparison')} ` +
                `in ${plural(data.counts.calls, 'call')}, replays included.`,
        ),
        data.command ? commandLine(data.command) : null,
    );
}

/** Capitalizes a sentence unless it starts with the name of a function. */
function capital(text) {
    return /^(re|c|m)?alloc\b|^(free|malloc)\b/.test(text)
        ? text
        : text.charAt(0).toUpperCase() + text.slice(1);
}

function tile(name, figure, remark) {
    return element(
        'div',
        {class: 'tile'},
        element('dt', {}, name),
        element('dd', {}, figure),
        remark ? element('dd', {class: 'remark'}, remark) : null,
    );
}

/** Figures of the run in the picture; the counts of the data include replays. */
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
        {class: 'tiles', 'aria-label': 'Figures'},
        tile('Calls', grouped(calls), plural(data.ops.length, 'op')),
        tile('Blocks', grouped(blocks), null),
        tile('Peak live', bytes(live), null),
        tile(
            'Peak held',
            held > 0 ? bytes(held) : '\u2013',
            held > 0 ? 'from the page source' : 'finds its own pages',
        ),
        tile(
            'Held per live byte',
            held > 0 ? ratio(held, live) : '\u2013',
            held > 0 ? `${bytes(Math.max(held - live, 0))} wasted` : null,
        ),
        tile(
            'Page requests',
            held > 0 ? grouped(requests) : '\u2013',
            refused > 0 ? `${grouped(refused)} refused` : null,
        ),
    );
}
