/** Light and dark by the reader's own setting, from a phone's width on. Nothing is fetched. */
export const STYLESHEET = `
:root { color-scheme: light dark; --text: #1c2733; --soft: #57657a; --ground: #fff; --raised: #f3f6fa; --line: #cdd6e1;
  --link: #0b57b0; --event: #0f6b43; --command: #7a4b00; --query: #5b3aa8; --reader: #0b5c86; }
@media (prefers-color-scheme: dark) { :root { --text: #e4eaf2; --soft: #a3b1c4; --ground: #10161d; --raised: #1a232e;
  --line: #37465a; --link: #7fb7ff; --event: #6fd3a4; --command: #f0b95e; --query: #bda6ff; --reader: #74c8f2; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--ground); font: 16px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 70rem; margin: 0 auto; padding: .75rem 1rem; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; justify-content: space-between;
  border-bottom: 1px solid var(--line); }
footer { color: var(--soft); border-top: 1px solid var(--line); margin-top: 2rem; }
.home { font-weight: 600; }
form { display: flex; gap: .5rem; align-items: center; flex: 1 1 16rem; max-width: 30rem; }
input { flex: 1; min-width: 0; font: inherit; padding: .35rem .6rem; color: inherit; background: var(--raised);
  border: 1px solid var(--line); border-radius: 6px; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 1rem; top: .5rem; background: var(--ground); }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin-top: 2rem; }
h3 { font-size: 1rem; margin: 0; }
code, kbd { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
kbd { border: 1px solid var(--line); border-radius: 4px; padding: 0 .35em; }
.summary { color: var(--soft); }
.kind { font-size: .75rem; font-weight: 400; border: 1px solid; border-radius: 999px; padding: 0 .5em; color: var(--soft); }
.kind.event { color: var(--event); } .kind.command { color: var(--command); } .kind.query { color: var(--query); }
.kind.saga, .kind.subscription { color: var(--reader); }
.entries { list-style: none; padding: 0; margin: 0; max-height: 26rem; overflow: auto; border: 1px solid var(--line);
  border-radius: 6px; }
.entries li { padding: .35rem .75rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.entries li:last-child { border: 0; }
[hidden] { display: none; }
.cards { list-style: none; padding: 0; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); }
.cards li { border: 1px solid var(--line); background: var(--raised); border-radius: 6px; padding: .75rem; }
.cards p { margin: .25rem 0 0; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .25rem 1rem; }
dt { color: var(--soft); } dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.item { display: inline-block; margin-right: .75rem; overflow-wrap: anywhere; }
.table, .drawing { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; }
.drawing { background: var(--raised); }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; } th { color: var(--soft); font-weight: 600; }
svg { display: block; } svg text { font: 12px ui-monospace, monospace; fill: var(--text); text-anchor: middle; }
.box rect { fill: var(--ground); stroke: var(--soft); }
.box.event rect { stroke: var(--event); } .box.command rect { stroke: var(--command); } .box.query rect { stroke: var(--query); }
.box.saga rect, .box.subscription rect { stroke: var(--reader); stroke-width: 2; }
.box.end rect { stroke-width: 2; } .box.undo rect, .box.undo_late rect { stroke-dasharray: 5 3; }
a.box text { fill: var(--link); } a.box:focus-visible rect { stroke-width: 3; }
.arrow { fill: none; stroke: var(--soft); } .arrow.back { stroke-dasharray: 4 3; } .tip { fill: var(--soft); }
.number circle { fill: var(--ground); stroke: var(--line); } .number text { font-size: 10px; }
pre { overflow-x: auto; background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: .75rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .5rem; } }
`;
