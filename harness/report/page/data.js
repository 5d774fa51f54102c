// SPDX-License-Identifier: MIT
// The steps of a run: one for each event of the journal, and for each op without events.

const NONE = -1;

/** Adds a call that never returned as the last event, with an unknown result. */
function completeJournal(journal) {
    if (!journal) {
        return journal;
    }
    journal.first_page = journal.first_page.map((first) => first - journal.page_first);
    if (journal.running) {
        const last = journal.op.length - 1;
        const live = last >= 0 ? journal.live[last] : 0,
            held = last >= 0 ? journal.held[last] : null;
        const call = {
            ...journal.running,
            result: journal.results.push('running') - 1,
            live,
            held,
            pages: 0,
            usable: null,
        };
        for (const [name, value] of Object.entries(call)) {
            journal[name].push(value);
        }
    }
    return journal;
}

/** The last op that ran; the number of ops stands for the teardown. */
function lastThatRan(data) {
    return data.finding ? data.finding.op : data.ops.length - 1;
}

/** True if the run ended in a call of this op that left no event. */
function endsWithout(data, index, event) {
    const finding = data.finding;
    return (
        finding !== null &&
        finding.op === index &&
        index <= data.ops.length &&
        (event === NONE || data.journal.round[event] !== finding.round)
    );
}

/** The events of each run of the program; oracles may require several runs. */
function passesOf(journal) {
    const passes = [];
    for (let event = 0; journal && event < journal.op.length; event++) {
        if (event === 0 || journal.pass[event] !== journal.pass[event - 1]) {
            passes.push({pass: journal.pass[event], from: event, to: event});
        }
        passes[passes.length - 1].to = event + 1;
    }
    return passes.length > 0 ? passes : [{pass: 0, from: 0, to: 0}];
}

function addPass(data, made, {from, to}, isLast) {
    const ran = isLast ? lastThatRan(data) : data.ops.length - 1;
    let at = from;
    for (let index = 0; index <= data.ops.length; index++) {
        const begin = made.op.length;
        for (; at < to && data.journal.op[at] <= index; at++) {
            made.op.push(index);
            made.event.push(at);
        }
        const last = made.op.length > begin ? made.event[made.event.length - 1] : NONE;
        const silent = last === NONE && index <= ran && index < data.ops.length;
        if (silent || (isLast && endsWithout(data, index, last))) {
            made.op.push(index);
            made.event.push(NONE);
        }
        made.first[index] = made.op.length > begin ? begin : NONE;
    }
}

/** The op and the event (or NONE) of each step, the first step of each op in the last run, and the
 * starts of runs. */
function makeSteps(data) {
    const made = {op: [], event: [], first: new Int32Array(data.ops.length + 2).fill(NONE)};
    const starts = passesOf(data.journal).map((pass, index, all) => {
        const step = made.op.length;
        addPass(data, made, pass, index === all.length - 1);
        return {step, pass: pass.pass};
    });
    const {op, event, first} = made;
    return {
        count: op.length,
        op: Int32Array.from(op),
        event: Int32Array.from(event),
        first,
        starts,
    };
}

/** Which run of the program a step belongs to, from 0. */
function passOf(steps, step) {
    return steps.starts.findLast((start) => start.step <= step)?.pass ?? 0;
}

/** The step of the failing call, or NONE. */
function failingStep(data, steps) {
    const finding = data.finding;
    if (finding === null || steps.first[finding.op] === NONE) {
        return NONE;
    }
    let step = steps.first[finding.op];
    const isOther = (event) => event !== NONE && data.journal.round[event] !== finding.round;
    while (
        step + 1 < steps.count &&
        steps.op[step + 1] === finding.op &&
        isOther(steps.event[step])
    ) {
        step++;
    }
    return step;
}

/** The bars of the picture: a block from its allocation to its free. */
class Bars {
    constructor(journal, steps) {
        this.event = [];
        this.start = [];
        this.end = [];
        this.last = new Map(); // step that freed a block -> its bar
        this.first = new Map(); // step that allocated a block -> its bar
        this.asked = new Map(); // bar -> usable size, if the program asked
        const open = new Map();
        for (let step = 0; journal && step < steps.count; step++) {
            if (steps.event[step] !== NONE) {
                this.#follow(journal, steps.event[step], step, open);
            }
        }
        for (const bar of open.values()) {
            this.end[bar] = steps.count;
        }
        this.count = this.event.length;
        this.#measure(journal);
    }

    #follow(journal, event, step, open) {
        const what = journal.results[journal.result[event]];
        if (journal.usable[event] !== null && open.has(journal.block[event])) {
            this.asked.set(open.get(journal.block[event]), numeric(journal.usable[event]));
        }
        if (what === 'resized' || what === 'freed') {
            const old = what === 'freed' ? journal.block[event] : journal.old_block[event];
            const bar = open.get(old);
            if (bar !== undefined) {
                this.end[bar] = step;
                this.last.set(step, bar);
                open.delete(old);
            }
        }
        if (what === 'allocated' || what === 'resized') {
            /* Memory that failed a check has no block id and is never freed. */
            const id = journal.block[event] === NONE ? `at ${step}` : journal.block[event];
            if (open.has(id)) {
                this.end[open.get(id)] = step; /* ids restart with each run */
            }
            open.set(id, this.event.length);
            this.first.set(step, this.event.length);
            this.event.push(event);
            this.start.push(step);
            this.end.push(NONE);
        }
    }

    #measure(journal) {
        const column = (name) =>
            Float64Array.from(this.event, (event) => numeric(journal[name][event]));
        this.address = column('address');
        this.size = column('size');
        this.usable = Float64Array.from(
            this.event,
            (event, bar) => this.asked.get(bar) ?? numeric(journal.learned?.[event]),
        );
        this.start = Int32Array.from(this.start);
        this.end = Int32Array.from(this.end);
        this.low = new Float64Array(this.count); // on the address axis, 0 to 1
        this.high = new Float64Array(this.count);
        this.slack = new Float64Array(this.count);
    }

    /** Bytes of a bar: the requested or the usable size. */
    reach(bar) {
        return Math.max(this.size[bar], this.usable[bar] || 0, 1);
    }

    place(axis) {
        for (let bar = 0; bar < this.count; bar++) {
            const start = this.address[bar];
            this.low[bar] = axis.position(start);
            this.high[bar] = axis.position(start + Math.max(this.size[bar], 1));
            this.slack[bar] = axis.position(start + this.reach(bar));
        }
    }

    /** The bar that a step allocated or freed; NONE. */
    of(step) {
        return this.first.get(step) ?? this.last.get(step) ?? NONE;
    }

    /** The bars at a step and an address, nearest first. */
    at(step, position, slop) {
        const found = [];
        for (let bar = this.count - 1; bar >= 0; bar--) {
            if (
                this.start[bar] <= step &&
                step < this.end[bar] &&
                this.low[bar] - slop <= position &&
                position <= this.high[bar] + slop
            ) {
                found.push(bar);
            }
        }
        return found.sort(
            (one, other) => this.#distance(one, position) - this.#distance(other, position),
        );
    }

    #distance(bar, position) {
        return Math.max(this.low[bar] - position, position - this.high[bar], 0);
    }
}
