// SPDX-License-Identifier: MIT
// A lane for each thread below the picture: allocations above its line, frees below in the colour of
// the allocating thread, start and exit.

const LANE_HEIGHT = 20; // CSS pixels
const MARK = 12; // maximum width

class Lanes extends Chart {
    constructor(box, model, theme) {
        super(box, model, theme);
        box.style.height = `${this.threads.numbers.length * LANE_HEIGHT}px`;
        this.lane = new Map(this.threads.numbers.map((thread, index) => [thread, index]));
        this.begin();
    }

    top(thread) {
        return this.lane.get(thread) * LANE_HEIGHT;
    }

    line(thread) {
        return this.top(thread) + LANE_HEIGHT / 2;
    }

    drawChart(context) {
        this.#names(context);
        context.save();
        context.beginPath();
        context.rect(GUTTER, 0, this.width - GUTTER, this.height);
        context.clip();
        this.threads.lifetimes.forEach((lifetime) => this.#lifetime(context, lifetime));
        this.#failing(context);
        this.#marks(context);
        this.threads.exits.forEach((exit) => this.#exit(context, exit));
        context.restore();
    }

    #names(context) {
        context.font = `11px ${this.theme.colour('mono')}`;
        context.textBaseline = 'middle';
        for (const thread of this.threads.numbers) {
            const y = this.line(thread),
                text = threadName(thread);
            context.fillStyle = this.theme.colour('muted');
            context.fillText(text, GUTTER - 22 - context.measureText(text).width, y);
            context.fillStyle = this.theme.threadColour(thread);
            context.fillRect(GUTTER - 16, y - 5, 8, 10);
        }
    }

    #lifetime(context, {thread, from, to}) {
        const left = this.x(from),
            width = Math.max(this.x(to) - left, 2);
        context.fillStyle = this.theme.threadColour(thread);
        context.globalAlpha = 0.12;
        context.fillRect(left, this.top(thread) + 1, width, LANE_HEIGHT - 2);
        context.globalAlpha = 0.6;
        context.fillRect(left, this.line(thread) - 0.5, width, 1);
        context.globalAlpha = 1;
    }

    #failing(context) {
        if (this.failing !== NONE) {
            const width = Math.max(this.x(1) - this.x(0), 3);
            context.globalAlpha = 0.13;
            context.fillStyle = this.theme.colour('bad');
            context.fillRect(this.x(this.failing + 0.5) - width / 2, 0, width, this.height);
            context.globalAlpha = 1;
        }
    }

    /** Draws each kind once for steps that share a pixel. */
    #marks(context) {
        const {view, threads} = this;
        const from = Math.max(Math.floor(view.from), 0),
            to = Math.min(Math.ceil(view.to), this.steps.count);
        const wide = Math.min(Math.max(this.x(1) - this.x(0) - 2, 2), MARK);
        const drawn = new Map(); // lane -> {pixel, marks}
        for (let step = from; step < to; step++) {
            const thread = threads.of[step],
                pixel = Math.floor(this.x(step + 0.5));
            const last = drawn.get(thread);
            const before = last?.pixel === pixel ? last.marks : 0;
            const fresh = threads.markOf(step) & ~before;
            drawn.set(thread, {pixel, marks: before | fresh});
            this.#mark(context, step, fresh, {left: this.x(step + 0.5) - wide / 2, wide});
        }
    }

    #mark(context, step, marks, {left, wide}) {
        const {theme, threads} = this,
            thread = threads.of[step],
            line = this.line(thread),
            half = LANE_HEIGHT / 2 - 3;
        if (marks & ALLOCATES) {
            context.fillStyle = theme.threadColour(thread);
            context.fillRect(left, line - half - 1, wide, half);
        }
        if (marks & FREES) {
            const allocating = threads.allocatingThreadAt(step);
            context.fillStyle = theme.threadColour(allocating === NONE ? thread : allocating);
            context.fillRect(left, line + 1, wide, half);
        }
        if (marks & CALLS) {
            context.fillStyle = theme.colour('muted');
            context.fillRect(left + wide / 2 - 1, line - 1.5, 2, 3);
        }
        if (marks & REFUSED) {
            cross(context, left + wide / 2, line - half / 2 - 1, 3.5, theme.colour('bad'));
        }
    }

    /** A wall at the exit of a thread. */
    #exit(context, {step, thread}) {
        const x = this.x(step + 1),
            top = this.top(thread);
        context.fillStyle = this.theme.colour('ink');
        context.fillRect(x - 2.5, top + 1, 2.5, LANE_HEIGHT - 2);
        context.fillRect(x - 6, this.line(thread) - 1, 6, 2);
    }
}

function cross(context, x, y, size, colour) {
    context.strokeStyle = colour;
    context.lineWidth = 2;
    line(context, x - size, y - size, x + size, y + size);
    line(context, x - size, y + size, x + size, y - size);
}

function lanesInWords({threads}) {
    return `Threads over time: ${threads
        .counts()
        .map(
            (row) =>
                `${threadName(row.thread)} allocates ${grouped(row.allocates)}, ` +
                `frees ${grouped(row.frees)}` +
                (row.foreign > 0 ? `, ${grouped(row.foreign)} of them allocated by others` : '') +
                (row.exits.length > 0 ? `, exits ${plural(row.exits.length, 'time')}` : ''),
        )
        .join('; ')}`;
}

function lanesLegend({threads}) {
    const refused = threads.counts().some((row) => row.refused > 0);
    return element(
        'ul',
        {class: 'legend', 'aria-label': 'Threads'},
        element('li', {}, 'above the line: allocates'),
        element('li', {}, 'below: frees, in the colour of the allocating thread'),
        refused ? element('li', {}, sign('\u00d7', 'bad'), 'refused') : null,
        threads.exits.length > 0
            ? element('li', {}, sign('\u22a3', 'ink'), 'thread exit')
            : null,
    );
}

function sign(text, colour) {
    const made = element('b', {class: 'sign', 'aria-hidden': 'true'}, text);
    made.style.color = `var(--${colour})`;
    return made;
}
