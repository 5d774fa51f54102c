// SPDX-License-Identifier: MIT
// Draws many bars at a cost per row, not per pixel: each edge adds to a difference table, and one pass
// sums it up. A bar smaller than a pixel counts for its share, so the shade of a pixel shows how much
// of its memory is live.

const LEAST = 1e-4; // coverage of an empty pixel, because float sums leave a remainder
const FAINT = 0.28; // shade of the smallest visible share

class Raster {
    resize(width, height) {
        this.width = width;
        this.height = height;
        this.stride = (width + 2) * 4;
        this.changes = new Float32Array(this.stride * height);
    }

    clear() {
        this.changes.fill(0);
    }

    /** A bar of pixels (fractions count) in a colour of three numbers up to 255. */
    add(left, right, top, bottom, colour, weight) {
        const from = Math.max(left, 0),
            to = Math.min(right, this.width);
        const first = Math.max(top, 0),
            last = Math.min(bottom, this.height);
        if (from >= to || first >= last) {
            return;
        }
        for (let row = Math.floor(first); row < last; row++) {
            const share = weight * (Math.min(row + 1, last) - Math.max(row, first));
            this.#edge(row, from, share, colour);
            this.#edge(row, to, -share, colour);
        }
    }

    #edge(row, x, share, colour) {
        const pixel = Math.floor(x),
            after = share * (x - pixel),
            before = share - after;
        const at = row * this.stride + pixel * 4,
            changes = this.changes;
        changes[at] += before;
        changes[at + 1] += before * colour[0];
        changes[at + 2] += before * colour[1];
        changes[at + 3] += before * colour[2];
        changes[at + 4] += after;
        changes[at + 5] += after * colour[0];
        changes[at + 6] += after * colour[1];
        changes[at + 7] += after * colour[2];
    }

    /** Fills an ImageData; empty pixels stay transparent. */
    paint(image) {
        const pixels = image.data;
        for (let row = 0; row < this.height; row++) {
            let share = 0,
                red = 0,
                green = 0,
                blue = 0;
            let at = row * this.stride,
                to = row * this.width * 4;
            for (let column = 0; column < this.width; column++, at += 4, to += 4) {
                share += this.changes[at];
                red += this.changes[at + 1];
                green += this.changes[at + 2];
                blue += this.changes[at + 3];
                if (share < LEAST) {
                    continue;
                }
                pixels[to] = red / share;
                pixels[to + 1] = green / share;
                pixels[to + 2] = blue / share;
                pixels[to + 3] = 255 * (FAINT + (1 - FAINT) * Math.min(share, 1));
            }
        }
    }
}
