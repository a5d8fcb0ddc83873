package dev.pullcord.systemtests.lab;

import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.broker.Debian13;
import java.nio.file.Path;
import java.util.List;

/**
 * What the disk of a host begins as. {@code scripts/lab.sh} makes it once, in {@code build/lab}.
 *
 * @param directory where it is
 * @param masked units that it has for other tests, and that no host is to start
 */
record LabBase(Path directory, List<String> masked) {
  static final Path SCRIPT = LabHost.ROOT.resolve("scripts/lab.sh");

  /** Debian 12. */
  static LabBase bookworm() {
    Needs.root("it mounts a disk and a control group tree");
    Needs.tool("systemd-nspawn");
    Needs.tool("debootstrap");
    Needs.works(
        "a machine where control groups can be mounted",
        "run it in a virtual machine",
        List.of("unshare", "--mount", "mount", "-t", "cgroup2", "none", "/sys/fs/cgroup"));
    Path directory = LabHost.ROOT.resolve("build/lab/bookworm");
    Needs.works(
        "a Debian mirror",
        "scripts/lab.sh base build/lab/bookworm shows what is wrong",
        List.of(SCRIPT.toString(), "base", directory.toString()));
    return new LabBase(directory, List.of());
  }

  /** Debian 13, with git; the same one whose Celery and brokers other tests run. */
  static LabBase trixie() {
    bookworm();
    return new LabBase(
        Debian13.made().base(),
        List.of("redis-server.service", "rabbitmq-server.service", "epmd.service", "epmd.socket"));
  }
}
