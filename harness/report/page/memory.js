// SPDX-License-Identifier: MIT
// Live and held memory by step, and the page requests, below the picture.

const LANE = 16; // CSS pixels, for page requests

class Memory extends Chart {
    constructor(box, model, theme) {
        super(box, model, theme); // data, steps, held, view
        this.live = this.#column('live');
        this.heldBytes = this.#column('held');
        this.known = this.heldBytes.some((value) => value > 0);
        this.peak = Math.max(
            1,
            ...[this.live, this.heldBytes].map((column) =>
                column.reduce((most, value) => Math.max(most, value), 0),
            ),
        );
        this.begin();
    }

    /** Values by step; a step without an event repeats the previous value. */
    #column(name) {
        const values = new Float64Array(this.steps.count),
            journal = this.data.journal;
        let value = 0;
        for (let step = 0; step < this.steps.count; step++) {
            const event = this.steps.event[step];
            const known = event !== NONE && journal[name][event] !== null;
            value = known ? numeric(journal[name][event]) : value;
            values[step] = value;
        }
        return values;
    }

    get foot() {
        return this.height - LANE - 4;
    }

    y(value) {
        return this.foot - (value / this.peak) * (this.foot - 12);
    }

    drawChart(context) {
        this.#scaleLines(context);
        if (this.known) {
            this.#area(
                context,
                this.heldBytes,
                this.theme.colour('held-area'),
                this.theme.colour('held-line'),
            );
        }
        this.#area(context, this.live, this.theme.colour('live-area'), this.theme.colour('accent'));
        this.#requests(context);
    }

    #scaleLines(context) {
        context.font = `11px ${this.theme.colour('mono')}`;
        context.textBaseline = 'middle';
        context.strokeStyle = this.theme.colour('line');
        for (const value of this.peak > 1 ? [0, this.peak / 2, this.peak] : [0]) {
            const y = Math.round(this.y(value)) + 0.5,
                text = bytes(Math.round(value));
            context.fillStyle = this.theme.colour('muted');
            context.fillText(text, GUTTER - 8 - context.measureText(text).width, y);
            line(context, GUTTER, y, this.width, y);
        }
    }

    /** The maximum of the steps in each pixel. */
    #area(context, column, fill, stroke) {
        const outline = [];
        const across = this.width - GUTTER,
            {from, to} = this.view;
        for (let pixel = 0; pixel <= across; pixel++) {
            const first = Math.max(Math.floor(from + (pixel / across) * (to - from)), 0);
            const last = Math.min(
                Math.max(Math.floor(from + ((pixel + 1) / across) * (to - from)), first + 1),
                column.length,
            );
            let most = 0;
            for (let step = first; step < last; step++) {
                most = Math.max(most, column[step]);
            }
            outline.push([
                GUTTER + pixel,
                this.y(first < column.length ? most : (column[column.length - 1] ?? 0)),
            ]);
        }
        context.beginPath();
        context.moveTo(GUTTER, this.foot);
        outline.forEach(([x, y]) => context.lineTo(x, y));
        context.lineTo(this.width, this.foot);
        context.fillStyle = fill;
        context.fill();
        context.beginPath();
        outline.forEach(([x, y], index) =>
            index === 0 ? context.moveTo(x, y) : context.lineTo(x, y),
        );
        context.strokeStyle = stroke;
        context.lineWidth = 1.5;
        context.stroke();
    }

    #requests(context) {
        const page = this.data.journal?.page;
        if (this.held.calls.length === 0) {
            return;
        }
        context.lineWidth = 1;
        context.fillStyle = this.theme.colour('muted');
        const text = 'pages';
        context.fillText(
            text,
            GUTTER - 8 - context.measureText(text).width,
            this.height - LANE / 2,
        );
        for (const {step, entry} of this.held.calls) {
            const x = this.x(step + 0.5);
            if (x < GUTTER || x > this.width) {
                continue;
            }
            if (page.refused[entry]) {
                const bad = this.theme.colour('bad');
                cross(context, x, this.height - LANE / 2 - 1, LANE / 4, bad);
                continue;
            }
            context.fillStyle = this.theme.colour(page.wrong[entry] ? 'bad' : 'page');
            context.fillRect(x - 1, this.height - LANE, 2, LANE - 2);
        }
    }
}
