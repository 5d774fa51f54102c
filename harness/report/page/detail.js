// SPDX-License-Identifier: MIT
// Facts about one call or block as rows of name and value, for tooltip, panel and screen reader.

class Details {
    constructor(model) {
        Object.assign(this, model); // data, steps, bars, threads
    }

    opText(op) {
        return this.data.ops[op] ?? 'end of the program';
    }

    opName(op) {
        return op < this.data.ops.length ? `op ${grouped(op)}` : 'the end';
    }

    ofStep(step) {
        const event = this.steps.event[step];
        if (event === NONE) {
            return this.threads.several
                ? [['Thread', threadName(this.threads.of[step])]]
                : [];
        }
        const {pages, live, held} = this.data.journal;
        const rows = [
            ['Call', this.#call(event)],
            ['Thread', this.#thread(event)],
            ['Live after', exactBytes(live[event])],
        ];
        if (held[event] !== null) {
            rows.push(['Held after', exactBytes(held[event])]);
            rows.push(['Waste', bytes(Math.max(numeric(held[event]) - numeric(live[event]), 0))]);
        }
        return pages[event] > 0 ? [...rows, ['Page requests', this.pages(event)]] : rows;
    }

    #call(event) {
        const journal = this.data.journal;
        const round =
            journal.round[event] > 0 ? `, round ${grouped(journal.round[event] + 1)}` : '';
        const name = journal.functions[journal.function[event]];
        return `${name}: ${journal.results[journal.result[event]]}${round}`;
    }

    #thread(event) {
        return threadName(this.data.journal.thread[event]);
    }

    #threads(bar) {
        const allocating = this.threads.allocatingThread(bar),
            freeing = this.threads.freeingThread(bar);
        if (freeing === NONE || freeing === allocating) {
            return threadName(allocating);
        }
        return `allocated by ${threadName(allocating)}, freed by ${threadName(freeing)}`;
    }

    pages(event) {
        const {page, pages, first_page: first, page_calls: names} = this.data.journal;
        const words = [];
        for (
            let at = first[event];
            at < first[event] + pages[event] && at < page.call.length;
            at++
        ) {
            words.push(
                `${names[page.call[at]]} ${bytes(page.size[at])}` +
                    (page.refused[at] ? ' (refused)' : ''),
            );
        }
        return words.join(', ');
    }

    ofBar(bar) {
        const journal = this.data.journal,
            event = this.bars.event[bar];
        const slot = journal.slot[event];
        return [
            ['Slot', slot >= 0 ? `p${slot}` : 'none'],
            ['Size', exactBytes(journal.size[event])],
            ['Alignment', this.#alignment(event)],
            ['Address', hexadecimal(journal.address[event])],
            ['Usable size', this.#usable(bar)],
            ['Thread', this.#threads(bar)],
            ['Live', this.#lifetime(bar)],
        ];
    }

    #alignment(event) {
        const {alignment, address} = this.data.journal;
        const actual = bytes(alignmentOf(address[event]));
        return numeric(alignment[event])
            ? `${bytes(alignment[event])} requested, ${actual} actual`
            : actual;
    }

    #usable(bar) {
        const usable = this.bars.usable[bar];
        if (Number.isNaN(usable)) {
            return 'unknown';
        }
        return exactBytes(usable) + (this.bars.asked.has(bar) ? '' : ', from another run');
    }

    #lifetime(bar) {
        const from = this.steps.op[this.bars.start[bar]],
            end = this.bars.end[bar];
        const until =
            end < this.steps.count ? this.opName(this.steps.op[end]) : 'the end of the run';
        return `from ${this.opName(from)} to ${until}`;
    }

    /** The rows of step and bar, each name once. */
    of(step, bar) {
        const rows = bar === NONE ? [] : this.ofBar(bar);
        const names = new Set(rows.map(([name]) => name));
        return rows.concat(this.ofStep(step).filter(([name]) => !names.has(name)));
    }

    sentence(step, bar) {
        const op = this.steps.op[step];
        const rows = (bar === NONE ? this.ofStep(step) : this.ofBar(bar)).map(
            ([name, value]) => `${name} ${value}`,
        );
        return [`${this.opName(op)}: ${this.opText(op)}`, ...rows].join('; ');
    }

    /** The answer to an op in a word or two. */
    answer(op) {
        const step = this.steps.first[op],
            journal = this.data.journal;
        const event = step === NONE || step === undefined ? NONE : this.steps.event[step];
        if (event === NONE) {
            return '';
        }
        const next = this.steps.op[step + 1] === op;
        const what = journal.results[journal.result[event]];
        const address = journal.address[event] && what !== 'freed' && what !== 'other';
        const word = address
            ? hexadecimal(journal.address[event])
            : ({refused: 'NULL', other: ''}[what] ?? what);
        return next ? `${word} \u2026` : word;
    }
}

function definitions(rows) {
    return element(
        'dl',
        {},
        rows.map(([name, value]) =>
            element('div', {}, element('dt', {}, name), element('dd', {}, value)),
        ),
    );
}

/** Follows the pointer and stays on the screen. */
class Tooltip {
    constructor(details) {
        this.details = details;
        this.box = document.getElementById('tooltip');
    }

    show(hover, event) {
        const step = hover.bar === NONE ? hover.step : this.details.bars.start[hover.bar];
        if (step < 0 || (hover.bar === NONE && hover.bars === undefined)) {
            this.hide();
            return;
        }
        const op = this.details.steps.op[step];
        const rows =
            hover.bar === NONE ? this.details.ofStep(hover.step) : this.details.ofBar(hover.bar);
        const others = (hover.bars?.length ?? 0) - 1;
        this.box.replaceChildren(
            element(
                'p',
                {class: 'tooltip-op'},
                element('span', {}, this.details.opName(op)),
                element('code', {}, this.details.opText(op)),
            ),
            definitions(rows),
            others > 0
                ? element('p', {class: 'tooltip-note'}, `and ${plural(others, 'more block')} here`)
                : '',
        );
        this.box.hidden = false;
        this.#place(event.clientX, event.clientY);
    }

    #place(x, y) {
        const {offsetWidth: width, offsetHeight: height} = this.box;
        const left = x + 18 + width > innerWidth ? x - width - 14 : x + 18;
        const top = y + 18 + height > innerHeight ? y - height - 14 : y + 18;
        this.box.style.transform = `translate(${Math.max(left, 4)}px, ${Math.max(top, 4)}px)`;
    }

    hide() {
        this.box.hidden = true;
    }
}
