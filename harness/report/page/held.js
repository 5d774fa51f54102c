// SPDX-License-Identifier: MIT
// The ranges held from the page source by step, the background of the bars.

class Held {
    constructor(journal, steps) {
        this.spans = []; // {low, high: addresses, start, end: steps}
        this.calls = []; // {step, entry}
        this.open = [];
        if (!journal || !journal.base) {
            return;
        }
        this.base = numeric(journal.base);
        const early = journal.first_page[0] ?? journal.page.call.length; // calls that opened the heap
        for (let entry = 0; entry < early; entry++) {
            this.#follow(journal.page, journal.page_calls, entry, 0);
        }
        for (let step = 0; step < steps.count; step++) {
            const event = steps.event[step];
            for (let at = 0; event !== NONE && at < journal.pages[event]; at++) {
                this.#follow(
                    journal.page,
                    journal.page_calls,
                    journal.first_page[event] + at,
                    step,
                );
            }
        }
        this.#cut(-Infinity, Infinity, steps.count);
    }

    #follow(page, names, entry, step) {
        if (entry >= page.call.length) {
            return;
        }
        this.calls.push({step, entry});
        if (page.refused[entry] || page.wrong[entry]) {
            return;
        }
        const start = numeric(page.start[entry]),
            result = numeric(page.result[entry]);
        const size = numeric(page.size[entry]),
            old = numeric(page.old_size[entry]);
        switch (names[page.call[entry]]) {
            case 'map':
                return this.#give(result, size, step);
            case 'unmap':
                return this.#cut(start, start + size, step);
            case 'sbrk':
                return size >= 0
                    ? this.#give(result, size, step)
                    : this.#cut(result + size, result, step);
            default: // resize, remap
                this.#cut(start, start + old, step);
                this.#give(Number.isNaN(result) ? start : result, size, step);
        }
    }

    #give(offset, size, step) {
        if (size > 0) {
            this.open.push({low: offset, high: offset + size, start: step});
        }
    }

    /** Ends the ranges between two offsets; parts outside stay. */
    #cut(low, high, step) {
        const kept = [];
        for (const range of this.open) {
            if (range.high <= low || range.low >= high) {
                kept.push(range);
                continue;
            }
            this.spans.push({
                low: range.low + this.base,
                high: range.high + this.base,
                start: range.start,
                end: step,
            });
            if (range.low < low) {
                kept.push({low: range.low, high: low, start: step});
            }
            if (range.high > high) {
                kept.push({low: high, high: range.high, start: step});
            }
        }
        this.open = kept;
    }

    place(axis) {
        for (const span of this.spans) {
            span.bottom = axis.position(span.low);
            span.top = axis.position(span.high);
        }
    }
}
