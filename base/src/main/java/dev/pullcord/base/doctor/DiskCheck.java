package dev.pullcord.base.doctor;

import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.text.ByteAmount;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the disk of a state directory has room, of bytes and of inodes, and takes writes. */
public final class DiskCheck implements DoctorCheck {
  private static final long LEAST_BYTES = 256L << 20;
  private static final int LEAST_PERCENT = 5;

  private final Path state;

  /** Of a directory, which may not be there yet. */
  public DiskCheck(Path state) {
    this.state = state;
  }

  @Override
  public String name() {
    return "disk";
  }

  @Override
  public Finding look() throws IOException {
    Path there = state;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    FileStore disk = Files.getFileStore(there);
    long free = disk.getUsableSpace();
    long all = disk.getTotalSpace();
    String room = ByteAmount.text(free) + " of " + ByteAmount.text(all) + " are free at " + there;
    if (disk.isReadOnly()) {
      return Finding.bad(
          this, there + " is mounted read-only", "see dmesg for why, and mount it read-write");
    }
    if (free < LEAST_BYTES || (free * 100 / Math.max(1, all) < LEAST_PERCENT && free < 4L << 30)) {
      return Finding.bad(this, room, "make room: df -h " + there);
    }
    try {
      Files.delete(Files.createTempFile(there, ".doctor", null));
    } catch (IOException e) {
      return Finding.bad(
          this,
          room + ", and no file can be made in it: " + FileFault.of(e, there),
          "df -i " + there + " for inodes; ls -ld " + there + " for who may write");
    }
    return Finding.good(this, room);
  }
}
