package dev.pullcord.server.dashboard;

import dev.pullcord.base.text.Sha256;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Style, scripts and icons, from the class path, held in memory. Their address has a hash of them
 * all, so that a browser may keep them for ever and a new server's page never meets old ones.
 */
public final class StaticFiles {
  private static final String OWN = "/dev/pullcord/server/dashboard/";
  private static final String HTMX = "/META-INF/resources/webjars/htmx.org/2.0.10/dist/";
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String CSS = "text/css; charset=utf-8";
  private static final String ICON = "image/svg+xml";

  private final Map<String, Asset> assets = new LinkedHashMap<>();
  private final String version;

  private record Asset(String type, byte[] bytes, byte[] compressed) {}

  /** Reads them all. */
  public StaticFiles() {
    add(OWN, "base.css", CSS);
    add(OWN, "fleet.css", CSS);
    add(OWN, "pages.css", CSS);
    add(OWN, "live.js", SCRIPT);
    add(OWN, "page.js", SCRIPT);
    add(OWN, "tools.js", SCRIPT);
    add(OWN, "ages.js", SCRIPT);
    add(OWN, "fleet.js", SCRIPT);
    add(OWN, "again.js", SCRIPT);
    add(OWN, "stream.js", SCRIPT);
    add(OWN, "screen.js", SCRIPT);
    add(OWN, "curve.js", SCRIPT);
    add(OWN, "deployments.css", CSS);
    add(OWN, "runs.css", CSS);
    add(OWN, "records.css", CSS);
    add(OWN, "settings.css", CSS);
    add(OWN, "repository.css", CSS);
    add(OWN, "alerts.css", CSS);
    add(HTMX, "htmx.min.js", SCRIPT);
    add(UPLOT, "uPlot.iife.min.js", SCRIPT);
    add(UPLOT, "uPlot.min.css", CSS);
    for (String tone : new String[] {"good", "busy", "bad", "none"}) {
      add(OWN, "icon-" + tone + ".svg", ICON);
    }
    version = hash();
  }

  /** The address of a file. */
  public String path(String name) {
    if (!assets.containsKey(name)) {
      throw new IllegalArgumentException("no static file " + name);
    }
    return "/ui/static/" + version + "/" + name;
  }

  void serve(Context ctx) {
    @Nullable Asset asset =
        ctx.pathParam("version").equals(version) ? assets.get(ctx.pathParam("file")) : null;
    if (asset == null) {
      throw new NotFoundResponse("no such file; reload the page");
    }
    ctx.header("Cache-Control", "public, max-age=31536000, immutable");
    ctx.header("Vary", "Accept-Encoding").contentType(asset.type());
    if (Gzip.accepted(ctx)) {
      Gzip.send(ctx, asset.compressed());
    } else {
      ctx.result(asset.bytes());
    }
  }

  private void add(String folder, String name, String type) {
    try (InputStream in = StaticFiles.class.getResourceAsStream(folder + name)) {
      if (in == null) {
        throw new IllegalStateException(folder + name + " is missing from the class path");
      }
      byte[] bytes = in.readAllBytes();
      assets.put(name, new Asset(type, bytes, Gzip.of(bytes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String hash() {
    MessageDigest sha = Sha256.digest();
    assets.forEach((name, asset) -> {
      sha.update(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      sha.update(asset.bytes());
    });
    return HexFormat.of().formatHex(sha.digest(), 0, 6);
  }
}
