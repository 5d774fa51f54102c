// SPDX-License-Identifier: MIT
// Formats numbers and creates elements.

/** A number of the data: a string if no double holds it, null if unknown. */
function numeric(value) {
    return value === null || value === undefined ? NaN : Number(value);
}

function grouped(value) {
    return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

/** Bytes in the largest unit that keeps the figure above 1. */
function bytes(value) {
    const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
    let number = numeric(value);
    if (Number.isNaN(number)) {
        return 'unknown';
    }
    let unit = 0;
    for (; Math.abs(number) >= 1024 && unit < units.length - 1; unit++) {
        number /= 1024;
    }
    const digits = unit === 0 || Number.isInteger(number) || number >= 100 ? 0 : 1;
    return `${number.toFixed(digits)}\u00a0${units[unit]}`;
}

/** Exact bytes; a large number also in a larger unit. */
function exactBytes(value) {
    const number = numeric(value);
    if (Number.isNaN(number)) {
        return 'unknown';
    }
    const exact = `${grouped(value)} byte${number === 1 ? '' : 's'}`;
    return number < 1024 ? exact : `${exact} (${bytes(number)})`;
}

function hexadecimal(address) {
    return address ? `0x${Number(address).toString(16)}` : 'NULL';
}

/** The largest power of two that divides an address. */
function alignmentOf(address) {
    const big = BigInt(address);
    return Number(big & -big);
}

function plural(count, word) {
    return `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;
}

function ratio(part, whole) {
    const times = part / whole;
    return whole > 0 ? (times < 100 ? times.toFixed(2) : grouped(Math.round(times))) : '\u2013';
}

/** Attributes by name (functions are listeners); children are nodes or text. */
function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
        if (typeof value === 'function') {
            made.addEventListener(name, value);
        } else if (value === true) {
            made.setAttribute(name, '');
        } else if (value !== false && value !== null && value !== undefined) {
            made.setAttribute(name, value);
        }
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return made;
}

/** A section with its heading, which names it for screen readers. */
function section(id, title, ...children) {
    return element(
        'section',
        {id, 'aria-labelledby': `${id}-title`},
        element('h2', {id: `${id}-title`}, title),
        ...children,
    );
}

/** Titles that start with # mark columns of numbers. */
function table(caption, titles, rows) {
    const numbers = titles.map((title) => title.startsWith('#'));
    const cell = (content, column) =>
        element(
            column === 0 ? 'th' : 'td',
            {scope: column === 0 ? 'row' : null, class: numbers[column] ? 'number' : null},
            content,
        );
    const head = titles.map((title, column) =>
        element(
            'th',
            {scope: 'col', class: numbers[column] ? 'number' : null},
            title.replace(/^#/, ''),
        ),
    );
    return element(
        'table',
        {},
        element('caption', {}, caption),
        element('thead', {}, element('tr', {}, head)),
        element(
            'tbody',
            {},
            rows.map((row) => element('tr', {}, row.map(cell))),
        ),
    );
}

function announce(text) {
    document.getElementById('live').textContent = text;
}
