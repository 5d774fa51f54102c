// SPDX-License-Identifier: MIT
// What each thread did, and when it started and exited.

const MAIN_THREAD = 0;

/* Kinds of steps; bits. */
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
        this.ends = new Map(data.exits ?? []); // op -> the thread that exits
        this.of = Int8Array.from({length: steps.count}, (_, step) => this.#threadOf(step));
        this.exits = this.#findExits();
        const numbers = [MAIN_THREAD, ...this.of, ...this.exits.map((exit) => exit.thread)];
        this.numbers = [...new Set(numbers)].sort((one, other) => one - other);
        this.several = this.numbers.length > 1;
        this.lifetimes = this.several ? this.#findLifetimes() : [];
    }

    #threadOf(step) {
        const event = this.steps.event[step];
        return event === NONE ? this.ofOp(this.steps.op[step]) : this.data.journal.thread[event];
    }

    /** The thread that runs an op, or exits in it. */
    ofOp(op) {
        return this.ends.get(op) ?? this.data.op_thread?.[op] ?? MAIN_THREAD;
    }

    /** A thread exits with the last step of its op. */
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

    /** From the first call of a thread to its exit; a thread may start again. */
    #findLifetimes() {
        const lifetimes = [],
            open = new Map();
        const exits = new Map(this.exits.map((exit) => [exit.step, exit.thread]));
        for (let step = 0; step < this.steps.count; step++) {
            const thread = this.of[step];
            if (!open.has(thread)) {
                const lifetime = {thread, from: step, to: this.steps.count, ends: false};
                open.set(thread, lifetime);
                lifetimes.push(lifetime);
            }
            if (exits.has(step)) {
                Object.assign(open.get(thread), {to: step + 1, ends: true});
                open.delete(thread);
            }
        }
        return lifetimes;
    }

    /** The kinds of a step. */
    markOf(step) {
        const event = this.steps.event[step],
            {journal} = this.data;
        if (event === NONE || journal.functions[journal.function[event]] === 'thread_exit') {
            return 0; /* has its own mark */
        }
        return MARKS[journal.results[journal.result[event]]] ?? CALLS;
    }

    /** The thread that allocated the block freed in a step; NONE. */
    allocatingThreadAt(step) {
        const bar = this.bars.last.get(step);
        return bar === undefined ? NONE : this.allocatingThread(bar);
    }

    allocatingThread(bar) {
        return this.data.journal.thread[this.bars.event[bar]];
    }

    /** NONE: never freed. */
    freeingThread(bar) {
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
            const allocating = this.allocatingThreadAt(step);
            row.foreign += allocating !== NONE && allocating !== row.thread;
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
                'Calls by thread',
                ['Thread', '#Calls', '#Allocated', '#Freed', '#From others', '#Refused', 'Exit'],
                threads
                    .counts()
                    .map((row) => [
                        threadName(row.thread),
                        ...[row.calls, row.allocates, row.frees, row.foreign, row.refused].map(grouped),
                        row.exits.length > 0
                            ? `at op ${row.exits.slice(0, 8).map(grouped).join(', ')}` +
                              (row.exits.length > 8 ? ' \u2026' : '')
                            : 'end of run',
                    ]),
            ),
        ),
    );
}
