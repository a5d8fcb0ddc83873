package dev.pullcord.cli.host;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real programs of this machine, found on PATH. */
final class SystemProgramRunner implements ProgramRunner {
  private static final int LIMIT_BYTES = 64 << 10;
  private static final int LIMIT_SECONDS = 30;

  @Override
  public Ended run(List<String> argv) throws IOException, InterruptedException {
    Path output = Files.createTempFile("pullcord-", ".out");
    try {
      Process process =
          new ProcessBuilder(argv)
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(argv.getFirst() + " did not end within " + LIMIT_SECONDS + " s");
      }
      try (InputStream in = Files.newInputStream(output)) {
        return new Ended(
            process.exitValue(), new String(in.readNBytes(LIMIT_BYTES), StandardCharsets.UTF_8));
      }
    } finally {
      Files.deleteIfExists(output);
    }
  }

  @Override
  public int hand(List<String> argv) throws IOException, InterruptedException {
    return new ProcessBuilder(argv).inheritIO().start().waitFor();
  }

  @Override
  public List<String> self() {
    // The launcher says where it is: an AOT cache knows only where its jars were once.
    String told = System.getProperty("pullcord.launcher", "");
    if (!told.isEmpty()) {
      return List.of(told);
    }
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path", "");
    return List.of(java, "-cp", classPath, "dev.pullcord.cli.Main");
  }
}
