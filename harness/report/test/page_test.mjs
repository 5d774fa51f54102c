// SPDX-License-Identifier: MIT
// The pages in headless Chromium, case by case.
// usage: node page_test.mjs FOLDER ALLOCHECK BROKEN CORPUS [CASE...]
// FOLDER holds node_modules; ALLOCHECK and BROKEN (the same tool, testing broken allocators) make the
// pages.
import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import fs from 'node:fs';
import {createRequire} from 'node:module';
import os from 'node:os';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

const [folder, allocheck, broken, corpus, ...chosen] = process.argv.slice(2);
const {chromium} = createRequire(path.join(path.resolve(folder), 'page_test.cjs'))('playwright-core');
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'allocheck-page-'));
const cases = {};

/* --- pages --- */

const FAILING = 'ops 1\np0 = malloc 24\np1 = malloc 100\nfree p0\np2 = malloc 4000\np3 = calloc 3 40\np4 = malloc 8\n';
const CLEAN = 'ops 1\np0 = malloc 24\np1 = aligned_alloc 64 128\np2 = malloc 3000\n' +
              'malloc_usable_size p1\np0 = realloc p0 200\nfree p1\np4 = malloc max-7\nrepeat 40: p10 = calloc 2 100\nfree p2\n';

function write(file, text) {
    fs.writeFileSync(path.join(work, file), text);
    return path.join(work, file);
}

/** Runs a tool in the folder of the test; it must end with `status`. */
function run(tool, status, ...words) {
    const done = spawnSync(tool, words, {cwd: work, encoding: 'utf8'});
    assert.equal(done.status, status, `${tool} ${words.join(' ')}: ${done.stderr}`);
}

function findingPage() {
    write('failing.ops', FAILING);
    run(broken, 1, 'report', '--allocator', 'broken', 'failing.ops', '-o', 'finding.html');
    return path.join(work, 'finding.html');
}

function cleanPage(text = CLEAN) {
    write('clean.ops', text);
    run(allocheck, 0, 'report', 'clean.ops', '-o', 'clean.html');
    return path.join(work, 'clean.html');
}

/** A program of so many ops, from those that recorded programs hold. */
function recorded(count) {
    const files = fs.readdirSync(path.join(corpus, 'trace')).filter((file) => file.endsWith('.ops')).sort();
    const texts = files.map((file) => fs.readFileSync(path.join(corpus, 'trace', file), 'utf8'));
    const ops = texts.join('\n').split('\n').filter((line) => line && !/^(#|ops |with )/.test(line));
    assert.ok(ops.length >= count, `the corpus holds ${ops.length} ops, expected ${count}`);
    return `ops 1\nwith limit=64M\n${ops.slice(0, count).join('\n')}\n`;
}

/* --- the browser --- */

const browser = await chromium.launch({
    executablePath: execFileSync('sh', ['-c', 'command -v chromium'], {encoding: 'utf8'}).trim(),
    args: ['--no-sandbox']});

/** A page that was opened; what goes wrong in it, or leaves it, is kept. */
async function open(file, options = {}) {
    const context = await browser.newContext({viewport: {width: 1400, height: 1000}, ...options});
    const page = await context.newPage();
    const problems = [], requests = [];
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.stack));
    page.on('request', (request) => requests.push(request.url()));
    const url = pathToFileURL(file).href, begun = performance.now();
    await page.goto(url);
    await page.waitForFunction(() => document.documentElement.dataset.ready);
    const milliseconds = performance.now() - begun;
    return {page, problems, requests, url, milliseconds};
}

const view = (page) => page.evaluate(() => {
    const {from, to, low, high, step, bar} = window.allocheck.picture.view;
    return {from, to, low, high, step, bar};
});

/** The middle of a bar on the screen. */
async function middleOf(page, bar) {
    await page.locator('#picture').scrollIntoViewIfNeeded();
    return page.evaluate((index) => {
        const {picture} = window.allocheck, box = picture.box.getBoundingClientRect(), {bars} = picture;
        return {x: Math.round(box.left + picture.x((bars.start[index] + bars.end[index]) / 2)),
                y: Math.round(box.top + picture.y((bars.low[index] + bars.high[index]) / 2))};
    }, bar);
}

const tooltip = (page) => page.locator('#tooltip').innerText();
const selectedRow = (page) => page.locator('#listing [aria-selected="true"] code').innerText();

/* --- cases --- */

cases.finding = async () => {
    const {page, problems, requests, url} = await open(findingPage());
    assert.deepEqual(requests, [url]);
    assert.equal(await page.getByRole('heading', {level: 1}).innerText(), 'zeroed is broken by broken');
    const verdict = await page.locator('.verdict').innerText();
    for (const part of ['Finding', 'C17 7.22.3.2', 'p3 = calloc 3 40', 'Expected', 'Actual',
                        'allocheck run --allocator broken failing.ops']) {
        assert.ok(verdict.includes(part), `no '${part}' in: ${verdict}`);
    }
    assert.equal(await selectedRow(page), 'p3 = calloc 3 40');
    assert.equal(await page.locator('.row.failing code').innerText(), 'p3 = calloc 3 40');
    assert.equal(await page.locator('.row.idle code').first().innerText(), 'p4 = malloc 8');
    assert.ok((await page.locator('.failing-op').innerText()).includes('calloc(3, 40)'));
    assert.ok((await page.locator('#scene mark').allInnerTexts()).includes('5a'));
    assert.deepEqual(problems, []);
};

cases.clean = async () => {
    const {page, problems, requests} = await open(cleanPage());
    assert.equal(requests.length, 1);
    assert.equal(await page.getByRole('heading', {level: 1}).innerText(), 'Nothing is wrong on slate');
    assert.equal(await page.locator('.failing').count(), 0);
    assert.equal(await page.locator('#failing').count(), 0);
    assert.ok((await page.locator('#pages').innerText()).includes('map'));
    assert.ok((await page.locator('#sizes').innerText()).includes('128\u00a0B up to 256\u00a0B'));
    const {bars, calls} = await page.evaluate(() => ({
        bars: window.allocheck.picture.bars.count, calls: document.querySelector('.tile dd').innerText}));
    assert.equal(bars, 3 + 1 + 40);
    assert.equal(calls, '48');
    assert.deepEqual(problems, []);
};

cases.hover = async () => {
    const {page, problems} = await open(cleanPage());
    const bar = await page.evaluate(() => window.allocheck.picture.bars.size.indexOf(128));
    const {x, y} = await middleOf(page, bar);
    await page.mouse.move(x, y);
    const text = await tooltip(page);
    const address = await page.evaluate((index) => window.allocheck.picture.bars.address[index].toString(16), bar);
    for (const part of ['op 1', 'p1 = aligned_alloc 64 128', 'p1', '128 bytes', '64\u00a0B asked for', `0x${address}`,
                        'Usable size', 'Thread', 'main', 'from op 1 to op 5']) {
        assert.ok(text.includes(part), `no '${part}' in: ${text}`);
    }
    assert.ok(!text.includes('not asked for'), 'the program asks for the usable size of p1');
    await page.mouse.move(2, 2);
    await page.locator('#tooltip').waitFor({state: 'hidden'});
    await page.locator('#listing .row').nth(2).hover();
    assert.equal(await page.evaluate(() => window.allocheck.picture.bars.size[window.allocheck.picture.hover.bar]), 3000);
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
    const under = (seen) => page.evaluate(([at, {from, to}]) => {
        const {picture} = window.allocheck, left = picture.box.getBoundingClientRect().left + 118;
        return from + (at - left) / (picture.width - 118) * (to - from);
    }, [x, seen]);
    assert.ok(Math.abs(await under(whole) - await under(near)) < 0.01, 'what is under the pointer stays there');
    await page.keyboard.down('Shift');
    await page.mouse.wheel(0, -400);
    await page.keyboard.up('Shift');
    await page.waitForFunction(() => window.allocheck.picture.view.high - window.allocheck.picture.view.low < 0.9);
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
    await page.getByRole('button', {name: 'Zoom in'}).click();
    assert.ok((await view(page)).to - (await view(page)).from < whole.to);
    assert.deepEqual(problems, []);
};

cases.link = async () => {
    const {page, problems} = await open(cleanPage());
    await page.locator('#listing .row', {hasText: 'p2 = malloc 3000'}).click();
    const {bar} = await view(page);
    assert.equal(await page.evaluate((index) => window.allocheck.picture.bars.size[index], bar), 3000);
    assert.ok((await page.locator('#panel').innerText()).includes('3\u202f000 bytes'));
    const point = await middleOf(page, 1);
    await page.mouse.click(point.x, point.y);
    assert.equal(await selectedRow(page), 'p1 = aligned_alloc 64 128');
    assert.equal(await page.locator('#listing').getAttribute('aria-activedescendant'), 'op-1');
    assert.ok((await page.locator('#live').innerText()).includes('p1 = aligned_alloc 64 128'));
    await page.locator('#filter').fill('calloc');
    assert.deepEqual(await page.locator('#listing code').allInnerTexts(), ['repeat 40: p10 = calloc 2 100']);
    await page.locator('#filter').fill('p1');
    assert.deepEqual(await page.locator('#listing code').allInnerTexts(),
                     ['p1 = aligned_alloc 64 128', 'malloc_usable_size p1', 'free p1']);
    await page.getByText('The picture as a table').click();
    await page.locator('#blocks tbody button').first().click();
    assert.equal((await view(page)).bar, 0);
    assert.deepEqual(problems, []);
};

cases.keyboard = async () => {
    const {page, problems} = await open(findingPage());
    for (let tab = 0; tab < 40; tab++) {
        await page.keyboard.press('Tab');
        if (await page.evaluate(() => document.activeElement.id) === 'picture') {
            break;
        }
    }
    assert.equal(await page.evaluate(() => document.activeElement.id), 'picture', 'Tab leads to the picture');
    assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'none');
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
    assert.ok(other.bar !== one.bar || (await view(page)).bar !== one.bar, 'up or down there is another block');
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

cases.theme = async () => {
    const ground = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await open(findingPage(), {colorScheme: 'dark'});
    const light = await open(path.join(work, 'finding.html'), {colorScheme: 'light'});
    const [night, day] = [await ground(dark.page), await ground(light.page)];
    assert.notEqual(night, day);
    const paint = (page) => page.evaluate(() => window.allocheck.picture.ground.toDataURL());
    const before = await paint(light.page);
    await light.page.getByRole('button', {name: 'Dark'}).click();
    assert.equal(await ground(light.page), night);
    assert.equal(await light.page.locator('#theme').getAttribute('aria-pressed'), 'true');
    await light.page.waitForFunction((old) => window.allocheck.picture.ground.toDataURL() !== old, before);
    await light.page.getByRole('button', {name: 'Dark'}).click();
    assert.equal(await ground(light.page), day);
    assert.deepEqual([...dark.problems, ...light.problems], []);
};

cases.print = async () => {
    const {page, problems} = await open(cleanPage(recorded(2000)), {colorScheme: 'dark'});
    const pdf = await page.pdf({format: 'A4'});
    assert.ok(pdf.length > 10000);
    await page.emulateMedia({media: 'print'});
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    assert.equal(await page.locator('.toolbar').first().isVisible(), false);
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'light');
    assert.equal(await page.locator('#listing .row').count(), 240);
    assert.equal(await page.evaluate(() => document.querySelector('.rows').dataset.left), '1\u202f761 more lines not printed');
    const overlap = await page.evaluate(() => {
        const rows = [...document.querySelectorAll('.row')].map((row) => row.getBoundingClientRect());
        return rows.some((row, index) => index > 0 && row.top < rows[index - 1].bottom - 1);
    });
    assert.equal(overlap, false);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
    assert.deepEqual(problems, []);
};

/** The contrast of two colours `rgb(r, g, b)` (WCAG 2.1, 1.4.3). */
function contrast(one, other) {
    const light = (colour) => {
        const [red, green, blue] = colour.match(/\d+(\.\d+)?/g).map(Number)
            .map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const [high, low] = [light(one), light(other)].sort((first, second) => second - first);
    return (high + 0.05) / (low + 0.05);
}

/** Every text that is seen, with the colours it is seen in. */
const textColours = () => {
    const seen = new Map();
    for (const node of document.querySelectorAll('body *')) {
        const own = [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.textContent.trim());
        const style = getComputedStyle(node);
        if (!own || !node.getClientRects().length || style.visibility === 'hidden' || node.closest('[disabled]')) {
            continue;
        }
        let behind = node;
        while (behind && getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)') {
            behind = behind.parentElement;
        }
        const ground = behind ? getComputedStyle(behind).backgroundColor : 'rgb(255, 255, 255)';
        seen.set(`${style.color} on ${ground}`, {colour: style.color, ground, text: node.textContent.slice(0, 40)});
    }
    return [...seen.values()];
};

cases.contrast = async () => {
    for (const file of [findingPage(), cleanPage()]) {
        for (const colorScheme of ['light', 'dark']) {
            const {page} = await open(file, {colorScheme});
            const pairs = await page.evaluate(textColours);
            assert.ok(pairs.length > 5);
            for (const {colour, ground, text} of pairs) {
                const found = contrast(colour, ground);
                assert.ok(found >= 4.5, `${colorScheme}: '${text}' has a contrast of ${found.toFixed(2)}`);
            }
            await page.context().close();
        }
    }
};

cases.roles = async () => {
    const {page, problems} = await open(findingPage());
    const one = async (role, options) => assert.equal(await page.getByRole(role, options).count(), 1, `${role} ${JSON.stringify(options)}`);
    await one('main');
    await one('banner');
    await one('heading', {level: 1});
    await one('application', {name: /Heap over time/});
    await one('listbox', {name: /Program/});
    assert.equal(await page.getByRole('listbox').getByRole('option', {selected: true}).count(), 1);
    await one('img', {name: /Memory over time/});
    await one('searchbox', {name: 'Filter the program'});
    await one('combobox', {name: 'Addresses'});
    await one('combobox', {name: 'Colour'});
    await one('region', {name: 'Heap over time'});
    await one('region', {name: 'Selected op'});
    await one('toolbar', {name: 'Picture'});
    await page.getByText('The picture as a table').click();
    await one('table', {name: /Blocks in the order/});
    assert.equal(await page.getByRole('table', {name: /Blocks in the order/}).getByRole('row').count(), 5);
    const nameless = await page.evaluate(() => [...document.querySelectorAll('button, select, input, [tabindex="0"], summary, a')]
        .filter((node) => !(node.innerText || node.getAttribute('aria-label') || node.labels?.length)).map((node) => node.outerHTML));
    assert.deepEqual(nameless, []);
    const skipped = await page.evaluate(() => {
        const levels = [...document.querySelectorAll('h1, h2, h3')].map((node) => Number(node.tagName[1]));
        return levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1);
    });
    assert.deepEqual(skipped, [], 'no level of heading is left out');
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    assert.deepEqual(problems, []);
};

cases.trace = async () => {
    const ops = 50000, file = cleanPage(recorded(ops));
    const {page, problems, milliseconds} = await open(file);
    const painted = await page.evaluate(() => window.allocheck.picture.painted);
    console.log(`${ops} ops, ${(fs.statSync(file).size / 1048576).toFixed(1)} MiB: opened in ${milliseconds.toFixed(0)} ms, ` +
                `the picture painted in ${painted.toFixed(1)} ms`);
    assert.equal(await page.locator('.count').innerText(), '50\u202f000 ops');
    const frames = await page.evaluate(async () => {
        const box = document.getElementById('listing'), taken = [], rows = [];
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
    console.log(`scrolling: frames of ${sorted[30].toFixed(1)} ms (median), ${sorted[59].toFixed(1)} ms at most`);
    assert.equal(frames.top, 60000);
    assert.ok(frames.most < 120, `${frames.most} rows exist at a time`);
    await page.locator('#listing').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    assert.equal((await page.locator('#listing').getAttribute('aria-activedescendant')), `op-${ops - 1}`);
    const zoomed = await page.evaluate(async () => {
        const {picture} = window.allocheck, taken = [];
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
    const finding = {name: 'zeroed-calloc-1', oracle: {id: 'zeroed', promise: 'bytes are zero', source: 'C17 7.22.3.2'},
                     op: {index: 1, kind: 'calloc', text: 'p1 = calloc 3 4'}, allocator: {name: 'broken'},
                     explanation: {call: 'calloc(3, 4) = a block', wrong: 'byte 0 of it'},
                     stack: [{function: 'lend', place: 'mine.c:12'}], expected: 'zero', actual: '<b>not</b>', ops: ['p0 = malloc 2', 'p1 = calloc 3 4'],
                     reproduce: 'allocheck run x'};
    for (const [folderName, change] of [['a', {}], ['b', {}], ['c', {name: 'intact-free-2', oracle: {id: 'intact'}}]]) {
        fs.mkdirSync(path.join(work, 'found', folderName), {recursive: true});
        write(`found/${folderName}/finding.json`, JSON.stringify({...finding, ...change}));
    }
    write('found/a/report.html', 'a');
    run(allocheck, 1, 'report', 'found', '-o', 'found/index.html');
    const {page, problems} = await open(path.join(work, 'found/index.html'));
    assert.equal(await page.getByRole('heading', {level: 1}).innerText(), '2 promises broken');
    assert.equal(await page.locator('article').count(), 2);
    assert.ok((await page.locator('article').first().innerText()).includes('<b>not</b>'));
    for (const part of ['Seen 2 times', 'byte 0 of it', 'mine.c:12']) {
        assert.ok((await page.locator('article').first().innerText()).includes(part), part);
    }
    assert.equal(await page.getByRole('link', {name: 'picture of a'}).getAttribute('href'), 'a/report.html');
    assert.deepEqual(problems, []);
};

cases.scorecard = async () => {
    fs.mkdirSync(path.join(work, 'corpus/trace'), {recursive: true});
    write('corpus/trace/a.ops', FAILING);
    run(broken, 1, 'scorecard', '--corpus', 'corpus', '--html', 'card.html', 'broken');
    const {page, problems} = await open(path.join(work, 'card.html'), {colorScheme: 'dark'});
    assert.equal(await page.getByRole('heading', {level: 1}).innerText(), 'Something is wrong on broken');
    const row = page.getByRole('row', {name: /^zeroed/});
    assert.deepEqual(await row.getByRole('cell').allInnerTexts(), ['1 finding']);
    assert.ok((await page.locator('#memory-cost').innerText()).includes('a'));
    assert.deepEqual(problems, []);
};

/* Without scripts the finding is still told. */
cases.plain = async () => {
    const context = await browser.newContext({javaScriptEnabled: false});
    const page = await context.newPage();
    await page.goto(pathToFileURL(findingPage()).href);
    assert.ok((await page.locator('.plain').innerText()).startsWith('finding: zeroed on broken'));
};

for (const name of chosen.length > 0 ? chosen : Object.keys(cases)) {
    try {
        assert.ok(cases[name], 'there is no such case');
        await cases[name]();
        console.log(`ok ${name}`);
    } catch (error) {
        console.error(`FAILED: ${name}: ${error.stack}`);
        process.exitCode = 1;
    }
    await Promise.all(browser.contexts().map((context) => context.close()));
}
await browser.close();
fs.rmSync(work, {recursive: true});
