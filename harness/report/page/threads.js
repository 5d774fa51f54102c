// SPDX-License-Identifier: MIT
// Which thread did what, and when each of them began and ended.

const MAIN_THREAD = 0;

/* What a step was, for its thread; bits. */
const ALLOCATES = 1,
    FREES = 2,
    REFUSED = 4,
    CALLS = 8; // none of these

const MARKS = {allocated: ALLOCATES, freed: FREES, resized: ALLOCATES | FREES, refused: REFUSED};

function threadName(thread) {
    return thread === MAIN_THREAD ? 'main' : `thread ${thread}`;
}

class Threads {
    constructor({data, steps, bars}) {
        this.data = data;
        this.steps = steps;
        this.bars = bars;
        this.ends = new Map(data.exits ?? []); // op -> the thread that it ends
        this.of = Int8Array.from({length: steps.count}, (_, step) => this.#threadOf(step));
        this.exits = this.#findExits();
        const numbers = [MAIN_THREAD, ...this.of, ...this.exits.map((exit) => exit.thread)];
        this.numbers = [...new Set(numbers)].sort((one, other) => one - other);
        this.several = this.numbers.length > 1;
        this.lives = this.several ? this.#findLives() : [];
    }

    #threadOf(step) {
        const event = this.steps.event[step];
        return event === NONE ? this.ofOp(this.steps.op[step]) : this.data.journal.thread[event];
    }

    /** The thread that an op is about: the one that runs it, or that it ends. */
    ofOp(op) {
        return this.ends.get(op) ?? this.data.op_thread?.[op] ?? MAIN_THREAD;
    }

    /** With the last step of its op, the thread is gone. */
    #findExits() {
        const {op, count} = this.steps,
            exits = [];
        for (let step = 0; step < count; step++) {
            const thread = this.ends.get(op[step]);
            if (thread !== undefined && op[step + 1] !== op[step]) {
                exits.push({step, thread});
            }
        }
        return exits;
    }

    /** From a thread's first call to its exit, as often as it begins. */
    #findLives() {
        const lives = [],
            open = new Map();
        const exits = new Map(this.exits.map((exit) => [exit.step, exit.thread]));
        for (let step = 0; step < this.steps.count; step++) {
            const thread = this.of[step];
            if (!open.has(thread)) {
                const life = {thread, from: step, to: this.steps.count, ends: false};
                open.set(thread, life);
                lives.push(life);
            }
            if (exits.has(step)) {
                Object.assign(open.get(thread), {to: step + 1, ends: true});
                open.delete(thread);
            }
        }
        return lives;
    }

    /** What a step was: bits. */
    markOf(step) {
        const event = this.steps.event[step],
            {journal} = this.data;
        if (event === NONE || journal.functions[journal.function[event]] === 'thread_exit') {
            return 0; /* an end is shown as that */
        }
        return MARKS[journal.results[journal.result[event]]] ?? CALLS;
    }

    /** The thread that live the block which a step ended; NONE. */
    lenderAt(step) {
        const bar = this.bars.last.get(step);
        return bar === undefined ? NONE : this.lenderOf(bar);
    }

    lenderOf(bar) {
        return this.data.journal.thread[this.bars.event[bar]];
    }

    /** The thread whose call ended a bar; NONE. */
    enderOf(bar) {
        const step = this.bars.end[bar],
            event = step < this.steps.count ? this.steps.event[step] : NONE;
        return event === NONE ? NONE : this.data.journal.thread[event];
    }

    /** The next step of the same thread, or the one before; NONE. */
    neighbour(step, by) {
        for (let at = step + by; at >= 0 && at < this.steps.count; at += by) {
            if (this.of[at] === this.of[step]) {
                return at;
            }
        }
        return NONE;
    }

    /** How often each thread did what. */
    counts() {
        const rows = new Map(
            this.numbers.map((thread) => [
                thread,
                {thread, calls: 0, allocates: 0, frees: 0, foreign: 0, refused: 0, exits: []},
            ]),
        );
        for (let step = 0; step < this.steps.count; step++) {
            const row = rows.get(this.of[step]),
                mark = this.markOf(step);
            row.calls += mark !== 0;
            row.allocates += (mark & ALLOCATES) !== 0;
            row.frees += (mark & FREES) !== 0;
            row.refused += (mark & REFUSED) !== 0;
            const allocating_thread = this.lenderAt(step);
            row.foreign += allocating_thread !== NONE && allocating_thread !== row.thread;
        }
        for (const {step, thread} of this.exits) {
            rows.get(thread).exits.push(this.steps.op[step]);
        }
        return [...rows.values()];
    }
}

function threadTable({threads}) {
    return section(
        'threads',
        'Threads',
        element(
            'div',
            {class: 'scroll'},
            table(
                'What each thread did',
                ['Thread', '#Calls', '#Live', '#Freed', '#Live by others', '#Refused', 'Ended'],
                threads
                    .counts()
                    .map((row) => [
                        threadName(row.thread),
                        ...[row.calls, row.allocates, row.frees, row.foreign, row.refused].map(grouped),
                        row.exits.length > 0
                            ? `by op ${row.exits.slice(0, 8).map(grouped).join(', ')}` +
                              (row.exits.length > 8 ? ' \u2026' : '')
                            : 'with the run',
                    ]),
            ),
        ),
    );
}
