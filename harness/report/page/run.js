// SPDX-License-Identifier: MIT
// The page of one run: verdict, figures, picture and program, details.

const EVEN_UP_TO = 150; // blocks; with more, the axis is to scale at first

function makeModel(data) {
    completeJournal(data.journal);
    const steps = makeSteps(data),
        bars = new Bars(data.journal, steps);
    const model = {
        data,
        steps,
        bars,
        held: new Held(data.journal, steps),
        view: new View(steps),
        failing: failingStep(data, steps),
    };
    model.threads = new Threads(model);
    model.blamed = blamedBars(model);
    return model;
}

/** The bars of the block concerned and of the block that it overlaps. */
function blamedBars({data, bars, failing}) {
    if (failing === NONE) {
        return [];
    }
    const ids = [data.finding.block, data.snapshot?.other?.id ?? NONE].filter((id) => id !== NONE);
    const found = ids.map((id) =>
        lastBarOf(data, bars, (event) => data.journal.block[event] === id),
    );
    const returned = bars.first.get(failing); // by the failing call
    return [...new Set([returned ?? NONE, ...found])].filter((bar) => bar !== NONE);
}

function lastBarOf(data, bars, fits) {
    for (let bar = bars.count - 1; bar >= 0; bar--) {
        if (fits(bars.event[bar])) {
            return bar;
        }
    }
    return NONE;
}

function placeBars(model, even) {
    model.axis = new AddressAxis(model.bars, even);
    model.bars.place(model.axis);
    model.held.place(model.axis);
}

function severalRuns({starts}) {
    const from = grouped(starts[0].pass + 1),
        to = grouped(starts[starts.length - 1].pass + 1);
    return `The picture shows runs ${from} to ${to} of the program on one heap, as an oracle requires.`;
}

function remarks({data, steps}) {
    const {counts, journal} = data;
    const texts = [
        counts.over_limit > 0
            ? `${plural(counts.over_limit, 'op')} hit a limit and did not run in full.`
            : null,
        counts.empty > 0
            ? `${plural(counts.empty, 'op')} named an empty slot and did nothing.`
            : null,
        counts.not_offered > 0
            ? `${plural(counts.not_offered, 'op')} need a function that the allocator lacks.`
            : null,
        counts.skipped > 0
            ? `${plural(counts.skipped, 'misuse')} looked like a valid call and did not run.`
            : null,
        journal && journal.dropped > 0
            ? `${plural(journal.dropped, 'event')} did not fit in the journal and are not drawn.`
            : null,
        steps.starts.length > 1 ? severalRuns(steps) : null,
    ].filter(Boolean);
    return texts.length === 0
        ? null
        : element(
              'ul',
              {class: 'remarks'},
              texts.map((text) => element('li', {}, text)),
          );
}

function showRun(data, theme) {
    const main = document.getElementById('main'),
        model = makeModel(data);
    model.even = model.bars.count <= EVEN_UP_TO;
    placeBars(model, model.even);
    let parts = null;
    const show = () => {
        parts.pointer.fail();
        document.getElementById('picture').scrollIntoView({block: 'center'});
    };
    document.getElementById('what').textContent = data.input;
    main.append(data.finding ? findingVerdict(data, show) : cleanVerdict(data), tiles(model));
    parts = workbench(model, theme);
    main.append(...[remarks(model), detailSection(data)].filter(Boolean));
    main.append(
        element(
            'div',
            {class: 'columns'},
            ...[
                model.threads.several ? threadTable(model) : null,
                model.bars.count > 0 ? sizeHistogram(model.bars) : null,
                pageRequests(data.journal),
                oracleChecks(data),
            ].filter(Boolean),
        ),
    );
    if (data.finding) {
        parts.pointer.fail();
    } else {
        model.view.select(0, model.bars.of(0), {still: true});
    }
    return parts;
}
