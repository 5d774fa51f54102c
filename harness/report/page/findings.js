// SPDX-License-Identifier: MIT
// The page of several findings, with links to their files.

const FILES = [
    ['report.html', 'report'],
    ['repro.c', 'C program'],
    ['shrunk.ops', 'program'],
    ['joined.ops', 'program'],
    ['input', 'input'],
    ['input.ops', 'input'],
    ['finding.json', 'JSON'],
];

/** Findings of one cause, after the one that leads them and lists the places of all. */
function groupsOf(findings) {
    const leaders = findings.filter(({group}, index) => group === index);
    return leaders.map((leader) => [
        leader,
        ...findings.filter((each) => each.group === leader.group && each !== leader),
    ]);
}

function encodedPath(folder, file) {
    return [...folder.split('/'), file].map(encodeURIComponent).join('/');
}

function fileLinks({folder, files}) {
    const there = FILES.filter(([file]) => files.includes(file));
    return element(
        'p',
        {class: 'files'},
        there.map(([file, name]) =>
            element(
                'a',
                {href: encodedPath(folder, file), 'aria-label': `${name} of ${folder}`},
                name,
            ),
        ),
    );
}

function opList(finding) {
    const ops = finding.ops ?? [],
        failing = finding.op?.index;
    const lines = ops.map((op, index) =>
        element(
            'li',
            {
                class: index === failing ? 'failing' : null,
                'aria-current': index === failing ? 'true' : null,
            },
            element('code', {}, op),
        ),
    );
    return element('ol', {class: 'ops', start: '0'}, lines);
}

const OPS_SHOWN = 24;

function foldedOps(finding) {
    const count = finding.ops?.length ?? 0;
    return element(
        'details',
        {open: count > 0 && count <= OPS_SHOWN},
        element('summary', {}, plural(count, 'op')),
        opList(finding),
    );
}

function searchLine({search, ops}) {
    const words = [
        search?.engine ? `Found by ${search.engine}` : null,
        search?.random_seed !== undefined ? `random seed ${search.random_seed}` : null,
        search && search.ops_before > (ops?.length ?? 0)
            ? `shrunk from ${plural(search.ops_before, 'op')}`
            : null,
        search?.minimal ? 'every op is needed' : null,
    ].filter(Boolean);
    return words.length === 0
        ? null
        : element('p', {class: 'aside'}, `${capital(words.join(', '))}.`);
}

function alsoIn(more) {
    const page = (each) =>
        encodedPath(
            each.folder,
            each.files.includes('report.html') ? 'report.html' : 'finding.json',
        );
    return element(
        'p',
        {class: 'aside'},
        `Seen ${grouped(more.length + 1)} times; also in `,
        more.flatMap((each, index) => [
            index > 0 ? ', ' : '',
            element('a', {href: page(each)}, each.folder),
        ]),
        '.',
    );
}

function findingCard(group) {
    const {finding} = group[0];
    const more = group.slice(1);
    return element(
        'article',
        {class: 'finding', id: finding.name},
        element(
            'h3',
            {},
            badge(true, finding.oracle?.id ?? 'finding'),
            ' ',
            finding.allocator?.name ?? '',
            element('cite', {}, finding.oracle?.source ?? ''),
        ),
        element('p', {}, `${capital(finding.oracle?.rule ?? '')}.`),
        evidence(finding),
        finding.explanation ? factList(finding.explanation) : null,
        finding.stack ? stackList(finding.stack) : null,
        finding.also_seen ? alsoSeen(finding.also_seen) : null,
        finding.reproduce ? commandLine(finding.reproduce) : null,
        foldedOps(finding),
        fileLinks(group[0]),
        searchLine(finding),
        more.length === 0 ? null : alsoIn(more),
    );
}

function findingsTable(groups) {
    return section(
        'all',
        'All findings',
        element(
            'div',
            {class: 'scroll'},
            table(
                'Findings of one cause share a row',
                ['Finding', 'Oracle', 'Allocator', 'Failing op', '#Ops', '#Count'],
                groups.map((group) => {
                    const {finding} = group[0];
                    return [
                        element('a', {href: `#${encodeURIComponent(finding.name)}`}, finding.name),
                        element('code', {}, finding.oracle?.id ?? ''),
                        finding.allocator?.name ?? '',
                        element('code', {}, finding.op?.text ?? finding.op?.kind ?? ''),
                        grouped(finding.ops?.length ?? 0),
                        grouped(group.length),
                    ];
                }),
            ),
        ),
    );
}

function findingsVerdict(data, groups) {
    const bad = groups.length > 0;
    const oracles = new Set(groups.map((group) => group[0].finding.oracle?.id));
    const folders = `${plural(data.findings.length, 'folder')} in ${data.name}`;
    return element(
        'section',
        {class: `verdict ${bad ? 'is-bad' : 'is-good'}`, 'aria-labelledby': 'verdict'},
        badge(bad, bad ? plural(groups.length, 'finding') : 'Clean'),
        element(
            'h1',
            {id: 'verdict'},
            bad ? `Findings of ${plural(oracles.size, 'oracle')}` : 'No finding',
        ),
        element(
            'p',
            {class: 'guarantee'},
            bad ? `${folders}; findings of one cause count once.` : `${data.name} contains none.`,
        ),
    );
}

function showFindings(data) {
    const groups = groupsOf(data.findings),
        main = document.getElementById('main');
    document.getElementById('what').textContent = data.name;
    main.append(findingsVerdict(data, groups));
    if (groups.length > 0) {
        main.append(findingsTable(groups), section('each', 'Details', groups.map(findingCard)));
    }
    return {};
}
