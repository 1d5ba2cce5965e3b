// What is wrong with the looks of a part of a page. Each measure returns a list, which is empty if all is well.
selector => {
  const parts = [...document.querySelectorAll(selector)].flatMap(e => [e, ...e.querySelectorAll("*")]);
  const style = e => getComputedStyle(e);
  const said = e => (e.innerText || e.alt || e.getAttribute("class") || e.tagName).trim().slice(0, 60);
  const ownText = e => [...e.childNodes].filter(n => n.nodeType === Node.TEXT_NODE).map(n => n.data).join(" ").trim();
  const pictures = parts.filter(e => e.tagName === "IMG");

  const wordless = pictures.filter(e => e.alt.trim().length < 4);

  // Parts with more in them than their width shows.
  const wider = ways => parts
    .filter(e => e.clientWidth > 4 && e.scrollWidth > e.clientWidth + 1 && ways.includes(style(e).overflowX))
    .filter(e => e.checkVisibility() && (e.innerText || "").trim() && !e.closest("mjx-assistive-mml"))
    .map(e => `${said(e)} (${e.scrollWidth} in ${e.clientWidth} pixels)`);

  // Contrast of two colours as WCAG 2.2 defines it.
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const colour = css => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = css;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const over = (top, under) =>
    [0, 1, 2].map(k => (top[k] * top[3] + under[k] * (255 - top[3])) / 255).concat(255);
  const behind = e => {
    if (!e) return [255, 255, 255, 255];
    const own = colour(style(e).backgroundColor);
    return own[3] === 255 ? own : over(own, behind(e.parentElement));
  };
  const linear = v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = c => 0.2126 * linear(c[0] / 255) + 0.7152 * linear(c[1] / 255) + 0.0722 * linear(c[2] / 255);
  const contrast = (a, b) => {
    const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };

  // Texts whose contrast is below 4.5 (1.4.3, level AA); of a single sign, 3 is asked (1.4.11). The colours of code
  // are JupyterLab's.
  const faint = () => {
    const found = new Map();
    for (const e of parts) {
      const text = ownText(e);
      if (!text || !e.checkVisibility({ opacityProperty: true })) continue;
      if (e.closest("svg, script, style, mjx-assistive-mml, pre code, .jp-InputArea-editor")) continue;
      const under = behind(e);
      const seen = contrast(over(colour(style(e).color), under), under);
      if (seen < (text.length === 1 ? 3 : 4.5)) {
        found.set(`${style(e).color} on rgb(${under.slice(0, 3).map(Math.round)}): ${seen.toFixed(2)}`, said(e));
      }
    }
    return [...found].map(([what, text]) => `${what}, as in ${text}`);
  };

  const persian = parts.filter(e =>
    /[\u0600-\u06ff]/.test(ownText(e)) && !e.closest("script, style, .jp-InputArea-editor"));
  const formulaFailed = parts.filter(e => e.matches("mjx-merror, [data-mjx-error], .MathJax_Error"));
  return {
    broken: pictures.filter(e => e.naturalWidth === 0).map(e => e.alt || e.src.slice(0, 80)),
    wordless: wordless.filter(e => !e.closest(".jp-RenderedImage")).map(e => `[${e.alt}] ${said(e.parentElement)}`),
    unread: wordless.filter(e => e.closest(".jp-RenderedImage")).map(e => `[${e.alt}] ${said(e.parentElement)}`),
    sideways: wider(["auto", "scroll"]),
    clipped: wider(["hidden", "clip"]),
    faint: faint(),
    leftToRight: persian.filter(e => style(e).direction !== "rtl").map(said),
    formulas: formulaFailed.map(said),
    warnings: parts.filter(e => e.matches("[data-mime-type='application/vnd.jupyter.stderr'], .jp-Dialog")).map(said),
    persian: persian.length,
    pictures: pictures.length,
    parts: parts.length,
  };
}
