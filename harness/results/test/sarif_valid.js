// SPDX-License-Identifier: MIT
// usage: sarif_valid.js NODE_MODULES FILE...
// Validates files against the schema of SARIF 2.1.0 from a package in NODE_MODULES.
// Exit status: 0 all are valid; 1 one is not (standard error says where).
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const [modules, ...files] = process.argv.slice(2);
const find = (name) => require(path.resolve(modules, name));
const Ajv = find('ajv');
const schema = find('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');

const ajv = new Ajv({schemaId: 'id', meta: false, allErrors: true, logger: false});
ajv.addMetaSchema(find('ajv/lib/refs/json-schema-draft-04.json'));
const validate = ajv.compile(schema);

let bad = files.length === 0;
for (const file of files) {
    if (!validate(JSON.parse(fs.readFileSync(file, 'utf8')))) {
        bad = true;
        for (const error of validate.errors) {
            console.error(`${file}: ${error.dataPath || 'the document'} ${error.message}`);
        }
    }
}
process.exit(bad ? 1 : 0);
