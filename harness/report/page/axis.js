// SPDX-License-Identifier: MIT
// The address axis: memory that never held a block is a narrow break.

const MOST_BREAKS = 400;
const MOST_GAPS = 0.2; // unbroken gaps at most, relative to used memory
const BREAKS_HEIGHT = 0.22; // all breaks together at most, of the axis

/** Disjoint ranges of bars in ascending order. */
function rangesOf(bars) {
    const order = Array.from({length: bars.count}, (_, bar) => bar);
    order.sort((one, other) => bars.address[one] - bars.address[other]);
    const ranges = [];
    for (const bar of order) {
        const low = bars.address[bar],
            high = low + bars.reach(bar);
        const last = ranges[ranges.length - 1];
        if (last && low <= last.high) {
            last.high = Math.max(last.high, high);
        } else {
            ranges.push({low, high});
        }
    }
    return ranges;
}

/** Indexes of ranges that follow a break: the widest gaps, until the remaining gaps are small. */
function breaksAmong(ranges, used, least) {
    const gaps = ranges
        .slice(1)
        .map((range, index) => ({index: index + 1, size: range.low - ranges[index].high}));
    let left = gaps.reduce((sum, gap) => sum + gap.size, 0);
    const broken = new Set();
    gaps.sort((one, other) => other.size - one.size);
    for (const gap of gaps) {
        if (
            gap.size <= least ||
            (left <= used * MOST_GAPS && gap.size < used / 50) ||
            broken.size === MOST_BREAKS
        ) {
            break;
        }
        broken.add(gap.index);
        left -= gap.size;
    }
    return broken;
}

class AddressAxis {
    /** `even`: spreads out block boundaries, so that small blocks are visible beside large ones. */
    constructor(bars, even) {
        this.even = even;
        this.starts = even ? startsOf(bars) : [];
        this.addresses = [];
        this.positions = [0];
        this.breaks = []; // {low, high} positions, {from, to} addresses
        this.regions = []; // runs of addresses without a break
        const ranges = rangesOf(bars);
        if (ranges.length === 0) {
            return;
        }
        const used = ranges.reduce((sum, range) => sum + range.high - range.low, 0);
        const broken = breaksAmong(ranges, even ? 0 : used, 256);
        this.#layOut(bars, ranges, broken, even, used);
        this.#normalize();
    }

    #layOut(bars, ranges, broken, even, used) {
        const breakHeight = even ? 1.2 : used * Math.min(0.03, BREAKS_HEIGHT / Math.max(broken.size, 1));
        const boundaries = even ? boundariesOf(bars) : null;
        this.addresses.push(ranges[0].low);
        ranges.forEach((range, index) => {
            if (index > 0) {
                const gap = range.low - ranges[index - 1].high;
                this.#go(range.low, broken.has(index) ? breakHeight : even ? evenHeight(gap) / 2 : gap);
            }
            if (index === 0 || broken.has(index)) {
                this.#openRegion(index === 0 ? null : ranges[index - 1].high);
            }
            this.#cross(range, boundaries);
        });
    }

    #openRegion(gapFrom) {
        const at = this.addresses.length - 1;
        if (gapFrom !== null) {
            this.breaks.push({
                low: this.positions[at - 1],
                high: this.positions[at],
                size: this.addresses[at] - gapFrom,
            });
        }
        this.regions.push({at});
    }

    #cross(range, boundaries) {
        if (boundaries === null) {
            this.#go(range.high, range.high - range.low);
            return;
        }
        let from = range.low;
        for (const boundary of boundaries) {
            if (boundary > from && boundary <= range.high) {
                this.#go(boundary, evenHeight(boundary - from));
                from = boundary;
            }
        }
    }

    #go(address, height) {
        this.addresses.push(address);
        this.positions.push(this.positions[this.positions.length - 1] + height);
    }

    /** Scales positions to 0..1 and sets those of regions and breaks. */
    #normalize() {
        const whole = this.positions[this.positions.length - 1];
        this.positions = this.positions.map((position) => position / whole);
        for (const gap of this.breaks) {
            gap.low /= whole;
            gap.high /= whole;
        }
        this.regions.forEach((region, index) => {
            const next = this.regions[index + 1];
            const end = next ? next.at - 1 : this.addresses.length - 1;
            region.from = this.addresses[region.at];
            region.to = this.addresses[end];
            region.low = this.positions[region.at];
            region.high = this.positions[end];
        });
    }

    position(address) {
        return interpolate(this.addresses, this.positions, address);
    }

    address(position) {
        return interpolate(this.positions, this.addresses, position);
    }
}

/** Start addresses of blocks in ascending order. */
function startsOf(bars) {
    return [...new Set(bars.address)].sort((one, other) => one - other);
}

function boundariesOf(bars) {
    const boundaries = new Set();
    for (let bar = 0; bar < bars.count; bar++) {
        boundaries.add(bars.address[bar]);
        boundaries.add(bars.address[bar] + Math.max(bars.size[bar], 1));
        boundaries.add(bars.address[bar] + bars.reach(bar));
    }
    return [...boundaries].sort((one, other) => one - other);
}

function evenHeight(size) {
    return 1 + Math.log2(1 + size / 16);
}

/** Piecewise linear from one rising list to another. */
function interpolate(from, to, value) {
    if (from.length < 2) {
        return to[0] ?? 0;
    }
    let low = 0,
        high = from.length - 1;
    while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (from[middle] <= value) {
            low = middle;
        } else {
            high = middle;
        }
    }
    const width = from[high] - from[low];
    const part = width > 0 ? (value - from[low]) / width : 0;
    return to[low] + (to[high] - to[low]) * Math.min(Math.max(part, 0), 1);
}
