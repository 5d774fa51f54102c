// SPDX-License-Identifier: MIT
// Themes, paper, contrast, roles.
import assert from 'node:assert/strict';
import path from 'node:path';

import {cleanPage, findingPage, open, recorded, threadedPage, work} from './setup.mjs';

export const cases = {};

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
    await light.page.waitForFunction(
        (old) => window.allocheck.picture.ground.toDataURL() !== old,
        before,
    );
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
    assert.equal(
        await page.evaluate(() => document.querySelector('.rows').dataset.left),
        '1\u202f761 more lines not printed',
    );
    const overlap = await page.evaluate(() => {
        const rows = [...document.querySelectorAll('.row')].map((row) =>
            row.getBoundingClientRect(),
        );
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
        const [red, green, blue] = colour
            .match(/\d+(\.\d+)?/g)
            .map(Number)
            .map((part) =>
                part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
            );
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const [high, low] = [light(one), light(other)].sort((first, second) => second - first);
    return (high + 0.05) / (low + 0.05);
}

/** Every visible text with its colours. */
const textColours = () => {
    const seen = new Map();
    for (const node of document.querySelectorAll('body *')) {
        const own = [...node.childNodes].some(
            (child) => child.nodeType === Node.TEXT_NODE && child.textContent.trim(),
        );
        const style = getComputedStyle(node);
        if (
            !own ||
            !node.getClientRects().length ||
            style.visibility === 'hidden' ||
            node.closest('[disabled]')
        ) {
            continue;
        }
        let after = node;
        while (after && getComputedStyle(after).backgroundColor === 'rgba(0, 0, 0, 0)') {
            after = after.parentElement;
        }
        const ground = after ? getComputedStyle(after).backgroundColor : 'rgb(255, 255, 255)';
        seen.set(`${style.color} on ${ground}`, {
            colour: style.color,
            ground,
            text: node.textContent.slice(0, 40),
        });
    }
    return [...seen.values()];
};

cases.contrast = async () => {
    for (const make of [findingPage, cleanPage, threadedPage]) {
        const file = make();
        for (const colorScheme of ['light', 'dark']) {
            const {page} = await open(file, {colorScheme});
            const pairs = await page.evaluate(textColours);
            assert.ok(pairs.length > 5);
            for (const {colour, ground, text} of pairs) {
                const found = contrast(colour, ground);
                assert.ok(
                    found >= 4.5,
                    `${colorScheme}: '${text}' has a contrast of ${found.toFixed(2)}`,
                );
            }
            await page.context().close();
        }
    }
};

cases.styles = async () => {
    const {page} = await open(findingPage());
    const unknown = await page.evaluate(() => {
        const text = document.querySelector('style').textContent;
        const names = [...text.matchAll(/^\s+([a-z][a-z-]+):\s/gm)].map(([, name]) => name);
        return [...new Set(names)].filter((name) => !CSS.supports(name, 'inherit'));
    });
    assert.deepEqual(unknown, [], 'every style property exists');
};

cases.roles = async () => {
    const {page, problems} = await open(findingPage());
    // Waits for what a click opens.
    const one = async (role, options) => {
        const found = page.getByRole(role, options);
        await found.first().waitFor();
        assert.equal(await found.count(), 1, `${role} ${options?.name ?? ''}`);
    };
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
    await page.getByText('All blocks as a table').click();
    await one('table', {name: /Blocks in order/});
    assert.equal(
        await page
            .getByRole('table', {name: /Blocks in order/})
            .getByRole('row')
            .count(),
        5,
    );
    const nameless = await page.evaluate(() =>
        [...document.querySelectorAll('button, select, input, [tabindex="0"], summary, a')]
            .filter(
                (node) =>
                    !(node.innerText || node.getAttribute('aria-label') || node.labels?.length),
            )
            .map((node) => node.outerHTML),
    );
    assert.deepEqual(nameless, []);
    const skipped = await page.evaluate(() => {
        const levels = [...document.querySelectorAll('h1, h2, h3')].map((node) =>
            Number(node.tagName[1]),
        );
        return levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1);
    });
    assert.deepEqual(skipped, [], 'no heading level is skipped');
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    assert.deepEqual(problems, []);
};
