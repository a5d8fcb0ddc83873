package dev.pullcord.server.dashboard;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * Makes pages and files small. A page holds a secret (the token of its forms) and text from its
 * address, and the length of a compressed page tells whether the two are alike, to whoever can have
 * it fetched again and again with texts of theirs. So a page is compressed only for a request that
 * the browser says comes from this site's own pages or its reader's hand; the session's cookie is
 * not sent for other sites' requests anyway. Event streams are never compressed: they have to leave
 * at once.
 */
final class Gzip {
  private static final int WORTH_IT = 1000;

  private Gzip() {}

  /** A page of ours; the content type is set already. */
  static void page(Context ctx, String html) {
    byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
    String site = String.valueOf(ctx.header("Sec-Fetch-Site"));
    boolean ours = site.equals("same-origin") || site.equals("none");
    if (ours && bytes.length > WORTH_IT && accepted(ctx)) {
      send(ctx, of(bytes));
    } else {
      ctx.result(bytes);
    }
  }

  /** What is compressed already. */
  static void send(Context ctx, byte[] compressed) {
    ctx.header("Content-Encoding", "gzip").result(compressed);
  }

  /** Whether the client reads it. */
  static boolean accepted(Context ctx) {
    String encodings = ctx.header("Accept-Encoding");
    return encodings != null
        && encodings.toLowerCase(Locale.ROOT).matches(".*\\bgzip\\b(?!;q=0).*");
  }

  static byte[] of(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 4 + 64);
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
