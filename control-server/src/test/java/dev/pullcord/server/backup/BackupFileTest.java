package dev.pullcord.server.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.base.text.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Refuses every backup that its own list does not vouch for, part by part. */
class BackupFileTest {
  private static final String KEY = BackupLayout.FILES + "tls/people.key";

  @TempDir Path temp;

  /** The parts of a small backup that is whole; a test changes one thing of them. */
  private final Map<String, String> parts =
      new LinkedHashMap<>(
          Map.of(
              BackupLayout.CONTENT,
              "{\"format\":1}",
              BackupLayout.STORE,
              "store",
              BackupLayout.REPOSITORY,
              "repository",
              KEY,
              "key"));

  @Test
  void opensAWholeOneAndNamesItsFiles() throws IOException {
    try (BackupFile backup = BackupFile.open(written(sums()))) {
      assertThat(backup.files()).containsExactly("tls/people.key");
      assertThat(backup.read(KEY)).hasContent("key");
      assertThatThrownBy(() -> backup.read("files/gone"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("it has no files/gone");
    }
  }

  @Test
  void leavesOutTheEarlierBackupsThatOlderVersionsTook() throws IOException {
    parts.put(BackupLayout.FILES + "monday.backup", "an earlier one");
    try (BackupFile backup = BackupFile.open(written(sums()))) {
      assertThat(backup.files()).containsExactly("tls/people.key");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "planted",
        "files/../../etc/passwd",
        "files/tls/../../key",
        "files//etc/passwd",
        "files/./tls",
        "files/lock",
        "files/tls/a\tb",
        "FILES/tls/people.key",
      })
  void refusesAPartThatNoBackupHasThoughItsSumIsRight(String name) throws IOException {
    parts.put(name, "x");
    refused("a part");
  }

  @Test
  void refusesAPartThatWasChanged() throws IOException {
    String sums = sums();
    parts.put(KEY, "another key");
    damaged(written(sums), KEY + " is not as it was written");
  }

  @Test
  void refusesAPartThatIsNotOnItsList() throws IOException {
    String sums = sums();
    parts.put(BackupLayout.FILES + "tls/agents.key", "key");
    damaged(written(sums), "tls/agents.key is not as it was written");
  }

  @Test
  void refusesOneThatLacksAPart() throws IOException {
    String sums = sums();
    parts.remove(BackupLayout.STORE);
    damaged(written(sums), "it lacks " + BackupLayout.STORE);
  }

  @Test
  void refusesAListThatIsNoList() throws IOException {
    damaged(written("hello\n"), "has a line \"hello\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"format\":0}", "{\"format\":\"one\"}", "[]"})
  void refusesOneThatNamesNoFormat(String content) throws IOException {
    parts.put(BackupLayout.CONTENT, content);
    refused("names no format");
  }

  @Test
  void refusesOneWhoseContentIsNoJson() throws IOException {
    parts.put(BackupLayout.CONTENT, "{");
    refused(BackupLayout.CONTENT);
  }

  @Test
  void saysWhichVersionReadsALaterFormat() throws IOException {
    parts.put(BackupLayout.CONTENT, "{\"format\":7,\"version\":\"9.1.0\"}");
    Path file = written(sums());
    assertThatThrownBy(() -> BackupFile.open(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("BACKUP_NEWER")
        .hasMessageContaining("9.1.0 in format 7")
        .hasMessageContaining("Install that version");
  }

  @Test
  void refusesHalfAFileAndOneThatIsNone() throws IOException {
    byte[] whole = Files.readAllBytes(written(sums()));
    Path file = temp.resolve("half");
    for (int length = 0; length < whole.length; length += 20) {
      Files.write(file, Arrays.copyOf(whole, length));
      damaged(file, "it is no backup of a server, or only half of one");
    }
  }

  private void refused(String why) throws IOException {
    damaged(written(sums()), why);
  }

  private static void damaged(Path file, String why) {
    assertThatThrownBy(() -> BackupFile.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("BACKUP_DAMAGED  " + file + ": ")
        .hasMessageContaining(why)
        .hasMessageEndingWith("nothing was restored from it, take another backup");
  }

  private String sums() {
    StringBuilder sums = new StringBuilder();
    parts.forEach((name, text) -> {
      byte[] digest = Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8));
      sums.append(HexFormat.of().formatHex(digest)).append("  ").append(name).append('\n');
    });
    return sums.toString();
  }

  private Path written(String sums) throws IOException {
    Path file = temp.resolve("server.backup");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
      for (Map.Entry<String, String> part : parts.entrySet()) {
        add(zip, part.getKey(), part.getValue());
      }
      add(zip, BackupLayout.CHECKSUMS, sums);
    }
    return file;
  }

  private static void add(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }
}
