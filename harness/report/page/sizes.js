// SPDX-License-Identifier: MIT
// Tables of requested sizes, page requests and checks.

function histogramRows(bars) {
    const rows = new Map();
    for (let bar = 0; bar < bars.count; bar++) {
        const power = bars.size[bar] < 1 ? -1 : Math.floor(Math.log2(bars.size[bar]));
        const row = rows.get(power) ?? {power, count: 0, bytes: 0};
        row.count++;
        row.bytes += bars.size[bar];
        rows.set(power, row);
    }
    return [...rows.values()].sort((one, other) => one.power - other.power);
}

function sizeName(power) {
    const names = {'-1': '0\u00a0B', 0: '1\u00a0B', 1: '2 to 3\u00a0B'};
    return names[power] ?? `${bytes(2 ** power)} up to ${bytes(2 ** (power + 1))}`;
}

/** A figure and a bar for its share. */
function share(figure, part, most, colour) {
    const bar = element('span', {class: 'share', 'aria-hidden': 'true'});
    bar.style.inlineSize = `${Math.min((100 * part) / Math.max(most, 1), 100)}%`;
    bar.style.background = `var(--${colour})`;
    return element('span', {class: 'shared'}, bar, element('span', {}, figure));
}

function sizeHistogram(bars) {
    const rows = histogramRows(bars);
    const most = Math.max(...rows.map((row) => row.count)),
        all = Math.max(...rows.map((row) => row.bytes));
    return section(
        'sizes',
        'Sizes',
        element(
            'div',
            {class: 'scroll'},
            table(
                'Blocks by requested size',
                ['Size', '#Blocks', '#Bytes'],
                rows.map((row) => [
                    sizeName(row.power),
                    share(grouped(row.count), row.count, most, `size-${sizeClass(2 ** row.power)}`),
                    share(bytes(row.bytes), row.bytes, all, 'held-line'),
                ]),
            ),
        ),
    );
}

function requestRows(journal) {
    const rows = new Map(),
        page = journal.page;
    page.call.forEach((call, entry) => {
        const row = rows.get(call) ?? {call, count: 0, refused: 0, bytes: 0};
        row.count++;
        row.refused += page.refused[entry] ? 1 : 0;
        row.bytes += page.refused[entry] ? 0 : Math.abs(numeric(page.size[entry]));
        rows.set(call, row);
    });
    return [...rows.values()].sort((one, other) => one.call - other.call);
}

function pageRequests(journal) {
    if (!journal || journal.page.call.length === 0) {
        return null;
    }
    return section(
        'pages',
        'Page requests',
        element(
            'div',
            {class: 'scroll'},
            table(
                'Requests to the page source',
                ['Request', '#Count', '#Refused', '#Bytes granted'],
                requestRows(journal).map((row) => [
                    element('code', {}, journal.page_calls[row.call]),
                    grouped(row.count),
                    grouped(row.refused),
                    bytes(row.bytes),
                ]),
            ),
        ),
    );
}

function oracleChecks(data) {
    const rows = Object.entries(data.checked),
        failed = data.finding?.oracle;
    const unchecked = rows.filter(([, count]) => count === 0).map(([id]) => id);
    const checked = rows.filter(([id, count]) => count > 0 || id === failed);
    return section(
        'checked',
        'Checks',
        element(
            'div',
            {class: 'scroll'},
            table(
                'Comparisons by oracle',
                ['Oracle', '#Comparisons', 'Verdict'],
                checked.map(([id, count]) => [
                    element('code', {}, id),
                    grouped(count),
                    id === failed ? badge(true, 'fail') : badge(false, 'pass'),
                ]),
            ),
        ),
        unchecked.length > 0
            ? element('p', {class: 'aside'}, `Not checked: ${unchecked.join(', ')}.`)
            : null,
    );
}
