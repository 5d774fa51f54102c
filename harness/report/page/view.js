// SPDX-License-Identifier: MIT
// The visible part of the picture and the selection, with listeners for both.

const LEAST_STEPS = 4; // visible at the highest zoom
const CLOSEST = 1e-9; // part of the address axis at the highest zoom

class View {
    constructor(steps) {
        this.steps = steps;
        this.whole = Math.max(steps.count, 1);
        this.step = NONE; // selected
        this.bar = NONE;
        this.listeners = {moved: [], selected: []};
        this.from = 0;
        this.to = this.whole;
        this.low = 0;
        this.high = 1;
    }

    on(what, listener) {
        this.listeners[what].push(listener);
    }

    #report(what, ...details) {
        for (const listener of this.listeners[what]) {
            listener(...details);
        }
    }

    get isWhole() {
        return this.from <= 0 && this.to >= this.whole && this.low <= 0 && this.high >= 1;
    }

    fit() {
        this.#show(0, this.whole, 0, 1);
    }

    #show(from, to, low, high) {
        const width = Math.min(Math.max(to - from, Math.min(LEAST_STEPS, this.whole)), this.whole);
        const height = Math.min(Math.max(high - low, CLOSEST), 1);
        this.from = Math.min(Math.max(from, 0), this.whole - width);
        this.to = this.from + width;
        this.low = Math.min(Math.max(low, 0), 1 - height);
        this.high = this.low + height;
        this.#report('moved');
    }

    /** Zooms steps by `times` and addresses by `tall` around a fixed point. */
    zoom(times, tall, step = (this.from + this.to) / 2, position = (this.low + this.high) / 2) {
        this.#show(
            step - (step - this.from) / times,
            step + (this.to - step) / times,
            position - (position - this.low) / tall,
            position + (this.high - position) / tall,
        );
    }

    /** Moves by fractions of the visible part. */
    pan(right, up) {
        const steps = right * (this.to - this.from),
            height = up * (this.high - this.low);
        this.#show(this.from + steps, this.to + steps, this.low + height, this.high + height);
    }

    /** Selects a step and a bar (or NONE) and scrolls to the step. */
    select(step, bar, options = {}) {
        this.step = Math.min(Math.max(step, 0), this.whole - 1);
        this.bar = bar;
        if (!options.still) {
            this.#reveal();
        }
        this.#report('selected', options);
    }

    #reveal() {
        const width = this.to - this.from,
            middle = this.step + 0.5;
        if (middle < this.from || middle > this.to) {
            this.#show(middle - width / 2, middle + width / 2, this.low, this.high);
        }
    }

    revealPosition(position) {
        const height = this.high - this.low;
        if (position < this.low || position > this.high) {
            this.#show(this.from, this.to, position - height / 2, position + height / 2);
        }
    }
}
