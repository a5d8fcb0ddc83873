package dev.pullcord.server.alert.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Takes secrets out of a text that somebody else wrote. An error page may repeat what it was asked:
 * as it is, percent-encoded, or in base64, as in a header for basic authentication.
 */
final class SecretMask {
  /** What is shorter is no secret: the path of an address may be a slash. */
  private static final int LEAST = 4;

  /** Shorter parts of an address are words that say little. */
  private static final int PART_LEAST = 8;

  private final List<String> forms;

  /** Of those secrets. */
  SecretMask(Collection<String> secrets) {
    Set<String> all = new HashSet<>();
    for (String secret : secrets) {
      String percent = URLEncoder.encode(secret, UTF_8);
      all.addAll(List.of(secret, percent, percent.toLowerCase(Locale.ROOT)));
      for (int before = 0; before < 3; before++) {
        all.add(inBase64(secret, before, Base64.getEncoder()));
        all.add(inBase64(secret, before, Base64.getUrlEncoder()));
      }
    }
    forms =
        all.stream()
            .filter(form -> form.length() >= LEAST)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  /** What is the same in each base64 that has so many bytes before it, and anything after it. */
  private static String inBase64(String secret, int before, Base64.Encoder encoder) {
    byte[] bytes = ("x".repeat(before) + secret).getBytes(UTF_8);
    String text = encoder.withoutPadding().encodeToString(bytes);
    int from = before == 0 ? 0 : before + 1;
    return text.substring(Math.min(from, bytes.length / 3 * 4), bytes.length / 3 * 4);
  }

  /** What is secret of an address that is a secret: the whole, and each part behind the host. */
  static List<String> of(URI address) {
    List<String> all = new ArrayList<>(List.of(address.toString(), address.getRawPath()));
    for (String behind : new String[] {address.getRawPath(), address.getPath()}) {
      all.addAll(parts(behind, "/"));
    }
    if (address.getRawQuery() != null) {
      all.addAll(parts(address.getRawQuery(), "[&=]"));
      all.addAll(parts(address.getQuery(), "[&=]"));
    }
    return all;
  }

  private static List<String> parts(String text, String between) {
    return List.of(text.split(between)).stream().filter(p -> p.length() >= PART_LEAST).toList();
  }

  /** The text, with stars for each secret. */
  String over(String text) {
    String masked = text;
    for (String form : forms) {
      masked = masked.replace(form, "***");
    }
    return masked;
  }
}
