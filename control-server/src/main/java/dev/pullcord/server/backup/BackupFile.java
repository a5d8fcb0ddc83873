package dev.pullcord.server.backup;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.base.text.Sha256;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.Quoted;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** A backup that is there to be read: whole, of a layout that this program knows. */
final class BackupFile implements AutoCloseable {
  private static final int SMALL_MAX_BYTES = 64 << 20;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final Pattern SUM = Pattern.compile("([0-9a-f]{64})  (.+)");
  private static final Pattern SAFE =
      Pattern.compile("(?!.*(^|/)\\.\\.?(/|$))[^/\\p{Cntrl}][^\\p{Cntrl}]*");

  private final Path file;
  private final ZipFile zip;

  private BackupFile(Path file, ZipFile zip) {
    this.file = file;
    this.zip = zip;
  }

  /** Opens it, and reads every part once. */
  static BackupFile open(Path file) throws IOException {
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile(), StandardCharsets.UTF_8);
    } catch (ZipException | EOFException e) {
      throw damaged(file, "it is no backup of a server, or only half of one: " + e.getMessage(), e);
    }
    BackupFile backup = new BackupFile(file, zip);
    try {
      backup.requireKnownFormat();
      backup.verify();
      return backup;
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  /** What it says of itself. */
  BackupContent content() throws IOException {
    try {
      return PullcordJson.read(small(BackupLayout.CONTENT), BackupContent.class);
    } catch (JacksonException e) {
      throw damaged(file, BackupLayout.CONTENT + ": " + e.getOriginalMessage(), e);
    }
  }

  /** The files of the state directory in it that belong there, relative to that. */
  List<String> files() {
    return zip.stream()
        .map(ZipEntry::getName)
        .filter(name -> name.startsWith(BackupLayout.FILES))
        .map(name -> name.substring(BackupLayout.FILES.length()))
        .filter(BackupLayout::isTaken)
        .toList();
  }

  /** Reads a part. */
  InputStream read(String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw damaged(file, "it has no " + name, null);
    }
    return zip.getInputStream(entry);
  }

  private void requireKnownFormat() throws IOException {
    JsonNode content;
    try {
      content = PullcordJson.wire().readTree(small(BackupLayout.CONTENT));
    } catch (JacksonException e) {
      throw damaged(file, BackupLayout.CONTENT + ": " + e.getOriginalMessage(), e);
    }
    int format = content.path("format").asInt();
    if (format > BackupContent.FORMAT) {
      throw new IllegalArgumentException(
          "BACKUP_NEWER  %s was made by pullcord-server %s in format %d; this one reads up to %d."
                  .formatted(
                      file,
                      content.path("version").asText("of a later version"),
                      format,
                      BackupContent.FORMAT)
              + " Install that version, and restore with it");
    }
    if (format < 1) {
      throw damaged(file, BackupLayout.CONTENT + " names no format", null);
    }
  }

  /** Every part is as it was written, none is missing, and none is there that nobody wrote. */
  private void verify() throws IOException {
    Map<String, String> sums = new HashMap<>();
    for (String line :
        new String(small(BackupLayout.CHECKSUMS), StandardCharsets.UTF_8).lines().toList()) {
      var matcher = SUM.matcher(line);
      if (!matcher.matches()) {
        throw damaged(file, BackupLayout.CHECKSUMS + " has a line " + Quoted.of(line), null);
      }
      sums.put(matcher.group(2), matcher.group(1));
    }
    for (ZipEntry entry : zip.stream().toList()) {
      String name = entry.getName();
      if (name.equals(BackupLayout.CHECKSUMS)) {
        continue;
      }
      requireKnown(name);
      String sum = sums.remove(name);
      if (!sum(name).equals(sum)) {
        throw damaged(file, name + " is not as it was written", null);
      }
    }
    if (!sums.isEmpty()) {
      throw damaged(file, "it lacks " + String.join(", ", sums.keySet()), null);
    }
  }

  private void requireKnown(String name) throws IOException {
    boolean known =
        List.of(BackupLayout.CONTENT, BackupLayout.STORE, BackupLayout.REPOSITORY).contains(name);
    if (!known && name.startsWith(BackupLayout.FILES)) {
      String relative = name.substring(BackupLayout.FILES.length());
      known = SAFE.matcher(relative).matches() && BackupLayout.isKnown(relative);
    }
    if (!known) {
      throw damaged(file, "it has a part " + Quoted.of(name) + ", which no backup has", null);
    }
  }

  private String sum(String name) throws IOException {
    MessageDigest digest = Sha256.digest();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = read(name)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    } catch (ZipException | EOFException e) {
      throw damaged(file, name + " is not as it was written: " + e.getMessage(), e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private byte[] small(String name) throws IOException {
    try (InputStream in = read(name)) {
      byte[] bytes = in.readNBytes(SMALL_MAX_BYTES + 1);
      if (bytes.length > SMALL_MAX_BYTES) {
        throw damaged(file, name + " is too large", null);
      }
      return bytes;
    } catch (ZipException | EOFException e) {
      throw damaged(file, name + " is not as it was written: " + e.getMessage(), e);
    }
  }

  private static IOException damaged(Path file, String what, @Nullable Throwable cause) {
    return new IOException(
        "BACKUP_DAMAGED  "
            + file
            + ": "
            + what
            + "; nothing was restored from it, take another backup",
        cause);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
