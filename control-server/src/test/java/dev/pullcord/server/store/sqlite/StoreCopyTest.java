package dev.pullcord.server.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

class StoreCopyTest {
  @TempDir Path directory;

  private String code(SQLiteErrorCode code) {
    RuntimeException failure = new IllegalStateException(new SQLiteException("x", code));
    return StoreCopy.unread(directory.resolve("store.db"), failure).code();
  }

  @Test
  void aFileThatAnotherProgramLocksAndADiskThatFailsAreNoDamage() {
    assertThat(code(SQLiteErrorCode.SQLITE_BUSY)).isEqualTo("DB_BUSY");
    assertThat(code(SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT)).isEqualTo("DB_BUSY");
    assertThat(code(SQLiteErrorCode.SQLITE_IOERR_READ)).isEqualTo("DISK_ERROR");
    assertThat(code(SQLiteErrorCode.SQLITE_CORRUPT)).isEqualTo("DB_DAMAGED");
  }
}
