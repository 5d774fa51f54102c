// SPDX-License-Identifier: MIT
// A chart below the picture on the same axis of steps.

class Chart {
    constructor(box, model, theme) {
        Object.assign(this, model);
        this.box = box;
        this.theme = theme;
        this.canvas = element('canvas', {'aria-hidden': 'true'});
        box.append(this.canvas);
    }

    /** Called at the end of the constructor of a subclass. */
    begin() {
        new ResizeObserver(() => this.resize()).observe(this.box);
        this.theme.changed(() => this.draw());
        this.view.on('moved', () => this.draw());
        this.view.on('selected', () => this.draw());
        this.resize();
    }

    resize() {
        this.width = this.box.clientWidth;
        this.height = this.box.clientHeight;
        this.scale = devicePixelRatio || 1;
        this.canvas.width = Math.max(1, Math.round(this.width * this.scale));
        this.canvas.height = Math.max(1, Math.round(this.height * this.scale));
        this.paint();
    }

    draw() {
        this.wanted ??= requestAnimationFrame(() => {
            this.wanted = null;
            this.paint();
        });
    }

    x(step) {
        return (
            GUTTER +
            ((step - this.view.from) / (this.view.to - this.view.from)) * (this.width - GUTTER)
        );
    }

    stepAt(x) {
        const part = (x - GUTTER) / (this.width - GUTTER);
        return this.view.from + part * (this.view.to - this.view.from);
    }

    paint() {
        if (this.width <= GUTTER) {
            return;
        }
        const context = this.canvas.getContext('2d');
        context.setTransform(this.scale, 0, 0, this.scale, 0, 0);
        context.clearRect(0, 0, this.width, this.height);
        this.drawChart(context);
        this.#mark(context, this.view.step, 'accent');
    }

    #mark(context, step, colour) {
        const x = step === NONE ? 0 : this.x(step + 0.5);
        if (x >= GUTTER) {
            context.lineWidth = 1;
            context.strokeStyle = this.theme.colour(colour);
            line(context, x, 0, x, this.height);
        }
    }
}
