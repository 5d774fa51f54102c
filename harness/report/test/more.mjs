// SPDX-License-Identifier: MIT
// A long program, pages of findings and a scorecard, no scripts.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

import {
    FAILING,
    allocheck,
    broken,
    browser,
    cleanPage,
    findingPage,
    open,
    recorded,
    run,
    work,
    write,
} from './setup.mjs';

export const cases = {};

cases.trace = async () => {
    const ops = 50000,
        file = cleanPage(recorded(ops));
    const {page, problems, milliseconds} = await open(file);
    const painted = await page.evaluate(() => window.allocheck.picture.painted);
    console.log(
        `${ops} ops, ${(fs.statSync(file).size / 1048576).toFixed(1)} MiB: ` +
            `opened in ${milliseconds.toFixed(0)} ms, ` +
            `the picture painted in ${painted.toFixed(1)} ms`,
    );
    assert.equal(await page.locator('.count').innerText(), '50\u202f000 ops');
    const frames = await page.evaluate(async () => {
        const box = document.getElementById('listing'),
            taken = [],
            rows = [];
        for (let step = 0; step < 60; step++) {
            box.scrollTop += 1000;
            const begun = performance.now();
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            taken.push((performance.now() - begun) / 2);
            rows.push(box.querySelectorAll('.row').length);
        }
        return {taken, most: Math.max(...rows), top: box.scrollTop};
    });
    const sorted = frames.taken.sort((one, other) => one - other);
    console.log(
        `scrolling: frames of ${sorted[30].toFixed(1)} ms (median), ` +
            `${sorted[59].toFixed(1)} ms at most`,
    );
    assert.equal(frames.top, 60000);
    assert.ok(frames.most < 120, `${frames.most} rows exist at a time`);
    await page.locator('#listing').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    assert.equal(
        await page.locator('#listing').getAttribute('aria-activedescendant'),
        `op-${ops - 1}`,
    );
    const zoomed = await page.evaluate(async () => {
        const {picture} = window.allocheck,
            taken = [];
        for (let step = 0; step < 20; step++) {
            picture.view.zoom(1.4, 1.2, 20000, 0.4);
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            taken.push(picture.painted);
        }
        return taken;
    });
    console.log(`zooming: the picture painted in ${Math.max(...zoomed).toFixed(1)} ms at most`);
    assert.deepEqual(problems, []);
};

cases.many = async () => {
    const finding = {
        finding: 1,
        name: 'zeroed-calloc-1',
        oracle: {id: 'zeroed', rule: 'bytes are zero', source: 'C17 7.22.3.2'},
        op: {index: 1, kind: 'calloc', text: 'p1 = calloc 3 4'},
        allocator: {name: 'broken'},
        explanation: {call: 'calloc(3, 4) = a block', wrong: 'byte 0 of it'},
        stack: [{function: 'allocate', place: 'mine.c:12'}],
        expected: 'zero',
        actual: '<b>not</b>',
        ops: ['p0 = malloc 2', 'p1 = calloc 3 4'],
        also_seen: ['zeroed at fork', 'intact at free p0'],
        reproduce: 'allocheck run x',
    };
    for (const [folderName, change] of [
        ['a', {}],
        ['b', {}],
        ['c', {name: 'intact-free-2', oracle: {id: 'intact'}}],
    ]) {
        fs.mkdirSync(path.join(work, 'found', folderName), {recursive: true});
        write(`found/${folderName}/finding.json`, JSON.stringify({...finding, ...change}));
    }
    write('found/a/report.html', 'a');
    run(allocheck, 1, 'findings', 'found', '--html', 'found/index.html');
    const {page, problems} = await open(path.join(work, 'found/index.html'));
    assert.equal(await page.getByRole('heading', {level: 1}).innerText(), 'Findings of 2 oracles');
    assert.equal(await page.locator('article').count(), 2);
    assert.ok((await page.locator('article').first().innerText()).includes('<b>not</b>'));
    for (const part of ['Seen 2 times', 'byte 0 of it', 'mine.c:12', 'zeroed at fork; intact at free p0.']) {
        assert.ok((await page.locator('article').first().innerText()).includes(part), part);
    }
    assert.equal(
        await page.getByRole('link', {name: 'report of a'}).getAttribute('href'),
        'a/report.html',
    );
    assert.deepEqual(problems, []);
};

cases.scorecard = async () => {
    fs.mkdirSync(path.join(work, 'corpus/trace'), {recursive: true});
    write('corpus/trace/a.ops', FAILING);
    run(broken, 1, 'scorecard', '--corpus', 'corpus', '--html', 'card.html', 'broken');
    const {page, problems} = await open(path.join(work, 'card.html'), {colorScheme: 'dark'});
    assert.equal(
        await page.getByRole('heading', {level: 1}).innerText(),
        'Findings on broken',
    );
    const row = page.getByRole('row', {name: /^zeroed/});
    assert.deepEqual(await row.getByRole('cell').allInnerTexts(), ['1 finding']);
    assert.ok((await page.locator('#memory-cost').innerText()).includes('a'));
    assert.deepEqual(problems, []);
};

/* Without scripts the page shows the finding as text. */
cases.plain = async () => {
    const context = await browser.newContext({javaScriptEnabled: false});
    const page = await context.newPage();
    await page.goto(pathToFileURL(findingPage()).href);
    assert.ok((await page.locator('.plain').innerText()).startsWith('finding: zeroed on broken'));
};
