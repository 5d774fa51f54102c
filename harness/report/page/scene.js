// SPDX-License-Identifier: MIT
// What the finding saw: the bytes round the first wrong one, and the blocks round the block.

const PER_ROW = 16; // bytes

function byteAt(text, index) {
    return text.slice(2 * index, 2 * index + 2);
}

function hexRow(scene, from, last) {
    const actual = element('code', {class: 'hex'}), expected = element('code', {class: 'hex'});
    let differs = false;
    for (let index = from; index < Math.min(from + PER_ROW, last); index++) {
        const came = byteAt(scene.actual, index), wanted = byteAt(scene.expected, index);
        differs ||= came !== wanted;
        actual.append(came === wanted ? element('span', {}, came) : element('mark', {}, came));
        expected.append(element('span', {class: came === wanted ? 'same' : null}, wanted));
    }
    return [element('code', {}, `+${grouped(numeric(scene.window) + from)}`), actual, differs ? expected : ''];
}

function hexView(scene) {
    const count = scene.actual.length / 2, rows = [];
    for (let from = 0; from < count; from += PER_ROW) {
        rows.push(hexRow(scene, from, count));
    }
    return element('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Bytes'}, table(
        'Bytes of the block round the first wrong one', ['Offset', 'Actual, wrong ones marked', 'Expected, where it differs'], rows));
}

const BYTES_ARE = {
    zero: () => 'The wrong bytes are zero.',
    same: () => 'The wrong bytes are all the same.',
    block: (scene) => `The wrong bytes are what ${blockName(scene.owner)} was filled with, from its byte ` +
                      `${grouped(scene.owner_offset)} on.`,
    pointer: (scene) => `The wrong bytes hold the address ${hexadecimal(scene.pointer)}` +
                        `${scene.owner ? `, near ${blockName(scene.owner)}` : ''}: a link of a free list, it seems.`,
};

function blockName(block) {
    return `${block.slot >= 0 ? `p${block.slot}, ` : ''}the block of ${exactBytes(block.size)} lent by op ${grouped(block.op)}`;
}

function neighbourRow(name, block, reach) {
    const distance = numeric(block.address) - reach;
    return [name, block.slot >= 0 ? `p${block.slot}` : '\u2013', hexadecimal(block.address), exactBytes(block.size),
            block.op >= 0 ? grouped(block.op) : '\u2013', block.ended ? 'freed' : 'lent', grouped(distance)];
}

function neighbours(scene) {
    const named = [['above', scene.above], ['the other owner', scene.other], ['the block', scene.block], ['below', scene.below]];
    const rows = named.filter(([, block]) => block);
    const start = numeric(scene.block?.address ?? 0);
    return rows.length < 2 ? null : element('div', {class: 'scroll'}, table(
        'Blocks in memory, higher addresses first', ['', 'Slot', 'Address', 'Size', '#Lent by op', 'Now', '#Bytes from the block'],
        rows.map(([name, block]) => neighbourRow(name, block, start))));
}

/** NULL where the finding saw neither bytes nor neighbours. */
function sceneSection(data) {
    const scene = data.scene;
    const parts = !scene ? [] : [
        scene.actual ? hexView(scene) : null,
        BYTES_ARE[scene.of] ? element('p', {class: 'aside'}, BYTES_ARE[scene.of](scene)) : null,
        neighbours(scene),
    ].filter(Boolean);
    const wrote = data.output ? element('details', {}, element('summary', {}, 'What the process wrote'),
                                        element('pre', {class: 'output', tabindex: '0'}, data.output)) : null;
    return parts.length + (wrote ? 1 : 0) === 0 ? null : section('scene', 'What the finding saw', ...parts, wrote);
}
