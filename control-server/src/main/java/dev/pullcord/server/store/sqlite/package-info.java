/** The store in one SQLite file: how it is opened, copied, and how its disk's trouble is told. */
@NullMarked
package dev.pullcord.server.store.sqlite;

import org.jspecify.annotations.NullMarked;
