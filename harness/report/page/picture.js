// SPDX-License-Identifier: MIT
// The picture of the heap: addresses upwards, steps to the right, a bar for each live block. A second
// canvas above the bars has the marks, so pointing redraws only that.

const GUTTER = 118; // CSS pixels, for addresses
const FOOT = 24; // for op numbers
const MOST_PIXELS = 2e6; // of a canvas
const LABELS = 400; // labelled bars at most
const FLAG = 18; // height of the flag on the failing op

class Picture {
    constructor(box, model, theme) {
        Object.assign(this, model); // data, steps, bars, threads, held, axis, view, failing
        this.theme = theme;
        this.box = box;
        this.ground = element('canvas', {'aria-hidden': 'true'});
        this.marks = element('canvas', {'aria-hidden': 'true', class: 'marks'});
        box.append(this.ground, this.marks);
        this.raster = new Raster();
        this.hover = {bar: NONE, step: NONE, x: 0, y: 0};
        this.colourBy = this.threads.several ? 'thread' : 'size';
        const again = () => this.resize();
        new ResizeObserver(again).observe(box);
        theme.changed(() => this.draw());
        this.view.on('moved', () => this.draw());
        this.view.on('selected', () => this.drawMarks());
        this.resize();
    }

    resize() {
        this.width = this.box.clientWidth;
        this.height = this.box.clientHeight;
        const pixels = this.width * this.height;
        this.scale = Math.min(devicePixelRatio || 1, Math.sqrt(MOST_PIXELS / Math.max(pixels, 1)));
        for (const canvas of [this.ground, this.marks]) {
            canvas.width = Math.max(1, Math.round(this.width * this.scale));
            canvas.height = Math.max(1, Math.round(this.height * this.scale));
        }
        this.draw(true);
    }

    /** Draws once with the next frame; `now`: at once, so that no empty canvas shows. */
    draw(now = false) {
        if (now) {
            this.#paint();
        } else if (!this.wanted) {
            this.wanted = requestAnimationFrame(() => {
                this.wanted = 0;
                this.#paint();
            });
        }
    }

    #paint() {
        if (this.width <= GUTTER || this.height <= FOOT) {
            return;
        }
        const begun = performance.now();
        const context = this.ground.getContext('2d');
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.clearRect(0, 0, this.ground.width, this.ground.height);
        context.setTransform(this.scale, 0, 0, this.scale, 0, 0);
        this.#drawHeld(context);
        this.#drawBreaks(context);
        this.#drawBars();
        this.#drawLabels(context);
        drawAddresses(this, context);
        drawSteps(this, context);
        this.drawMarks();
        this.painted = performance.now() - begun; // milliseconds, for tests
    }

    /* --- coordinates in CSS pixels --- */

    get plotHeight() {
        return this.height - FOOT;
    }

    x(step) {
        return (
            GUTTER +
            ((step - this.view.from) / (this.view.to - this.view.from)) * (this.width - GUTTER)
        );
    }

    /** Leaves space above the bars for the flag. */
    get plotTop() {
        return this.failing === NONE ? 0 : FLAG + 4;
    }

    y(position) {
        const part = (position - this.view.low) / (this.view.high - this.view.low);
        return this.plotTop + (this.plotHeight - this.plotTop) * (1 - part);
    }

    stepAt(x) {
        return (
            this.view.from +
            ((x - GUTTER) / (this.width - GUTTER)) * (this.view.to - this.view.from)
        );
    }

    positionAt(y) {
        const part = 1 - (y - this.plotTop) / (this.plotHeight - this.plotTop);
        return this.view.low + part * (this.view.high - this.view.low);
    }

    /* --- bars --- */

    #drawHeld(context) {
        context.fillStyle = this.theme.colour('held');
        for (const span of this.held.spans) {
            const left = Math.max(this.x(span.start), GUTTER),
                right = this.x(span.end);
            const top = Math.max(this.y(span.top), 0),
                bottom = Math.min(this.y(span.bottom), this.plotHeight);
            if (right > left && bottom > top) {
                context.fillRect(left, top, right - left, Math.max(bottom - top, 1));
            }
        }
    }

    #drawBreaks(context) {
        context.strokeStyle = this.theme.colour('line');
        context.lineWidth = 1;
        for (const gap of this.axis.breaks) {
            const low = this.y(gap.low),
                high = this.y(gap.high);
            if (low < 0 || high > this.plotHeight) {
                continue;
            }
            context.fillStyle = this.theme.colour('paper');
            context.fillRect(GUTTER, high, this.width - GUTTER, low - high);
            zigzag(context, GUTTER, this.width, (low + high) / 2, Math.min((low - high) / 3, 2.5));
        }
    }

    colourOf(bar) {
        const ramp = this.theme.ramp;
        if (this.colourBy === 'thread') {
            return this.theme.threads[this.threads.allocatingThread(bar)];
        }
        if (this.colourBy === 'lifetime') {
            const lifetime = Math.max(this.bars.end[bar] - this.bars.start[bar], 1);
            const part = Math.log(lifetime) / Math.log(Math.max(this.steps.count, 2));
            return ramp[Math.min(Math.floor(part * ramp.length), ramp.length - 1)];
        }
        return ramp[sizeClass(this.bars.size[bar])];
    }

    #drawBars() {
        const scale = this.scale,
            bars = this.bars,
            {from, to, low, high} = this.view;
        const left = Math.round(GUTTER * scale),
            width = this.ground.width - left;
        const height = Math.round((this.plotHeight - this.plotTop) * scale);
        const wide = width / (to - from),
            tall = height / (high - low);
        if (this.raster.width !== width || this.raster.height !== height) {
            this.raster.resize(width, height);
        }
        this.raster.clear();
        for (let bar = 0; bar < bars.count; bar++) {
            if (
                bars.end[bar] < from ||
                bars.start[bar] > to ||
                bars.slack[bar] < low ||
                bars.low[bar] > high
            ) {
                continue;
            }
            const x = (bars.start[bar] - from) * wide;
            const right = Math.max((bars.end[bar] - from) * wide, x + 0.5);
            const bottom = height - (bars.low[bar] - low) * tall;
            this.#addBar(
                bar,
                x,
                right,
                bottom,
                (bars.high[bar] - bars.low[bar]) * tall,
                (bars.slack[bar] - bars.high[bar]) * tall,
            );
        }
        this.#putRaster(left, width, height);
    }

    /** Width of a bar's end in the colour of the freeing thread. */
    #capOf(bar, width) {
        const freeing = this.colourBy === 'thread' ? this.threads.freeingThread(bar) : NONE;
        const same = freeing === NONE || freeing === this.threads.allocatingThread(bar);
        return same ? 0 : Math.min(width / 3, 8 * this.scale);
    }

    /** Draws a seam between touching bars if they are thick enough. */
    #addBar(bar, x, right, bottom, thickness, slack) {
        const colour = this.colourOf(bar),
            seam = Math.min(thickness / 8, 1) * this.scale;
        const thick = Math.max(thickness, 0.15);
        const gap = right - x > 6 ? Math.min((right - x) / 12, this.scale) : 0;
        const top = bottom - thick + seam / 2,
            cap = this.#capOf(bar, right - x);
        this.raster.add(x, right - gap - cap, top, bottom - seam / 2, colour, 1);
        if (cap > 0) {
            const freeing = this.theme.threads[this.threads.freeingThread(bar)];
            this.raster.add(right - gap - cap, right - gap, top, bottom - seam / 2, freeing, 1);
        }
        if (slack > 0.5) {
            this.raster.add(
                x,
                right - gap,
                bottom - thick - slack + seam / 2,
                bottom - thick,
                colour,
                0.25,
            );
        }
    }

    #putRaster(left, width, height) {
        const image = new ImageData(width, height);
        this.raster.paint(image);
        this.layer ??= document.createElement('canvas');
        this.layer.width = width;
        this.layer.height = height;
        this.layer.getContext('2d').putImageData(image, 0, 0);
        const context = this.ground.getContext('2d');
        context.save();
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.drawImage(this.layer, left, Math.round(this.plotTop * this.scale));
        context.restore();
    }

    #drawLabels(context) {
        const bars = this.bars,
            view = this.view;
        context.font = `11px ${this.theme.colour('mono')}`;
        context.textBaseline = 'middle';
        context.fillStyle = this.theme.colour('on-bar');
        let drawn = 0;
        for (let bar = 0; bar < bars.count && drawn < LABELS; bar++) {
            if (bars.end[bar] <= view.from || bars.start[bar] >= view.to) {
                continue;
            }
            const top = this.y(bars.high[bar]),
                bottom = this.y(bars.low[bar]);
            const left = Math.max(this.x(bars.start[bar]), GUTTER);
            const right = Math.min(this.x(bars.end[bar]), this.width);
            if (bottom - top >= 13 && right - left >= 28 && top < this.plotHeight && bottom > 0) {
                this.#label(context, bar, left + 6, right - 6, (top + bottom) / 2);
                drawn++;
            }
        }
    }

    #label(context, bar, left, right, y) {
        const slot = this.data.journal.slot[this.bars.event[bar]];
        const name = slot >= 0 ? `p${slot}` : '';
        const texts = [`${name}  ${bytes(this.bars.size[bar])}`, name];
        const text = texts.find((each) => context.measureText(each).width <= right - left);
        if (text) {
            context.fillText(text.trim(), left, y);
        }
    }

    /* --- the marks --- */

    drawMarks() {
        const context = this.marks.getContext('2d');
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.clearRect(0, 0, this.marks.width, this.marks.height);
        context.setTransform(this.scale, 0, 0, this.scale, 0, 0);
        context.save();
        context.beginPath();
        context.rect(GUTTER, 0, this.width - GUTTER, this.height);
        context.clip();
        drawSelection(this, context);
        drawFailure(this, context);
        drawHover(this, context);
        context.restore();
    }

    point(x, y) {
        const bars = x >= GUTTER && y <= this.plotHeight ? this.barsAt(x, y) : [];
        this.hover = {
            bar: bars[0] ?? NONE,
            bars,
            x,
            y,
            step: Math.min(Math.max(Math.floor(this.stepAt(x)), 0), this.steps.count - 1),
        };
        this.drawMarks();
        return this.hover;
    }

    barsAt(x, y) {
        const slop = (2 / this.plotHeight) * (this.view.high - this.view.low);
        return this.bars.at(this.stepAt(x), this.positionAt(y), slop);
    }

    leave() {
        this.hover = {bar: NONE, bars: [], step: NONE, x: 0, y: 0};
        this.drawMarks();
    }
}

function zigzag(context, left, right, y, height) {
    context.beginPath();
    context.moveTo(left, y);
    for (let x = left, up = true; x < right; x += 6, up = !up) {
        context.lineTo(x, y + (up ? -height : height));
    }
    context.stroke();
}
