// The curve of nodes that run a deployment's commit, over the seconds since the push. The figures
// stand in the page as text too; this draws what the live part says, and again when it is renewed.
"use strict";

(() => {
  const HEIGHT = 210;
  const holder = document.getElementById("curve");
  let chart = null;

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400];
  const place = () => document.getElementById("curve-data").dataset;
  const said = () => JSON.parse(place().curve);
  let data = said();

  function time(s) {
    if (s >= 7200) return +(s / 3600).toFixed(1) + "h";
    return s >= 120 ? +(s / 60).toFixed(1) + "m" : +s.toFixed(2) + "s";
  }

  function marks(u) {
    const { ctx, bbox } = u;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = colour("--soft");
    ctx.lineWidth = ratio;
    ctx.setLineDash([4 * ratio, 4 * ratio]);
    ctx.font = 12 * ratio + "px system-ui, sans-serif";
    data.marks.forEach((mark, i) => {
      const x = Math.round(u.valToPos(mark.second, "x", true));
      const right = x > bbox.left + bbox.width * 0.9;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.textAlign = right ? "right" : "left";
      const down = bbox.top + bbox.height - (6 + 16 * i) * ratio;
      ctx.fillText(mark.name, x + (right ? -5 : 5) * ratio, down);
    });
    ctx.restore();
  }

  function axis(more) {
    const line = () => colour("--line");
    return {
      stroke: () => colour("--soft"),
      grid: { stroke: line, width: 1 },
      ticks: { stroke: line, width: 1 },
      ...more,
    };
  }

  function options() {
    return {
      width: holder.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: (u, min, max) => [0, data.seconds.length > 1 ? max * 1.03 : 1] },
        y: { range: () => [0, Math.max(1, data.members)] },
      },
      axes: [
        axis({ incrs: [...STEPS, 28800, 86400], values: (u, ticks) => ticks.map(time) }),
        axis({ incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000], size: 46 }),
      ],
      series: [
        {},
        {
          stroke: () => colour("--good-fill"),
          fill: () => colour("--good-wash"),
          width: 2,
          paths: uPlot.paths.stepped({ align: 1 }),
          points: { show: false },
        },
      ],
      hooks: { draw: [marks] },
    };
  }

  function draw() {
    data = said();
    // A few nodes in a few seconds are said in a line.
    const empty = place().drawn !== "yes" || data.seconds.length < 2;
    holder.closest(".curve").classList.toggle("drawn", !empty);
    if (empty) return;
    const lines = [data.seconds, data.nodes];
    if (chart) {
      chart.setData(lines);
    } else {
      chart = new uPlot(options(), lines, holder);
    }
  }

  draw();
  document.addEventListener("pullcord:refreshed", draw);
  new ResizeObserver(() => {
    if (chart && holder.clientWidth > 0 && chart.width !== holder.clientWidth) {
      chart.setSize({ width: holder.clientWidth, height: HEIGHT });
    }
  }).observe(holder);
  const repaint = () => chart?.redraw(false);
  new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
})();
