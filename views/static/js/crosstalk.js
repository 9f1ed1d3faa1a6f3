// Starts every chart from the options the server wrote, and makes the frame quicker to use. Nothing here is needed
// to read a page: without it there are tables and a plain form.
"use strict";
(() => {
  const root = document.documentElement;
  const drawn = new Map(); // plot element -> {chart, option, marks}
  const digits = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
  const tenths = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
  const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const month = (at) => months[new Date(at).getUTCMonth()];
  const year = (at) => new Date(at).getUTCFullYear();
  const short = (at) => new Date(at).getUTCDate() + " " + month(at);
  const day = (at) => short(at) + " " + year(at);

  // Formatters, by the names the options use.
  const numbers = {
    integer: (n) => whole.format(n),
    decimal: (n) => (Math.abs(n) >= 1000 ? whole.format(n) : digits.format(n)),
    percent: (n) => tenths.format(n * 100) + "\u202f%",
  };
  const pick = (p) => (Array.isArray(p.value) ? p.value[p.value.length - 1] : p.value);
  const words = {
    cell: () => (p) => whole.format(p.value[2] * 100),
    value: (f) => (p) => (p.value == null ? "too few people" : numbers[f](p.value)),
    day: () => short,
    month: () => (at) => month(at) + " " + year(at),
    tip: (f) => (p) => {
      if (!Array.isArray(p)) return p.name + (p.seriesType === "bar" ? ": " : "  ") + numbers[f](pick(p));
      const rows = p.filter((one) => one.seriesType === "line" && pick(one) != null).reverse();
      if (!rows.length) return day(p[0].value[0]) + "\nnot shown";
      return day(p[0].value[0]) + "\n" + rows.map((one) => one.marker + one.seriesName + "  " + numbers[f](pick(one))).join("\n");
    },
  };
  const named = (text) => {
    const [name, detail] = text.slice(1).split(":");
    return words[name] ? words[name](detail) : numbers[name];
  };

  // Options hold "$token" for a colour of the theme and "@name" for a formatter.
  const resolve = (value, key, css) => {
    if (typeof value === "string") {
      if (value[0] === "$") return css.getPropertyValue("--" + value.slice(1)).trim();
      if (key === "formatter" && value[0] === "@") return named(value);
      return value;
    }
    if (Array.isArray(value)) return value.map((one) => resolve(one, key, css));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, resolve(v, k, css)]));
    }
    return value;
  };

  const pen = document.createElement("canvas").getContext("2d");
  const markRow = 15;

  // Names of marks stand above the plot; where two would touch, the later one goes a row higher.
  const stack = (marks, span, width) => {
    pen.font = "11px " + getComputedStyle(root).getPropertyValue("--font");
    const ends = [];
    return marks.map((mark) => {
      const half = pen.measureText(mark.name).width / 2 + 6;
      const x = span[1] > span[0] ? ((mark.at - span[0]) / (span[1] - span[0])) * width : 0;
      const middle = Math.min(Math.max(x, half), width - half);
      let row = ends.findIndex((end) => middle - half > end);
      if (row < 0) row = ends.push(0) - 1;
      ends[row] = middle + half;
      return { row, shift: middle - x };
    });
  };

  const addMarks = (option, marks, box, css) => {
    const first = option.series[0];
    if (!marks.length || !first || !first.data.length) return;
    const span = [first.data[0][0], first.data[first.data.length - 1][0]];
    const places = stack(marks, span, box.clientWidth - option.grid.right - 48);
    option.grid.top += markRow * (1 + Math.max(...places.map((p) => p.row)));
    first.markLine = {
      symbol: "none", silent: true, lineStyle: { color: css.getPropertyValue("--ink").trim(), type: [3, 3], width: 1 },
      data: marks.map((mark, i) => ({
        name: mark.name, xAxis: mark.at,
        label: { formatter: "{b}", position: "end", rotate: 0, fontSize: 11, color: css.getPropertyValue("--ink").trim(), distance: 4 + markRow * places[i].row, offset: [places[i].shift, 0] },
      })),
    };
  };

  // What depends on the width: how many dates fit, how wide heads of columns are, how much room names get.
  const fit = (option, box) => {
    if (box.clientWidth < 480 && option.grid.right > 90) option.grid.right = 90;
    const room = box.clientWidth - option.grid.left - option.grid.right;
    for (const one of option.series) {
      for (const name of [one.endLabel, one.type === "scatter" && one.label]) if (name) name.width = option.grid.right - 8;
    }
    const label = option.xAxis.axisLabel;
    if (label.customValues) {
      const every = Math.max(1, Math.ceil((label.customValues.length * 62) / Math.max(room, 1)));
      label.customValues = label.customValues.filter((_, i, all) => (all.length - 1 - i) % every === 0);
    }
    if (label.fitColumns) {
      label.width = room / label.fitColumns - 4;
      if (label.width < 60) Object.assign(label, { rotate: 45, width: 64 });
      if (label.rotate) option.grid.top = 58;
      if (label.width < 24) for (const one of option.series) one.label.show = false; // the table has the numbers
    }
  };

  const draw = (box) => {
    const source = document.getElementById(box.dataset.chart);
    if (!window.echarts || !source || !box.clientWidth) return;
    const css = getComputedStyle(root);
    const option = resolve(JSON.parse(source.textContent), "", css);
    const extra = option.crosstalk || { marks: [] };
    delete option.crosstalk;
    addMarks(option, extra.marks, box, css);
    fit(option, box);
    let chart = drawn.get(box);
    if (!chart) {
      chart = echarts.init(box, null, { renderer: "canvas" });
      drawn.set(box, chart);
      box.dataset.drawn = "true";
    }
    chart.setOption(option, true);
    chart.resize();
    box.setAttribute("aria-label", box.dataset.label); // ECharts writes its own
  };

  const forget = () => {
    for (const [box, chart] of drawn) {
      if (box.isConnected) continue;
      sizes.unobserve(box);
      chart.dispose();
      drawn.delete(box);
    }
  };
  const redraw = () => { for (const box of drawn.keys()) draw(box); };
  const sizes = new ResizeObserver((seen) => { for (const one of seen) draw(one.target); });

  // Arrow keys walk through a chart; the row of its table that is reached is read out.
  const walk = (box, event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    const said = document.getElementById(box.dataset.said);
    const rows = box.closest(".fig").querySelectorAll(".twin tbody tr");
    if (event.key === "Escape") {
      said.textContent = "";
      drawn.get(box)?.dispatchAction({ type: "hideTip" });
      return;
    }
    if (!step || !rows.length) return;
    event.preventDefault();
    const before = Number(box.dataset.at ?? -1);
    const at = Math.min(Math.max(before + step, 0), rows.length - 1);
    box.dataset.at = at;
    said.textContent = [...rows[at].children].map((c) => (c.dataset.label ? c.dataset.label + " " : "") + c.textContent.trim()).join(", ");
    drawn.get(box)?.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: at });
  };

  const picture = (button) => {
    const chart = drawn.get(button.closest(".fig").querySelector(".plot[data-drawn]"));
    if (!chart) return;
    const link = document.createElement("a");
    link.href = chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: getComputedStyle(root).getPropertyValue("--card").trim() });
    link.download = button.dataset.picture;
    link.click();
  };

  if (!window.echarts) root.classList.remove("scripted");
  const start = () => {
    forget();
    for (const box of document.querySelectorAll(".plot[data-chart]")) {
      if (drawn.has(box) || !window.echarts) continue;
      box.addEventListener("keydown", (event) => walk(box, event));
      sizes.observe(box);
    }
    for (const button of document.querySelectorAll("[data-picture]")) {
      button.hidden = !window.echarts;
      button.onclick = () => picture(button);
    }
    offerThemes();
  };

  const offerThemes = () => {
    const theme = document.getElementById("theme");
    if (!theme) return;
    theme.closest("label").hidden = false;
    theme.value = root.dataset.theme || "system";
    theme.onchange = () => {
      if (theme.value === "system") delete root.dataset.theme;
      else root.dataset.theme = theme.value;
      try { localStorage.setItem("crosstalk-theme", theme.value); } catch { /* not kept */ }
      redraw();
    };
  };


  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  let kept;
  addEventListener("beforeprint", () => { kept = root.dataset.theme; root.dataset.theme = "light"; redraw(); });
  addEventListener("afterprint", () => { if (kept) root.dataset.theme = kept; else delete root.dataset.theme; redraw(); });

  // One open pill at a time; Escape and a click elsewhere close it.
  const pills = () => document.querySelectorAll(".pill[open]");
  document.addEventListener("click", (event) => { for (const pill of pills()) if (!pill.contains(event.target)) pill.open = false; });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const pill of pills()) { pill.open = false; pill.querySelector("summary").focus(); }
  });
  // What is left at its default does not belong in the address.
  document.addEventListener("htmx:configRequest", (event) => {
    const sent = event.detail.formData;
    for (const [name, value] of [...sent.entries()]) if (value === "") sent.delete(name);
  });
  // The page is swapped under the one who applied a filter: the keyboard stays where it was.
  let applied = -1;
  document.addEventListener("htmx:beforeRequest", () => {
    applied = [...document.querySelectorAll(".pill")].findIndex((pill) => pill.contains(document.activeElement));
  });
  document.addEventListener("htmx:afterSettle", () => {
    start();
    document.querySelectorAll(".pill")[applied]?.querySelector("summary").focus();
  });
  document.addEventListener("htmx:historyRestore", start);
  start();
})();
