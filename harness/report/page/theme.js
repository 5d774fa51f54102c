// SPDX-License-Identifier: MIT
// Light or dark theme: follows the system until the reader chooses; print is always light.

const SIZE_CLASSES = [
    {upTo: 32, name: 'up to 32\u00a0B'},
    {upTo: 128, name: '128\u00a0B'},
    {upTo: 512, name: '512\u00a0B'},
    {upTo: 4096, name: '4\u00a0KiB'},
    {upTo: 65536, name: '64\u00a0KiB'},
    {upTo: 1048576, name: '1\u00a0MiB'},
    {upTo: Infinity, name: 'larger'},
];

/* By thread; neighbours in the list differ clearly. */
const THREAD_COLOURS = [
    'size-1',
    'size-5',
    'size-0',
    'size-4',
    'size-6',
    'size-3',
    'size-2',
    'thread-7',
];

class Theme {
    constructor(button) {
        this.button = button;
        this.listeners = [];
        const system = matchMedia('(prefers-color-scheme: dark)');
        this.set(system.matches);
        system.addEventListener('change', () => this.set(system.matches));
        button.addEventListener('click', () => this.set(!this.dark));
        addEventListener('beforeprint', () => this.#show(false));
        addEventListener('afterprint', () => this.#show(this.dark));
    }

    set(dark) {
        this.dark = dark;
        this.button.setAttribute('aria-pressed', String(dark));
        this.#show(dark);
    }

    #show(dark) {
        document.documentElement.dataset.theme = dark ? 'dark' : 'light';
        this.#read();
        for (const listener of this.listeners) {
            listener();
        }
    }

    /** Reads the colours of the style sheet for use on canvases. */
    #read() {
        const style = getComputedStyle(document.documentElement);
        this.colour = (name) => style.getPropertyValue(`--${name}`).trim();
        this.threads = THREAD_COLOURS.map((name) => components(this.colour(name)));
        this.ramp = SIZE_CLASSES.map((_, index) => components(this.colour(`size-${index}`)));
    }

    threadColour(thread) {
        return this.colour(THREAD_COLOURS[thread]);
    }

    changed(listener) {
        this.listeners.push(listener);
    }
}

/** #rrggbb as three numbers. */
function components(colour) {
    return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

function sizeClass(size) {
    return SIZE_CLASSES.findIndex((row) => size <= row.upTo);
}
