// What a row opens to. Everything is built as elements and text: nothing of a document is ever markup.

const about = JSON.parse(document.getElementById("about").textContent);
const UNSEEN = new RegExp(`[${about.unseen}]`, "gu");
const MISSING = "not measured";

// Text in which every unseen character stands as a small named mark.
function say(parent, text) {
  const value = String(text);
  let end = 0;
  for (const match of value.matchAll(UNSEEN)) {
    parent.append(value.slice(end, match.index));
    const code = match[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    const mark = document.createElement("span");
    mark.className = "unseen";
    mark.title = `invisible character U+${code}`;
    mark.textContent = "\u25ab";
    parent.append(mark);
    end = match.index + match[0].length;
  }
  parent.append(value.slice(end));
  return parent;
}

// An element: its class, then children that are elements, text, lists of these, or nothing.
function el(name, kind, ...children) {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  for (const child of children.flat(2)) {
    if (child === null || child === undefined || child === false) continue;
    if (child instanceof Node) made.append(child);
    else say(made, child);
  }
  return made;
}

const list = (value) => (Array.isArray(value) ? value : []);
const known = (value) => typeof value === "number" && Number.isFinite(value);
const count = (value) => value.toLocaleString("en-US");
const words = (name) => String(name ?? "").replaceAll("_", " ");

function figure(value, unit = "", digits = 2) {
  if (!known(value)) return MISSING;
  if (!unit) return value.toFixed(digits);
  return `${Math.abs(value) >= 100 ? count(Math.round(value)) : Number(value.toPrecision(3))} ${unit}`;
}

const VERDICTS = {
  supported: ["\u2713", "good"], partial: ["\u25d0", "doubt"],
  unsupported: ["\u2715", "bad"], contradicted: ["\u2715", "bad"],
};

// A judgement: a sign, a colour and a word, so that none of them has to be told apart alone.
function tag(word, kind, sign, more = "") {
  return el("span", `verdict is-${kind}`, el("i", "", sign), ` ${word}`, more && el("small", "", ` ${more}`));
}

function verdict(word, support) {
  const [sign, kind] = VERDICTS[word] ?? ["\u00b7", "doubt"];
  return tag(word, kind, sign, known(support) ? support.toFixed(2) : "");
}

function yes(is, good, bad, support) {
  return tag(is ? good : bad, is ? "good" : "bad", is ? "\u2713" : "\u2715", known(support) ? support.toFixed(2) : "");
}

function part(title, ...children) {
  const body = children.flat(2).filter((child) => child);
  return body.length ? el("section", "part", el("h4", "", title), body) : null;
}

function table(heads, rows, kind = "") {
  const cells = (name, row) => el("tr", "", row.map((cell) => el(name, "", cell)));
  return el("div", "scroll", el("table", kind, el("thead", "", cells("th", heads)),
    el("tbody", "", rows.map((row) => cells("td", row)))));
}

function more(items, shown, name, draw) {
  if (items.length <= shown) return draw(items);
  const held = el("div", "", draw(items.slice(0, shown)));
  const button = el("button", "plain", `Show all ${count(items.length)} ${name}`);
  button.addEventListener("click", () => held.replaceChildren(draw(items)));
  held.append(button);
  return held;
}

// The question, and what was said before it.

function asked(row) {
  const turns = list(row.history).map((turn) => el("li", `turn is-${turn.role === "user" ? "user" : "other"}`,
    el("b", "", turn.role === "user" ? "person" : words(turn.role)), el("p", "", turn.content)));
  const filters = Object.entries(row.filters ?? {}).map(([name, value]) =>
    el("li", "", `${words(name)}: ${Array.isArray(value) ? value.join(", ") : JSON.stringify(value)}`));
  return el("div", "asked",
    turns.length ? part("Said before", el("ul", "turns", turns)) : null,
    part("Question", el("p", "question", row.question ?? "")),
    filters.length ? part("Only in", el("ul", "chips", filters)) : null,
    row.problem ? part("This row could not be asked", el("p", "error", row.problem)) : null);
}

// The answer, with what its own checks and the verifier said.

function chips(numbers, detail) {
  return numbers.map((n) => {
    const chip = el("button", "chip", String(n));
    chip.title = `to quotation ${n}`;
    chip.addEventListener("click", () => {
      detail.querySelectorAll(".quote.is-on").forEach((one) => one.classList.remove("is-on"));
      const card = [...detail.querySelectorAll(".quote")].find((one) => one.dataset.n === String(n));
      if (!card) return;
      card.classList.add("is-on");
      card.scrollIntoView({ block: "nearest", behavior: "smooth" });
    });
    return chip;
  });
}

const verifier = () => about.verifier || "the verifier";

function sentence(one, check, detail) {
  return el("li", `sentence is-${one.status ?? "kept"}`,
    el("p", "words", one.text, " ", chips(list(one.citations).map((mark) => mark.n), detail)),
    el("p", "tags", one.verdict && check && el("span", "by", "system:"), one.verdict && verdict(one.verdict),
      one.status === "removed" && tag("left out of the answer", "doubt", "\u2212"),
      check && el("span", "by", `${verifier()}:`),
      check && yes(check.supported, "supported", "not supported", check.support),
      check && check.supported && check.cited === false && tag("by a passage that it does not cite", "doubt", "\u25cb")));
}

function answered(record, detail) {
  const answer = record.answer;
  if (!answer) return record.outcome === "failed" ? null : part("Answer", el("p", "missing", "none"));
  const checks = list(record.checks?.sentences);
  const sentences = list(answer.sentences);
  const checkOf = new Map(checks.map((check) => [String(check.text).trim(), check]));
  const matched = sentences.length && checks.every((check) => sentences.some((one) => one.text.trim() === String(check.text).trim()));
  const bare = list(answer.answers).map((one) => el("li", "", el("b", "", one.text),
    known(one.probability) && el("small", "", ` ${(one.probability * 100).toFixed(0)} % sure`), chips(list(one.citations), detail)));
  const declined = answer.declined && el("div", "declined",
    el("p", "", el("b", "", `Refused: ${words(answer.declined.reason)}`)), el("p", "", answer.declined.message ?? answer.text ?? ""));
  const whole = !declined && !sentences.length && el("p", "words whole", answer.text ?? "");
  return [
    part("Answer", declined, bare.length && !declined ? el("ul", "bare", bare) : null,
      sentences.length ? el("ul", "sentences", sentences.map((one) =>
        sentence(one, matched ? checkOf.get(one.text.trim()) : null, detail))) : whole),
    checks.length && !matched ? part(`Sentences, checked by ${verifier()}`, el("ul", "sentences", checks.map((check) =>
      sentence({ text: check.text }, check, detail)))) : null,
    list(answer.warnings).length ? part("Warnings", el("ul", "plainlist", answer.warnings.map((one) => el("li", "", one.message ?? one.code)))) : null,
  ];
}

function quotes(record) {
  const shown = list(record.quotes).length ? record.quotes : list(record.answer?.citations).map((one) =>
    ({ n: one.n, before: one.prefix ?? "", quote: one.quote ?? "", after: one.suffix ?? "", title: one.title ?? one.source ?? "", place: one.place ?? "" }));
  const truth = new Map(list(record.checks?.quotes).map((one) => [one.n, one.true]));
  const supports = list(record.checks?.citations);
  const said = list(record.checks?.sentences).map((one) => String(one.text ?? "").trim());
  const which = (at) => (said.length > 1 && said[at] ? `\u201c${said[at].length > 44 ? `${said[at].slice(0, 43)}\u2026` : said[at]}\u201d` : "its sentence");
  return part("Quotations in their place", shown.map((one) => {
    const card = el("article", "quote",
      el("header", "", el("span", "n", String(one.n)), el("b", "", one.title || "untitled"), one.place && el("small", "", one.place)),
      el("p", "passage", one.before, el("mark", "", one.quote), one.after),
      el("p", "tags",
        truth.has(one.n) && yes(truth.get(one.n), "these characters are in the source", "these characters are not in the source"),
        supports.filter((mark) => mark.n === one.n).map((mark) =>
          yes(mark.supported, `supports ${which(mark.sentence)}`, `does not support ${which(mark.sentence)}`, mark.support))));
    card.dataset.n = String(one.n);
    return card;
  }));
}

function accounts(items, detail) {
  return list(items).length ? part("Who says what", el("ul", "accounts", items.map((one) => account(one, chips(list(one.citations), detail))))) : null;
}

function account(one, shown) {
  const more = [words(one.quantity), one.stance && one.stance !== "says" ? words(one.stance) : "", one.event_date, words(one.relation)];
  return el("li", "", el("b", "", one.value ?? ""), el("span", "", one.claimant || "nobody named", " ", shown,
    el("small", "", more.filter(Boolean).join(" \u00b7 "))));
}

// What was expected.

function ticked(title, items, ticks, bad = false) {
  if (!list(items).length) return null;
  return el("div", "want", el("h5", "", title), el("ul", "chips", items.map((item, at) => {
    const is = ticks?.[at];
    if (is === true || is === false) {
      const good = is !== bad;
      const word = is ? "in the answer" : "not in the answer";
      const chip = el("li", good ? "is-good" : "is-bad", el("i", "", good ? "\u2713" : "\u2715"), " ", item, el("span", "sr", ` (${word})`));
      chip.title = word;
      return chip;
    }
    return el("li", "", item);
  })));
}

function expected(record, found) {
  const row = record.row ?? {};
  if (typeof row.text === "string") return null;
  const want = row.expect ?? {};
  const least = known(want.min_values) ? `At least ${want.min_values} of` : "Every value of";
  const spans = list(row.spans).map((span) => `${span.source}, characters ${span.start} to ${span.end}`);
  return part("Expected",
    row.answerable === false && el("p", "", "No source answers this: a refusal is right."),
    row.answerable === true && record.outcome === "refused" && el("p", "", "There is an answer: a refusal is wrong."),
    want.declined && el("p", "", `A refusal because: ${words(want.declined)}.`),
    ticked("All of", want.all, found.all), ticked("Any of", want.any, found.any),
    ticked(least, want.values, found.values), ticked("One of these answers", want.answers, found.answers),
    ticked("Must not give", want.wrong, found.wrong, true),
    want.text && el("div", "want", el("h5", "", "Reference answer"), el("p", "words", want.text)),
    ticked("Cites one of", row.sources, found.sources), ticked("In", spans),
    list(want.accounts).length ? el("div", "want", el("h5", "", "Accounts"), el("ul", "accounts", want.accounts.map((one) =>
      account(one, list(one.sources).length ? `(${one.sources.join(", ")})` : null)))) : null);
}

// Passages or documents that were found, best first.

function relevanceOf(row) {
  const grades = row.relevance ?? {};
  const named = new Set(list(row.sources));
  return (source) => {
    if (Object.hasOwn(grades, source)) {
      return grades[source] > 0 ? tag(`relevant, grade ${grades[source]}`, "good", "\u2713") : tag("judged not relevant", "none", "\u2212");
    }
    if (named.has(source)) return tag("wanted", "good", "\u2713");
    return el("span", "missing", "not judged");
  };
}

function holds(hit, spans) {
  return spans.some((span) => span.source === hit.source && (!known(hit.start) || (hit.start < span.end && span.start < hit.end)));
}

function hits(record) {
  if (!Array.isArray(record.hits)) return null;
  const row = record.row ?? {};
  const relevance = relevanceOf(row);
  const spans = list(row.spans);
  const draw = (items) => table(["rank", "source", "relevance", "score", "characters"], items.map((hit, at) => [
    String(at + 1), [hit.title ? `${hit.title} ` : "", hit.source],
    spans.length && holds(hit, spans) ? tag("holds the answer", "good", "\u2713") : relevance(hit.source),
    known(hit.score) ? hit.score.toPrecision(4) : MISSING,
    known(hit.start) ? `${count(hit.start)} to ${count(hit.end)}` : "whole",
  ]), "grid hits");
  const there = new Set(record.hits.map((hit) => hit.source));
  const missed = Object.entries(row.relevance ?? {}).filter(([source, grade]) => grade > 0 && !there.has(source));
  return [
    part(`Found, best first (${count(record.hits.length)})`, record.hits.length ? more(record.hits, 20, "hits", draw) : el("p", "missing", "nothing")),
    missed.length ? part(`Relevant and not found (${count(missed.length)})`, more(missed, 20, "sources", (items) =>
      el("ul", "chips", items.map(([source, grade]) => el("li", "is-bad", el("i", "", "\u2715"), ` ${source}, grade ${grade}`))))) : null,
  ];
}

// A claim: what people marked in it, and what the verifier said of each sentence.

// Offsets count code points, as everywhere in Vouch; strings of this language do not.
function underlined(chars, start, end, marked) {
  const made = [];
  let at = start;
  for (const [low, high] of marked.filter(([a, b]) => a < end && b > start).sort((a, b) => a[0] - b[0])) {
    const [from, to] = [Math.max(at, low), Math.min(end, high)];
    if (from > at) made.push(chars.slice(at, from).join(""));
    if (to > from) made.push(el("u", "gold", chars.slice(from, to).join("")));
    at = Math.max(at, to);
  }
  if (at < end) made.push(chars.slice(at, end).join(""));
  return made;
}

function claim(record) {
  const row = record.row ?? {};
  if (typeof row.text !== "string") return null;
  const chars = Array.from(row.text);
  const marked = list(row.unsupported);
  const lines = [];
  let at = 0;
  const gap = (end) => {
    if (chars.slice(at, end).join("").trim()) lines.push(el("li", "sentence", el("p", "words", underlined(chars, at, end, marked))));
  };
  for (const one of list(record.verdict?.sentences)) {
    gap(one.start);
    lines.push(el("li", "sentence", el("p", "words", underlined(chars, one.start, one.end, marked)),
      el("p", "tags", verdict(one.verdict, one.support)),
      list(one.problems).length ? el("p", "problems", one.problems.join("; ")) : null));
    at = Math.max(at, one.end);
  }
  gap(chars.length);
  const system = record.verdict;
  const texts = list(row.sources).map((source) => el("details", "source",
    el("summary", "", source.title || source.id), el("p", "passage", source.text ?? "")));
  return [
    row.question ? part("Question", el("p", "question", row.question)) : null,
    part("Judgement", el("p", "tags", el("span", "by", "people:"), yes(row.supported === true, "supported", "not supported"),
      row.label && el("span", "by", `(${row.label})`)),
      system && el("p", "tags", el("span", "by", "verifier:"), yes(system.supported === true, "supported", "not supported", system.support))),
    part("Text", el("ul", "sentences", lines), marked.length ? el("p", "note", "Underlined: what people found in no source.") : null),
    texts.length ? part("Sources", texts) : null,
  ];
}

// Scores, baselines, and the record as it is in the file.

function scores(record) {
  const found = Object.entries(record.scores ?? {});
  return found.length ? part("Scores", el("dl", "scores", found.map(([name, value]) =>
    [el("dt", "", name), el("dd", "", figure(value, about.units[name], 3))]))) : null;
}

function beside(items) {
  return list(items).length ? part("Baselines on this row", el("ul", "plainlist", items.map((one) => el("li", "",
    el("b", "", words(one.name)), ` ${words(one.outcome)} `, one.said ? el("q", "", one.said) : null,
    el("small", "", Object.entries(one.scores ?? {}).slice(0, 4).map(([name, value]) => `${name} ${figure(value, about.units[name])}`).join(" \u00b7 ")))))) : null;
}

function raw(record) {
  const fold = el("details", "raw", el("summary", "", "The record as JSON"));
  fold.addEventListener("toggle", () => {
    if (fold.open && fold.childElementCount === 1) fold.append(el("pre", "", JSON.stringify(record, null, 2)));
  });
  return fold;
}

function drawRow(whole, detail) {
  const { record, found } = whole;
  const row = record.row ?? {};
  const main = el("div", "main",
    typeof row.question === "string" && typeof row.text !== "string" ? asked(row) : null,
    record.error ? part("Failed", el("p", "error", record.error)) : null,
    typeof row.text === "string" ? claim(record) : null,
    record.hits ? hits(record) : null,
    about.task === "answer" || record.answer ? answered(record, detail) : null,
    accounts(record.answer?.accounts, detail), quotes(record));
  const side = el("div", "side", expected(record, found), scores(record), beside(whole.beside),
    part("Row", el("dl", "scores", el("dt", "", "id"), el("dd", "", record.id),
      row.group && row.group !== record.id ? [el("dt", "", "group"), el("dd", "", row.group)] : null,
      list(row.tags).length ? [el("dt", "", "tags"), el("dd", "", row.tags.join(", "))] : null,
      el("dt", "", "took"), el("dd", "", figure(record.seconds, "s")))));
  detail.replaceChildren(el("div", "columns", main, side), raw(record));
}
