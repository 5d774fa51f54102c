// SPDX-License-Identifier: MIT
// Tests of the pages in headless Chromium.
// usage: node page_test.mjs FOLDER ALLOCHECK BROKEN CORPUS [CASE...]
// FOLDER contains node_modules; ALLOCHECK and BROKEN (the same tool with broken allocators) make the
// pages.
import assert from 'node:assert/strict';
import fs from 'node:fs';

import {cases as look} from './look.mjs';
import {cases as more} from './more.mjs';
import {browser, chosen, work} from './setup.mjs';
import {cases as threads} from './threads.mjs';
import {cases as use} from './use.mjs';

const all = {...use, ...threads, ...look, ...more};

for (const name of chosen.length > 0 ? chosen : Object.keys(all)) {
    try {
        assert.ok(all[name], 'there is no such case');
        await all[name]();
        console.log(`ok ${name}`);
    } catch (error) {
        console.error(`FAILED: ${name}: ${error.stack}`);
        process.exitCode = 1;
    }
    await Promise.all(browser.contexts().map((context) => context.close()));
}
await browser.close();
fs.rmSync(work, {recursive: true});
