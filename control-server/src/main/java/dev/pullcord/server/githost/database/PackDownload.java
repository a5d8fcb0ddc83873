package dev.pullcord.server.githost.database;

import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.host.SystemdNotify;
import dev.pullcord.server.githost.repository.PackNames;
import dev.pullcord.server.store.RepositoryTable;
import dev.pullcord.server.store.RepositoryTable.KeptPack;
import dev.pullcord.server.store.StoreReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies packs from the store to the disk. A pack appears there whole: first the pack, then its
 * index, without which git reads none. A file whose last bytes are not its checksum is refused.
 */
final class PackDownload {
  private static final Logger LOG = LoggerFactory.getLogger(PackDownload.class);
  private static final int SUM_BYTES = Constants.OBJECT_ID_LENGTH;

  private final StoreReader store;
  private final FileRepository repository;

  PackDownload(StoreReader store, FileRepository repository) {
    this.store = store;
    this.repository = repository;
  }

  /** Fetches one; false when it is not there any more. */
  boolean fetch(KeptPack pack) throws IOException {
    Path objects = repository.getObjectsDirectory().toPath();
    // Under these names the next start finds what a kill leaves.
    Path body = Files.createTempFile(objects, "incoming_", ".pack");
    Path index = Files.createTempFile(objects, "incoming_", ".idx");
    try {
      if (!receive(pack.name(), RepositoryTable.Part.PACK, pack.packBytes(), body)
          || !receive(pack.name(), RepositoryTable.Part.INDEX, pack.indexBytes(), index)) {
        return false;
      }
      AtomicFiles.rename(body, PackNames.pack(repository, pack.name()));
      AtomicFiles.rename(index, PackNames.index(repository, pack.name()));
      return true;
    } finally {
      Files.deleteIfExists(body);
      Files.deleteIfExists(index);
    }
  }

  private boolean receive(String pack, RepositoryTable.Part part, long length, Path to)
      throws IOException {
    MessageDigest digest = Constants.newMessageDigest();
    ByteArrayOutputStream sum = new ByteArrayOutputStream();
    long done = 0;
    try (FileChannel file = FileChannel.open(to, StandardOpenOption.WRITE)) {
      for (int number = 0; done < length; number++) {
        int here = number;
        Optional<byte[]> chunk = store.read(t -> t.repository().chunk(pack, part, here));
        if (chunk.isEmpty()) {
          return false;
        }
        byte[] content = chunk.get();
        ByteBuffer left = ByteBuffer.wrap(content);
        while (left.hasRemaining()) {
          file.write(left);
        }
        int summed = (int) Math.clamp(length - SUM_BYTES - done, 0L, content.length);
        digest.update(content, 0, summed);
        sum.write(content, summed, content.length - summed);
        done += content.length;
        SystemdNotify.alive(LOG::warn); // a standby that takes over does nothing else
      }
      file.force(true);
    }
    if (done != length || !MessageDigest.isEqual(sum.toByteArray(), digest.digest())) {
      throw new IOException(
          "DB_DAMAGED  "
              + pack
              + " is not in the database as it was written; restore the database, or this server"
              + " from a backup");
    }
    return true;
  }
}
