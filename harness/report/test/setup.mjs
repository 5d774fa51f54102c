// SPDX-License-Identifier: MIT
// The pages under test, and the browser.
import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import fs from 'node:fs';
import {createRequire} from 'node:module';
import os from 'node:os';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

const [, , ...words] = process.argv;
export const [folder, allocheck, broken, corpus] = words
    .slice(0, 4)
    .map((word) => path.resolve(word));
export const chosen = words.slice(4);
const {chromium} = createRequire(path.join(folder, 'page_test.cjs'))('playwright-core');
export const work = fs.mkdtempSync(path.join(os.tmpdir(), 'allocheck-page-'));

/* --- pages --- */

export const FAILING =
    'ops 1\np0 = malloc 24\np1 = malloc 100\nfree p0\np2 = malloc 4000\n' +
    'p3 = calloc 3 40\np4 = malloc 8\n';
export const CLEAN =
    'ops 1\np0 = malloc 24\np1 = aligned_alloc 64 128\np2 = malloc 3000\n' +
    'malloc_usable_size p1\np0 = realloc p0 200\nfree p1\n' +
    'p4 = malloc max-7\nrepeat 40: p10 = calloc 2 100\nfree p2\n';

export function write(file, text) {
    fs.writeFileSync(path.join(work, file), text);
    return path.join(work, file);
}

/** Runs a tool in the folder of the test and checks its exit status. */
export function run(tool, status, ...words) {
    const done = spawnSync(tool, words, {cwd: work, encoding: 'utf8'});
    assert.equal(done.status, status, `${tool} ${words.join(' ')}: ${done.stderr}`);
}

export function findingPage() {
    write('failing.ops', FAILING);
    run(broken, 1, 'explain', '--allocator', 'broken', 'failing.ops', '--html', 'finding.html');
    return path.join(work, 'finding.html');
}

export function cleanPage(text = CLEAN) {
    write('clean.ops', text);
    run(allocheck, 0, 'explain', 'clean.ops', '--html', 'clean.html');
    return path.join(work, 'clean.html');
}

/* A block of one thread that another frees, a thread that exits and starts again, a refusal. */
export const THREADED =
    'ops 1\nwith threads=3\np0 = malloc 24\non 1: p1 = malloc 100\non 2: free p0\n' +
    'on 1: p2 = malloc 3000\nexit 1\nrefuse 1\non 2: p3 = malloc 4190000\nfree p1\n' +
    'on 1: p4 = malloc 40\n';

export const threadedPage = () => cleanPage(THREADED);

/** A program of N ops, taken from recorded programs. */
export function recorded(count) {
    const files = fs
        .readdirSync(path.join(corpus, 'trace'))
        .filter((file) => file.endsWith('.ops'))
        .sort();
    const texts = files.map((file) => fs.readFileSync(path.join(corpus, 'trace', file), 'utf8'));
    const ops = texts
        .join('\n')
        .split('\n')
        .filter((line) => line && !/^(#|ops |with )/.test(line));
    assert.ok(ops.length >= count, `the corpus holds ${ops.length} ops, expected ${count}`);
    return `ops 1\nwith limit=64M\n${ops.slice(0, count).join('\n')}\n`;
}

/* --- the browser --- */

export const browser = await chromium.launch({
    executablePath: execFileSync('sh', ['-c', 'command -v chromium'], {encoding: 'utf8'}).trim(),
    args: ['--no-sandbox'],
});

/** Opens a page; collects its errors and network requests. */
export async function open(file, options = {}) {
    const context = await browser.newContext({viewport: {width: 1400, height: 1000}, ...options});
    const page = await context.newPage();
    const problems = [],
        requests = [];
    page.on(
        'console',
        (message) => ['error', 'warning'].includes(message.type()) && problems.push(message.text()),
    );
    page.on('pageerror', (error) => problems.push(error.stack));
    page.on('request', (request) => requests.push(request.url()));
    const url = pathToFileURL(file).href,
        begun = performance.now();
    await page.goto(url);
    await page.waitForFunction(() => document.documentElement.dataset.ready);
    const milliseconds = performance.now() - begun;
    return {page, problems, requests, url, milliseconds};
}

export const view = (page) =>
    page.evaluate(() => {
        const {from, to, low, high, step, bar} = window.allocheck.picture.view;
        return {from, to, low, high, step, bar};
    });

/** The middle of a bar on the screen. */
export async function middleOf(page, bar) {
    await page.locator('#picture').scrollIntoViewIfNeeded();
    return page.evaluate((index) => {
        const {picture} = window.allocheck,
            box = picture.box.getBoundingClientRect(),
            {bars} = picture;
        return {
            x: Math.round(box.left + picture.x((bars.start[index] + bars.end[index]) / 2)),
            y: Math.round(box.top + picture.y((bars.low[index] + bars.high[index]) / 2)),
        };
    }, bar);
}

export const tooltip = (page) => page.locator('#tooltip').innerText();
export const selectedRow = (page) =>
    page.locator('#listing [aria-selected="true"] code').innerText();
