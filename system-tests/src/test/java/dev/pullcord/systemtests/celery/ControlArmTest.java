package dev.pullcord.systemtests.celery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.broker.RedisServer;
import dev.pullcord.testkit.broker.TaskLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same load and the same books, and what is done without Pullcord: files changed in place, and
 * every worker sent SIGTERM and started again. It must lose jobs here, or the books of {@link
 * DeployUnderLoadTest} prove nothing.
 */
class ControlArmTest {
  private static final int WORKERS = 3;
  private static final int DEPLOYS_MAX = 30;

  @TempDir Path directory;
  private final List<Process> workers = new ArrayList<>();
  private final List<Process> old = new ArrayList<>();

  @AfterEach
  void end() {
    for (Process process : old) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Test
  void losesJobs() throws IOException {
    Path python = Needs.celery();
    Path ledger = Files.createDirectories(directory.resolve("ledger"));
    try (RedisServer redis = RedisServer.started(directory.resolve("redis"))) {
      CeleryWork work = new CeleryWork(redis.url(0), ledger);
      write(work.version("c0", "p0"));
      for (int i = 0; i < WORKERS; i++) {
        workers.add(start(python, redis.url(0), ledger, i, 0));
      }
      int deploys = 0;
      TaskLoad.Rate rate = new TaskLoad.Rate(6, 27, 5);
      try (TaskLoad load =
          TaskLoad.started(python, redis.url(), ledger, rate, TaskLoad.Route.GREP)) {
        while (deploys < DEPLOYS_MAX && !staysLost(load)) {
          deploys++;
          write(work.code("c" + deploys));
          for (int i = 0; i < WORKERS; i++) {
            workers.get(i).destroy();
            workers.set(i, start(python, redis.url(0), ledger, i, deploys));
          }
          LockSupport.parkNanos(Duration.ofSeconds(6).toNanos());
        }
        load.stop();
        LockSupport.parkNanos(Duration.ofSeconds(10).toNanos());
        System.out.printf(
            "control arm (TERM; start): %d jobs, %d lost, %d deploys%n",
            load.sent().size(), lostForGood(load).size(), deploys);
        assertThat(lostForGood(load)).isNotEmpty();
      }
    }
  }

  /** A job that is only late, as on a busy machine, is no longer missing some time later. */
  private static boolean staysLost(TaskLoad load) {
    List<String> missing = lostForGood(load);
    if (missing.isEmpty()) {
      return false;
    }
    LockSupport.parkNanos(Duration.ofSeconds(15).toNanos());
    return lostForGood(load).stream().anyMatch(missing::contains);
  }

  /** Short jobs that are still not done when many that were sent after them are. */
  private static List<String> lostForGood(TaskLoad load) {
    List<String> sent = new ArrayList<>(load.sent());
    int settled = Math.max(0, sent.size() - 30);
    return sent.subList(0, settled).stream()
        .filter(name -> name.startsWith("short"))
        .filter(load.lost()::contains)
        .toList();
  }

  private void write(Map<String, String> files) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = directory.resolve("app").resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }

  private Process start(Path python, String broker, Path ledger, int worker, int deploy)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                python.toString(),
                "-m",
                "celery",
                "-A",
                "tasks.app",
                "worker",
                "-n",
                "w%d-%d@%%h".formatted(worker, deploy),
                "-Q",
                "grep",
                "--concurrency=2")
            .directory(directory.resolve("app").toFile())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("workers.log").toFile()));
    builder.environment().put("BROKER", broker);
    builder.environment().put("LEDGER", ledger.toString());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Process process = builder.start();
    old.add(process);
    return process;
  }
}
