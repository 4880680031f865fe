"use strict";
// Answers own terms from tables that the engine made: a constant and one curve for each rate add up.
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const HALF_POINTS = 2;

// A curve is a list of [half point, by how much it steepens there].
function unpack(text, count, signed) {
  let at = 0;
  const number = () => {
    let value = 0, unit = 1, digit;
    do {
      digit = DIGITS.indexOf(text[at++]);
      value += (digit % 32) * unit;
      unit *= 32;
    } while (digit > 31);
    return value;
  };
  return Array.from({ length: count }, () => {
    let place = 0;
    return Array.from({ length: number() }, () => {
      place += number();
      const bend = number();
      if (!signed) return [place, bend];
      return [place, bend % 2 ? (1 - bend) / 2 : bend / 2];
    });
  });
}

function height(curve, percent) {
  const x = percent * HALF_POINTS;
  let sum = 0;
  for (const [place, bend] of curve) {
    if (place >= x) break;
    sum += bend * (x - place);
  }
  return sum;
}

// Duty of every partner, or every partner's chapter, under a setting.
function duties(laws, unit, state, data) {
  const law = laws[data.laws.findIndex((item) => item.name === state.law)];
  const curves = law.curves[state.rule].map((text, layer) => {
    if (typeof text === "string") law.curves[state.rule][layer] = unpack(text, law.rest.length);
    return law.curves[state.rule][layer];
  });
  if (law.whole && state.rates.every((rate) => rate === null)) return [...law.whole];
  const mask = state.rates.reduce((sum, rate, layer) => sum + (rate === null ? 0 : 1 << layer), 0);
  const part = law.parts && law.parts[mask];
  if (part) {
    // Where a rate is left to the law, the others may reach a little more or less.
    const deltas = part.deltas[state.rule];
    for (const layer of Object.keys(deltas)) {
      if (typeof deltas[layer] === "string") deltas[layer] = unpack(deltas[layer], part.rest.length, true);
    }
    return part.rest.map((rest, row) => state.rates.reduce((sum, rate, layer) => rate === null ? sum
      : sum + unit * (height(curves[layer][row], rate)
        + (deltas[layer] ? height(deltas[layer][row], rate) : 0)), rest));
  }
  return law.rest.map((rest, row) =>
    state.rates.reduce(
      (sum, rate, layer) =>
        sum + (rate === null ? law.own[layer][row] : height(curves[layer][row], rate) * unit),
      rest));
}

const minus = (text) => text.replace("-", "−");
const percent = (rate) => `${minus((rate * 100).toFixed(1))}\u00a0%`;
const plain = (rate) => `${+rate.toFixed(2)}\u00a0%`;
function points(change) {
  const text = (change * 100).toFixed(1);
  return +text === 0 ? "0.0" : (change > 0 ? "+" : "") + minus(text);
}
function dollars(value) {
  return value > 0 && value < 1e8 ? `$${(value / 1e6).toFixed(1)}\u00a0m`
    : `$${(value / 1e9).toFixed(1)}\u00a0bn`;
}
const small = (title) => title[0].toLowerCase() + title.slice(1);

// Places at least a gap apart, as near to the wanted ones as can be; they come in order.
function apart(wanted, gap, end) {
  const blocks = [];
  wanted.forEach((x, rank) => {
    blocks.push([x - rank * gap, 1]);
    while (blocks.length > 1 && blocks.at(-2)[0] > blocks.at(-1)[0]) {
      const [mean, size] = blocks.pop(), last = blocks.at(-1);
      last[0] = (last[0] * last[1] + mean * size) / (last[1] + size);
      last[1] += size;
    }
  });
  const room = end - (wanted.length - 1) * gap;
  return blocks.flatMap(([mean, size]) => Array(size).fill(Math.min(Math.max(mean, 0), room)))
    .map((x, rank) => x + rank * gap);
}

function whatIf(root, data, { link = false, free = false, state: given = null, changed = null } = {}) {
  const find = (selector) => root.querySelector(selector);
  const all = (selector) => [...root.querySelectorAll(selector)];
  const layers = data.layers.map((layer) => layer.name);
  const rows = new Map(all("[data-partner]").map((row) => [row.dataset.partner, row]));
  const pause = data.marks.find((mark) => mark.name === "pause").rates;
  const known = { law: data.laws.map((law) => law.name), rule: data.rules };
  const start = JSON.parse(root.dataset.first);
  let state = given || start, written = 0, waiting = 0;

  const range = (layer) => find(`input[type=range][name=${layer}]`);
  const typed = (layer) => find(`input[type=number][data-layer=${layer}]`);
  const unset = (layer) => find(`input[type=checkbox][data-layer=${layer}]`);
  const limited = (value) => {
    const inside = Math.min(Math.max(+value || 0, 0), 100);
    return free ? inside : Math.round(inside * HALF_POINTS) / HALF_POINTS;
  };

  function controls() {
    for (const key of ["law", "rule"]) {
      const menu = find(`select[name=${key}]`);
      if (menu) menu.value = state[key];
    }
    layers.forEach((layer, place) => {
      const rate = state.rates[place], slider = range(layer);
      if (!slider) return;
      slider.value = rate === null ? data.first.rates[place] : rate;
      slider.classList.toggle("unset", rate === null);
      slider.setAttribute("aria-valuetext", rate === null ? "as the law has it" : `${rate} percent`);
      if (typed(layer) && typed(layer) !== document.activeElement) {
        typed(layer).value = rate === null ? "" : rate;
      }
      if (unset(layer)) unset(layer).checked = rate === null;
    });
    for (const button of all("[data-terms]")) {
      const preset = JSON.parse(button.dataset.terms);
      const same = preset.law === state.law && `${preset.rates}` === `${state.rates}`
        && (preset.rule === state.rule || preset.rates.every((rate) => rate === null));
      button.setAttribute("aria-pressed", same);
    }
  }

  function goodsOf(place, total) {
    if (!(total > 0)) return [];
    return data.goods
      .map(([partner, chapter], row) => [partner, chapter, goods[row]])
      .filter(([partner]) => partner === place)
      .sort((a, b) => b[2] - a[2]).slice(0, 3)
      .map(([, chapter, duty]) => [data.chapters[chapter], duty / total])
      .filter(([, share]) => share >= 0.005);
  }

  let added, rates, goods;
  function answer() {
    added = duties(data.laws, data.unit, state, data);
    goods = duties(data.goodsLaws, 1, state, data)
      .map((duty) => duty * data.goodsUnit);
    rates = data.partners.map((partner, place) => (partner.base + added[place]) / partner.imports);
  }

  function put(row, kind, text) {
    const cell = row.querySelector(`.${kind}`);
    if (cell && cell.textContent !== text) cell.textContent = text;
  }

  function show() {
    data.partners.forEach((partner, place) => {
      const row = rows.get(partner.code);
      if (!row) return;
      row.dataset.effectiveRate = rates[place];
      row.dataset.addedDutyUsd = added[place];
      row.classList.toggle("chosen", partner.code === state.partner);
      put(row, "rate", percent(rates[place]));
      put(row, "points", points(rates[place] - pause[place]));
      put(row, "dollars", dollars(added[place]));
      put(row, "goods", goodsOf(place, added[place])
        .map(([title, share]) => `${title} ${Math.round(share * 100)}\u00a0%`).join(" · "));
      move(row, rates[place]);
    });
    put(root, "answer", sentence());
    put(root, "terms", terms());
  }

  function terms() {
    const set = layers.map((_, number) => {
      const rate = state.rates[number];
      const title = data.layers[number].title;
      return `${number ? small(title) : title} ${rate === null ? "as the law has it" : plain(rate)}`;
    });
    const law = data.laws.find((item) => item.name === state.law);
    const how = state.rule === "add" ? "on top of the ordinary duty" : "ordinary duty included";
    return `${set.join(", ")}, ${how}. Underneath: ${small(law.title)} (law of ${law.said}).`;
  }

  function sentence() {
    const row = data.partners.findIndex((partner) => partner.code === state.partner);
    const change = points(rates[row] - pause[row]), [first] = goodsOf(row, added[row]);
    const against = change === "0.0" ? "as much as in the pause" : change.slice(1)
      + ` points ${change[0] === "+" ? "more" : "less"} than in the pause`;
    const most = first ? `, ${Math.round(first[1] * 100)}\u00a0% of it on ${small(first[0])}` : "";
    return `US importers would pay ${percent(rates[row])} on average on goods from `
      + `${data.partners[row].called}, ${against}: ${dollars(added[row])} of added duty a year${most}.`;
  }

  // The picture: one axis for every row, the shipped outcomes below it, the terms on it.
  const SVG = "http://www.w3.org/2000/svg", LINE = 11, GAP = 13, EDGE = 7;
  function draw(parent, kind, values, text) {
    const made = document.createElementNS(SVG, kind);
    for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    parent.append(made);
    return made;
  }
  // Beyond the shipped outcomes the axis is drawn closer; it never changes.
  const [knee, end] = data.axis, NEAR = 0.74;
  const ticks = [];
  for (let tick = 0; tick < knee + 1e-9; tick += 0.1) ticks.push(tick);
  ticks.push((knee + end) / 2, end);
  const place = (rate, width) => EDGE + (width - 2 * EDGE) * (rate <= knee ? (rate / knee) * NEAR
    : NEAR + ((Math.min(rate, end) - knee) / (end - knee)) * (1 - NEAR));

  function scale(svg, width) {
    for (const tick of ticks) {
      draw(svg, "text", { x: place(tick, width), y: 12 },
        `${Math.round(tick * 100)}${tick ? "" : " %"}`);
    }
  }

  function marks(row, svg, width) {
    const number = data.partners.findIndex((partner) => partner.code === row.dataset.partner);
    const far = place(knee, width);
    draw(svg, "rect", { x: far, y: 0, width: width - EDGE - far, height: LINE * 2, class: "far" });
    for (const tick of ticks) {
      const x = place(tick, width);
      draw(svg, "line", { x1: x, x2: x, y1: 0, y2: LINE * 2, class: "grid" });
    }
    draw(svg, "line", { x1: EDGE, x2: width - EDGE, y1: LINE, y2: LINE, class: "base" });
    const ghosts = data.marks.map((mark) => ({ ...mark, rate: mark.rates[number] }))
      .sort((a, b) => a.rate - b.rate);
    const at = ghosts.map((ghost) => place(ghost.rate, width));
    apart(at.map((x) => x - EDGE), GAP, width - 2 * EDGE).forEach((x, rank) => {
      const ghost = draw(svg, "g", { class: `ghost ${ghosts[rank].name}` });
      draw(ghost, "title", {}, `${ghosts[rank].title}: ${percent(ghosts[rank].rate)}`);
      draw(ghost, "path", { d: `M${at[rank]} ${LINE + 2}v7L${x + EDGE} 26` });
      draw(ghost, "text", { x: x + EDGE, y: 37 }, ghosts[rank].letter);
    });
    const from = place(pause[number], width);
    draw(svg, "line", { x1: from, x2: from, y1: LINE, y2: LINE, class: "way" });
    draw(svg, "circle", { cy: LINE, r: 6, class: "now" });
    draw(svg, "path", { d: `M${width - 13} ${LINE - 6}l12 6l-12 6z`, class: "now beyond" });
  }

  function move(row, rate) {
    const svg = row.querySelector("svg:not(.scale)");
    if (!svg || !svg.dataset.width) return;
    const x = place(rate, +svg.dataset.width);
    svg.querySelector(".way").setAttribute("x2", x);
    svg.querySelector("circle").setAttribute("cx", x);
    svg.classList.toggle("off", rate > end);
  }

  function layout() {
    for (const svg of all("svg")) {
      const width = Math.round(svg.getBoundingClientRect().width);
      if (!width || +svg.dataset.width === width) continue;
      svg.dataset.width = width;
      svg.replaceChildren();
      // On paper, or before the next layout, it shrinks with its cell.
      svg.setAttribute("viewBox", `0 0 ${width} ${Math.round(svg.getBoundingClientRect().height)}`);
      const row = !svg.matches(".scale") && svg.closest("[data-partner]");
      if (row) marks(row, svg, width); else scale(svg, width);
    }
    if (rates) data.partners.forEach((partner, number) => {
      if (rows.has(partner.code)) move(rows.get(partner.code), rates[number]);
    });
  }

  const words = () => new URLSearchParams([
    ["law", state.law], ["rule", state.rule],
    ...layers.map((layer, number) => [layer, state.rates[number] === null ? "law" : state.rates[number]]),
    ["partner", state.partner]]).toString();

  // Browsers stop a page that writes its address at every step of a drag.
  function write(now) {
    clearTimeout(waiting);
    const wait = now ? 0 : 250 - (performance.now() - written);
    if (wait > 0) { waiting = setTimeout(write, wait, true); return; }
    written = performance.now();
    history.replaceState(null, "", `#${words()}`);
  }

  function readAddress() {
    const given = new URLSearchParams(location.hash.slice(1));
    const wanted = { ...start };
    for (const key of ["law", "rule"]) {
      if (known[key].includes(given.get(key))) wanted[key] = given.get(key);
    }
    if (rows.has(given.get("partner"))) wanted.partner = given.get("partner");
    wanted.rates = layers.map((layer, number) => {
      const text = given.get(layer);
      if (text === "law") return null;
      return text !== null && text !== "" && isFinite(text) ? limited(text) : start.rates[number];
    });
    return wanted;
  }

  function update(change, now = true) {
    state = { ...state, ...change };
    controls();
    answer();
    show();
    if (link && now !== null) write(now);
    if (changed) changed(state, words());
  }
  const rate = (layer, value) =>
    ({ rates: state.rates.map((old, number) => (layers[number] === layer ? value : old)) });

  function csv() {
    const head = ["partner", "name", "law", "rule", ...layers, "imports_usd", "added_duty_usd",
      "effective_rate", "pause_rate", "change_to_pause", "most_of_it_on"];
    const body = data.partners.map((partner, number) => [
      partner.code, partner.name, state.law, state.rule,
      ...state.rates.map((value) => (value === null ? "law" : value / 100)),
      partner.imports, added[number], rates[number], pause[number], rates[number] - pause[number],
      goodsOf(number, added[number]).map(([title]) => title).join("; ")]);
    return [head, ...body].map((line) => line.map((cell) =>
      /[",\n]/.test(cell) ? `"${String(cell).replaceAll('"', '""')}"` : cell).join(",")).join("\n") + "\n";
  }

  function save() {
    const file = document.createElement("a");
    file.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
    file.download = "what_if.csv";
    file.click();
    setTimeout(() => URL.revokeObjectURL(file.href), 10000);
  }

  function heard(event) {
    const { target } = event, now = event.type === "change";
    if (target.type === "range") update(rate(target.name, +target.value), now);
    else if (target.type === "checkbox" && target.dataset.layer) {
      const layer = target.dataset.layer;
      update(rate(layer, target.checked ? null : limited(range(layer).value)));
    } else if (target.type === "number" && target.dataset.layer) {
      // What is no number reads as empty: it is said to be none.
      if (target.validity.badInput) return void (now && target.reportValidity());
      // Shown empty where the law's own rate holds; so that is what an empty field asks for.
      const asked = target.value === "" ? null : limited(target.value);
      if (asked !== null || now) update(rate(target.dataset.layer, asked), now);
      if (now) target.value = asked ?? "";
    } else if (target.name === "law" || target.name === "rule") update({ [target.name]: target.value });
  }
  // Browsers drop a decimal comma or read nothing, by their language: it is typed as a point.
  root.addEventListener("beforeinput", (event) => {
    if (event.target.type !== "number" || !event.data?.includes(",")) return;
    event.preventDefault();
    document.execCommand("insertText", false, event.data.replace(",", "."));
  });
  root.addEventListener("input", heard);
  root.addEventListener("change", heard);
  root.addEventListener("submit", (event) => event.preventDefault());
  root.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    const { terms: preset, who, act } = button.dataset;
    if (preset) update(JSON.parse(preset));
    else if (who) update({ partner: who });
    else if (act === "csv") save();
    else if (act === "reset") update(start);
  });
  root.addEventListener("toggle", layout, true);
  new ResizeObserver(layout).observe(root);
  if (link) {
    // An address that was just typed is not written over: the next one may be under way already.
    addEventListener("hashchange", () => { clearTimeout(waiting); update(readAddress(), null); });
    if (location.hash.length > 1) state = readAddress();
  }
  layout();
  controls();
  answer();
  show();
  return { update, csv };
}
