// SPDX-License-Identifier: MIT
// Lanes of threads, and the threads that allocated and freed blocks.
import assert from 'node:assert/strict';

import {cleanPage, middleOf, open, selectedRow, threadedPage, tooltip} from './setup.mjs';

export const cases = {};

/** The colours of the lane of each step's thread, above and below its line. */
const coloursOfLanes = () => {
    const {lanes, theme} = window.allocheck;
    const {width, height} = lanes.canvas;
    const {data} = lanes.canvas.getContext('2d').getImageData(0, 0, width, height);
    const pixel = (x, y) => {
        const at = 4 * (Math.round(y * lanes.scale) * width + Math.round(x * lanes.scale));
        return [...data.slice(at, at + 4)];
    };
    return Array.from({length: lanes.steps.count}, (_, step) => {
        const thread = lanes.threads.of[step],
            x = lanes.x(step + 0.5) - 3;
        return {
            op: lanes.steps.op[step],
            thread,
            above: pixel(x, lanes.line(thread) - 5),
            below: pixel(x, lanes.line(thread) + 5),
            colours: theme.threads,
        };
    });
};

cases.threads = async () => {
    const {page, problems} = await open(threadedPage());
    const {numbers, exits, lifetimes} = await page.evaluate(() => window.allocheck.lanes.threads);
    assert.deepEqual(numbers, [0, 1, 2]);
    assert.deepEqual(
        exits.map((exit) => exit.thread),
        [1],
    );
    assert.equal(lifetimes.filter((lifetime) => lifetime.thread === 1).length, 2, 'it starts again');
    assert.equal(await page.locator('#colour').inputValue(), 'thread');
    const lane = await page.evaluate(coloursOfLanes);
    const at = (op) => lane.find((step) => step.op === op);
    const drawn = ({colours}, thread, found) =>
        found[3] > 200 &&
        colours[thread].every((part, index) => Math.abs(part - found[index]) <= 3);
    assert.ok(drawn(at(1), 1, at(1).above), 'thread 1 allocates');
    assert.ok(!drawn(at(1), 1, at(1).below), 'and frees nothing');
    assert.ok(drawn(at(2), 0, at(2).below), 'thread 2 frees a block of the main thread');
    assert.equal(at(2).thread, 2);
    assert.ok(!drawn(at(6), 2, at(6).above), 'a refused request allocates nothing');
    const block = await middleOf(page, 0);
    await page.mouse.move(block.x, block.y);
    assert.ok((await tooltip(page)).includes('allocated by main, freed by thread 2'));
    await page.locator('#lanes').hover({position: {x: 400, y: 10}});
    assert.ok((await tooltip(page)).includes('Thread'));
    assert.equal(await page.locator('#listing .strip').count(), 9);
    const chart = page.getByRole('img', {name: /Threads over time/});
    const label = await chart.getAttribute('aria-label');
    for (const part of [
        'thread 1 allocates 3',
        'thread 2 allocates 0, frees 1, 1 of them allocated by others',
        'exits 1 time',
    ]) {
        assert.ok(label.includes(part), `no '${part}' in: ${label}`);
    }
    const row = page.getByRole('table', {name: /Calls by thread/}).getByRole('row', {
        name: /thread 1/,
    });
    assert.deepEqual(await row.getByRole('cell').allInnerTexts(), [
        '3',
        '3',
        '0',
        '0',
        '0',
        'at op 4',
    ]);
    await page.locator('#listing .row', {hasText: 'on 1: p1 = malloc 100'}).click();
    await page.locator('#picture').focus();
    await page.keyboard.press('t');
    assert.equal(await selectedRow(page), 'on 1: p2 = malloc 3000');
    await page.keyboard.press('Shift+T');
    assert.equal(await selectedRow(page), 'on 1: p1 = malloc 100');
    await page.locator('#colour').selectOption('size');
    assert.ok(!(await page.locator('#legend').innerText()).includes('thread 1'));
    const single = await open(cleanPage());
    assert.equal(await single.page.locator('#lanes').count(), 0);
    assert.equal(await single.page.locator('#listing .strip').count(), 0);
    assert.deepEqual([...problems, ...single.problems], []);
};
