/** The store in one SQLite file: one writer that batches, a few readers, versioned migrations. */
@NullMarked
package dev.pullcord.server.store.sqlite;

import org.jspecify.annotations.NullMarked;
