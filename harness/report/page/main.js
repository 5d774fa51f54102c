// SPDX-License-Identifier: MIT
// Shows the data of the page.

function start() {
    const data = JSON.parse(document.getElementById('data').textContent);
    const theme = new Theme(document.getElementById('theme'));
    document.getElementById('colophon').textContent = `Made by ${data.tool}.`;
    const show = {run: showRun, findings: showFindings, scorecard: showScorecard}[data.kind];
    const parts = show(data, theme);
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
    return {data, theme, ...parts};
}

window.allocheck = start(); // for tests and the console
