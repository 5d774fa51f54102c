// SPDX-License-Identifier: MIT
// The picture with its toolbar, the program, and the panel for the selection.

function toolButton(name, label, action) {
    return element(
        'button',
        {type: 'button', 'aria-label': label, title: label, click: action},
        name,
    );
}

function toolbar(picture, pointer, model) {
    const {view} = model;
    const scaleOf = element(
        'select',
        {
            id: 'axis',
            change: () => {
                placeBars(model, scaleOf.value === 'even');
                picture.axis = model.axis;
                view.fit();
            },
        },
        element('option', {value: 'even'}, 'even'),
        element('option', {value: 'scale'}, 'to scale'),
    );
    scaleOf.value = model.even ? 'even' : 'scale';
    const colour = element(
        'select',
        {
            id: 'colour',
            change: () => {
                picture.colourBy = colour.value;
                document.getElementById('legend').replaceWith(legend(colour.value, model));
                picture.draw();
            },
        },
        [
            ['size', 'size'],
            ['lifetime', 'lifetime'],
            ['thread', 'thread'],
        ].map(([value, name]) => element('option', {value}, name)),
    );
    colour.value = picture.colourBy;
    return element(
        'div',
        {class: 'toolbar', role: 'toolbar', 'aria-label': 'Picture'},
        element(
            'span',
            {class: 'group'},
            toolButton('\u2212', 'Zoom out', () => pointer.closer(1 / 1.6, 1)),
            toolButton('+', 'Zoom in', () => pointer.closer(1.6, 1)),
            toolButton('\u2195\u2212', 'Addresses: zoom out', () => pointer.closer(1, 1 / 1.6)),
            toolButton('\u2195+', 'Addresses: zoom in', () => pointer.closer(1, 1.6)),
            toolButton('\u2190', 'Move left', () => view.pan(-0.3, 0)),
            toolButton('\u2192', 'Move right', () => view.pan(0.3, 0)),
            toolButton('Fit', 'Show the whole run', () => view.fit()),
        ),
        model.failing === NONE
            ? null
            : element(
                  'span',
                  {class: 'group'},
                  element(
                      'button',
                      {type: 'button', id: 'failing', class: 'is-bad', click: () => pointer.fail()},
                      'Failing op',
                  ),
              ),
        element('span', {class: 'spring'}),
        element('label', {for: 'axis'}, 'Addresses'),
        scaleOf,
        element('label', {for: 'colour'}, 'Colour'),
        colour,
    );
}

function legendOf(by, {threads}) {
    if (by === 'thread') {
        return threads.numbers.map((thread) => [THREAD_COLOURS[thread], threadName(thread)]);
    }
    const names = {
        size: SIZE_CLASSES.map((row) => row.name),
        lifetime: ['short-lived', '', '', '', '', '', 'long-lived'],
    }[by];
    return names.map((name, index) => [`size-${index}`, name]);
}

function legend(by, model) {
    const items = legendOf(by, model).map(([colour, name]) =>
        element('li', {}, swatch(colour), name),
    );
    if (by === 'thread' && model.threads.several) {
        items.push(element('li', {}, 'end of a bar: the freeing thread'));
    }
    if (model.held.spans.length > 0) {
        items.push(element('li', {}, swatch('held-line'), 'held, not live'));
    }
    return element('ul', {class: 'legend', id: 'legend', 'aria-label': 'Colours'}, items);
}

function swatch(colour) {
    const made = element('i', {class: 'swatch', 'aria-hidden': 'true'});
    made.style.background = `var(--${colour})`;
    return made;
}

const KEYS =
    'Arrow keys select the previous or next op and the block above or below; ' +
    'Shift and arrows pan; plus and minus zoom, brackets zoom addresses, 0 shows everything, ' +
    'F selects the failing op, T and Shift T the next or previous op of the same thread. ' +
    'The table below the picture lists all blocks.';

function pictureBox() {
    return element('div', {
        class: 'picture',
        id: 'picture',
        tabindex: '0',
        role: 'application',
        'aria-roledescription': 'picture of the heap',
        'aria-label': 'Heap over time: addresses against ops',
        'aria-describedby': 'keys',
    });
}

function panelOf(model, details) {
    const panel = element(
        'div',
        {class: 'panel', id: 'panel', role: 'region', 'aria-label': 'Selected op'},
        element('p', {class: 'aside'}, 'Select an op or a block to see its details.'),
    );
    model.view.on('selected', (options) => {
        const {step, bar} = model.view,
            op = options.op ?? model.steps.op[step];
        const ran = model.steps.first[op] !== NONE;
        panel.replaceChildren(
            element(
                'h3',
                {},
                element('span', {class: 'index'}, details.opName(op)),
                element('code', {}, details.opText(op)),
            ),
            ran
                ? definitions(details.of(step, bar))
                : element('p', {class: 'aside'}, 'The run ended before this op.'),
        );
        announce(
            ran
                ? details.sentence(step, bar)
                : `${details.opName(op)}: ${details.opText(op)}; not run`,
        );
    });
    return panel;
}

function listingColumn(listing) {
    const filter = element('input', {
        type: 'search',
        id: 'filter',
        placeholder: 'Filter: realloc, p4 \u2026',
        'aria-label': 'Filter the program',
        input: () => listing.filter(filter.value),
    });
    return element(
        'div',
        {class: 'program'},
        element('div', {class: 'toolbar'}, filter, listing.count),
        listing.box,
    );
}

function workbench(model, theme) {
    const details = new Details(model),
        box = pictureBox();
    const memoryBox = element('div', {
        class: 'memory',
        id: 'memory',
        role: 'img',
        'aria-label': memoryInWords(model),
    });
    const lanesBox = element('div', {
        class: 'lanes',
        id: 'lanes',
        role: 'img',
        'aria-label': lanesInWords(model),
    });
    const panel = panelOf(model, details);
    const listing = new Listing(model, (op) => details.answer(op));
    const bench = section(
        'heap',
        'Heap over time',
        element('p', {class: 'visually-hidden', id: 'keys'}, KEYS),
    );
    const left = element('div', {class: 'bench-picture'});
    bench.append(element('div', {class: 'bench'}, left, listingColumn(listing)));
    document.getElementById('main').append(bench);
    left.append(box, ...(model.threads.several ? [lanesBox] : []), memoryBox);
    const tooltip = new Tooltip(details),
        picture = new Picture(box, model, theme);
    const pointer = new Pointer(picture, tooltip);
    listing.pointed = (step) => {
        picture.hover = {bar: model.bars.of(step), step, bars: []};
        picture.drawMarks();
    };
    listing.box.addEventListener('pointerleave', () => picture.leave());
    left.prepend(toolbar(picture, pointer, model));
    left.append(legend(picture.colourBy, model), memoryLegend(model));
    pointAtChart(new Memory(memoryBox, model, theme), picture, tooltip);
    let lanes = null;
    if (model.threads.several) {
        lanes = new Lanes(lanesBox, model, theme);
        lanesBox.after(lanesLegend(model));
        pointAtChart(lanes, picture, tooltip);
    }
    bench.append(panel, new BlockTable(model, details).box, howTo());
    return {picture, pointer, listing, lanes};
}

/** Pointing at a chart shows the step there and in the picture. */
function pointAtChart(chart, picture, tooltip) {
    const {box, view} = chart;
    const stepOf = (event) => {
        const step = Math.floor(chart.stepAt(event.clientX - box.getBoundingClientRect().left));
        return Math.min(Math.max(step, 0), view.whole - 1);
    };
    box.addEventListener('pointermove', (event) => {
        picture.hover = {bar: NONE, bars: [], step: stepOf(event)};
        picture.drawMarks();
        tooltip.show(picture.hover, event);
    });
    box.addEventListener('pointerleave', () => {
        picture.leave();
        tooltip.hide();
    });
    box.addEventListener('click', (event) => {
        const step = stepOf(event);
        view.select(step, picture.bars.of(step), {still: true});
    });
}

function memoryLegend(model) {
    return element(
        'ul',
        {class: 'legend', 'aria-label': 'Memory'},
        element('li', {}, swatch('accent'), 'live'),
        model.data.counts.held_peak > 0
            ? element('li', {}, swatch('held-line'), 'held (the part above live is waste)')
            : null,
        model.held.calls.length > 0 ? element('li', {}, swatch('page'), 'page request') : null,
        model.data.counts.refused > 0
            ? element('li', {}, sign('\u00d7', 'bad'), 'page request refused')
            : null,
    );
}

function howTo() {
    return element(
        'p',
        {class: 'hint'},
        'Scroll to zoom ops, with Shift to zoom addresses; drag to pan; double-click to zoom in; ' +
            'arrow keys, +, \u2212, 0 and F work too. For bars thinner than a pixel, the shade ' +
            'shows how much of the memory is live.',
    );
}

function memoryInWords({data}) {
    const {live_peak: live, held_peak: held, refused} = data.counts;
    const also = held > 0 ? `, ${bytes(held)} held` : '';
    const not = refused > 0 ? `; ${plural(refused, 'page request')} refused` : '';
    return `Memory over time: at most ${bytes(live)} live at once${also}${not}`;
}
