package dev.pullcord.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real git says of its repositories, in each protocol. */
class ObjectFormatTest {
  @TempDir Path directory;

  /** An empty one says nothing at all in protocols 0 and 1 of git 2.39. */
  @ParameterizedTest
  @CsvSource({"0,true", "1,true", "2,true", "2,false"})
  void aRepositoryWithSha256IsNoticedByTheBytesThatComeAndByItsFiles(int protocol, boolean filled)
      throws Exception {
    Path repository = repository("sha256", filled, "main");
    byte[] said = said(repository, protocol);
    assertThatThrownBy(() -> wholly(said)).isInstanceOf(ObjectFormat.Sha256Exception.class);
    assertThatThrownBy(() -> byBytes(said)).isInstanceOf(ObjectFormat.Sha256Exception.class);
    assertThatThrownBy(() -> ObjectFormat.check(repository))
        .isInstanceOf(ObjectFormat.Sha256Exception.class);
  }

  @ParameterizedTest
  @CsvSource({"0,true", "0,false", "1,true", "1,false", "2,true", "2,false"})
  void aUsualRepositoryIsNoneEvenIfItsBranchHasThatName(int protocol, boolean filled)
      throws Exception {
    Path repository = repository("sha1", filled, "object-format=sha256");
    byte[] said = said(repository, protocol);
    assertThat(wholly(said)).isEqualTo(said);
    byBytes(said);
    ObjectFormat.check(repository);
  }

  @Test
  void aWorkTreeIsFoundByItsGitDirectoryAndAnEmptyFolderIsLeftToOthers() throws Exception {
    String work = directory.resolve("work").toString();
    git("init", "-q", "--object-format=sha256", work);
    assertThatThrownBy(() -> ObjectFormat.check(Path.of(work)))
        .isInstanceOf(ObjectFormat.Sha256Exception.class);
    ObjectFormat.check(directory);
  }

  private Path repository(String format, boolean filled, String branch) throws Exception {
    String bare = directory.resolve("bare.git").toString();
    git("init", "-q", "--bare", "--object-format=" + format, "-b", branch, bare);
    if (filled) {
      String work = directory.resolve("work").toString();
      git("init", "-q", "--object-format=" + format, work);
      git(
          "-C",
          work,
          "-c",
          "user.name=a",
          "-c",
          "user.email=a@b",
          "commit",
          "-q",
          "--allow-empty",
          "-m",
          "one");
      git("-C", work, "push", "-q", bare, "HEAD:refs/heads/" + branch);
    }
    return Path.of(bare);
  }

  private static byte[] said(Path repository, int protocol) throws Exception {
    return run(
        Map.of("GIT_PROTOCOL", "version=" + protocol),
        List.of("git", "upload-pack", "--http-backend-info-refs", repository.toString()));
  }

  private static void git(String... words) throws Exception {
    List<String> argv = new ArrayList<>(List.of("git"));
    argv.addAll(List.of(words));
    run(Map.of("GIT_CONFIG_GLOBAL", "/dev/null"), argv);
  }

  private static byte[] run(Map<String, String> environment, List<String> argv) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    byte[] said = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).as(new String(said, StandardCharsets.UTF_8)).isZero();
    return said;
  }

  private static byte[] wholly(byte[] said) throws IOException {
    try (InputStream in = ObjectFormat.checked(new ByteArrayInputStream(said))) {
      return in.readAllBytes();
    }
  }

  private static void byBytes(byte[] said) throws IOException {
    try (InputStream in = ObjectFormat.checked(new ByteArrayInputStream(said))) {
      for (byte expected : said) {
        assertThat((byte) in.read()).isEqualTo(expected);
      }
      assertThat(in.read()).isEqualTo(-1);
    }
  }
}
