/**
 * The tables of both kinds of store, in the SQL that both understand, and what is alike in them:
 * one writer that batches, and a few readers. What differs is behind {@link
 * dev.pullcord.server.store.sql.WriteEngine}.
 */
@NullMarked
package dev.pullcord.server.store.sql;

import org.jspecify.annotations.NullMarked;
