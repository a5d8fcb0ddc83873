package dev.pullcord.systemtests.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Texts that nobody must be shown, by what they are. They are looked for as they are, in each of
 * the three alignments of base64, and percent-encoded.
 */
final class Secrets {
  /** A shorter one may stand anywhere by chance. */
  private static final int KEY_LINE_MIN = 8;

  private final Map<String, Set<String>> forms = new LinkedHashMap<>();
  private final Set<String> found = new TreeSet<>();
  private int looked;

  /** A new secret; it has characters that each encoding writes in another way. */
  synchronized String make(String what) {
    return add(
        what, "cnry+%s/%x?=".formatted(what.replaceAll("\\W", "-"), 0x5eed_0000L + forms.size()));
  }

  /** The same, of characters that may be in an address. */
  synchronized String word(String what) {
    return add(
        what, "cnry-%s-%x".formatted(what.replaceAll("\\W", "-"), 0x5eed_0000L + forms.size()));
  }

  /** One that a program made. */
  synchronized String add(String what, String secret) {
    Set<String> all = new LinkedHashSet<>();
    all.add(secret);
    String percent = URLEncoder.encode(secret, UTF_8);
    all.add(percent);
    all.add(percent.replace("+", "%20"));
    all.add(percent.toLowerCase(Locale.ROOT));
    for (int shift = 0; shift < 3; shift++) {
      all.add(aligned(secret, shift, Base64.getEncoder()));
      all.add(aligned(secret, shift, Base64.getUrlEncoder()));
    }
    // As look reads the bytes of whatever it is given: a character for each.
    forms.put(
        what,
        all.stream()
            .map(form -> new String(form.getBytes(UTF_8), ISO_8859_1))
            .collect(Collectors.toCollection(LinkedHashSet::new)));
    return secret;
  }

  /** The lines of a private key, but for those that every key of that kind has. */
  void addKey(String what, Path file) throws IOException {
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      boolean own = !line.startsWith("-----") && !line.startsWith("b3BlbnNzaC1rZXkt");
      if (own && line.length() > KEY_LINE_MIN) {
        add(what + ", line " + number, line);
      }
    }
  }

  /** What is the same of its base64, whatever comes after it and so many bytes before it. */
  private static String aligned(String secret, int shift, Base64.Encoder encoder) {
    byte[] bytes = ("x".repeat(shift) + secret).getBytes(UTF_8);
    String text = encoder.withoutPadding().encodeToString(bytes);
    int from = shift == 0 ? 0 : shift + 1;
    return text.substring(from, bytes.length / 3 * 4);
  }

  /** Looks for all of them but these. */
  void look(String where, byte[] content, String... but) {
    look(where, new String(content, ISO_8859_1), Set.of(but));
  }

  /** The same, in a text. */
  void look(String where, String text, String... but) {
    look(where, text.getBytes(UTF_8), but);
  }

  private synchronized void look(String where, String bytes, Set<String> but) {
    looked++;
    forms.forEach((what, all) -> {
      if (!but.contains(what) && all.stream().anyMatch(bytes::contains)) {
        found.add(what + " is in " + where);
      }
    });
  }

  /** Looks into every file below a directory. */
  void lookBelow(Path directory, String... but) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(f -> Files.isRegularFile(f)).toList()) {
        look(file.toString(), file.toString(), but);
        try {
          look(file.toString(), Files.readAllBytes(file), but);
        } catch (NoSuchFileException _) {
          // It was a file of a moment.
        }
      }
    }
  }

  /** What was found, a line each. */
  synchronized Set<String> found() {
    return new TreeSet<>(found);
  }

  /** How many are looked for. */
  synchronized int known() {
    return forms.size();
  }

  /** In how many places was looked. */
  synchronized int looked() {
    return looked;
  }
}
