package dev.pullcord.cli.host;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

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
    String told = System.getProperty("pullcord.launcher", "");
    if (!told.isEmpty()) {
      return List.of(told);
    }
    Path launcher = besideOurJar();
    if (launcher != null && Files.isExecutable(launcher)) {
      return List.of(launcher.toString());
    }
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path", "");
    return List.of(java, "-cp", classPath, "dev.pullcord.cli.Main");
  }

  /** Jars are in {@code lib/cli}, launchers in {@code bin}. */
  private static @Nullable Path besideOurJar() {
    CodeSource source = SystemProgramRunner.class.getProtectionDomain().getCodeSource();
    if (source == null || !"file".equals(source.getLocation().getProtocol())) {
      return null;
    }
    Path jar = Path.of(URI.create(source.getLocation().toString()));
    return jar.resolve("../../../bin/pullcord").normalize();
  }
}
