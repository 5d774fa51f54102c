// SPDX-License-Identifier: MIT
// Reading, pointing, zooming, selecting.
import assert from 'node:assert/strict';

import {cleanPage, findingPage, middleOf, open, selectedRow, tooltip, view} from './setup.mjs';

export const cases = {};

cases.finding = async () => {
    const {page, problems, requests, url} = await open(findingPage());
    assert.deepEqual(requests, [url]);
    assert.equal(
        await page.getByRole('heading', {level: 1}).innerText(),
        'zeroed fails on broken',
    );
    const verdict = await page.locator('.verdict').innerText();
    for (const part of [
        'Finding',
        'C17 7.22.3.2',
        'p3 = calloc 3 40',
        'Expected',
        'Actual',
        ' run --allocator broken failing.ops',
    ]) {
        assert.ok(verdict.includes(part), `no '${part}' in: ${verdict}`);
    }
    assert.equal(await selectedRow(page), 'p3 = calloc 3 40');
    assert.equal(await page.locator('.row.failing code').innerText(), 'p3 = calloc 3 40');
    assert.equal(await page.locator('.row.idle code').first().innerText(), 'p4 = malloc 8');
    assert.ok((await page.locator('.failing-op').innerText()).includes('calloc(3, 40)'));
    assert.ok((await page.locator('#snapshot mark').allInnerTexts()).includes('5a'));
    assert.deepEqual(problems, []);
};

cases.clean = async () => {
    const {page, problems, requests} = await open(cleanPage());
    assert.equal(requests.length, 1);
    assert.equal(
        await page.getByRole('heading', {level: 1}).innerText(),
        'No finding on slate',
    );
    assert.equal(await page.locator('.failing').count(), 0);
    assert.equal(await page.locator('#failing').count(), 0);
    assert.ok((await page.locator('#pages').innerText()).includes('map'));
    assert.ok((await page.locator('#sizes').innerText()).includes('128\u00a0B up to 256\u00a0B'));
    const {bars, calls} = await page.evaluate(() => ({
        bars: window.allocheck.picture.bars.count,
        calls: document.querySelector('.tile dd').innerText,
    }));
    assert.equal(bars, 3 + 1 + 40);
    assert.equal(calls, '48');
    assert.deepEqual(problems, []);
};

/** The colour in the middle of each bar, and the expected one. */
const coloursOfBars = () => {
    const {picture} = window.allocheck;
    const {bars, scale} = picture;
    const {width, height} = picture.layer;
    const {data} = picture.layer.getContext('2d').getImageData(0, 0, width, height);
    const left = picture.x(picture.view.from);
    const pixel = (x, y) => {
        const row = Math.round((y - picture.plotTop) * scale);
        const at = 4 * (row * width + Math.round((x - left) * scale));
        return [...data.slice(at, at + 4)];
    };
    const all = Array.from({length: bars.count}, (_, bar) => ({
        found: pixel(
            picture.x((bars.start[bar] + bars.end[bar]) / 2),
            picture.y((bars.low[bar] + bars.high[bar]) / 2),
        ),
        due: [...picture.colourOf(bar), 255],
    }));
    return {all, empty: pixel(picture.x(0.5), picture.y(bars.low[bars.count - 1]) + 1)};
};

cases.picture = async () => {
    const {page, problems} = await open(cleanPage());
    const {all, empty} = await page.evaluate(coloursOfBars);
    assert.equal(all.length, 44);
    for (const {found, due} of all) {
        const off = Math.max(...found.map((part, index) => Math.abs(part - due[index])));
        assert.ok(off <= 3, `a bar is drawn as ${found}, not ${due}`);
    }
    assert.equal(empty[3], 0, 'empty memory stays empty');
    assert.deepEqual(problems, []);
};

cases.hover = async () => {
    const {page, problems} = await open(cleanPage());
    const bar = await page.evaluate(() => window.allocheck.picture.bars.size.indexOf(128));
    const {x, y} = await middleOf(page, bar);
    await page.mouse.move(x, y);
    const text = await tooltip(page);
    const address = await page.evaluate(
        (index) => window.allocheck.picture.bars.address[index].toString(16),
        bar,
    );
    for (const part of [
        'op 1',
        'p1 = aligned_alloc 64 128',
        'p1',
        '128 bytes',
        '64\u00a0B requested',
        `0x${address}`,
        'Usable size',
        'Thread',
        'main',
        'from op 1 to op 5',
    ]) {
        assert.ok(text.includes(part), `no '${part}' in: ${text}`);
    }
    assert.ok(!text.includes('another run'), 'the program asks for the usable size of p1');
    const other = await middleOf(page, 2);
    await page.mouse.move(other.x, other.y);
    assert.ok((await tooltip(page)).includes('from another run'));
    const chart = await page.locator('#memory').boundingBox();
    await page.locator('#memory').hover({position: {x: chart.width - 4, y: 40}});
    for (const part of ['the end', 'Live after', 'Held after', 'Waste']) {
        assert.ok((await tooltip(page)).includes(part), `no '${part}' over the memory chart`);
    }
    await page.mouse.move(2, 2);
    await page.locator('#tooltip').waitFor({state: 'hidden'});
    await page.locator('#listing .row').nth(2).hover();
    assert.equal(
        await page.evaluate(
            () => window.allocheck.picture.bars.size[window.allocheck.picture.hover.bar],
        ),
        3000,
    );
    assert.deepEqual(problems, []);
};

cases.zoom = async () => {
    const {page, problems} = await open(cleanPage());
    const {x, y} = await middleOf(page, 2);
    const whole = await view(page);
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -600);
    await page.waitForFunction(() => !window.allocheck.picture.view.isWhole);
    const near = await view(page);
    assert.ok(near.to - near.from < (whole.to - whole.from) / 2);
    assert.equal(near.high - near.low, 1);
    const under = (seen) =>
        page.evaluate(
            ([at, {from, to}]) => {
                const {picture} = window.allocheck,
                    left = picture.box.getBoundingClientRect().left + 118;
                return from + ((at - left) / (picture.width - 118)) * (to - from);
            },
            [x, seen],
        );
    assert.ok(
        Math.abs((await under(whole)) - (await under(near))) < 0.01,
        'the point under the pointer stays there',
    );
    await page.keyboard.down('Shift');
    await page.mouse.wheel(0, -400);
    await page.keyboard.up('Shift');
    await page.waitForFunction(
        () => window.allocheck.picture.view.high - window.allocheck.picture.view.low < 0.9,
    );
    const before = await view(page);
    await page.mouse.down();
    await page.mouse.move(x - 120, y + 30, {steps: 4});
    await page.mouse.up();
    const dragged = await view(page);
    assert.ok(dragged.from > before.from, 'dragging to the left shows what is to the right');
    assert.equal(dragged.step, before.step, 'dragging selects nothing');
    await page.getByRole('button', {name: 'Show the whole run'}).click();
    const {from, to, low, high} = await view(page);
    assert.deepEqual([from, to, low, high], [0, whole.to, 0, 1]);
    const scrolled = await page.evaluate(() => scrollY);
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, 300);
    await page.waitForFunction((top) => scrollY > top, scrolled);
    await page.getByRole('button', {name: 'Zoom in', exact: true}).click();
    assert.ok((await view(page)).to - (await view(page)).from < whole.to);
    assert.deepEqual(problems, []);
};

cases.link = async () => {
    const {page, problems} = await open(cleanPage());
    await page.locator('#listing .row', {hasText: 'p2 = malloc 3000'}).click();
    const {bar} = await view(page);
    assert.equal(
        await page.evaluate((index) => window.allocheck.picture.bars.size[index], bar),
        3000,
    );
    assert.ok((await page.locator('#panel').innerText()).includes('3\u202f000 bytes'));
    const point = await middleOf(page, 1);
    await page.mouse.click(point.x, point.y);
    assert.equal(await selectedRow(page), 'p1 = aligned_alloc 64 128');
    assert.equal(await page.locator('#listing').getAttribute('aria-activedescendant'), 'op-1');
    assert.ok((await page.locator('#live').innerText()).includes('p1 = aligned_alloc 64 128'));
    await page.locator('#filter').fill('calloc');
    assert.deepEqual(await page.locator('#listing code').allInnerTexts(), [
        'repeat 40: p10 = calloc 2 100',
    ]);
    await page.locator('#filter').fill('p1');
    assert.deepEqual(await page.locator('#listing code').allInnerTexts(), [
        'p1 = aligned_alloc 64 128',
        'malloc_usable_size p1',
        'free p1',
    ]);
    await page.getByText('All blocks as a table').click();
    await page.locator('#blocks tbody button').first().click();
    assert.equal((await view(page)).bar, 0);
    assert.deepEqual(problems, []);
};

cases.keyboard = async () => {
    const {page, problems} = await open(findingPage());
    for (let tab = 0; tab < 40; tab++) {
        await page.keyboard.press('Tab');
        if ((await page.evaluate(() => document.activeElement.id)) === 'picture') {
            break;
        }
    }
    assert.equal(
        await page.evaluate(() => document.activeElement.id),
        'picture',
        'Tab leads to the picture',
    );
    assert.notEqual(
        await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle),
        'none',
    );
    await page.keyboard.press('Home');
    assert.equal(await selectedRow(page), 'p0 = malloc 24');
    await page.keyboard.press('ArrowRight');
    assert.equal(await selectedRow(page), 'p1 = malloc 100');
    await page.keyboard.press('f');
    assert.equal(await selectedRow(page), 'p3 = calloc 3 40');
    const one = await view(page);
    await page.keyboard.press('ArrowUp');
    const other = await view(page);
    await page.keyboard.press('ArrowDown');
    assert.ok(
        other.bar !== one.bar || (await view(page)).bar !== one.bar,
        'there is another block above or below',
    );
    await page.keyboard.press('+');
    assert.ok((await view(page)).to < one.to || (await view(page)).from > one.from);
    await page.keyboard.press('0');
    assert.equal((await view(page)).to, one.to);
    await page.locator('#listing').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    assert.equal(await selectedRow(page), 'p1 = malloc 100');
    assert.equal((await view(page)).step, 1);
    assert.deepEqual(problems, []);
};
