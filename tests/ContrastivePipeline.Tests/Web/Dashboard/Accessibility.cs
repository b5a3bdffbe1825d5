using Microsoft.Playwright;

namespace ContrastivePipeline.Tests.Web.Dashboard;

/// <summary>What a screen reader, a keyboard and a narrow screen need of a page, looked for in its document.</summary>
internal static class Accessibility
{
    private const string Script =
        """
        () => {
          const faults = [];
          const fault = (what, element) => faults.push(`${what}: ${element?.outerHTML?.slice(0, 120) ?? ""}`);
          const name = (e) => (e.getAttribute("aria-label") ?? e.labels?.[0]?.textContent ?? e.textContent ?? "").trim();
          if (!document.documentElement.lang) fault("no language");
          if (!document.title) fault("no title");
          if (document.querySelectorAll("main").length !== 1) fault("not one main");
          if (document.querySelectorAll("h1").length !== 1) fault("not one h1");
          let level = 0;
          for (const h of document.querySelectorAll("h1, h2, h3, h4")) {
            if (Number(h.tagName[1]) > level + 1) fault("heading skips a level", h);
            level = Number(h.tagName[1]);
          }
          for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
            if (!e.getAttribute("aria-label") && !e.labels?.length) fault("no label", e);
          for (const e of document.querySelectorAll("button, a, summary")) if (!name(e)) fault("no name", e);
          for (const e of document.querySelectorAll("progress, [role=img], [role=region], nav"))
            if (!e.getAttribute("aria-label") && !e.getAttribute("aria-labelledby")) fault("no name", e);
          for (const e of document.querySelectorAll("img")) if (!e.hasAttribute("alt")) fault("no alt", e);
          for (const e of document.querySelectorAll("main table")) {
            if (!e.caption && !e.querySelector("thead") ) fault("table without caption or head", e);
          }
          for (const e of document.querySelectorAll("th")) if (!e.scope) fault("no scope", e);
          for (const e of document.querySelectorAll("[aria-labelledby], [aria-describedby], [for]"))
            for (const id of (e.getAttribute("aria-labelledby") ?? e.getAttribute("aria-describedby") ?? e.getAttribute("for")).split(" "))
              if (!document.getElementById(id)) fault(`names ${id}, which is not there`, e);
          const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
          for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) fault(`id ${id} twice`);
          // The report brings its style sheet along, and is looked at without its address.
          if (location.protocol !== "about:")
            for (const e of document.querySelectorAll("[style]:not([style='']), script:not([src]), style")) fault("inline style or script", e);
          if (document.scrollingElement.scrollWidth > innerWidth) {
            const wide = [...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, pre"));
            fault(`${document.scrollingElement.scrollWidth} pixels wide on a screen of ${innerWidth}`, wide[0]);
          }

          // What a table's rows are stays in sight when its columns are scrolled.
          for (const box of document.querySelectorAll(".scroll")) {
            const head = box.querySelector("tbody th[scope=row]");
            if (!head || box.scrollWidth <= box.clientWidth + 1) continue;
            box.scrollLeft = box.scrollWidth;
            if (Math.abs(head.getBoundingClientRect().left - box.getBoundingClientRect().left) > 2) fault("first column scrolls away", head);
            box.scrollLeft = 0;
          }
          for (const e of document.querySelectorAll("img")) if (/^[\w-]*\.(png|jpe?g|webp|gif)$|^[0-9a-f-]{8,}$/i.test(e.alt)) fault("alt is an id", e);

          const rgb = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
          const light = ([r, g, b]) => {
            const [x, y, z] = [r, g, b].map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * x + 0.7152 * y + 0.0722 * z;
          };
          const behind = (e) => {
            for (; e; e = e.parentElement) {
              const c = rgb(getComputedStyle(e).backgroundColor);
              if (c.length === 3 || c[3] > 0) return c;
            }
            return matchMedia("(prefers-color-scheme: dark)").matches ? [21, 24, 27] : [255, 255, 255];
          };
          for (const e of document.querySelectorAll("body *")) {
            if (!e.checkVisibility() || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
              || e.closest("svg, option, :disabled, .skip")) continue;
            const style = getComputedStyle(e);
            const [a, b] = [light(rgb(style.color)), light(behind(e))].sort((x, y) => y - x);
            const large = parseFloat(style.fontSize) >= 24;
            if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) fault(`contrast ${((a + 0.05) / (b + 0.05)).toFixed(2)}`, e);
          }
          return faults;
        }
        """;

    private const string OpenAll =
        "() => document.querySelectorAll('details:not([open])').forEach((d) => { d.open = true; d.dataset.opened = ''; })";
    private const string CloseAgain =
        "() => document.querySelectorAll('details[data-opened]').forEach((d) => { d.open = false; delete d.dataset.opened; })";

    /// <summary>Checks a page on a desk and on a phone, light and dark, with everything that folds unfolded.</summary>
    /// <returns>What is wrong, in lines.</returns>
    public static async Task<IReadOnlyList<string>> CheckAsync(IPage page, string name)
    {
        var faults = new List<string>();
        await page.EvaluateAsync(OpenAll);
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            foreach (var width in new[] { 1280, 390 })
            {
                await page.SetViewportSizeAsync(width, 900);
                string[] found = [.. await page.EvaluateAsync<string[]>(Script), .. await Axe.CheckAsync(page)];
                faults.AddRange(found.Select(fault => $"{name} ({width}, {scheme}): {fault}"));
            }
        }
        await page.EvaluateAsync(CloseAgain);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await page.SetViewportSizeAsync(1280, 900);
        return faults;
    }
}
