package dev.pullcord.server.dashboard.session;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Tells a form of ours from one that another site has made the browser send. A form carries a token
 * that only this server can make of the browser's cookie, and the browser itself has to say that
 * the request comes from this origin.
 */
public final class Forms {
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  /** With a key of its own: forms of a server that was restarted are no longer ours. */
  public Forms() {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    key = new SecretKeySpec(secret, ALGORITHM);
  }

  /** The token of forms that go to the browser with this cookie. */
  public String token(String cookie) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return HexFormat.of().formatHex(mac.doFinal(cookie.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(ALGORITHM + " belongs to every Java runtime", e);
    }
  }

  /** Whether the request is one of our forms, sent by its reader. */
  public boolean ours(Context ctx, @Nullable String cookie) {
    String token = ctx.formParam("form");
    return cookie != null && token != null && sameOrigin(ctx) && same(token, token(cookie));
  }

  private static boolean sameOrigin(Context ctx) {
    String site = ctx.header("Sec-Fetch-Site");
    if (site != null) {
      return site.equals("same-origin");
    }
    // Browsers that do not send it send this one with every POST.
    String origin = ctx.header("Origin");
    return origin != null && origin.replaceFirst("^https?://", "").equals(ctx.host());
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
