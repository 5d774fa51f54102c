// SPDX-License-Identifier: MIT
// All blocks as a table, page by page.

const PAGE = 100; // blocks

class BlockTable {
    constructor(model, details) {
        Object.assign(this, model); // data, steps, bars, threads, view
        this.details = details;
        this.first = 0;
        this.place = element('div', {
            class: 'scroll',
            tabindex: '0',
            role: 'region',
            'aria-label': 'Blocks',
        });
        this.status = element('span', {role: 'status'});
        this.previous = element(
            'button',
            {type: 'button', click: () => this.move(-PAGE)},
            'Previous',
        );
        this.next = element('button', {type: 'button', click: () => this.move(PAGE)}, 'Next');
        const box = element(
            'details',
            {id: 'blocks', toggle: () => box.open && this.show()},
            element('summary', {}, 'All blocks as a table'),
            element('p', {class: 'pager'}, this.previous, this.next, this.status),
            this.place,
        );
        this.box = box;
    }

    move(by) {
        this.first = Math.min(Math.max(this.first + by, 0), Math.max(this.bars.count - 1, 0));
        this.show();
    }

    show() {
        const last = Math.min(this.first + PAGE, this.bars.count),
            rows = [];
        for (let bar = this.first; bar < last; bar++) {
            rows.push(this.#row(bar));
        }
        this.previous.disabled = this.first === 0;
        this.next.disabled = last === this.bars.count;
        this.status.textContent =
            this.bars.count === 0
                ? 'No blocks.'
                : `${grouped(this.first + 1)} to ${grouped(last)} of ` +
                  plural(this.bars.count, 'block');
        this.place.replaceChildren(
            table(
                'Blocks in order of allocation',
                [
                    'Slot',
                    '#Allocated by op',
                    '#Freed by op',
                    'Address',
                    '#Size',
                    '#Usable',
                    '#Aligned to',
                    'Thread',
                    'Freed by thread',
                ],
                rows,
            ),
        );
    }

    #row(bar) {
        const {journal, ops} = this.data,
            event = this.bars.event[bar],
            end = this.bars.end[bar];
        const slot = journal.slot[event],
            op = this.steps.op[this.bars.start[bar]],
            freeing = this.threads.freeingThread(bar);
        const ended = end < this.steps.count ? this.steps.op[end] : NONE;
        const show = () => {
            this.view.select(this.bars.start[bar], bar);
            this.view.revealPosition(this.bars.low[bar]);
        };
        return [
            element(
                'button',
                {type: 'button', class: 'link', click: show},
                slot >= 0 ? `p${slot}` : 'block',
            ),
            op < ops.length ? grouped(op) : 'end',
            ended === NONE ? 'never' : ended < ops.length ? grouped(ended) : 'end',
            hexadecimal(journal.address[event]),
            grouped(journal.size[event]),
            Number.isNaN(this.bars.usable[bar]) ? 'unknown' : grouped(this.bars.usable[bar]),
            grouped(alignmentOf(journal.address[event])),
            threadName(journal.thread[event]),
            freeing === NONE ? '\u2013' : threadName(freeing),
        ];
    }
}
