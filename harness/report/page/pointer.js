// SPDX-License-Identifier: MIT
// Mouse, touch and keys on the picture.

const CLICK = 4; // pixels that the pointer may move during a click
const WHEEL = 1.0018; // zoom per pixel of the wheel

class Pointer {
    constructor(picture, tooltip) {
        this.picture = picture;
        this.view = picture.view;
        this.box = picture.box;
        this.tooltip = tooltip;
        this.box.addEventListener('wheel', (event) => this.wheel(event), {passive: false});
        this.box.addEventListener('pointerdown', (event) => this.press(event));
        this.box.addEventListener('pointermove', (event) => this.move(event));
        this.box.addEventListener('pointerup', (event) => this.release(event));
        this.box.addEventListener('pointercancel', () => this.drop());
        this.box.addEventListener('pointerleave', () => this.leave());
        this.box.addEventListener('dblclick', (event) => this.into(event));
        this.box.addEventListener('keydown', (event) => this.key(event));
    }

    where(event) {
        const box = this.box.getBoundingClientRect();
        return {x: event.clientX - box.left, y: event.clientY - box.top};
    }

    /** Zooms steps, addresses with Shift, both with Ctrl (a pinch on a touchpad). Zooming out of the
     * whole run scrolls the page. */
    wheel(event) {
        const delta = event.deltaY || event.deltaX,
            times = WHEEL ** -delta;
        if (Math.abs(event.deltaX) > Math.abs(event.deltaY) && !event.shiftKey) {
            event.preventDefault();
            this.view.pan(event.deltaX / this.picture.width, 0);
            return;
        }
        if (times < 1 && this.view.isWhole && !event.ctrlKey) {
            return;
        }
        event.preventDefault();
        const {x, y} = this.where(event),
            {picture} = this;
        const tall = event.shiftKey || event.ctrlKey ? times : 1;
        this.view.zoom(
            event.shiftKey ? 1 : times,
            tall,
            picture.stepAt(Math.max(x, GUTTER)),
            picture.positionAt(Math.min(y, picture.plotHeight)),
        );
        this.leave();
    }

    press(event) {
        if (event.button === 0) {
            this.held = {...this.where(event), moved: 0};
            this.box.setPointerCapture(event.pointerId);
        }
    }

    move(event) {
        const {x, y} = this.where(event);
        if (!this.held) {
            this.tooltip.show(this.picture.point(x, y), event);
            return;
        }
        const right = x - this.held.x,
            down = y - this.held.y;
        this.held.moved += Math.abs(right) + Math.abs(down);
        if (this.held.moved > CLICK) {
            this.box.classList.add('dragged');
            this.view.pan(-right / (this.picture.width - GUTTER), down / this.picture.plotHeight);
            this.leave();
        }
        Object.assign(this.held, {x, y});
    }

    release(event) {
        if (this.held && this.held.moved <= CLICK) {
            const hit = this.picture.point(this.held.x, this.held.y);
            const step = hit.bar === NONE ? hit.step : this.picture.bars.start[hit.bar];
            this.view.select(step, hit.bar === NONE ? this.picture.bars.of(step) : hit.bar, {
                still: true,
            });
        }
        this.drop();
        void event;
    }

    drop() {
        this.held = null;
        this.box.classList.remove('dragged');
    }

    leave() {
        this.picture.leave();
        this.tooltip.hide();
    }

    into(event) {
        const {x, y} = this.where(event);
        this.view.zoom(3, 3, this.picture.stepAt(x), this.picture.positionAt(y));
    }

    key(event) {
        const action =
            event.ctrlKey || event.metaKey || event.altKey
                ? null
                : this.keys[(event.shiftKey ? 'Shift+' : '') + event.key];
        if (action) {
            event.preventDefault();
            action(this);
        }
    }

    keys = {
        ArrowLeft: (self) => self.go(-1),
        ArrowRight: (self) => self.go(1),
        PageUp: (self) => self.go(-20),
        PageDown: (self) => self.go(20),
        Home: (self) => self.go(-Infinity),
        End: (self) => self.go(Infinity),
        ArrowUp: (self) => self.neighbour(1),
        ArrowDown: (self) => self.neighbour(-1),
        'Shift+ArrowLeft': (self) => self.view.pan(-0.2, 0),
        'Shift+ArrowRight': (self) => self.view.pan(0.2, 0),
        'Shift+ArrowUp': (self) => self.view.pan(0, 0.2),
        'Shift+ArrowDown': (self) => self.view.pan(0, -0.2),
        '+': (self) => self.closer(1.6, 1),
        '=': (self) => self.closer(1.6, 1),
        'Shift++': (self) => self.closer(1.6, 1),
        '-': (self) => self.closer(1 / 1.6, 1),
        'Shift+_': (self) => self.closer(1 / 1.6, 1),
        ']': (self) => self.closer(1, 1.6),
        '[': (self) => self.closer(1, 1 / 1.6),
        0: (self) => self.view.fit(),
        f: (self) => self.fail(),
        t: (self) => self.sameThread(1),
        'Shift+T': (self) => self.sameThread(-1),
    };

    /** Zooms around the selection if it is visible. */
    closer(times, tall) {
        const {view, picture} = this,
            inside = view.step >= view.from && view.step < view.to;
        const position =
            view.bar === NONE
                ? undefined
                : (picture.bars.low[view.bar] + picture.bars.high[view.bar]) / 2;
        const seen = position >= view.low && position <= view.high;
        view.zoom(times, tall, inside ? view.step + 0.5 : undefined, seen ? position : undefined);
    }

    go(by) {
        const {view} = this,
            from = view.step === NONE ? (by > 0 ? -1 : view.whole) : view.step;
        const step = Math.min(Math.max(from + by, 0), view.whole - 1);
        view.select(step, this.picture.bars.of(step));
    }

    sameThread(by) {
        const step = this.picture.threads.neighbour(this.view.step, by);
        if (step !== NONE) {
            this.view.select(step, this.picture.bars.of(step));
        }
    }

    /** Selects the next block above or below at the selected step. */
    neighbour(up) {
        const {
            view,
            picture: {bars},
        } = this;
        let best = NONE;
        const here = view.bar === NONE ? (up > 0 ? -1 : 2) : bars.low[view.bar];
        for (let bar = 0; bar < bars.count; bar++) {
            const live =
                bars.start[bar] <= view.step && view.step < bars.end[bar] && bar !== view.bar;
            const ahead = (bars.low[bar] - here) * up;
            if (live && ahead > 0 && (best === NONE || ahead < (bars.low[best] - here) * up)) {
                best = bar;
            }
        }
        if (best !== NONE) {
            view.select(view.step, best);
            view.revealPosition(bars.low[best]);
        }
    }

    fail() {
        const {picture} = this;
        if (picture.failing !== NONE) {
            this.view.select(
                picture.failing,
                picture.blamed[0] ?? picture.bars.of(picture.failing),
            );
        }
    }
}
