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
 * that is made of the browser's cookie, which no other site can read, and the browser itself has to
 * say that the request comes from this origin. The cookie's value is the only key, so that a page
 * that is open during a restart of the server has forms that still work. Each page has another
 * token for the same cookie: the length of a compressed page tells nothing about it.
 */
public final class Forms {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int SALT_BYTES = 8;
  private static final int SALT_DIGITS = 2 * SALT_BYTES;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** A token of forms that go to the browser with this cookie. */
  public String token(String cookie) {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    return token(cookie, HexFormat.of().formatHex(salt));
  }

  private static String token(String cookie, String salt) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(cookie.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      byte[] made = mac.doFinal(("form " + salt).getBytes(StandardCharsets.UTF_8));
      return salt + HexFormat.of().formatHex(made);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(ALGORITHM + " belongs to every Java runtime", e);
    }
  }

  /** Whether the request is one of our forms, sent by its reader. */
  public boolean ours(Context ctx, @Nullable String cookie) {
    String token = ctx.formParam("form");
    return cookie != null
        && !cookie.isEmpty()
        && token != null
        && token.length() > SALT_DIGITS
        && sameOrigin(ctx)
        && same(token, token(cookie, token.substring(0, SALT_DIGITS)));
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
