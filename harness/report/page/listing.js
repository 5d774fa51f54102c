// SPDX-License-Identifier: MIT
// The program beside the picture: a list box with elements for visible rows only.

const ROW = 24; // CSS pixels
const BEYOND = 12; // rows above and below the visible ones
const PRINTED = 240; // rows on paper at most, around the selected one

class Listing {
    constructor(model, answers) {
        Object.assign(this, model); // data, steps, bars, threads, view, failing
        this.answers = answers;
        this.failingOp = this.data.finding ? this.data.finding.op : NONE;
        this.rows = null; // indexes of ops; null: no filter
        this.selected = NONE;
        this.spacer = element('div', {class: 'rows', role: 'presentation'});
        this.box = element(
            'div',
            {
                class: 'listing',
                id: 'listing',
                role: 'listbox',
                tabindex: '0',
                'aria-label': 'Program, one op per line',
            },
            this.spacer,
        );
        this.count = element('span', {class: 'count', role: 'status'});
        this.box.addEventListener('scroll', () => this.#soon());
        this.box.addEventListener('click', (event) => this.#click(event));
        this.box.addEventListener('keydown', (event) => this.#key(event));
        this.box.addEventListener('pointerover', (event) => this.#point(event));
        new ResizeObserver(() => this.#soon()).observe(this.box);
        this.view.on('selected', (options) => this.follow(options));
        addEventListener('beforeprint', () => this.#paper(true));
        addEventListener('afterprint', () => this.#paper(false));
        this.filter('');
    }

    get length() {
        return this.rows ? this.rows.length : this.data.ops.length + 1;
    }

    opOf(row) {
        return this.rows ? this.rows[row] : row;
    }

    rowOf(op) {
        return this.rows ? this.rows.indexOf(op) : op;
    }

    textOf(op) {
        return this.data.ops[op] ?? 'end: check and free all blocks';
    }

    /** Shows the ops that contain all words; a slot such as p4 matches whole words only. */
    filter(text) {
        const words = text.trim().split(/\s+/).filter(Boolean);
        const patterns = words.map(
            (word) =>
                new RegExp(
                    /^p\d+$/.test(word)
                        ? `\\b${word}\\b`
                        : word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
                    'i',
                ),
        );
        const holds = (op) => patterns.every((pattern) => pattern.test(op));
        this.rows =
            words.length === 0
                ? null
                : this.data.ops.flatMap((op, index) => (holds(op) ? [index] : []));
        this.count.textContent =
            words.length === 0
                ? plural(this.data.ops.length, 'op')
                : `${grouped(this.rows.length)} of ${plural(this.data.ops.length, 'op')}`;
        this.spacer.style.height = `${this.length * ROW}px`;
        this.box.scrollTop = 0;
        this.render();
    }

    #soon() {
        this.wanted ??= requestAnimationFrame(() => {
            this.wanted = null;
            this.render();
        });
    }

    #paper(printing) {
        this.printing = printing;
        this.render();
    }

    render() {
        if (this.printing) {
            this.#print();
            return;
        }
        const top = this.box.scrollTop,
            height = this.box.clientHeight || 480;
        this.#fill(Math.floor(top / ROW) - BEYOND, Math.ceil((top + height) / ROW) + BEYOND);
    }

    #fill(from, to) {
        const first = Math.max(from, 0),
            last = Math.min(to, this.length);
        const rows = [];
        for (let row = first; row < last; row++) {
            rows.push(this.#row(row));
        }
        this.spacer.replaceChildren(...rows);
        const active = this.rowOf(this.selected);
        if (active >= first && active < last) {
            this.box.setAttribute('aria-activedescendant', `op-${this.selected}`);
        } else {
            this.box.removeAttribute('aria-activedescendant');
        }
    }

    #row(row) {
        const op = this.opOf(row),
            failing = op === this.failingOp;
        const idle =
            this.steps.first[op] === NONE &&
            (op < this.data.ops.length || this.data.finding !== null);
        const made = element(
            'div',
            {
                id: `op-${op}`,
                role: 'option',
                class: 'row',
                'data-op': op,
                'aria-setsize': this.length,
                'aria-posinset': row + 1,
                'aria-selected': String(op === this.selected),
            },
            this.#strip(op),
            element('span', {class: 'index'}, op < this.data.ops.length ? grouped(op) : ''),
            element('code', {}, this.textOf(op)),
            element(
                'span',
                {class: 'answer'},
                failing ? 'fails' : idle ? 'not run' : this.answers(op),
            ),
        );
        made.style.top = `${row * ROW}px`;
        made.classList.toggle('failing', failing);
        made.classList.toggle('idle', idle);
        return made;
    }

    /** The colour of an op's thread; its text names the thread too. */
    #strip(op) {
        if (!this.threads.several || op >= this.data.ops.length) {
            return null;
        }
        const made = element('i', {class: 'strip', 'aria-hidden': 'true'});
        made.style.background = `var(--${THREAD_COLOURS[this.threads.ofOp(op)]})`;
        return made;
    }

    /** Paper cannot scroll: prints the rows around the selected one and how many are missing. */
    #print() {
        const middle = Math.max(this.rowOf(this.selected), 0);
        const first = Math.max(Math.min(middle - PRINTED / 2, this.length - PRINTED), 0);
        this.#fill(first, first + PRINTED);
        const left = this.length - Math.min(this.length, PRINTED);
        this.spacer.dataset.left = left > 0 ? `${plural(left, 'more line')} not printed` : '';
    }

    /* --- selection --- */

    #choose(row) {
        const op = this.opOf(Math.min(Math.max(row, 0), this.length - 1));
        const step = op === this.failingOp ? this.failing : this.#stepOf(op);
        this.view.select(step, this.bars.of(step), {from: 'list', op});
    }

    /** The first step of an op, or the last of the run if the op did not run. */
    #stepOf(op) {
        const step = this.steps.first[op];
        return step === NONE ? this.steps.count - 1 : step;
    }

    #click(event) {
        const row = event.target.closest('.row');
        if (row) {
            this.#choose(this.rowOf(Number(row.dataset.op)));
        }
    }

    #point(event) {
        const row = event.target.closest('.row');
        row && this.pointed?.(this.steps.first[Number(row.dataset.op)] ?? NONE);
    }

    #key(event) {
        const page = Math.max(Math.floor(this.box.clientHeight / ROW) - 1, 1);
        const moves = {
            ArrowUp: -1,
            ArrowDown: 1,
            PageUp: -page,
            PageDown: page,
            Home: -Infinity,
            End: Infinity,
        };
        if (event.key in moves) {
            event.preventDefault();
            this.#choose(Math.max(this.rowOf(this.selected), 0) + moves[event.key]);
        }
    }

    follow(options) {
        this.selected = options.op ?? this.steps.op[this.view.step] ?? NONE;
        const row = this.rowOf(this.selected);
        if (row >= 0) {
            const top = row * ROW,
                seen = this.box.scrollTop,
                height = this.box.clientHeight;
            if (top < seen || top + ROW > seen + height) {
                this.box.scrollTop =
                    options.from === 'list' && Math.abs(top - seen) < height + 2 * ROW
                        ? top < seen
                            ? top
                            : top + ROW - height
                        : top - height / 2 + ROW / 2;
            }
        }
        this.render();
    }
}
