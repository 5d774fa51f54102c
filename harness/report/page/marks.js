// SPDX-License-Identifier: MIT
// Axes, selection, failing op and pointer, drawn around and over the bars.

const TICK = 46; // CSS pixels between addresses

/** 1, 2 or 5 times a power of ten, so that about `wanted` steps fit. */
function roundStep(whole, wanted) {
    const rough = Math.max(whole / wanted, 1),
        power = 10 ** Math.floor(Math.log10(rough));
    return power * [1, 2, 5, 10].find((times) => times * power >= rough);
}

function drawSteps(picture, context) {
    const {view, theme, steps} = picture,
        every = roundStep(view.to - view.from, picture.width / 110);
    const foot = picture.plotHeight;
    context.strokeStyle = theme.colour('line');
    context.fillStyle = theme.colour('muted');
    context.font = `11px ${theme.colour('mono')}`;
    context.textBaseline = 'top';
    context.lineWidth = 1;
    line(context, GUTTER, foot + 0.5, picture.width, foot + 0.5);
    let last = NONE; // op with a label
    for (let step = Math.ceil(view.from / every) * every; step < view.to; step += every) {
        const x = Math.round(picture.x(step + 0.5)) + 0.5;
        const text = stepName(picture, step, last);
        last = steps.op[step];
        line(context, x, foot, x, foot + 4);
        const left = Math.min(
            Math.max(x - context.measureText(text).width / 2, GUTTER),
            picture.width - context.measureText(text).width - 2,
        );
        context.fillText(text, left, foot + 8);
    }
    if (!seesSeveral(picture)) {
        context.fillText('op', GUTTER - 20, foot + 8);
    }
}

/** True if several runs of the program are visible. */
function seesSeveral({steps, view}) {
    return passOf(steps, view.from) !== passOf(steps, view.to - 1);
}

/** The op of a step, the round of a repeated op after its first label, or the run if several are
 * visible. */
function stepName({steps, data, view}, step, last) {
    const op = steps.op[step],
        event = steps.event[step];
    if (seesSeveral({steps, view})) {
        return `run ${grouped(passOf(steps, step) + 1)}`;
    }
    if (op === last && event !== NONE && op < data.ops.length) {
        return `\u00d7${grouped(data.journal.round[event] + 1)}`;
    }
    return op < data.ops.length ? grouped(op) : 'end';
}

function line(context, left, top, right, bottom) {
    context.beginPath();
    context.moveTo(left, top);
    context.lineTo(right, bottom);
    context.stroke();
}

/** The first address of each region in full, then offsets from it. */
function drawAddresses(picture, context) {
    const {axis, theme} = picture;
    context.font = `11px ${theme.colour('mono')}`;
    context.textBaseline = 'middle';
    context.strokeStyle = theme.colour('line');
    line(context, GUTTER - 0.5, 0, GUTTER - 0.5, picture.plotHeight);
    let free = picture.plotHeight + 8; // labels must stay above this
    for (const region of axis.regions) {
        free = drawRegion(picture, context, region, free);
    }
}

function drawRegion(picture, context, region, free) {
    const bottom = Math.min(picture.y(region.low), picture.plotHeight),
        top = Math.max(picture.y(region.high), 0);
    if (top > picture.plotHeight || bottom < 0) {
        return free;
    }
    const first = Math.floor(picture.axis.address(picture.positionAt(bottom)));
    const lowest = writeAddress(picture, context, hexadecimal(first), bottom - 7, free, 'ink');
    return picture.axis.even
        ? drawStarts(picture, context, region, lowest)
        : drawDistances(picture, context, region, {bottom, top, first}, lowest);
}

/** Offsets from the lowest visible address, for an axis to scale. */
function drawDistances(picture, context, region, {bottom, top, first}, free) {
    for (let y = bottom - TICK; y > top; y -= TICK) {
        const address = picture.axis.address(picture.positionAt(y));
        free = writeAddress(
            picture,
            context,
            `+${bytes(Math.round(address - first))}`,
            y,
            free,
            'muted',
        );
    }
    return free;
}

/** The last digits of block starts, for an even axis. */
function drawStarts(picture, context, region, free) {
    const {axis} = picture,
        starts = axis.starts.filter((start) => start > region.from && start < region.to);
    for (const start of starts) {
        const text = `\u2026${hexadecimal(start).slice(-5)}`;
        free = writeAddress(
            picture,
            context,
            text,
            picture.y(axis.position(start)) - 7,
            free,
            'muted',
        );
    }
    return free;
}

function writeAddress(picture, context, text, y, free, colour) {
    if (y > free - 7 || y < 6) {
        return free;
    }
    context.fillStyle = picture.theme.colour(colour);
    context.fillText(text, GUTTER - 8 - context.measureText(text).width, y);
    return y - 7;
}

function outline(picture, context, bar, colour, width) {
    const bars = picture.bars;
    const left = picture.x(bars.start[bar]),
        right = Math.max(picture.x(bars.end[bar]), left + 2);
    const bottom = picture.y(bars.low[bar]),
        top = Math.min(picture.y(bars.high[bar]), bottom - 2);
    context.strokeStyle = picture.theme.colour('paper');
    context.lineWidth = width + 2;
    context.strokeRect(left, top, right - left, bottom - top);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(left, top, right - left, bottom - top);
}

function upright(picture, context, step, colour, dash) {
    const x = picture.x(step + 0.5);
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.setLineDash(dash);
    line(context, x, 0, x, picture.plotHeight);
    context.setLineDash([]);
    return x;
}

function drawSelection(picture, context) {
    const {view, theme} = picture;
    if (view.step === NONE) {
        return;
    }
    upright(picture, context, view.step, theme.colour('accent'), []);
    if (view.bar !== NONE) {
        outline(picture, context, view.bar, theme.colour('accent'), 2);
    }
}

/** The flag on the failing op, and the wrong bytes. */
function drawFailure(picture, context) {
    if (picture.failing === NONE) {
        return;
    }
    const {theme, view} = picture,
        red = theme.colour('bad');
    const width = Math.max(picture.x(1) - picture.x(0), 3);
    const left = picture.x(picture.failing + 0.5) - width / 2;
    context.globalAlpha = 0.13;
    context.fillStyle = red;
    context.fillRect(left, 0, width, picture.plotHeight);
    context.globalAlpha = 1;
    for (const bar of picture.blamed) {
        outline(picture, context, bar, red, bar === view.bar ? 3 : 2);
    }
    drawWrong(picture, context, red);
    const x = upright(picture, context, picture.failing, red, [4, 3]);
    drawFlag(picture, context, x, red);
}

function drawFlag(picture, context, x, red) {
    const text = 'fails here';
    context.font = `600 11px ${picture.theme.colour('sans')}`;
    const width = context.measureText(text).width + 12;
    const left = x + width > picture.width ? x - width : x;
    context.fillStyle = red;
    context.fillRect(left, 0, width, FLAG);
    context.fillStyle = picture.theme.colour('on-bad');
    context.textBaseline = 'middle';
    context.fillText(text, left + 6, FLAG / 2 + 0.5);
}

function drawWrong(picture, context, red) {
    const finding = picture.data.finding,
        bar = picture.blamed[0];
    if (bar === undefined || finding.first_wrong === null) {
        return;
    }
    const start = picture.bars.address[bar];
    const bottom = picture.y(picture.axis.position(start + numeric(finding.first_wrong)));
    const top = picture.y(picture.axis.position(start + numeric(finding.last_wrong) + 1));
    const width = Math.max(picture.x(1) - picture.x(0), 8);
    context.fillStyle = red;
    context.fillRect(
        picture.x(picture.failing + 0.5) - width / 2,
        Math.min(top, bottom - 3),
        width,
        Math.max(bottom - top, 3),
    );
}

function drawHover(picture, context) {
    const {hover, theme} = picture;
    if (hover.step === NONE || hover.step === undefined) {
        return;
    }
    upright(picture, context, hover.step, theme.colour('muted'), [2, 3]);
    if (hover.bar !== NONE && hover.bar !== picture.view.bar) {
        outline(picture, context, hover.bar, theme.colour('ink'), 1.5);
    }
}
