/**
 * The repository in the store's database, where it is there: what is kept before a ref moves, and
 * how a disk is made what the database says. A server whose store is a file has none of it.
 */
@NullMarked
package dev.pullcord.server.githost.database;

import org.jspecify.annotations.NullMarked;
