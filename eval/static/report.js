// The table of rows: search, filter, sort, fifty at a time; a row is unpacked when it is opened.

const PAGE = 50;
const index = JSON.parse(document.getElementById("index").textContent);
const blocks = document.querySelectorAll("script.block");
const SIGNS = ["\u25cf", "\u25cb", "\u2715"];
const KINDS = ["answered", "refused", "failed"];

const rows = index.rows.map(([id, outcome, question, answer, tags, scores, seconds, right, block, at], place) =>
  ({ id, outcome, question, answer, tags, scores, seconds, right, block, at, place, text: "" }));
const headline = index.metrics.findIndex((name, at) => !about.units[name] && rows.some((row) => known(row.scores[at])));
const claims = rows.some((row) => row.right !== null);

const GRADES = { wrong: "wrong", part: "partly right", right: "right" };
function grade(row) {
  if (row.outcome === 2) return "wrong";
  if (claims) return row.right === null ? "" : row.right ? "right" : "wrong";
  const score = headline < 0 ? null : row.scores[headline];
  if (!known(score)) return "";
  const good = about.better[index.metrics[headline]] === "lower" ? 1 - score : score;
  return good >= 1 ? "right" : good <= 0 ? "wrong" : "part";
}
for (const row of rows) row.grade = grade(row);

const state = { search: "", outcome: "", grade: "", tag: "", sort: "place", down: false, page: 0 };
let shown = rows;

const opened = new Map();
function block(number) {
  if (!opened.has(number)) {
    if (opened.size > 7) opened.delete(opened.keys().next().value);
    const bytes = Uint8Array.from(atob(blocks[number].textContent), (one) => one.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    opened.set(number, new Response(stream).text().then(JSON.parse));
  }
  return opened.get(number);
}

async function open(fold, row) {
  const detail = fold.querySelector(".detail");
  if (detail.childElementCount) return;
  drawRow((await block(row.block))[row.at], detail);
}

// Which rows, in which order.

function select() {
  const wanted = state.search.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (row) => (row.text ||= `${row.id}\n${row.question}\n${row.answer}\n${row.tags.map((at) => index.tags[at]).join("\n")}`.toLowerCase());
  shown = rows.filter((row) =>
    (state.outcome === "" || row.outcome === Number(state.outcome)) &&
    (state.grade === "" || row.grade === state.grade) &&
    (state.tag === "" || row.tags.includes(Number(state.tag))) &&
    wanted.every((word) => text(row).includes(word)));
  const by = state.sort;
  const value = by === "place" ? (row) => row.place : by === "seconds" ? (row) => row.seconds : (row) => row.scores[Number(by)];
  const turn = state.down ? -1 : 1;
  shown.sort((a, b) => {
    const [one, other] = [value(a), value(b)];
    // What was not measured comes last, whichever way the rest is ordered.
    if (!known(one) || !known(other)) return known(one) - known(other) ? known(other) - known(one) : a.place - b.place;
    return turn * (one - other) || a.place - b.place;
  });
}

// The controls.

function choice(label, options, name) {
  const box = el("select", "", options.map(([value, text]) => {
    const option = el("option", "", text);
    option.value = value;
    return option;
  }));
  box.name = name;
  box.value = String(state[name]);
  box.addEventListener("change", () => change({ [name]: box.value }));
  return el("label", "", el("span", "", label), box);
}

function change(what) {
  Object.assign(state, what, { page: 0 });
  select();
  draw();
}

const section = document.getElementById("rows");
const search = el("input");
search.type = "search";
search.name = "search";
search.placeholder = "Search questions, answers, ids";
search.setAttribute("aria-label", search.placeholder);
search.addEventListener("input", () => change({ search: search.value }));
const turn = el("button", "plain turn");
turn.addEventListener("click", () => change({ down: !state.down }));
const total = el("p", "total");
total.setAttribute("role", "status");
const head = el("div", "row-head");
const held = el("div", "rows");
const foot = el("nav", "pages");
foot.setAttribute("aria-label", "Pages of rows");

const measured = index.metrics.map((name, at) => [String(at), name]).filter(([at]) => rows.some((row) => known(row.scores[at])));
const tagged = index.tags.map((name, at) => [String(at), name]).sort((a, b) => a[1].localeCompare(b[1]));
const graded = Object.entries(GRADES).filter(([name]) => rows.some((row) => row.grade === name));
const what = claims ? "verdict" : headline < 0 ? "score" : index.metrics[headline];
const named = { wrong: claims ? "wrong only" : `wrong only (none of ${what})`, part: `partly right (some of ${what})`, right: "right only" };
const tools = el("div", "tools", search,
  choice("Outcome", [["", "all"], ...KINDS.map((_, at) => [String(at), about.outcomes[at]]).filter(([at]) => rows.some((row) => row.outcome === Number(at)))], "outcome"),
  graded.length ? choice("Result", [["", "all"], ...graded.map(([name]) => [name, named[name]])], "grade") : null,
  tagged.length ? choice("Tag", [["", "all"], ...tagged], "tag") : null,
  choice("Sort by", [["place", "order of the run"], ...measured, ["seconds", "time"]], "sort"), turn);

// A row, closed.

function score(row, at) {
  const value = row.scores[at];
  if (!known(value)) return el("span", "num missing", el("span", "sr", `${index.metrics[at]}: ${MISSING}`), "\u2013");
  const unit = about.units[index.metrics[at]] ?? "";
  const cell = el("span", "num", unit ? null : el("span", "meter", el("i")), figure(value, unit));
  if (!unit) cell.querySelector("i").style.width = `${Math.min(1, Math.max(0, value)) * 100}%`;
  cell.title = index.metrics[at];
  return cell;
}

function columns() {
  const sorted = Number(state.sort);
  const found = claims ? [] : headline < 0 ? [] : [headline];
  if (!Number.isNaN(sorted) && state.sort !== "place" && !found.includes(sorted)) found.push(sorted);
  return found;
}

function drawFold(row) {
  const fold = el("details", `row grade-${row.grade || "none"}`,
    el("summary", "",
      el("span", `outcome is-${KINDS[row.outcome]}`, el("i", "", SIGNS[row.outcome]), about.outcomes[row.outcome]),
      el("span", "what", el("span", "q", row.question || "(no question)"), row.answer && el("span", "a", row.answer),
        el("span", "id", row.id, row.tags.map((at) => el("span", "tagged", index.tags[at])))),
      claims ? el("span", "num", row.right === null ? el("span", "missing", MISSING) : yes(row.right, "agrees", "differs")) : null,
      columns().map((at) => score(row, at)),
      el("span", "num seconds", known(row.seconds) ? figure(row.seconds, "s") : "\u2013")),
    el("div", "detail"));
  fold.dataset.id = row.id;
  fold.addEventListener("toggle", () => { if (fold.open) open(fold, row); });
  return fold;
}

function sortButton(label, by) {
  const on = state.sort === by;
  const button = el("button", on ? "is-on" : "", label, on ? (state.down ? " \u2193" : " \u2191") : "");
  button.addEventListener("click", () => {
    tools.querySelector("[name=sort]").value = by;
    change(on ? { down: !state.down } : { sort: by, down: false });
  });
  return el("span", "num", button);
}

function draw() {
  const pages = Math.max(1, Math.ceil(shown.length / PAGE));
  const from = state.page * PAGE;
  const now = shown.slice(from, from + PAGE);
  total.textContent = shown.length === rows.length ? `${count(rows.length)} ${rows.length === 1 ? "row" : "rows"}`
    : `${count(shown.length)} of ${count(rows.length)} rows`;
  turn.textContent = (state.sort === "place" ? ["in order", "reversed"] : ["\u2191 lowest first", "\u2193 highest first"])[Number(state.down)];
  const across = (claims ? 1 : 0) + columns().length;
  section.style.setProperty("--columns", across ? `repeat(${across}, 108px)` : " ");
  head.replaceChildren(el("span", "", "outcome"), el("span", "", claims ? "text and verdict" : about.task === "retrieve" ? "question and first hits" : "question and answer"),
    ...(claims ? [el("span", "num", "with people")] : []), ...columns().map((at) => sortButton(index.metrics[at], String(at))), sortButton("time", "seconds"));
  held.replaceChildren(...now.map(drawFold));
  if (!now.length) held.append(el("p", "empty", rows.length ? "No row fits. Change the search or the filters." : "This run has no rows."));
  const step = (label, by, on) => {
    const button = el("button", "plain", label);
    button.disabled = !on;
    button.addEventListener("click", () => { state.page += by; draw(); section.scrollIntoView(); });
    return button;
  };
  foot.replaceChildren(step("\u2190 Previous", -1, state.page > 0),
    el("span", "", now.length ? `${count(from + 1)} to ${count(from + now.length)} of ${count(shown.length)}` : ""),
    step("Next \u2192", 1, state.page < pages - 1));
  foot.hidden = pages === 1;
}

// A link to a row or a tag, also from another page.

function reset(what) {
  search.value = "";
  change({ search: "", outcome: "", grade: "", tag: "", sort: "place", down: false, ...what });
  for (const box of tools.querySelectorAll("select")) box.value = String(state[box.name]);
}

function follow() {
  const [name, value] = location.hash.slice(1).split("=").map((one) => { try { return decodeURIComponent(one); } catch { return one; } });
  if (name === "row") {
    const row = rows.find((one) => one.id === value);
    if (!row) return;
    reset({});
    state.page = Math.floor(row.place / PAGE);
    draw();
    const fold = held.children[row.place % PAGE];
    fold.open = true;
    fold.scrollIntoView();
  } else if (name === "tag" && index.tags.includes(value)) {
    reset({ tag: String(index.tags.indexOf(value)) });
    section.scrollIntoView();
  }
}

if (rows.length) section.append(tools, total, head, held, foot);
else section.append(held);
select();
draw();
addEventListener("hashchange", follow);
follow();
