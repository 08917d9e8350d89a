/** data_visualization blocks as plain SVG: bar, line, area and pie. */

import { h, svg } from "./dom.js";

const COLOURS = ["#611f69", "#1264a3", "#007a5a", "#b8860b", "#c01343", "#4a6785"];
const WIDTH = 520;
const HEIGHT = 220;
const LEFT = 44;
const BOTTOM = 36;
const TOP = 10;
const colour = (index) => COLOURS[index % COLOURS.length];

/** The next of 1, 2, 2.5, 5 or 10 times a power of ten above `value`. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value || 1));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= value) ?? value;
}

function scaleOf(chart) {
  const categories = chart.axis_config?.categories ?? chart.series[0].data.map((point) => point.label);
  const values = chart.series.flatMap((series) => series.data.map((point) => point.value));
  const top = roundUp(Math.max(...values, 1));
  const step = (WIDTH - LEFT) / categories.length;
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - Math.max(value, 0) / top);
  return { categories, top, step, y, x: (index) => LEFT + step * (index + 0.5) };
}

function axes({ categories, top, step, x, y }) {
  const lines = [0, 0.25, 0.5, 0.75, 1]
    .map((share) => share * top)
    .flatMap((value) => [
      svg("line", { x1: LEFT, x2: WIDTH, y1: y(value), y2: y(value), class: "chart-line" }),
      svg("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, String(Number(value.toFixed(2)))),
    ]);
  const longest = Math.max(3, Math.floor(step / 6));
  const names = categories.map((name, index) => {
    const shown = name.length > longest ? `${name.slice(0, longest - 1)}…` : name;
    return svg("text", { x: x(index), y: HEIGHT - BOTTOM + 18, "text-anchor": "middle" }, shown);
  });
  return [...lines, ...names];
}

function valueAt(series, category, index) {
  return (series.data.find((point) => point.label === category) ?? series.data[index])?.value ?? 0;
}

function bars(chart, scale) {
  const width = Math.min(46, (scale.step * 0.7) / chart.series.length);
  return chart.series.flatMap((series, number) =>
    scale.categories.map((category, index) => {
      const value = valueAt(series, category, index);
      const x = scale.x(index) + width * (number - chart.series.length / 2);
      const height = scale.y(0) - scale.y(value);
      const bar = { x: x + 1, y: scale.y(value), width: width - 2, height, rx: 2, fill: colour(number) };
      return svg("rect", bar, svg("title", {}, `${series.name}, ${category}: ${value}`));
    }),
  );
}

function lines(chart, scale) {
  return chart.series.flatMap((series, number) => {
    const points = scale.categories.map(
      (name, index) => `${scale.x(index)},${scale.y(valueAt(series, name, index))}`,
    );
    const ends = [`${scale.x(scale.categories.length - 1)},${scale.y(0)}`, `${scale.x(0)},${scale.y(0)}`];
    const area = svg("polygon", {
      points: [...points, ...ends].join(" "),
      fill: colour(number),
      opacity: 0.18,
    });
    const line = svg("polyline", {
      points: points.join(" "),
      fill: "none",
      stroke: colour(number),
      "stroke-width": 2.5,
    });
    return chart.type === "area" ? [area, line] : [line];
  });
}

function pie({ segments }) {
  const total = segments.reduce((sum, segment) => sum + segment.value, 0) || 1;
  let before = 0;
  return segments.map((segment, index) => {
    const share = (segment.value / total) * 100;
    const ring = {
      r: 60,
      cx: 110,
      cy: HEIGHT / 2,
      fill: "none",
      stroke: colour(index),
      "stroke-width": 42,
      pathLength: 100,
    };
    const arc = svg("circle", {
      ...ring,
      "stroke-dasharray": `${share} ${100 - share}`,
      "stroke-dashoffset": 25 - before,
    });
    before += share;
    return arc;
  });
}

function drawing(chart) {
  if (chart.type === "pie") return pie(chart);
  const scale = scaleOf(chart);
  return [...axes(scale), ...(chart.type === "bar" ? bars(chart, scale) : lines(chart, scale))];
}

function legend(chart) {
  const names =
    chart.segments?.map(({ label, value }) => `${label} ${value}`) ?? chart.series.map(({ name }) => name);
  return h(
    "ul",
    { class: "chart-legend" },
    names.map((name, index) => {
      return h("li", {}, h("span", { class: "chart-key", style: `background:${colour(index)}` }), name);
    }),
  );
}

function spoken({ title, chart }) {
  const points = chart.segments ?? chart.series.flatMap((series) => series.data);
  return `${title}: ${points.map(({ label, value }) => `${label} ${value}`).join(", ")}`;
}

export function chartBlock(block) {
  const { chart } = block;
  const picture = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": spoken(block) },
    drawing(chart),
  );
  return h("figure", { class: "chart" }, h("figcaption", {}, block.title), picture, legend(chart));
}
